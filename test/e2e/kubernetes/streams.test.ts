// timeout: 280s
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TrailEvent } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type KubeClient, kubectl, kubectlVersions, requirePeers } from '../../peers/index.ts'
import { eventually } from '../../stack/eventually.ts'
import { startKubernetesStack } from '../../stack/kubernetes-stack.ts'
import { assertParity } from '../../stack/parity.ts'

const allowed = '@id("all") permit (principal in Gate::Role::"app", action, resource);'
const denied = `${allowed}
@id("no-streams") @reason("no streams today")
forbid (principal, action in [K8s::Action::"exec", K8s::Action::"portforward"], resource);`

const streams = suite('through the gateway kubectl')
const { script } = await requirePeers('script')
const stack = await startKubernetesStack({ policies: allowed })
streams.after(() => stack.stop())
const trail = stack.trail()
const direct = stack.direct(kubectl('1.35'))
const started: string[] = []
async function startPod(name: string, command: string): Promise<void> {
  await stack.server.api.call('POST', '/api/v1/namespaces/default/pods', {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name } },
    spec: { containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', command] }] },
  })
  const ready = await direct.run(['wait', '--for=condition=Ready', `pod/${name}`, '--timeout=30s'])
  assert.is(ready.code, 0, ready.stderr)
  started.push(name)
}
await startPod('web', 'while read line; do echo "heard $line"; done')

type Line<K extends TrailEvent['kind']> = Extract<TrailEvent, { kind: K }>
/** The last decision on a path that ends so, with its result and its cast. */
async function recorded(subresource: string) {
  const isOf = (event: TrailEvent): event is Line<'decision'> =>
    event.kind === 'decision' && (event.operation as { path?: string }).path?.endsWith(`/${subresource}`) === true
  const decision = trail.all().findLast(isOf)
  if (decision === undefined) throw new Error(`nobody asked for ${subresource}`)
  const find = <K extends TrailEvent['kind']>(kind: K) =>
    trail
      .all()
      .find(
        (event): event is Line<K> =>
          event.kind === kind && 'decisionSeq' in event && event.decisionSeq === decision.seq,
      )
  await eventually('its result', () => find('result') !== undefined)
  const cast = find('cast.closed')
  return { decision, result: find('result'), cast, events: cast === undefined ? [] : eventsOf(cast.path) }
}
function eventsOf(path: string): readonly (readonly [string, string])[] {
  const lines = readFileSync(join(stack.trailFolder, path), 'utf8').trimEnd().split('\n').slice(1)
  return lines.map(line => JSON.parse(line).slice(1))
}
const textOf = (events: readonly (readonly [string, string])[], code: string) =>
  events.flatMap(([each, data]) => (each === code ? [data] : [])).join('')

for (const version of kubectlVersions) {
  const through: KubeClient = await stack.through(kubectl(version), 'app')
  const speaks = (test: string, run: () => Promise<void>) => streams(`${version} ${test}`, run)

  speaks('runs a command as directly, with its streams, its exit code, and a cast', async () => {
    const args = ['exec', '-i', 'web', '--', 'sh', '-c', 'cat; echo wrong >&2; exit 7']
    const ran = await through.run(args, { input: 'typed\n' })
    assert.equal(ran, await stack.direct(kubectl(version)).run(args, { input: 'typed\n' }))
    assert.is(ran.code, 7)
    const { result, cast, events } = await recorded('exec')
    assert.is(result?.status, 'exit 7')
    assert.is(cast?.truncated, false)
    assert.is(textOf(events, 'i'), 'typed\n')
    assert.equal(textOf(events, 'o').split('\n').sort(), ['', 'typed', 'wrong'])
    assert.ok(events.some(([code, data]) => code === 'm' && data === 'stderr'))
    assert.ok(events.some(([code, data]) => code === 'm' && data === 'exit 7'))
  })

  speaks('runs one without input', async () => {
    assert.equal(await through.run(['exec', 'web', '--', 'echo', 'hello']), { code: 0, stdout: 'hello\n', stderr: '' })
    const { result, events } = await recorded('exec')
    assert.is(result?.status, 'ok')
    assert.is(textOf(events, 'o'), 'hello\n')
  })

  speaks('has a terminal of the size that it has', async () => {
    const { stdout } = await through.runInTerminal(script, ['exec', '-it', 'web', '--', 'stty', 'size'])
    assert.match(stdout, /33 101/)
    assert.ok((await recorded('exec')).events.some(([code, data]) => code === 'r' && data === '101x33'))
  })

  speaks('attaches to what runs', async () => {
    const attached = through.start(['attach', '-i', 'web'])
    let heard = ''
    attached.stdout.on('data', text => {
      heard += text
    })
    attached.stdin.write(`from ${version}\n`)
    await eventually('an echo', () => heard.includes(`heard from ${version}\n`))
    attached.kill('SIGINT')
    await once(attached, 'exit')
    const { events, result } = await recorded('attach')
    assert.is(textOf(events, 'o'), `heard from ${version}\n`)
    assert.is(result?.status, 'aborted')
  })

  speaks('copies a file of any bytes there and back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cedargate-copies-'))
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, n) => (n * 7919) % 256))
    writeFileSync(join(folder, 'there'), bytes)
    const there = await through.run(['cp', join(folder, 'there'), `web:${folder}/within`])
    assert.is(there.code, 0, there.stderr)
    assert.equal(readFileSync(join(folder, 'within')), bytes)
    const back = await through.run(['cp', `web:${folder}/within`, join(folder, 'back')])
    assert.is(back.code, 0, back.stderr)
    assert.equal(readFileSync(join(folder, 'back')), bytes)
    assert.ok(((await recorded('exec')).result?.bytes ?? 0) > bytes.length)
    rmSync(folder, { recursive: true })
  })

  speaks('forwards a port to many at once, both ways counted', async () => {
    const echo = createServer(socket => socket.pipe(socket))
    echo.listen(0, '127.0.0.1')
    await once(echo, 'listening')
    const { port } = echo.address() as AddressInfo
    const forwarding = through.start(['port-forward', 'pod/web', `:${port}`])
    const [line] = await once(forwarding.stdout, 'data')
    const local = Number(/127\.0\.0\.1:(\d+)/.exec(String(line))?.[1])
    const size = 200_000
    const heard = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const socket = connect(local, '127.0.0.1')
        socket.end(Buffer.alloc(size, 'x'))
        let count = 0
        for await (const piece of socket) count += piece.length
        return count
      }),
    )
    assert.equal(heard, Array(10).fill(size))
    forwarding.kill('SIGINT')
    await once(forwarding, 'exit')
    echo.close()
    const { result, cast } = await recorded('portforward')
    assert.ok((result?.bytes ?? 0) >= 10 * size && (result?.received ?? 0) >= 10 * size, JSON.stringify(result))
    assert.is(cast, undefined)
  })
}

streams('loses what goes on once it is no longer allowed, and hears why', async () => {
  const running = await Promise.all(
    kubectlVersions.map(async version => {
      const through = await stack.through(kubectl(version), 'app')
      const child = through.start(['exec', '-i', 'web', '--', 'cat'])
      child.stdin.write('still here\n')
      await once(child.stdout, 'data')
      return { through, child, said: text(child.stderr), exited: once(child, 'exit') }
    }),
  )
  await stack.publish({ 'policies/main.cedar': denied })
  for (const { through, said, exited } of running) {
    assert.is((await exited)[0], 1)
    assert.match(await said, /^error: cedargate: no streams today .*\[policy `no-streams`, commit [0-9a-f]{40}\]/)
    const again = await through.run(['exec', 'web', '--', 'true'])
    assert.is(again.code, 1)
    assert.match(again.stderr, /no streams today/)
  }
  const ended = () => trail.all().filter(event => event.kind === 'result' && event.status === 'forbidden')
  await eventually('their results', () => ended().length === running.length)
  assert.equal(started, ['web'])
})

streams('leaves decisions and casts that verify', async () => {
  assert.ok(trail.all().some(({ kind }) => kind === 'cast.closed'))
  await assertParity(stack)
})

streams.run()
