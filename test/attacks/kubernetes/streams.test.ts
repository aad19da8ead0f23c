// timeout: 280s
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TrailEvent } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { data } from '../../../gateway/src/protocols/kubernetes/streams/spdy.test-support.ts'
import { message } from '../../../gateway/src/protocols/kubernetes/streams/websocket.test-support.ts'
import { kubectl } from '../../peers/index.ts'
import { eventually } from '../../stack/eventually.ts'
import { startKubernetesStack } from '../../stack/kubernetes-stack.ts'
import { assertParity } from '../../stack/parity.ts'
import { bytesOf, send } from './raw.ts'
import { type StreamAttack, spdy, webSockets } from './streams.ts'
import { connectTo, type Kind, offers, openStreams, type Place, type Upgraded, upgradeTo } from './upgraded.ts'

const stack = await startKubernetesStack({
  policies: `
@id("all") permit(principal, action, resource);
@id("no-input") forbid(principal in Gate::Role::"quiet", action == K8s::Action::"exec", resource) when { context.execution.stdin };
`,
  roles: { app: {}, quiet: {} },
})
const folder = mkdtempSync(join(tmpdir(), 'cedargate-heard-'))
const place = async (role: string): Promise<Place> => ({
  ...{ port: stack.gateway.port, ca: stack.ca, token: await stack.token({ role }) },
  prefix: `/clusters/prod/roles/${role}`,
})
const app = await place('app')
const quiet = await place('quiet')
await stack.server.api.call('POST', '/api/v1/namespaces/default/pods', {
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' } },
  spec: { containers: [{ name: 'main', image: 'busybox', command: ['sleep', '3600'] }] },
})
const waited = await stack.direct(kubectl('1.35')).run(['wait', '--for=condition=Ready', 'pod/web', '--timeout=30s'])
assert.is(waited.code, 0, waited.stderr)

const attacks = suite('a stream')
attacks.after(async () => {
  await assertParity(stack)
  await stack.stop()
  rmSync(folder, { recursive: true })
})

let number = 0
/** A command that keeps what it hears in a file, and says it again. */
function command() {
  const file = join(folder, `heard-${++number}`)
  const exec = `/api/v1/namespaces/default/pods/web/exec?command=tee&command=${encodeURIComponent(file)}`
  return { file, exec, heard: () => (existsSync(file) ? readFileSync(file, 'utf8') : '') }
}

type Line<K extends TrailEvent['kind']> = Extract<TrailEvent, { kind: K }>
/** What is on record of a command, once it is over. */
async function recorded(file: string) {
  const all = () => stack.trail().all()
  const isOf = (event: TrailEvent): event is Line<'decision'> =>
    event.kind === 'decision' && JSON.stringify(event.operation).includes(`"${file}"`)
  const of = <K extends TrailEvent['kind']>(kind: K) => {
    const decision = all().find(isOf)
    return all().find((event): event is Line<K> => {
      return event.kind === kind && 'decisionSeq' in event && event.decisionSeq === decision?.seq
    })
  }
  await eventually('its result', () => of('result') !== undefined)
  const cast = of('cast.closed')
  const lines = cast === undefined ? [] : readFileSync(join(stack.trailFolder, cast.path), 'utf8').split('\n').slice(1)
  const events = lines.filter(Boolean).map(line => JSON.parse(line) as readonly [number, string, string])
  return { result: of('result'), typed: events.flatMap(([, code, text]) => (code === 'i' ? [text] : [])).join('') }
}

async function begin(kind: Kind, exec: string): Promise<{ readonly client: Upgraded; readonly attack: StreamFrames }> {
  const client = await upgradeTo(app, kind, `${exec}&stdin=true&stdout=true&stderr=true`)
  if (kind !== 'spdy') return { client, attack: async frames => (typeof frames === 'function' ? [] : frames) }
  const writer = await openStreams(client, ['error', 'stdin', 'stdout', 'stderr'])
  client.socket.once('close', () => writer.close())
  return { client, attack: async frames => (typeof frames === 'function' ? await frames(writer) : frames) }
}
type StreamFrames = (frames: StreamAttack[2]) => Promise<readonly Buffer[]>

for (const [what, kind, frames, status] of [...webSockets, ...spdy])
  attacks(`of ${kind} with ${what} ends as ${status}, and the command has heard what is on record`, async () => {
    const { file, exec, heard } = command()
    const { client, attack } = await begin(kind, exec)
    client.socket.write(kind === 'spdy' ? data(3, 'typed') : message('client', 0, 'typed'))
    await client.hears(bytes => bytes.includes('typed'))
    await eventually('it is in the file too', () => heard() === 'typed')
    for (const bytes of await attack(frames)) client.socket.write(bytes)
    if (status === 'aborted') client.socket.end()
    await client.closed
    const { result, typed } = await recorded(file)
    assert.is(result?.status, status)
    assert.is(heard(), 'typed')
    assert.is(typed, 'typed')
  })

for (const [what, kind, type] of [
  ['a message', 'v5', undefined],
  ['a stream in place of another', 'spdy', ['error', 'stdin', 'stdout', 'stderr']],
] as const)
  for (const said of ['', '&stdin=0', '&stdin=false', '&stdin=False&stdin=1'])
    attacks(`takes no input by ${what} of \`${kind}\` where \`${said}\` said that there is none`, async () => {
      const { file, exec, heard } = command()
      const client = await upgradeTo(quiet, kind, `${exec}&stdout=true${said}`)
      if (type === undefined) client.socket.write(message('client', 0, 'typed'))
      else await openStreams(client, type).catch(() => {})
      await client.closed
      const { result, typed } = await recorded(file)
      assert.is(result?.status, 'ERR_STREAM_CHANNEL')
      assert.equal([heard(), typed], ['', ''])
    })

for (const said of ['stdin', 'stdin=', 'stdin=1', 'stdin=true', 'stdin=TRUE', 'stdin=no', 'stdin=1&stdin=0'])
  attacks(`that asks for input by \`${said}\` is decided as such`, async () => {
    const { exec } = command()
    const bytes = bytesOf(quiet.prefix, quiet.token, { path: `${exec}&stdout=true&${said}`, headers: offers.v5 })
    const { status, policies } = await send(quiet.port, quiet.ca, bytes)
    assert.equal([status, ...policies], [403, 'no-input'])
  })

const without = (name: string) => offers.v5.filter(header => !header.startsWith(name))
for (const [what, headers, status, code] of [
  ['no protocol', without('Sec-WebSocket-Protocol'), 400, 'ERR_STREAM_OFFER'],
  [
    'base64 alone',
    [...without('Sec-WebSocket-Protocol'), 'Sec-WebSocket-Protocol: base64.channel.k8s.io'],
    400,
    'ERR_STREAM_OFFER',
  ],
  ['no key', without('Sec-WebSocket-Key'), 400, 'ERR_STREAM_OFFER'],
  ['a short key', [...without('Sec-WebSocket-Key'), 'Sec-WebSocket-Key: eA=='], 400, 'ERR_STREAM_OFFER'],
  ['two keys', [...offers.v5, 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='], 400, 'ERR_HTTP_HEADERS'],
  ['version 8', [...without('Sec-WebSocket-Version'), 'Sec-WebSocket-Version: 8'], 400, 'ERR_STREAM_OFFER'],
  ['two ways at once', [...without('Upgrade'), 'Upgrade: websocket, SPDY/3.1'], 400, 'ERR_HTTP_UPGRADE'],
  ['a body', [...offers.v5, 'Content-Length: 4'], 400, 'ERR_HTTP_BODY'],
  ['a body in chunks', [...offers.v5, 'Transfer-Encoding: chunked'], 400, 'ERR_HTTP_BODY'],
] as const)
  attacks(`that is asked for with ${what} is answered ${status} ${code}`, async () => {
    const { exec, heard } = command()
    const answer = await send(
      app.port,
      app.ca,
      bytesOf(app.prefix, app.token, { path: `${exec}&stdout=true`, headers }),
    )
    assert.equal([answer.status, answer.code], [status, code], answer.text)
    assert.is(heard(), '')
  })

for (const path of ['/version', '/openapi/v2', '/api/v1/namespaces/default/pods/web/log', '/api/v1/pods?watch=1', '/'])
  attacks(`is not what \`${path}\` goes on as`, async () => {
    for (const kind of ['v5', 'spdy'] as const) {
      const { status, code } = await send(
        app.port,
        app.ca,
        bytesOf(app.prefix, app.token, { path, headers: offers[kind] }),
      )
      assert.equal([status, code], [403, 'unmapped'])
    }
  })

attacks('is not spoken before it is answered, and its command not heard by it', async () => {
  const { file, exec, heard } = command()
  const asked = bytesOf(app.prefix, app.token, { path: `${exec}&stdin=1&stdout=1`, headers: offers.v5 })
  const { status, code } = await send(app.port, app.ca, Buffer.concat([asked, message('client', 0, 'typed')]))
  assert.equal([status, code], [400, 'ERR_STREAM_EARLY'])
  const { result, typed } = await recorded(file)
  assert.equal([result?.status, heard(), typed], ['ERR_STREAM_EARLY', '', ''])
})

attacks('ends with a client that leaves once it has asked', async () => {
  const { file, exec } = command()
  const { socket } = await connectTo(app)
  socket.end(bytesOf(app.prefix, app.token, { path: `${exec}&stdin=1&stdout=1`, headers: offers.v5 }))
  assert.is((await recorded(file)).result?.status, 'aborted')
})

attacks('begins behind no call that is not answered', async () => {
  const { exec, heard } = command()
  const watch = bytesOf(app.prefix, app.token, { path: '/api/v1/pods?watch=1' })
  const asked = bytesOf(app.prefix, app.token, { path: `${exec}&stdout=1`, headers: offers.v5 })
  const { status } = await send(app.port, app.ca, Buffer.concat([watch, asked]))
  assert.is(status, 0)
  assert.is(heard(), '')
})

attacks('leaves nothing open when it is over', async () => {
  const open = () => process.getActiveResourcesInfo().filter(name => name === 'TLSWrap' || name === 'TCPSocketWrap')
  const { exec } = command()
  const answer = await send(app.port, app.ca, bytesOf(app.prefix, app.token, { path: '/api/v1/pods' }))
  assert.is(answer.status, 200)
  const before = open().length
  for (let n = 0; n < 20; n += 1) {
    const { client } = await begin('v5', exec)
    client.socket.write(message('client', 9, 'x'))
    await client.closed
  }
  await eventually('all are closed', () => open().length <= before + 5)
})

attacks.run()
