// timeout: 200s
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { Exec, KubeConfig, type V1Status } from '@kubernetes/client-node'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createKubeClient, type KubeClient, kubectl, kubectlVersions } from '../../peers/index.ts'
import { eventually } from '../../stack/eventually.ts'
import { startKubernetesStack } from '../../stack/kubernetes-stack.ts'
import { assertParity } from '../../stack/parity.ts'
import { pod } from './objects.ts'

const stack = await startKubernetesStack({
  policies: `
    @id("app-does-all") permit(principal, action, resource);
    @id("no-secrets") @reason("secrets are for nobody")
    forbid(principal, action, resource is K8s::Resource) when { resource.resource == "secrets" };
  `,
})
const { api } = stack.server
await api.call('POST', '/api/v1/namespaces/default/pods', pod('web', ['cat']))
await eventually('the pod runs', async () => {
  const { body } = await api.call('GET', '/api/v1/namespaces/default/pods/web')
  return body.status.phase === 'Running'
})

/** `kubectl proxy`, and where it listens. */
async function startProxy(client: KubeClient, ...args: readonly string[]) {
  const proxy = client.start(['proxy', '--port=0', ...args])
  const [line] = await once(proxy.stdout, 'data')
  const port = /127\.0\.0\.1:(\d+)/.exec(String(line))?.[1]
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      proxy.kill('SIGINT')
      await once(proxy, 'exit')
    },
  }
}
const kubeconfigOf = (server: string) =>
  JSON.stringify({
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'proxy' },
    // client-node wants that of plain HTTP
    clusters: [{ name: 'proxy', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'nobody', user: {} }],
    contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'nobody' } }],
  })

for (const version of kubectlVersions) {
  const test = suite(`kubectl ${version} proxy before the gateway`)
  const started: { stop(): Promise<void> }[] = []
  let direct: string
  let through: string
  test.before(async () => {
    const client = await stack.through(kubectl(version), 'app')
    const sides = [
      await startProxy(stack.direct(kubectl(version))),
      // exec is refused by the proxy itself unless told otherwise
      await startProxy(client, '--append-server-path', '--reject-paths=^/nothing$'),
    ]
    started.push(...sides)
    ;[direct = '', through = ''] = sides.map(({ url }) => url)
  })
  test.after(async () => void (await Promise.all(started.map(proxy => proxy.stop()))))

  test('answers as before the server itself', async () => {
    for (const path of ['/version', '/api', '/api/v1/namespaces/default', '/api/v1/namespaces/default/pods/nobody']) {
      const [expected, actual] = await Promise.all([fetch(direct + path), fetch(through + path)])
      assert.is(actual.status, expected.status, path)
      assert.equal(await actual.json(), await expected.json(), path)
    }
  })
  test('is told what a policy denies', async () => {
    const denied = await fetch(`${through}/api/v1/namespaces/default/secrets`)
    assert.is(denied.status, 403)
    assert.match(((await denied.json()) as V1Status).message ?? '', 'secrets are for nobody')
  })
  test('creates, watches and deletes', async () => {
    const maps = `${through}/api/v1/namespaces/default/configmaps`
    const name = `watched-${version}`
    const watch = await fetch(`${maps}?watch=true&fieldSelector=metadata.name=${name}`)
    const body = JSON.stringify({ metadata: { name } })
    const made = await fetch(maps, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
    assert.is(made.status, 201)
    assert.is((await fetch(`${maps}/${name}`, { method: 'DELETE' })).status, 200)
    let said = ''
    for await (const chunk of watch.body ?? []) {
      said += Buffer.from(chunk).toString()
      if (said.split('\n').length > 2) break
    }
    const types = said
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).type)
    assert.equal(types, ['ADDED', 'DELETED'])
  })
  test('lets kubectl exec and client-node through, by SPDY and by WebSocket', async () => {
    const ran = await createKubeClient(kubectl(version), kubeconfigOf(through)).run(
      ['exec', '-i', 'web', '--', 'sh', '-c', 'cat; exit 7'],
      { input: 'typed\n' },
    )
    assert.equal([ran.code, ran.stdout], [7, 'typed\n'], ran.stderr)
    const config = new KubeConfig()
    config.loadFromString(kubeconfigOf(through))
    const stdout = new PassThrough()
    const { promise, resolve } = Promise.withResolvers<string | undefined>()
    const ended = ({ status }: V1Status) => resolve(status)
    await new Exec(config).exec('default', 'web', 'main', ['echo', 'out'], stdout, null, null, false, ended)
    assert.is(await promise, 'Success')
    assert.is(String(stdout.read()), 'out\n')
  })
  test('that leaves out the path of the server is told what to write', async () => {
    const bare = await startProxy(await stack.through(kubectl(version), 'app'))
    started.push(bare)
    const path = '/api/v1/namespaces/default'
    const astray = await fetch(bare.url + path)
    assert.is(astray.status, 404)
    const { reason, message = '' } = (await astray.json()) as V1Status
    assert.is(reason, 'NotFound')
    assert.match(message, `\`/clusters/<target>/roles/<role>${path}\``)
    assert.is((await fetch(`${bare.url}/clusters/prod/roles/app${path}`)).status, 200)
  })
  test.run()
}

const after = suite('what was recorded of it')
after.after(() => stack.stop())
after('is what is decided again', () => assertParity(stack))
after.run()
