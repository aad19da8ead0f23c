// timeout: 200s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createKubeClient, kubectl, kubectlVersions } from '../../peers/index.ts'
import { eventually } from '../../stack/eventually.ts'
import { startKubernetesStack } from '../../stack/kubernetes-stack.ts'
import { assertParity } from '../../stack/parity.ts'

const policies = `
@id("app-does-all") permit(principal in Gate::Role::"app", action, resource);
@id("account-does-all") permit(principal in Gate::Role::"account", action, resource);
@id("no-secrets") @reason("secrets are not for agents")
forbid(principal, action, resource is K8s::Resource) when { resource.resource == "secrets" };
@id("scale-out") @reason("more than three need a person")
forbid(principal, action, resource) when { context has replicas && context.replicas > 3 }
unless { context has replicasBefore && context.replicas <= context.replicasBefore };
@id("registries") @reason("images come from docker.io")
forbid(principal, action, resource) when { context has workload && !["docker.io"].containsAll(context.workload.registries) };
@id("trials") @reason("configmaps are deleted for trial only")
forbid(principal, action in [K8s::Action::"delete", K8s::Action::"deletecollection"], resource is K8s::Resource)
when { resource.resource == "configmaps" && !context.dryRun };
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

  calls(`${version} is denied by what an object was and would be`, async () => {
    const through = await stack.through(program, 'app')
    const direct = stack.direct(program)
    await direct.run(['apply', '-f', '-'], { input: deployment(5) })
    const outcomes: string[] = []
    for (const [args, input] of [
      [['scale', 'deployment/web', '--replicas=4']],
      [['scale', 'deployment/web', '--replicas=6']],
      [['patch', 'deployment', 'web', '--type=json', '-p', '[{"op":"replace","path":"/spec/replicas","value":7}]']],
      [['patch', 'deployment', 'web', '--type=merge', '-p', '{"spec":{"replicas":2}}']],
      [['apply', '-f', '-'], deployment(8)],
      [['apply', '--server-side', '--force-conflicts', '-f', '-'], deployment(9)],
      [['apply', '--server-side', '--force-conflicts', '-f', '-'], deployment(3)],
      [['set', 'image', 'deployment/web', 'main=evil.example/busybox']],
      [['create', 'deployment', 'evil', '--image=evil.example/busybox']],
      [['run', 'evil', '--image=evil.example/busybox']],
      [['create', 'deployment', 'good', '--image=busybox']],
    ] as readonly (readonly [readonly string[], string?])[]) {
      const { code, stderr } = await through.run(args, input === undefined ? {} : { input })
      outcomes.push(code === 0 ? 'allowed' : (/policy `([\w-]+)`/.exec(stderr)?.[1] ?? stderr))
    }
    assert.equal(outcomes, [
      ...['allowed', 'scale-out', 'scale-out', 'allowed', 'scale-out', 'scale-out', 'allowed'],
      ...['registries', 'registries', 'registries', 'allowed'],
    ])
    await direct.run(['delete', 'deployment/web', 'deployment/good', '--timeout=20s'])
  })

  calls(`${version} says why its token was turned away, though it asks for discovery first`, async () => {
    const config = JSON.parse(await stack.kubeconfig('app'))
    config.users[0].user.token = await stack.token({ role: 'account' })
    const { code, stderr } = await createKubeClient(program, JSON.stringify(config)).run(['get', 'pods'])
    assert.is(code, 1)
    assert.match(stderr, 'Error from server (Forbidden): cedargate: the token is for role `account`')
  })

  calls(`${version} deletes for trial where it may not delete`, async () => {
    const through = await stack.through(program, 'app')
    const direct = stack.direct(program)
    await direct.run(['create', 'configmap', 'kept'])
    const trial = await through.run(['delete', 'configmap', 'kept', '--dry-run=server'])
    assert.is(trial.code, 0, trial.stderr)
    assert.match(trial.stdout, /^configmap "kept" deleted .*\(server dry run\)\n$/)
    assert.match((await through.run(['delete', 'configmap', 'kept'])).stderr, 'policy `trials`')
    assert.is((await direct.run(['get', 'configmap', 'kept', '-o', 'name'])).stdout, 'configmap/kept\n')
    await direct.run(['delete', 'configmap', 'kept'])
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
