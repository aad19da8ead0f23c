// timeout: 200s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startKubernetesStack } from '../../stack/kubernetes-stack.ts'
import { assertParity } from '../../stack/parity.ts'
import { type Attack, bodies, critical, identity, spelling, verbs } from './attacks.ts'
import { beside, waysAround } from './effects.ts'
import { protobufBodies } from './protobuf.ts'
import { bytesOf, send } from './raw.ts'

/** At the target the role is of `system:masters`: nothing else stands in the way. */
const policies = `
@id("reads") permit(principal in Gate::Role::"app", action in K8s::Action::"read", resource in K8s::Namespace::"prod/shop") when { ["pods", "deployments"].contains(resource.resource) };
@id("writes") permit(principal in Gate::Role::"writer", action in [K8s::Action::"write", K8s::Action::"scale"], resource in K8s::Namespace::"prod/shop");
@id("removes") permit(principal in Gate::Role::"writer", action == K8s::Action::"delete", resource in K8s::Namespace::"prod/shop");
@id("changes") permit(principal in Gate::Role::"changer", action in [K8s::Action::"update", K8s::Action::"patch", K8s::Action::"status"], resource in K8s::Namespace::"prod/shop");
@id("harmless") forbid(principal, action, resource) when { context has workload && (context.workload.privileged || context.workload.hostNetwork || context.workload.hostPID || context.workload.hostPath || !context.workload.capabilities.isEmpty()) };
@id("registries") forbid(principal, action, resource) when { context has workload && !["registry.example"].containsAll(context.workload.registries) };
@id("accounts") forbid(principal, action, resource) when { context has workload && context.workload.serviceAccount == "root" };
@id("no-db") forbid(principal, action, resource) when { context has secrets && context.secrets.contains("db") };
@id("inside") forbid(principal, action, resource) when { context has service && (context.service.type != "ClusterIP" || !context.service.externalIPs.isEmpty()) };
@id("scale-out") forbid(principal, action, resource) when { context has replicas } unless { context has replicasBefore && context.replicas <= context.replicasBefore };
`
const stack = await startKubernetesStack({ policies, roles: { app: {}, writer: {}, changer: {} } })
const { api } = stack.server
await api.call('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } })
const deployment = (name: string, replicas: number) => ({
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'main', image: 'registry.example/web:1' }] },
    },
  },
})
for (const [name, replicas] of [
  ['web', 2],
  ['none', 0],
] as const)
  await api.call('POST', '/apis/apps/v1/namespaces/shop/deployments', deployment(name, replicas))
await api.call('POST', '/api/v1/namespaces/shop/configmaps', { metadata: { name: 'web' } })
await api.call('POST', '/api/v1/namespaces/shop/services', {
  ...{ metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } },
})

/** Ways to say how many there are to be. */
const racing: readonly ((path: string, replicas: number) => { path: string; type: string; body: string })[] = [
  (path, replicas) => ({
    ...{ path: `${path}/scale`, type: 'application/merge-patch+json' },
    body: JSON.stringify({ spec: { replicas } }),
  }),
  (path, replicas) => ({
    ...{ path, type: 'application/strategic-merge-patch+json' },
    body: JSON.stringify({ spec: { replicas } }),
  }),
  (path, value) => ({
    ...{ path, type: 'application/json-patch+json' },
    body: JSON.stringify([{ op: 'replace', path: '/spec/replicas', value }]),
  }),
  (path, replicas) => ({
    ...{ path: `${path}?fieldManager=x&force=true`, type: 'application/apply-patch+yaml' },
    body: JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'race' }, spec: { replicas } }),
  }),
]

const attacks = suite('an attack on Kubernetes')
attacks.after(async () => {
  await assertParity(stack)
  await stack.stop()
})

const tables: readonly (readonly [role: string, rows: readonly Attack[]])[] = [
  ['app', verbs],
  ['app', critical],
  ['app', identity],
  ['app', spelling],
  ['writer', bodies],
  ['writer', protobufBodies],
  ['changer', beside],
  ['writer', waysAround],
]
const tokens = new Map<string, string>()
for (const role of ['app', 'writer', 'changer']) tokens.set(role, await stack.token({ role }))
const marked = (text: string, marker: string) => text.replaceAll('@', marker)
let number = 0
const markers: string[] = []

for (const [role, rows] of tables)
  for (const [what, call, status, code] of rows) {
    const marker = `attack-${++number}-${role}`
    markers.push(marker)
    attacks(`by ${what} is answered ${status} ${code}`, async () => {
      const { path, body } = call
      const own = {
        ...call,
        path: marked(path, marker),
        ...(typeof body === 'string' && { body: marked(body, marker) }),
      }
      const bytes = bytesOf(`/clusters/prod/roles/${role}`, tokens.get(role), own)
      const answer = await send(stack.gateway.port, stack.ca, bytes)
      const said = answer.policies[0] ?? answer.code ?? ''
      assert.equal([answer.status, said], [status, code], answer.text.slice(0, 600))
    })
  }

attacks('reaches the target never: it heard of none, and what was to be changed is as it was', async () => {
  const heard = await stack.server.calls()
  const wrong = heard.filter(({ uri }) => markers.some(marker => uri.includes(marker)) && !uri.includes('dryRun=All'))
  assert.equal(wrong, [])
  const { spec } = (await api.call('GET', '/apis/apps/v1/namespaces/shop/deployments/web')).body as {
    readonly spec: { readonly replicas: number }
  }
  assert.is(spec.replicas, 2)
})

attacks('and makes nothing in passing', async () => {
  for (const path of ['pods/made', 'configmaps/made', 'endpoints/made'])
    assert.is((await api.call('GET', `/api/v1/namespaces/shop/${path}`)).status, 404)
})

attacks('at once with others finds what was decided on, or a conflict: fewer replicas never become more', async () => {
  const path = '/apis/apps/v1/namespaces/shop/deployments/race'
  await api.call('POST', '/apis/apps/v1/namespaces/shop/deployments', deployment('race', 40))
  const counts: number[] = []
  const over = new AbortController()
  const watching = api.watch('/apis/apps/v1/namespaces/shop/deployments', over.signal, (_type, { metadata, spec }) => {
    if (metadata.name === 'race') counts.push(spec.replicas)
  })
  const calls = Array.from({ length: 40 }, (_, at) => racing[at % racing.length]?.(path, (at * 17) % 40))
  const answers = await Promise.all(
    calls.map(call => {
      const bytes = bytesOf('/clusters/prod/roles/writer', tokens.get('writer'), { method: 'PATCH', path, ...call })
      return send(stack.gateway.port, stack.ca, bytes)
    }),
  )
  const changed = answers.filter(({ status }) => status === 200).length
  const { body } = await api.call('GET', path)
  while (counts.at(-1) !== body.spec.replicas) await new Promise(resolve => setTimeout(resolve, 20))
  over.abort()
  await watching
  assert.ok(changed > 0)
  assert.equal(
    [...new Set(answers.map(({ status }) => status))].filter(status => ![200, 403, 409, 422].includes(status)),
    [],
  )
  assert.equal(
    counts,
    counts.toSorted((a, b) => b - a),
  )
})

attacks('by a text that YAML reads in another way than JSON arrives as it was decided on', async () => {
  const path = '/api/v1/namespaces/shop/configmaps'
  const [type, text] = ['application/yaml', 'a\u0085\u2028b']
  const body = `{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"text"},"data":{"a":"a\\u0085\\u2028b"}}`
  const bytes = bytesOf('/clusters/prod/roles/writer', tokens.get('writer'), { path, type, body })
  assert.is((await send(stack.gateway.port, stack.ca, bytes)).status, 201)
  assert.is((await api.call('GET', `${path}/text`)).body.data.a, text)
})

attacks('is one of many, no two alike', () => {
  const all = tables.flatMap(([, rows]) => rows.map(([what, , , code]) => `${what} ${code}`))
  assert.is(new Set(all).size, all.length)
  assert.ok(all.length >= 90, `${all.length}`)
})

attacks.run()
