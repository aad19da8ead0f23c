// timeout: 200s
import { once } from 'node:events'
import { Agent, request } from 'node:https'
import { buffer } from 'node:stream/consumers'
import { type KubernetesOperation, readBody, readObject } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { field, number, protobuf } from '../../../policy-schema/src/protocols/kubernetes/protobuf.test-support.ts'
import { kubectl } from '../../peers/index.ts'
import { eventually } from '../../stack/eventually.ts'
import { startKubernetesStack } from '../../stack/kubernetes-stack.ts'
import { assertParity } from '../../stack/parity.ts'

const stack = await startKubernetesStack({
  policies: `
@id("app-does-all") permit(principal, action, resource);
@id("scale-out") forbid(principal, action, resource) when { context has replicas && context.replicas > 3 }
unless { context has replicasBefore && context.replicas <= context.replicasBefore };
@id("registries") forbid(principal, action, resource) when { context has workload && !["docker.io"].containsAll(context.workload.registries) };
@id("no-db") forbid(principal, action, resource) when { context has secrets && context.secrets.contains("db") };
@id("no-delete") forbid(principal, action == K8s::Action::"delete", resource);
@id("no-admins") forbid(principal, action, resource) when { context has grants && context.grants has role && context.grants.role == "ClusterRole/cluster-admin" };
`,
})
const { api } = stack.server
await api.call('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } })
const type = 'application/vnd.kubernetes.protobuf'

interface Answer {
  readonly status: number
  readonly type: string | undefined
  readonly bytes: Buffer
}
interface Call {
  readonly method?: string
  readonly path: string
  readonly headers?: { readonly [name: string]: string }
  readonly body?: Buffer
}

async function send(port: number, agent: Agent, { headers, body, ...call }: Call): Promise<Answer> {
  const sent = request({ host: '127.0.0.1', port, agent, servername: 'localhost', headers: { ...headers }, ...call })
  sent.end(body)
  const [response] = await once(sent, 'response')
  return { status: response.statusCode, type: response.headers['content-type'], bytes: await buffer(response) }
}
const admin = await stack.server.issue('admin', 'system:masters')
const past = new Agent({ ca: stack.server.ca, cert: admin.certPem, key: admin.keyPem })
const direct = (call: Call) => send(stack.server.port, past, call)
const within = new Agent({ ca: stack.ca })
const authorization = `Bearer ${await stack.token({ role: 'app' })}`
const through = (method: string, path: string, body: Buffer) =>
  send(stack.gateway.port, within, {
    ...{ method, body, path: `/clusters/prod/roles/app${path}` },
    headers: { authorization, 'content-type': type, accept: type },
  })
const said = ({ status, bytes }: Answer) => {
  if (status < 300) return String(status)
  const { message = '' } = JSON.parse(bytes.toString()) as { readonly message?: string }
  return `${status} ${/policy `([\w-]+)`/.exec(message)?.[1] ?? message}`
}
const operations = () =>
  stack
    .trail()
    .all()
    .flatMap(event => ('operation' in event ? [event.operation as unknown as KubernetesOperation] : []))

const objects = suite('what a server writes as protobuf reads as its JSON')
const meta = { labels: { app: 'web' }, annotations: { note: 'é' } }
const spec = {
  serviceAccountName: 'builder',
  hostNetwork: true,
  imagePullSecrets: [{ name: 'pull' }],
  initContainers: [{ name: 'first', image: 'first.example/a:1', command: ['true'] }],
  containers: [
    {
      ...{ name: 'main', image: 'main.example/b:2' },
      env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }],
      securityContext: { privileged: false, capabilities: { add: ['NET_ADMIN'] } },
    },
  ],
  volumes: [
    { name: 'host', hostPath: { path: '/' } },
    { name: 'certs', secret: { secretName: 'certs' } },
  ],
}
const rules = [{ verbs: ['get', '*'], apiGroups: ['', 'apps'], resources: ['pods'] }]
const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reads' }
const subjects = [
  { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'jane' },
  { kind: 'ServiceAccount', namespace: 'shop', name: 'builder' },
]
const selector = { matchLabels: { app: 'web' } }
const rbac = '/apis/rbac.authorization.k8s.io/v1'
for (const [path, object] of [
  [
    '/apis/apps/v1/namespaces/shop/deployments',
    { spec: { replicas: 0, selector, template: { metadata: meta, spec } } },
  ],
  ['/api/v1/namespaces/shop/serviceaccounts', { imagePullSecrets: [{ name: 'pull' }] }],
  [`${rbac}/namespaces/shop/roles`, { rules }],
  [`${rbac}/clusterroles`, { rules: [], aggregationRule: { clusterRoleSelectors: [{ matchLabels: { app: 'web' } }] } }],
  [`${rbac}/namespaces/shop/rolebindings`, { roleRef, subjects }],
  [`${rbac}/clusterrolebindings`, { roleRef, subjects }],
] as const)
  objects(path, async () => {
    const made = await api.call('POST', path, { metadata: { ...meta, name: 'read' }, ...object })
    assert.is(made.status, 201, JSON.stringify(made.body))
    const asJson = async () => (await api.call('GET', `${path}/read`)).body
    const asProtobuf = () => direct({ path: `${path}/read`, headers: { accept: type } })
    let [json, answer] = [await asJson(), await asProtobuf()]
    await eventually('nobody changes it meanwhile', async () => {
      answer = await asProtobuf()
      const before = json.metadata.resourceVersion
      json = await asJson()
      return json.metadata.resourceVersion === before
    })
    assert.is(answer.type, type)
    const read = readBody(answer.bytes, type)
    const value = typeof read === 'string' ? read : read.decoded?.value
    const reading = readObject(value)
    assert.equal(reading, readObject(json))
    assert.ok(Object.keys(reading).length > 0)
    assert.is((value as typeof json).metadata.resourceVersion, json.metadata.resourceVersion)
  })
objects.run()

const commands = suite('protobuf of kubectl')
for (const [args, outcome] of [
  [['create', 'deployment', 'evil', '--image=evil.example/x'], 'registries'],
  [['create', 'deployment', 'many', '--image=busybox', '--replicas=4'], 'scale-out'],
  [['create', 'deployment', 'good', '--image=busybox'], 'allowed'],
  [['create', 'rolebinding', 'root', '--clusterrole=cluster-admin', '--user=jane'], 'no-admins'],
  [['create', 'rolebinding', 'view', '--clusterrole=view', '--user=jane'], 'allowed'],
  [['create', 'configmap', 'colours', '--from-literal=a=b'], 'allowed'],
  [['auth', 'can-i', 'list', 'pods'], 'allowed'],
] as const)
  commands(`\`${args.slice(0, 3).join(' ')}\` is ${outcome}, by what it sent`, async () => {
    const client = await stack.through(kubectl('1.35'), 'app')
    const before = [operations().length, (await stack.server.calls()).length] as const
    const { code, stderr } = await client.run(['-n', 'shop', ...args])
    assert.is(code === 0 ? 'allowed' : (/policy `([\w-]+)`/.exec(stderr)?.[1] ?? stderr), outcome)
    const last = operations().slice(before[0]).at(-1)
    assert.is(last?.body?.contentType, type)
    assert.is(last?.catalog.unread, undefined)
    const heard = (await stack.server.calls()).slice(before[1])
    assert.equal(
      heard.filter(({ uri }) => uri.includes('dryRun')),
      [],
    )
  })
commands.run()

const deployment = (replicas: number, image: string, version: string, ...more: readonly Buffer[]) => {
  const labels = field(11, field(1, 'app'), field(2, 'web'))
  const container = field(2, field(1, 'main'), field(2, image))
  const template = field(3, field(1, labels), field(2, container))
  const selected = field(2, field(1, field(1, 'app'), field(2, 'web')))
  const metadata = field(1, field(1, 'web'), field(3, 'shop'), field(6, version))
  return protobuf('apps/v1', 'Deployment', metadata, field(2, number(1, replicas), selected, template, ...more))
}
const all = '/apis/apps/v1/namespaces/shop/deployments'
const one = `${all}/web`
const state = async () => {
  const { body } = await api.call('GET', one)
  const [container] = body.spec.template.spec.containers
  return { replicas: body.spec.replicas, image: container.image, version: body.metadata.resourceVersion }
}

const updates = suite('an update in protobuf')
updates.after(async () => {
  await assertParity(stack)
  await stack.stop()
})
updates.before(async () => assert.is(said(await through('POST', all, deployment(2, 'busybox:1', ''))), '201'))

updates('is decided by what was and would be, and goes on pinned to that', async () => {
  const { version } = await state()
  assert.is(said(await through('PUT', one, deployment(3, 'busybox:2', ''))), '200')
  const { catalog, body } = operations().at(-1) ?? { catalog: {} }
  assert.equal([catalog.before?.replicas, catalog.after?.replicas, body?.contentType], [2, 3, type])
  assert.equal(catalog.after?.workload?.images, ['busybox:2'])
  const after = await state()
  assert.equal([after.replicas, after.image], [3, 'busybox:2'])
  assert.is.not(after.version, version)
})
for (const [what, replicas, image, policy] of [
  ['scales out', 5, 'busybox:2', 'scale-out'],
  ['takes another image', 2, 'evil.example/x', 'registries'],
] as const)
  updates(`that ${what} is denied, and changes nothing`, async () => {
    const before = await state()
    assert.is(said(await through('PUT', one, deployment(replicas, image, before.version))), `403 ${policy}`)
    assert.equal(await state(), before)
  })
updates('of what was read is taken, by its version', async () => {
  const { version } = await state()
  assert.is(said(await through('PUT', one, deployment(1, 'busybox:3', version))), '200')
  assert.is((await state()).image, 'busybox:3')
})
updates('of another version is a conflict', async () => {
  const before = await state()
  assert.match(said(await through('PUT', one, deployment(1, 'busybox:4', '1'))), /^409/)
  assert.equal(await state(), before)
})
updates('that two readers read differently is denied', async () => {
  const before = await state()
  const twice = deployment(1, 'busybox:5', before.version, number(1, 9))
  const answer = await through('PUT', one, twice)
  assert.match(said(answer), /^403 /)
  assert.match(answer.bytes.toString(), /"unresolved"/)
  assert.equal(await state(), before)
})
updates('that makes something new in two ways is decided by what the target makes of it', async () => {
  const hidden = deployment(1, 'busybox', '', number(1, 9))
  assert.is(
    said(await through('POST', all, Buffer.from(hidden.toString('latin1').replace('web', 'two'), 'latin1'))),
    '403 scale-out',
  )
})
updates('of a scale is decided by its number', async () => {
  const scale = (replicas: number) =>
    protobuf('autoscaling/v1', 'Scale', field(1, field(1, 'web'), field(3, 'shop')), field(2, number(1, replicas)))
  assert.is(said(await through('PUT', `${one}/scale`, scale(4))), '403 scale-out')
  assert.is(said(await through('PUT', `${one}/scale`, scale(2))), '200')
  assert.is((await state()).replicas, 2)
})
updates('of what has no readings asks for no more than an update does, unless it says owners', async () => {
  const path = '/api/v1/namespaces/shop/configmaps'
  await api.call('POST', path, { metadata: { name: 'plain' }, data: { a: 'b' } })
  const { uid } = (await api.call('GET', `${path}/plain`)).body.metadata
  const owner = field(13, field(1, 'ConfigMap'), field(3, 'plain'), field(4, uid), field(5, 'v1'))
  const config = (...meta: readonly Buffer[]) =>
    protobuf(
      'v1',
      'ConfigMap',
      field(1, field(1, 'plain'), field(3, 'shop'), ...meta),
      field(2, field(1, 'a'), field(2, 'c')),
    )
  assert.is(said(await through('PUT', `${path}/plain`, config(owner))), '403 no-delete')
  assert.is(said(await through('PUT', `${path}/plain`, config())), '200')
  assert.equal((await api.call('GET', `${path}/plain`)).body.data, { a: 'c' })
})
updates.run()
