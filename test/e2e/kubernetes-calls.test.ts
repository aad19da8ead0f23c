// timeout: 300s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { kubectl, kubectlVersions } from '../peers/index.ts'
import { eventually } from '../stack/eventually.ts'
import { startKubernetesStack } from '../stack/kubernetes-stack.ts'
import { assertParity } from '../stack/parity.ts'

const policies = `
@id("app-does-all") permit(principal in Gate::Role::"app", action, resource);
@id("account-does-all") permit(principal in Gate::Role::"account", action, resource);
@id("no-secrets") @reason("secrets are not for agents")
forbid(principal, action, resource is K8s::Resource) when { resource.resource == "secrets" };
`
const stack = await startKubernetesStack({
  policies,
  roles: { app: {}, account: { serviceAccount: 'default/deployer' } },
})
const calls = suite('kubectl through the gateway')
calls.after(async () => {
  await assertParity(stack)
  await stack.stop()
})

const deployment = (replicas: number) =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'busybox' }] } },
    },
  })

for (const version of kubectlVersions) {
  const program = kubectl(version)

  calls(`${version} gets what it gets directly`, async () => {
    const [through, direct] = [await stack.through(program, 'app'), stack.direct(program)]
    for (const args of [
      ['get', 'namespaces', '-o', 'name'],
      // 1.27 leaves the path of the server out
      ...(version === '1.27' ? [] : [['get', '--raw', '/api/v1/nodes?limit=1']]),
      ['api-resources', '--sort-by=name'],
      ['api-versions'],
      ['get', 'nodes', '-o', 'yaml'],
      ['describe', 'node', 'fake-node'],
      ['get', 'pods', '-A', '-l', 'app=none'],
      ['get', 'pod', 'not-there'],
      ['auth', 'can-i', 'create', 'pods'],
      ['explain', 'deployment.spec.replicas'],
      ['version'],
    ]) {
      const [ours, theirs] = [await through.run(args), await direct.run(args)]
      if (args[0] !== 'version') assert.equal(ours, theirs, args.join(' '))
      assert.is(ours.code, theirs.code, args.join(' '))
    }
  })

  calls(`${version} applies, scales, changes and deletes`, async () => {
    const through = await stack.through(program, 'app')
    const ok = async (args: readonly string[], input?: string) => {
      const ran = await through.run(args, input === undefined ? {} : { input })
      assert.is(ran.code, 0, `${args.join(' ')}: ${ran.stderr}`)
      return ran.stdout
    }
    await ok(['apply', '-f', '-'], deployment(1))
    assert.is((await through.run(['diff', '-f', '-'], { input: deployment(2) })).code, 1)
    await ok(['apply', '-f', '-'], deployment(2))
    await ok(['apply', '--server-side', '--force-conflicts', '-f', '-'], deployment(2))
    await ok(['scale', 'deployment/web', '--replicas=3'])
    assert.is(await ok(['get', 'deployment', 'web', '-o', 'jsonpath={.spec.replicas}']), '3')
    await ok(['label', 'deployment/web', 'tier=front'])
    await ok(['set', 'image', 'deployment/web', 'main=busybox:2'])
    await ok(['create', 'configmap', 'settings', '--from-literal=a=b'])
    await ok(['wait', '--for=delete', 'pod/none', '--timeout=5s'])
    await ok(['delete', 'deployment/web', 'configmap/settings', '--timeout=20s'])
  })

  calls(`${version} is told the reason, the policy and the commit`, async () => {
    const { code, stderr } = await (await stack.through(program, 'app')).run(['get', 'secrets'])
    assert.is(code, 1)
    assert.match(stderr, /Error from server \(Forbidden\): cedargate: secrets are not for agents/)
    assert.match(stderr, 'policy `no-secrets`')
    assert.match(stderr, `commit ${stack.gateway.commit()}`)
  })
}

calls('shows the token of a service account that it has asked for', async () => {
  const direct = stack.direct(kubectl('1.35'))
  await direct.run(['create', 'serviceaccount', 'deployer'])
  const through = await stack.through(kubectl('1.35'), 'account')
  const denied = await through.run(['get', 'pods'])
  assert.match(denied.stderr, 'User "system:serviceaccount:default:deployer" cannot list resource "pods"')
  await direct.run(['create', 'role', 'lists', '--verb=list', '--resource=pods'])
  await direct.run(['create', 'rolebinding', 'lists', '--role=lists', '--serviceaccount=default:deployer'])
  await eventually('the binding counts', async () => (await through.run(['get', 'pods'])).code === 0)
})

calls('ends a watch that a reload no longer allows, and says why', async () => {
  const through = await stack.through(kubectl('1.35'), 'app')
  const watching = through.start(['get', 'namespaces', '--watch'])
  let said = ''
  watching.stdout.on('data', chunk => (said += chunk))
  const ended = new Promise(resolve => watching.once('close', resolve))
  await eventually('the watch has begun', async () => said.includes('default'))
  await stack.publish({
    'policies/watch.cedar':
      '@id("no-watch") @reason("nobody watches") forbid(principal, action == K8s::Action::"watch", resource);',
  })
  await ended
  assert.match(said, /Forbidden +cedargate: nobody watches/)
})

calls.run()
