// timeout: 400s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { kubectl, kubectlVersions } from '../../peers/index.ts'
import { type KubernetesStack, startKubernetesStack } from '../../stack/kubernetes-stack.ts'
import { assertParity } from '../../stack/parity.ts'
import { deployment, pod, shop } from './objects.ts'
import { assertSame, type SideBySide, type Step } from './side-by-side.ts'

const policies = `
  @id("app-does-all") permit(principal in Gate::Role::"app", action, resource);
  @id("account-does-all") permit(principal in Gate::Role::"account", action, resource);
  @id("observer-reads") permit(principal in Gate::Role::"observer", action in K8s::Action::"read", resource);
  @id("no-secrets") @reason("secrets are for nobody")
  forbid(principal in Gate::Role::"observer", action, resource is K8s::Resource) when { resource.resource == "secrets" };
`
const stack: KubernetesStack = await startKubernetesStack({
  policies,
  roles: { app: {}, observer: {}, account: { serviceAccount: 'default/gate' } },
})
const { api } = stack.server
await api.call('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'gate' } })
await api.call('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
  metadata: { name: 'gate' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [{ kind: 'ServiceAccount', namespace: 'default', name: 'gate' }],
})

/** In this order: each finds what the ones before it left. */
const steps: readonly Step[] = [
  { args: ['version', '-o', 'json'] },
  { args: ['api-resources'] },
  { args: ['api-versions'] },
  { args: ['get', 'nodes', '-o', 'wide'] },
  { args: ['get', 'pods'] },
  { args: ['get', 'nonsense'], code: 1 },
  { args: ['get', 'pod', 'nobody'], code: 1 },
  { args: ['diff', '-f', '-'], input: shop('docker.io/nginx:1'), code: 1 },
  { args: ['apply', '-f', '-', '--dry-run=server'], input: shop('docker.io/nginx:1') },
  { args: ['apply', '-f', '-'], input: shop('docker.io/nginx:1') },
  { args: ['apply', '-f', '-'], input: shop('docker.io/nginx:1') },
  { args: ['diff', '-f', '-'], input: shop('docker.io/nginx:1') },
  { args: ['diff', '-f', '-'], input: shop('docker.io/nginx:2'), code: 1 },
  { args: ['apply', '-f', '-'], input: shop('docker.io/nginx:2', 3) },
  { args: ['rollout', 'status', 'deployment/shop', '--timeout=20s'] },
  { args: ['get', 'deployments,services,configmaps', '-o', 'wide'] },
  { args: ['get', 'deployment', 'shop', '-o', 'jsonpath={.spec.replicas} {.spec.template.spec.containers[0].image}'] },
  { args: ['describe', 'deployment', 'shop'] },
  { args: ['scale', 'deployment/shop', '--replicas=5'] },
  { args: ['scale', 'deployment/shop', '--replicas=1', '--current-replicas=4'], code: 1 },
  { args: ['set', 'image', 'deployment/shop', 'main=docker.io/nginx:3'] },
  { args: ['rollout', 'restart', 'deployment/shop'] },
  { args: ['rollout', 'pause', 'deployment/shop'] },
  { args: ['rollout', 'history', 'deployment/shop'] },
  { args: ['label', 'configmap', 'shop', 'tier=front'] },
  { args: ['annotate', 'configmap', 'shop', 'note=kept'] },
  { args: ['patch', 'configmap', 'shop', '--type=merge', '-p', '{"data":{"size":"l"}}'] },
  { args: ['patch', 'configmap', 'shop', '--type=json', '-p', '[{"op":"remove","path":"/data/size"}]'] },
  {
    args: ['patch', 'configmap', 'shop', '--type=json', '-p', '[{"op":"test","path":"/data/size","value":"l"}]'],
    code: 1,
  },
  { args: ['patch', 'deployment', 'shop', '-p', '{"spec":{"replicas":4}}'] },
  { args: ['get', 'configmaps', '-l', 'tier=front', '-o', 'name'] },
  { args: ['get', 'configmap', 'shop', '-o', 'jsonpath={.data}'] },
  { args: ['apply', '--server-side', '-f', '-'], input: JSON.stringify(deployment('docker.io/nginx:4')), code: 1 },
  {
    args: ['apply', '--server-side', '--force-conflicts', '-f', '-'],
    input: JSON.stringify(deployment('docker.io/nginx:4')),
  },
  { args: ['create', 'configmap', 'made', '--from-literal=a=b'] },
  { args: ['create', 'configmap', 'made', '--from-literal=a=b'], code: 1 },
  { args: ['create', 'secret', 'generic', 'kept', '--from-literal=password=hunter2'] },
  { args: ['get', 'secret', 'kept', '-o', 'jsonpath={.data.password}'] },
  { args: ['create', 'serviceaccount', 'runner'] },
  { args: ['create', 'role', 'reads', '--verb=get,list', '--resource=pods'] },
  { args: ['create', 'rolebinding', 'reads', '--role=reads', '--serviceaccount=NAMESPACE:runner'] },
  { args: ['auth', 'can-i', 'delete', 'pods'] },
  {
    args: ['apply', '-f', '-'],
    input: JSON.stringify(pod('web', ['sh', '-c', 'echo begun; exec cat'], { side: 'NAMESPACE' })),
  },
  { args: ['wait', '--for=condition=Ready', 'pod/web', '--timeout=20s'] },
  { args: ['get', 'pods', '-o', 'wide'] },
  { args: ['describe', 'pod', 'web'] },
  { args: ['logs', 'web'] },
  { args: ['wait', '--for=condition=Never', 'pod/web', '--timeout=3s'], code: 1 },
  {
    args: ['apply', '-f', '-'],
    input: JSON.stringify(pod('short', ['sh', '-c', 'sleep 0.2; echo one; sleep 0.2; echo two'])),
  },
  { args: ['wait', '--for=condition=PodScheduled', 'pod/short', '--timeout=20s'] },
  { args: ['logs', '-f', 'short'] },
  { args: ['delete', 'configmap', 'made'] },
  { args: ['delete', 'configmap', 'made'], code: 1 },
  { args: ['delete', 'configmaps', '--all'] },
  { args: ['delete', 'pod', 'short', '--timeout=20s'] },
]

for (const version of kubectlVersions) {
  const test = suite(`kubectl ${version} through the gateway`)
  const sides = async (): Promise<SideBySide> => {
    const name = version.replace('.', '-')
    return {
      direct: { client: stack.direct(kubectl(version)), namespace: `one-${name}` },
      through: { client: await stack.through(kubectl(version), 'app'), namespace: `two-${name}` },
    }
  }
  let both: SideBySide
  test.before(async () => {
    both = await sides()
    for (const { namespace } of Object.values(both))
      await api.call('POST', '/api/v1/namespaces', { metadata: { name: namespace } })
  })
  for (const step of steps)
    test(`says of \`${step.args.join(' ')}\` what it says without`, async () => {
      await assertSame(both, step)
    })
  test('explains a field as without', () => assertSame(both, { args: ['explain', 'pod.spec.containers'] }))
  test('reads a path as without', async () => {
    const path = `/api/v1/namespaces/${both.direct.namespace}`
    const direct = await both.direct.client.run(['get', '--raw', path])
    // 1.27 takes it from the root, whatever path its server has
    const written = version === '1.27' ? `/clusters/prod/roles/app${path}` : path
    assert.equal(await both.through.client.run(['get', '--raw', written]), direct)
    if (version !== '1.27') return
    const { code, stderr } = await both.through.client.run(['get', '--raw', path])
    assert.is(code, 1)
    assert.match(stderr, `kubeconfig's server before it, \`/clusters/<target>/roles/<role>${path}\``)
  })
  test('drains a node as without', () =>
    assertSame(
      both,
      { args: ['cordon', 'fake-node'] },
      { args: ['drain', 'fake-node', '--force', '--pod-selector=side=NAMESPACE', '--timeout=20s'] },
      { args: ['uncordon', 'fake-node'] },
      { args: ['get', 'pods', '-o', 'name'] },
    ))
  test('appears as somebody else where a policy and the login let it', async () => {
    const account = await stack.through(kubectl(version), 'account')
    const ask = ['auth', 'can-i', 'delete', 'pods', `--as=jane-${version}`]
    assert.equal(await account.run(ask), { code: 1, stdout: 'no\n', stderr: '' })
    const heard = (await stack.server.calls()).filter(({ as }) => as === `jane-${version}`)
    assert.equal([...new Set(heard.map(({ user }) => user))], ['system:serviceaccount:default:gate'])
    assert.match((await both.through.client.run(ask)).stderr, 'Error from server (Forbidden)')
  })
  test('issues a token as without', async () => {
    const { code, stdout } = await both.through.client.run(['-n', both.through.namespace, 'create', 'token', 'runner'])
    assert.is(code, 0)
    const [, claims = ''] = stdout.split('.')
    assert.is(
      JSON.parse(Buffer.from(claims, 'base64url').toString()).sub,
      `system:serviceaccount:${both.through.namespace}:runner`,
    )
  })
  test('is told who denies what, and the target hears nothing of it', async () => {
    const observer = await stack.through(kubectl(version), 'observer')
    assert.is((await observer.run(['get', 'pods', '-n', both.direct.namespace])).code, 0)
    const denied = await observer.run(['get', 'secrets', '-n', `denied-${version}`])
    assert.is(denied.code, 1)
    assert.is(denied.stdout, '')
    assert.match(denied.stderr, /^Error from server \(Forbidden\): .*secrets are for nobody/)
    for (const part of ['no-secrets', stack.gateway.commit()]) assert.match(denied.stderr, part)
    const gone = await observer.run(['delete', 'deployment', 'shop', '-n', both.direct.namespace])
    assert.match(gone.stderr, /^Error from server \(Forbidden\): /)
    const heard = await stack.server.calls()
    assert.equal(
      heard.filter(({ uri }) => uri.includes(`denied-${version}`)),
      [],
    )
  })
  test('leaves each call on the record, with its policy and commit', () => {
    const line = stack
      .trail()
      .all()
      .find(
        event =>
          event.kind === 'decision' &&
          event.operation.protocol === 'kubernetes' &&
          event.operation.path === `/apis/apps/v1/namespaces/${both.through.namespace}/deployments/shop/scale` &&
          event.operation.method !== 'GET',
      )
    assert.ok(line?.kind === 'decision')
    assert.is(line.decision?.effect, 'allow')
    assert.equal(line.decision?.policies, ['app-does-all'])
    assert.is(line.commit, stack.gateway.commit())
  })
  test.run()
}

const after = suite('what was recorded of it')
after.after(() => stack.stop())
after('is what is decided again', () => assertParity(stack))
after.run()
