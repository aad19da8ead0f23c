// timeout: 400s
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { kubectlVersions } from '../../peers/index.ts'
import { eventually } from '../../stack/eventually.ts'
import { type KubernetesStack, startKubernetesStack } from '../../stack/kubernetes-stack.ts'
import { assertParity } from '../../stack/parity.ts'
import { pod } from './objects.ts'
import { assertSame, bothSides, type SideBySide, type Step } from './side-by-side.ts'

const stack: KubernetesStack = await startKubernetesStack({
  policies: '@id("app-does-all") permit(principal, action, resource);',
})
const { api } = stack.server

/** Two containers, one of which says three lines. */
const pair = {
  ...pod('pair', ['sh', '-c', 'echo one; echo two; echo three; exec cat'], { app: 'pair' }),
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [
      { name: 'says', image: 'docker.io/busybox:1', command: ['sh', '-c', 'echo one; echo two; echo three; exec cat'] },
      { name: 'silent', image: 'docker.io/busybox:1', command: ['cat'] },
    ],
  },
}
const event = (namespace: string) => ({
  ...{ metadata: { name: 'said' }, type: 'Warning', reason: 'Tested', message: 'so it was', count: 1 },
  involvedObject: { kind: 'Pod', namespace, name: 'pair', apiVersion: 'v1' },
  ...{ firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:00:00Z', source: { component: 'test' } },
})
const maps = ['a', 'b', 'c'].map(name => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { set: 'three' } }, data: { key: name } },
}))

const steps: readonly Step[] = [
  { args: ['cluster-info'] },
  { args: ['api-versions'] },
  { args: ['api-resources', '--namespaced', '--verbs=watch', '-o', 'name'] },
  { args: ['explain', 'pods', '--recursive'] },
  { args: ['explain', 'nonsense'], code: 1 },
  { args: ['get', 'pods', 'pair', '-o', 'wide', '--show-labels'] },
  { args: ['get', 'pods', '-A', '--field-selector', 'metadata.namespace=NAMESPACE', '-o', 'name'] },
  { args: ['get', 'configmaps', '-l', 'set=three', '--chunk-size=1', '-o', 'name'] },
  { args: ['get', 'configmaps', '-l', 'set in (three)', '--sort-by=.data.key', '-o', 'custom-columns=K:.data.key'] },
  { args: ['get', 'configmap', 'a', '-o', 'yaml'] },
  { args: ['get', 'configmap', 'a', 'b', '-o', 'json'] },
  { args: ['get', 'configmap', 'a', '-o', 'go-template={{.data.key}}'] },
  { args: ['get', 'configmap', 'a', 'nobody'], code: 1 },
  { args: ['get', 'configmap', 'nobody', '--ignore-not-found'] },
  { args: ['get', 'pods', '-l', 'app=nobody'] },
  { args: ['get', 'all', '-l', 'app=pair'] },
  { args: ['describe', 'configmap', 'a'] },
  { args: ['describe', 'pod', '-l', 'app=pair'] },
  { args: ['events'] },
  { args: ['events', '--for', 'pod/pair'] },
  { args: ['get', 'events', '--field-selector', 'involvedObject.name=pair'] },
  { args: ['top', 'pods'], code: 1 },
  { args: ['top', 'nodes'], code: 1 },
  { args: ['auth', 'whoami'], code: 1 },
  { args: ['auth', 'can-i', 'get', '/healthz'] },
  { args: ['auth', 'can-i', '--list'] },
  { args: ['cluster-info', 'dump', '--namespaces', 'NAMESPACE', '-o', 'yaml'] },
  { args: ['certificate', 'approve', 'nobody'], code: 1 },
  { args: ['logs', 'pair', '-c', 'says'] },
  { args: ['logs', 'pair', '-c', 'says', '--tail=1'] },
  { args: ['logs', 'pair', '-c', 'nobody'], code: 1 },
  { args: ['logs', 'pair', '-c', 'says', '--previous'], code: 1 },
  { args: ['logs', 'pair'] },
  { args: ['logs', '-l', 'app=pair', '--all-containers', '--prefix'] },
  { args: ['logs', 'nobody'], code: 1 },
  { args: ['logs', 'deployment/nobody'], code: 1 },
  { args: ['exec', 'pair', '-c', 'silent', '--', 'sh', '-c', 'exit 9'], code: 9 },
  { args: ['exec', 'pair', '--', 'echo', 'out'] },
  { args: ['exec', 'pair', '-c', 'nobody', '--', 'true'], code: 1 },
  { args: ['exec', 'nobody', '--', 'true'], code: 1 },
  { args: ['exec', 'pair', '-c', 'says', '--', '/no/such/program'], code: 127 },
  { args: ['wait', '--for=jsonpath={.data.key}=a', 'configmap/a', '--timeout=5s'] },
  { args: ['wait', '--for=jsonpath={.data.key}=b', 'configmap/a', '--timeout=3s'], code: 1 },
  { args: ['wait', '--for=condition=Ready', 'pod', '-l', 'app=pair', '--timeout=5s'] },
  { args: ['wait', '--for=delete', 'configmap/nobody', '--timeout=5s'] },
  { args: ['wait', '--for=delete', 'configmap/a', '--timeout=3s'], code: 1 },
  { args: ['port-forward', 'pod/nobody', ':80'], code: 1 },
  { args: ['attach', 'nobody'], code: 1 },
]

for (const version of kubectlVersions) {
  const test = suite(`a look by kubectl ${version} through the gateway`)
  let sides: SideBySide
  test.before(async () => {
    sides = await bothSides(stack, version, async namespace => {
      const within = `/api/v1/namespaces/${namespace}`
      await api.call('POST', `${within}/pods`, pair)
      await api.call('POST', `${within}/events`, event(namespace))
      for (const map of maps) await api.call('POST', `${within}/configmaps`, map)
    })
    await assertSame(sides, { args: ['wait', '--for=condition=Ready', 'pod/pair', '--timeout=20s'] })
  })
  for (const step of steps)
    test(`says of \`${step.args.join(' ')}\` what it says without`, () => assertSame(sides, step))

  test('sees while it watches what it sees without', async () => {
    const seen: string[][] = []
    for (const { client, namespace } of Object.values(sides)) {
      const args = ['get', 'configmaps', '-l', 'watched', '-w', '--output-watch-events', '-L', 'turn']
      const watching = client.start(['-n', namespace, ...args])
      let said = ''
      watching.stdout.on('data', (text: Buffer) => {
        said += text
      })
      const at = `/api/v1/namespaces/${namespace}/configmaps`
      const watched = (name: string) => ({ metadata: { name, labels: { watched: '', turn: '1' } } })
      await api.call('POST', at, watched('first'))
      await eventually('it watches', () => said.includes('first'))
      await api.call('POST', at, watched('second'))
      await api.call('PATCH', `${at}/second`, { metadata: { labels: { turn: '2' } } }, 'application/merge-patch+json')
      await api.call('DELETE', `${at}/second`)
      await eventually('it saw the end', () => said.includes('DELETED'))
      watching.kill('SIGINT')
      await once(watching, 'exit')
      seen.push(said.split('\n').map(line => line.replace(/ \d+s/, '').replace(/ +/g, ' ').trim()))
    }
    assert.equal(seen[1], seen[0])
    assert.ok(seen[1]?.includes('MODIFIED second 0 2'), JSON.stringify(seen))
  })
  test('waits until an object is gone', async () => {
    const { client, namespace } = sides.through
    const waiting = client.run(['-n', namespace, 'wait', '--for=delete', 'configmap/c', '--timeout=30s'])
    const resource = `K8s::Resource::"prod/${namespace}//configmaps/c"`
    await eventually('it waits', () =>
      stack
        .trail()
        .all()
        .some(
          line =>
            line.kind === 'decision' &&
            line.requests?.some(each => each.action === 'K8s::Action::"watch"' && each.resource === resource),
        ),
    )
    await api.call('DELETE', `/api/v1/namespaces/${namespace}/configmaps/c`)
    const { code, stdout } = await waiting
    assert.equal([code, stdout], [0, 'configmap/c condition met\n'])
  })
  test('copies folders there and back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cedargate-folders-'))
    mkdirSync(join(folder, 'there', 'below'), { recursive: true })
    writeFileSync(join(folder, 'there', 'a file'), 'a')
    writeFileSync(join(folder, 'there', 'below', 'b'), Buffer.alloc(200_000, 'b'))
    for (const { client, namespace } of Object.values(sides)) {
      mkdirSync(join(folder, namespace))
      const within = `pair:${join(folder, namespace)}`
      for (const args of [
        ['cp', join(folder, 'there'), `${within}/inside`, '-c', 'silent'],
        ['cp', `${within}/inside`, join(folder, `back-${namespace}`), '-c', 'silent'],
      ]) {
        const { code, stderr } = await client.run(['-n', namespace, ...args])
        assert.is(code, 0, stderr)
      }
      assert.is(readFileSync(join(folder, `back-${namespace}`, 'a file'), 'utf8'), 'a')
      assert.is(readFileSync(join(folder, `back-${namespace}`, 'below', 'b')).length, 200_000)
    }
  })
  for (const [what, to] of [
    ['a pod', 'pod/pair'],
    ['the pod behind a service', 'service/pair'],
  ] as const)
    test(`forwards two ports of ${what} at once`, async () => {
      const { client, namespace } = sides.through
      const servers = ['one', 'two'].map(word => createServer(socket => socket.end(word)))
      const ports: number[] = []
      for (const server of servers) {
        server.listen(0, '127.0.0.1')
        await once(server, 'listening')
        ports.push((server.address() as AddressInfo).port)
      }
      const service = `/api/v1/namespaces/${namespace}/services`
      const exposed = ports.map(port => ({ name: `p${port}`, port, targetPort: port }))
      await api.call('POST', service, {
        metadata: { name: 'pair' },
        spec: { selector: { app: 'pair' }, ports: exposed },
      })
      const forwarding = client.start(['-n', namespace, 'port-forward', to, ...ports.map(port => `:${port}`)])
      let said = ''
      forwarding.stdout.on('data', text => {
        said += text
      })
      const local = (port: number) => new RegExp(`127\\.0\\.0\\.1:(\\d+) -> ${port}`).exec(said)?.[1]
      await eventually('both are open', () => ports.every(local))
      const words = await Promise.all(ports.map(async port => read(Number(local(port)))))
      assert.equal(words, ['one', 'two'])
      forwarding.kill('SIGINT')
      await once(forwarding, 'exit')
      await api.call('DELETE', `${service}/pair`)
      for (const server of servers) server.close()
    })
  test.run()
}

async function read(port: number): Promise<string> {
  let text = ''
  for await (const piece of connect(port, '127.0.0.1')) text += piece
  return text
}

const after = suite('what was recorded of it')
after.after(() => stack.stop())
after('is what is decided again', () => assertParity(stack))
after.run()
