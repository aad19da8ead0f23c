// timeout: 200s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { kubectl, kubectlVersions } from '../../peers/index.ts'
import { startKubernetesStack } from '../../stack/kubernetes-stack.ts'
import { assertParity } from '../../stack/parity.ts'
import { pod } from './objects.ts'
import { assertSame, bothSides, type SideBySide, type Step } from './side-by-side.ts'

const stack = await startKubernetesStack({
  policies: `
    @id("app-does-all") permit(principal, action, resource);
    @id("registries") @reason("images come from docker.io")
    forbid(principal, action, resource) when { context has workload && !["docker.io"].containsAll(context.workload.registries) };
    @id("no-host") @reason("nobody looks into a node")
    forbid(principal in Gate::Role::"bounded", action, resource) when { context has workload && context.workload.hostPID };
  `,
  roles: { app: {}, bounded: {} },
})
const { api } = stack.server
/** A server of before 1.23 has such containers behind a gate that is closed. */
const isNewer = JSON.stringify((await api.call('GET', '/api/v1')).body).includes('pods/ephemeralcontainers')
const answers = ['sh', '-c', 'read line; echo "heard $line"']
const debug = (args: readonly string[], more: Partial<Step> = {}): Step => ({
  args: ['debug', '-i', ...args, '--', ...answers],
  input: 'me\n',
  ...more,
})

for (const version of kubectlVersions) {
  const test = suite(`kubectl ${version} debug through the gateway`)
  let sides: SideBySide
  test.before(async () => {
    sides = await bothSides(stack, version, namespace =>
      api.call('POST', `/api/v1/namespaces/${namespace}/pods`, pod('web', ['cat'])),
    )
    await assertSame(sides, { args: ['wait', '--for=condition=Ready', 'pod/web', '--timeout=20s'] })
  })

  test('adds a container to a pod, and attaches to it', async () => {
    const code = isNewer ? 0 : 1
    await assertSame(sides, debug(['web', '--image=docker.io/busybox:1', '-c', 'looker'], { code }))
    if (!isNewer) return
    await assertSame(sides, {
      args: ['get', 'pod', 'web', '-o', 'jsonpath={.spec.ephemeralContainers[*].name} {.spec.containers[*].name}'],
    })
    const { before, after } = readingsOf('PATCH', `${sides.through.namespace}/pods/web/ephemeralcontainers`)
    assert.equal(before?.workload?.images, ['docker.io/busybox:1'])
    assert.equal(after?.workload?.registries, ['docker.io'])
  })
  test('adds none of an image that is not approved, and its reading is on the record', async () => {
    const { namespace, client } = sides.through
    const denied = await client.run(['-n', namespace, 'debug', 'web', '--image=evil.example/tools', '-c', 'evil'])
    assert.is(denied.code, 1)
    if (!isNewer) return
    assert.match(denied.stderr, /images come from docker\.io .*policy `registries`/)
    const { before, after } = readingsOf('PATCH', `${namespace}/pods/web/ephemeralcontainers`)
    assert.equal(before?.workload?.registries, ['docker.io'])
    assert.equal(after?.workload?.images, ['docker.io/busybox:1', 'evil.example/tools'])
    const { body } = await api.call('GET', `/api/v1/namespaces/${namespace}/pods/web`)
    assert.not.match(JSON.stringify(body), 'evil')
  })
  test('makes a copy of a pod, and attaches to that', async () => {
    await assertSame(
      sides,
      debug(['web', '--copy-to=copied', '--image=docker.io/busybox:1', '-c', 'looker']),
      { args: ['debug', 'web', '--copy-to=changed', '--set-image=main=docker.io/busybox:2'] },
      { args: ['get', 'pod', 'copied', 'changed', '-o', 'jsonpath={.items[*].spec.containers[*].image}'] },
    )
  })
  test('looks into a node as a pod of it', async () => {
    await assertSame(sides, debug(['node/fake-node', '--image=docker.io/busybox:1']))
    const bounded = await stack.through(kubectl(version), 'bounded')
    const denied = await bounded.run(['debug', 'node/fake-node', '--image=docker.io/busybox:1'])
    assert.is(denied.code, 1)
    assert.match(denied.stderr, /nobody looks into a node .*policy `no-host`/)
  })
  test.run()
}

/** What the last decision on it was told. */
function readingsOf(method: string, path: string) {
  const line = stack
    .trail()
    .all()
    .findLast(
      event =>
        event.kind === 'decision' &&
        event.operation.protocol === 'kubernetes' &&
        event.operation.method === method &&
        event.operation.path === `/api/v1/namespaces/${path}`,
    )
  if (line?.kind !== 'decision' || line.operation.protocol !== 'kubernetes') throw new Error(`nobody asked ${path}`)
  return line.operation.catalog
}

const after = suite('what was recorded of it')
after.after(() => stack.stop())
after('is what is decided again', () => assertParity(stack))
after.run()
