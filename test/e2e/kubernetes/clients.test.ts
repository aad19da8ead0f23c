// timeout: 200s
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import {
  CoreV1Api,
  Exec,
  KubeConfig,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  type V1Status,
  Watch,
} from '@kubernetes/client-node'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { helm } from '../../peers/index.ts'
import { eventually } from '../../stack/eventually.ts'
import { type KubernetesStack, startKubernetesStack } from '../../stack/kubernetes-stack.ts'
import { assertParity } from '../../stack/parity.ts'
import { deployment, pod } from './objects.ts'
import { assertSame, type SideBySide } from './side-by-side.ts'

const stack: KubernetesStack = await startKubernetesStack({
  // a policy that looks at what would be has the gateway ask for it, and pin each change
  policies: `
    @id("app-does-all") permit(principal in Gate::Role::"app", action, resource);
    @id("registries") @reason("images come from docker.io") forbid(principal, action, resource)
    when { context has workload && !["docker.io"].containsAll(context.workload.registries) };
  `,
})
for (const name of ['side-one', 'side-two'])
  await stack.server.api.call('POST', '/api/v1/namespaces', { metadata: { name } })

const releases = suite('helm through the gateway')
const chart = mkdtempSync(join(tmpdir(), 'chart-'))
mkdirSync(join(chart, 'templates'))
writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: shop\nversion: 1.0.0\n')
writeFileSync(join(chart, 'values.yaml'), 'colour: red\n')
writeFileSync(
  join(chart, 'templates/all.yaml'),
  `${JSON.stringify(deployment('docker.io/nginx:1'))}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: shop\ndata:\n  colour: {{ .Values.colour }}\n`,
)
mkdirSync(join(chart, 'templates/tests'))
writeFileSync(
  join(chart, 'templates/tests/works.yaml'),
  JSON.stringify({
    ...pod('works', ['true']),
    metadata: {
      name: 'works',
      annotations: { 'helm.sh/hook': 'test', 'helm.sh/hook-delete-policy': 'before-hook-creation' },
    },
  }),
)
let both: SideBySide
releases.before(async () => {
  both = {
    direct: { client: stack.direct(helm()), namespace: 'side-one' },
    through: { client: await stack.through(helm(), 'app'), namespace: 'side-two' },
  }
})
for (const args of [
  ['install', 'shop', chart, '--dry-run=server'],
  ['install', 'shop', chart, '--wait', '--timeout', '20s'],
  ['list'],
  ['get', 'hooks', 'shop'],
  ['test', 'shop', '--timeout', '20s'],
  ['upgrade', 'shop', chart, '--set', 'colour=green', '--dry-run=server'],
  ['upgrade', 'shop', chart, '--set', 'colour=blue', '--wait', '--timeout', '20s'],
  ['upgrade', '--install', 'other', chart, '--set', 'colour=blue', '--no-hooks', '--dry-run=client'],
  ['history', 'shop'],
  ['get', 'manifest', 'shop'],
  ['rollback', 'shop', '1'],
  ['get', 'values', 'shop', '--revision', '2'],
  ['status', 'shop'],
  ['uninstall', 'shop'],
])
  releases(`says of \`${args.join(' ').replace(chart, 'shop')}\` what it says without`, () =>
    assertSame(both, { args }),
  )
releases('is told which image is denied, and leaves nothing behind', async () => {
  const evil = mkdtempSync(join(tmpdir(), 'chart-'))
  mkdirSync(join(evil, 'templates'))
  writeFileSync(join(evil, 'Chart.yaml'), 'apiVersion: v2\nname: evil\nversion: 1.0.0\n')
  writeFileSync(join(evil, 'templates/all.yaml'), JSON.stringify(deployment('evil.example/shop')))
  const { client, namespace } = both.through
  const { code, stderr } = await client.run(['-n', namespace, 'install', 'evil', evil, '--rollback-on-failure'])
  assert.is(code, 1)
  assert.match(stderr, 'images come from docker.io')
  const { body } = await stack.server.api.call('GET', `/apis/apps/v1/namespaces/${namespace}/deployments`)
  assert.equal(body.items, [])
})
releases.run()

const node = suite('@kubernetes/client-node through the gateway')
let config: KubeConfig
let core: CoreV1Api
node.before(async () => {
  config = new KubeConfig()
  config.loadFromString(await stack.kubeconfig('app'))
  core = config.makeApiClient(CoreV1Api)
})
const map = (name: string, data: { [key: string]: string } = {}) => ({ metadata: { name }, data })

node('creates, reads, patches and deletes', async () => {
  await core.createNamespacedConfigMap({ namespace: 'side-two', body: map('a', { colour: 'red' }) })
  await core.patchNamespacedConfigMap(
    { namespace: 'side-two', name: 'a', body: { data: { colour: 'blue' } } },
    setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
  )
  const { data } = await core.readNamespacedConfigMap({ namespace: 'side-two', name: 'a' })
  assert.equal(data, { colour: 'blue' })
  await core.deleteNamespacedConfigMap({ namespace: 'side-two', name: 'a' })
  try {
    await core.readNamespacedConfigMap({ namespace: 'side-two', name: 'a' })
    assert.unreachable()
  } catch (error) {
    assert.is((error as { code?: number }).code, 404)
  }
})
node('watches from the first moment on', async () => {
  const seen: string[] = []
  const watch = await new Watch(config).watch(
    '/api/v1/namespaces/side-two/configmaps',
    {},
    (type, object) => void (object.metadata.name.startsWith('w') && seen.push(`${type} ${object.metadata.name}`)),
    () => {},
  )
  await core.createNamespacedConfigMap({ namespace: 'side-two', body: map('w') })
  await core.deleteNamespacedConfigMap({ namespace: 'side-two', name: 'w' })
  await eventually('both were seen', () => seen.length === 2)
  assert.equal(seen, ['ADDED w', 'DELETED w'])
  watch.abort()
})
node('is kept up to date by an informer', async () => {
  const informer = makeInformer(config, '/api/v1/namespaces/side-two/configmaps', () =>
    core.listNamespacedConfigMap({ namespace: 'side-two' }),
  )
  informer.on('error', () => {}) // it is what its stop brings about
  await core.createNamespacedConfigMap({ namespace: 'side-two', body: map('before') })
  await informer.start()
  await core.createNamespacedConfigMap({ namespace: 'side-two', body: map('later') })
  await eventually('it knows both', () =>
    ['before', 'later'].every(name => informer.get(name, 'side-two') !== undefined),
  )
  await core.deleteNamespacedConfigMap({ namespace: 'side-two', name: 'before' })
  await eventually('it forgot one', () => informer.get('before', 'side-two') === undefined)
  await informer.stop()
})
node('runs a command over WebSocket, and is told how it ended', async () => {
  await core.createNamespacedPod({ namespace: 'side-two', body: pod('web', ['sleep', '600']) })
  await eventually('it runs', async () => {
    const { status } = await core.readNamespacedPod({ namespace: 'side-two', name: 'web' })
    return status?.phase === 'Running'
  })
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const command = ['sh', '-c', 'echo out; echo err >&2; exit 3']
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  const ended = (status: V1Status) => resolve(status.details?.causes?.[0]?.message)
  await new Exec(config).exec('side-two', 'web', 'main', command, stdout, stderr, null, false, ended)
  assert.is(await promise, '3')
  assert.equal([String(stdout.read()), String(stderr.read())], ['out\n', 'err\n'])
})
node.run()

const after = suite('what was recorded of helm and client-node')
after.after(() => stack.stop())
after('says what a watch was', () => {
  const watched = stack
    .trail()
    .all()
    .filter(
      event => event.kind === 'decision' && event.requests?.some(({ action }) => action === 'K8s::Action::"watch"'),
    )
  assert.ok(watched.length >= 2)
})
after('is what is decided again', () => assertParity(stack))
after.run()
