// timeout: 200s
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import {
  AppsV1Api,
  Attach,
  CoreV1Api,
  Cp,
  KubeConfig,
  Log,
  makeInformer,
  PatchStrategy,
  PortForward,
  setHeaderOptions,
  Watch,
} from '@kubernetes/client-node'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { eventually } from '../../stack/eventually.ts'
import { startKubernetesStack } from '../../stack/kubernetes-stack.ts'
import { assertParity } from '../../stack/parity.ts'
import { deployment, pod } from './objects.ts'

// a policy that looks at what would be has the gateway ask for it, and pin each change
const stack = await startKubernetesStack({
  policies: `
    @id("app-does-all") permit(principal, action, resource);
    @id("bounds") @reason("at most ten") forbid(principal, action, resource) when { context has replicas && context.replicas > 10 };
  `,
})
const config = new KubeConfig()
config.loadFromString(await stack.kubeconfig('app'))
const core = config.makeApiClient(CoreV1Api)
const apps = config.makeApiClient(AppsV1Api)
const namespace = 'default'
/** A real server that has just begun knows all that it ever told. */
const { body: version } = await stack.server.api.call('GET', '/version')
const forgets = version.gitVersion.includes('fake')
const folder = mkdtempSync(join(tmpdir(), 'cedargate-client-node-'))
const textOf = (stream: PassThrough) => {
  const heard = { text: '' }
  stream.on('data', chunk => {
    heard.text += chunk
  })
  return heard
}

const node = suite('@kubernetes/client-node through the gateway')
node.before(async () => {
  const command = ['sh', '-c', 'while read line; do echo "heard $line"; done']
  await core.createNamespacedPod({ namespace, body: pod('web', command) })
  await eventually('it runs', async () => {
    const { status } = await core.readNamespacedPod({ namespace, name: 'web' })
    return status?.phase === 'Running'
  })
  await apps.createNamespacedDeployment({ namespace, body: deployment('docker.io/nginx:1') })
})

for (const [type, body, replicas] of [
  [PatchStrategy.MergePatch, { spec: { replicas: 3 } }, 3],
  [PatchStrategy.StrategicMergePatch, { spec: { replicas: 4 } }, 4],
  [PatchStrategy.JsonPatch, [{ op: 'replace', path: '/spec/replicas', value: 5 }], 5],
  [PatchStrategy.ServerSideApply, deployment('docker.io/nginx:1', 6), 6],
] as const)
  node(`patches by \`${type}\`, and is told what is denied`, async () => {
    const options = setHeaderOptions('Content-Type', type)
    const name = 'shop'
    const given = {
      namespace,
      name,
      fieldManager: 'test',
      ...(type === PatchStrategy.ServerSideApply && { force: true }),
    }
    const patched = await apps.patchNamespacedDeployment({ ...given, body }, options)
    assert.is(patched.spec?.replicas, replicas)
    const more = JSON.parse(JSON.stringify(body).replace(String(replicas), '11'))
    try {
      await apps.patchNamespacedDeployment({ ...given, body: more }, options)
      assert.unreachable()
    } catch (error) {
      const { code, body: said } = error as { code?: number; body?: string }
      assert.is(code, 403, String(error))
      assert.match(String(said), 'at most ten')
    }
  })
node('is told of a patch that the target would refuse what that says', async () => {
  const body = { spec: { replicas: -1 } }
  const options = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)
  try {
    await apps.patchNamespacedDeployment({ namespace, name: 'shop', body }, options)
    assert.unreachable()
  } catch (error) {
    assert.is((error as { code?: number }).code, 422, String(error))
  }
})
node('patches what others patch at that moment', async () => {
  const options = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)
  const keys = ['a', 'b', 'c']
  await Promise.all(
    keys.map(key => {
      const body = { metadata: { annotations: { [key]: 'here' } } }
      return apps.patchNamespacedDeployment({ namespace, name: 'shop', body }, options)
    }),
  )
  const { metadata } = await apps.readNamespacedDeployment({ namespace, name: 'shop' })
  assert.equal(
    keys.filter(key => metadata?.annotations?.[key] !== 'here'),
    [],
  )
})
node('replaces what it has read, once', async () => {
  const name = 'shop'
  const body = await apps.readNamespacedDeployment({ namespace, name })
  if (body.spec) body.spec.replicas = 1
  assert.is((await apps.replaceNamespacedDeployment({ namespace, name, body })).spec?.replicas, 1)
  if (body.spec) body.spec.replicas = 2
  try {
    await apps.replaceNamespacedDeployment({ namespace, name, body })
    assert.unreachable()
  } catch (error) {
    assert.is((error as { code?: number }).code, 409, String(error))
  }
})

node('is told that a version is gone, and an informer lists anew', async () => {
  const path = '/api/v1/namespaces/default/configmaps'
  const told: unknown[] = []
  const ended = Promise.withResolvers<unknown>()
  await new Watch(config).watch(
    path,
    { resourceVersion: '1', timeoutSeconds: 2 },
    (type, { code }) => void told.push([type, code]),
    ended.resolve,
  )
  await ended.promise
  assert.equal(told, forgets ? [['ERROR', 410]] : [])
  await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'there' } } })
  let lists = 0
  const informer = makeInformer(config, path, async () => {
    const list = await core.listNamespacedConfigMap({ namespace })
    lists += 1
    // as one that was listed long ago
    return lists === 1 ? { ...list, items: [], metadata: { ...list.metadata, resourceVersion: '1' } } : list
  })
  informer.on('error', () => {}) // it is what its stop brings about
  await informer.start()
  await eventually('it has listed anew', () => informer.get('there', namespace) !== undefined)
  assert.is(lists, forgets ? 2 : 1)
  await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'later' } } })
  await eventually('it goes on', () => informer.get('later', namespace) !== undefined)
  await informer.stop()
})

node('attaches to what runs', async () => {
  const [stdout, stdin] = [new PassThrough(), new PassThrough()]
  const heard = textOf(stdout)
  const socket = await new Attach(config).attach(namespace, 'web', 'main', stdout, null, stdin, false)
  stdin.write('me\n')
  await eventually('an echo', () => heard.text === 'heard me\n')
  socket.close()
})
node('copies a folder there and back', async () => {
  for (const name of ['from', 'within', 'back']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'from', 'a'), Buffer.alloc(100_000, 'a'))
  const copies = new Cp(config)
  await copies.cpToPod(namespace, 'web', 'main', join(folder, 'from'), join(folder, 'within'))
  await eventually('it is there', () => sizeOf(join(folder, 'within', 'a')) === 100_000)
  await copies.cpFromPod(namespace, 'web', 'main', 'a', join(folder, 'back'), join(folder, 'within'))
  await eventually('it is back', () => sizeOf(join(folder, 'back', 'a')) === 100_000)
})
node('forwards a port', async () => {
  const echo = createServer(socket => socket.pipe(socket))
  await new Promise<void>(resolve => echo.listen(0, '127.0.0.1', resolve))
  const { port } = echo.address() as AddressInfo
  const [output, input] = [new PassThrough(), new PassThrough()]
  const heard = textOf(output)
  const socket = await new PortForward(config).portForward(namespace, 'web', [port], output, null, input)
  input.write('hello')
  await eventually('an echo', () => heard.text === 'hello')
  if ('close' in socket) socket.close()
  echo.close()
})
node('follows a log to its end', async () => {
  const stream = new PassThrough()
  const heard = textOf(stream)
  await new Log(config).log(namespace, 'web', 'main', stream, { follow: true })
  await eventually('what was said', () => heard.text.includes('heard me\n'))
  const [stdin, quiet] = [new PassThrough(), new PassThrough()]
  const socket = await new Attach(config).attach(namespace, 'web', 'main', quiet, null, stdin, false)
  stdin.write('later\n')
  await eventually('what is said', () => heard.text.includes('heard later\n'))
  socket.close()
  const ended = once(stream, 'finish')
  await core.deleteNamespacedPod({ namespace, name: 'web', gracePeriodSeconds: 0 })
  await ended
})
node('left all of it on the record, to be decided again', async () => {
  await assertParity(stack)
})
node.after(() => stack.stop())
node.run()

function sizeOf(path: string): number {
  return existsSync(path) ? readFileSync(path).length : -1
}
