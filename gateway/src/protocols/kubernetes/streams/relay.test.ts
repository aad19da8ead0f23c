import { once } from 'node:events'
import { type AddressInfo, connect as connectTcp, createServer, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { createCertificateAuthority } from '@cedargate/demo'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Refusal } from '../../../core/contract.ts'
import { GatewayError } from '../../../core/errors.ts'
import type { Cast } from '../../../trail/cast.ts'
import { channelsOf } from './observer.ts'
import { acceptOf, type Offer } from './offer.ts'
import { type Relay, type Relayed, relay } from './relay.ts'
import { createSpdyWriter, data } from './spdy.test-support.ts'
import { frame, message } from './websocket.test-support.ts'

const authority = await createCertificateAuthority('Test CA')
const { certPem: cert, keyPem: key } = await authority.issue(['localhost', '127.0.0.1'])
const websocketKey = 'dGhlIHNhbXBsZSBub25jZQ=='
const terminal: Offer = {
  ...{ upgrade: 'websocket', use: 'terminal', channels: channelsOf.terminal, key: websocketKey },
  protocols: ['v5.channel.k8s.io'],
}
const switching = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptOf(websocketKey)}\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n`

interface Scene {
  readonly client: Socket
  /** What the target heard, up to the end of the request's head. */
  readonly asked: Promise<string>
  readonly target: Promise<TLSSocket>
  readonly done: Promise<Relayed>
  readonly refused: (GatewayError | Refusal)[]
  /** What was kept. */
  readonly kept: string[]
  readonly ending: AbortController
  stop(): Promise<void>
}

/** A client, a relay and a target that answers with these bytes. */
async function play(
  answer: string | undefined,
  more: Partial<Relay> = {},
  cast?: Partial<Cast>,
  method: 'GET' | 'POST' = 'GET',
  answerMs = 1000,
): Promise<Scene> {
  const asked = Promise.withResolvers<string>()
  const connected = Promise.withResolvers<TLSSocket>()
  const target = createTlsServer({ cert, key, ALPNProtocols: ['http/1.1'], allowHalfOpen: true } as never, socket => {
    socket.on('error', () => {})
    socket.once('data', bytes => {
      asked.resolve(bytes.toString())
      if (answer !== undefined) socket.write(answer)
      connected.resolve(socket)
    })
  })
  const listener = createServer({ allowHalfOpen: true })
  for (const server of [target, listener]) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
  const client = connectTcp({ port: (listener.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true })
  client.on('error', () => {})
  const [served] = (await once(listener, 'connection')) as [Socket]
  const refused: (GatewayError | Refusal)[] = []
  const kept: string[] = []
  const ending = new AbortController()
  const { port } = target.address() as AddressInfo
  const done = relay({
    client: served,
    offer: terminal,
    dial: {
      ...{ host: '127.0.0.1', port, tls: { ca: authority.pem }, method, target: '/api/v1/x/exec?command=ls' },
      ...{ headers: ['Host', 'api', 'Authorization', 'Bearer target'], connectMs: 5000, answerMs },
    },
    ended: ending.signal,
    cast: {
      output: (bytes, stream) => kept.push(`${stream} ${bytes}`),
      input: bytes => kept.push(`stdin ${bytes}`),
      resize: (columns, rows) => kept.push(`${columns}x${rows}`),
      mark: label => kept.push(`mark ${label}`),
      written: async () => {},
      close: async () => void kept.push('closed'),
      ...cast,
    },
    answerHeaders: headers =>
      headers.filter((_, at) => !/^(connection|transfer-encoding)$/i.test(headers[at - (at % 2)] ?? '')),
    farewell: ({ code }) => Buffer.from(code),
    refuse(error) {
      refused.push(error)
      served.end('refused')
    },
    ...more,
  })
  return {
    ...{ client, asked: asked.promise, target: connected.promise, done, refused, kept, ending },
    async stop() {
      client.destroy()
      await done
      for (const server of [target, listener]) server.close()
      ;(await Promise.race([connected.promise, undefined]))?.destroy()
    },
  }
}

async function readAll(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('latin1')
  for await (const piece of socket) text += piece
  return text
}
async function readUntil(socket: Socket, text: string): Promise<string> {
  let heard = ''
  while (!heard.includes(text)) heard += String(((await once(socket, 'data')) as [Buffer])[0])
  return heard
}
const goes = (socket: Socket) => new Promise(resolve => socket.resume().once('end', resolve).once('close', resolve))
/** No client speaks before it is answered. */
const answered = (client: Socket) => readUntil(client, '\r\n\r\n')
const forbidden = { code: 'forbidden' }
const success = message('target', 3, '{"status":"Success"}')
const exit = (code: number) =>
  message(
    'target',
    3,
    JSON.stringify({
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: `${code}` }] },
    }),
  )

const relaying = suite('an upgraded connection')

relaying('is asked for in a head of our own, passed on byte for byte, and kept', async () => {
  const { client, asked, target, done, kept, stop } = await play(switching)
  const input = [
    message('client', 0, 'ls\n'),
    message('client', 4, '{"Width":99,"Height":33}'),
    frame('client', [255, 0]),
  ]
  assert.match(await answered(client), /^HTTP\/1.1 101 Switching Protocols\r\n/)
  client.write(Buffer.concat(input))
  const answer = readAll(client)
  const socket = await target
  const reached: Buffer[] = []
  socket.on('data', bytes => reached.push(bytes))
  const output = [message('target', 1, 'a file\n'), message('target', 2, 'oh\n'), exit(3)]
  while (Buffer.concat(reached).length < Buffer.concat(input).length) await once(socket, 'data')
  socket.end(Buffer.concat(output))
  assert.is(
    await asked,
    `GET /api/v1/x/exec?command=ls HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: ${websocketKey}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\nHost: api\r\nAuthorization: Bearer target\r\n\r\n`,
  )
  assert.is(await answer, Buffer.concat(output).toString('latin1'))
  client.end()
  const bytes = Buffer.concat(output).length
  assert.equal(await done, { status: 'exit 3', bytes, received: Buffer.concat(input).length })
  assert.equal(Buffer.concat(reached), Buffer.concat(input))
  assert.equal(kept, [
    'stdin ls\n',
    '99x33',
    'mark stdin closed',
    'stdout a file\n',
    'stderr oh\n',
    'mark exit 3',
    'closed',
  ])
  await stop()
})

relaying('whose client has said all hears the rest of the answer', async () => {
  const { client, target, done, stop } = await play(switching)
  await answered(client)
  const answer = readAll(client)
  client.end(message('client', 0, 'last words'))
  const socket = await target
  socket.resume()
  await once(socket, 'end')
  socket.end(Buffer.concat([message('target', 1, 'late'), success]))
  assert.match(await answer, /late.*Success/)
  assert.is((await done).status, 'ok')
  await stop()
})

relaying('is held back by a client that does not read', async () => {
  const { client, target, done, kept, stop } = await play(switching)
  client.pause()
  const socket = await target
  const piece = message('target', 1, 'x'.repeat(1_000_000))
  let sent = 0
  while (sent < 200 && socket.write(piece)) sent += 1
  for (let n = 0; n < 20 && sent < 200; n += 1) {
    const drained = await Promise.race([once(socket, 'drain').then(() => true), new Promise(ok => setTimeout(ok, 300))])
    if (drained !== true) break
    while (sent < 200 && socket.write(piece)) sent += 1
  }
  assert.ok(sent < 200, 'all was taken')
  assert.ok(kept.join('').length < 100_000_000)
  client.destroy()
  assert.is((await done).status, 'aborted')
  await stop()
})

relaying('that forwards ports counts both ways', async () => {
  const spdy =
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: SPDY/3.1\r\nConnection: Upgrade\r\nX-Stream-Protocol-Version: portforward.k8s.io\r\n\r\n'
  const offer: Offer = {
    ...{ upgrade: 'spdy', use: 'ports', channels: channelsOf.ports, protocols: ['portforward.k8s.io'] },
  }
  const { client, asked, target, done, stop } = await play(spdy, { offer, cast: undefined }, undefined, 'POST')
  const [ours, theirs] = [createSpdyWriter(), createSpdyWriter()]
  const [opened, reply] = [await ours.open(1, [['streamtype', 'data']]), await theirs.reply(1)]
  ours.close()
  theirs.close()
  await answered(client)
  client.write(opened)
  const socket = await target
  await once(socket, 'data')
  socket.write(reply)
  await once(client, 'data')
  client.write(data(1, 'GET'))
  // nothing after the head, or the target takes it for a frame
  assert.match(
    await asked,
    /^POST .*\r\nX-Stream-Protocol-Version: portforward.k8s.io\r\n.*\r\nContent-Length: 0\r\n\r\n$/s,
  )
  assert.not.match(await asked, /chunked/)
  await once(socket, 'data')
  socket.end(data(1, 'OK'))
  await readAll(client)
  client.end()
  const [bytes, received] = [reply.length + data(1, 'OK').length, opened.length + data(1, 'GET').length]
  assert.equal(await done, { status: 'ok', bytes, received })
  await stop()
})

for (const [what, said] of [
  ['with a length', 'HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r\nnope'],
  ['in chunks', 'HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n'],
] as const)
  relaying(`that the target refuses ${what} is answered as it did, and closed`, async () => {
    const { client, target, done, kept, stop } = await play(said)
    client.once('data', () => client.write('GET /api/v1/secrets HTTP/1.1\r\n\r\n')) // as if it went on (CVE-2018-1002105)
    const answer = await readAll(client)
    assert.match(answer, /^HTTP\/1.1 40[03] [A-Za-z ]+\r\n(Content-Length: 3\r\n)?Connection: close\r\n\r\nno/)
    assert.not.match(answer, /chunked/)
    const { status } = await done
    assert.match(status, /^40[03]$/)
    assert.equal(kept, [`mark ${status}`, 'closed'])
    assert.is((await target).bytesRead < 500, true)
    await stop()
  })

for (const [why, answer, code] of [
  ['nothing that reads', 'SSH-2.0-OpenSSH\r\n', 'ERR_TARGET_ANSWER'],
  ['another protocol', switching.replace('v5', 'v4'), 'ERR_TARGET_ANSWER'],
  ['an extension', switching.replace('\r\n\r\n', '\r\nSec-WebSocket-Extensions: x\r\n\r\n'), 'ERR_TARGET_ANSWER'],
  ['a head without end', `HTTP/1.1 101 x\r\nX: ${'x'.repeat(100_000)}`, 'ERR_TARGET_ANSWER'],
] as const)
  relaying(`to which the target answers ${why} is refused`, async () => {
    const { done, refused, stop } = await play(answer)
    assert.is((await done).status, code)
    assert.equal(
      refused.map(error => error.code),
      [code],
    )
    await stop()
  })

relaying('that is no longer allowed before the target has answered is refused by that', async () => {
  const { asked, ending, done, refused, target, stop } = await play(undefined)
  await asked
  const gone = goes(await target)
  ending.abort(forbidden)
  assert.is((await done).status, 'forbidden')
  assert.equal(
    refused.map(({ code }) => code),
    ['forbidden'],
  )
  await gone
  await stop()
})

for (const [what, act, status] of [
  ['leaves', (client: Socket) => client.destroy(), 'aborted'],
  ['sends no more', (client: Socket) => client.end(), 'aborted'],
  ['goes on as if it were answered', (client: Socket) => client.write(message('client', 0, 'ls')), 'ERR_STREAM_EARLY'],
] as const)
  relaying(`whose client ${what} before the target has answered ends at once, at the target too`, async () => {
    const { client, asked, done, refused, target, stop } = await play(undefined, {}, {}, 'GET', 600_000)
    await asked
    const gone = goes(await target)
    act(client)
    assert.is((await done).status, status)
    assert.equal(
      refused.map(({ code }) => code),
      status === 'aborted' ? [] : [status],
    )
    await gone
    await stop()
  })

for (const [what, dial] of [
  ['a certificate that does not read', { tls: { cert: 'none', key: 'none' } }],
  ['a header that none is', { headers: ['Host', 'a\nb'] }],
] as const)
  relaying(`that would show ${what} is refused`, async () => {
    const to = { host: '127.0.0.1', port: 1, tls: {}, method: 'GET', target: '/', headers: [], connectMs: 5000 }
    const { done, refused, stop } = await play(undefined, { dial: { ...to, ...dial, answerMs: 5000 } })
    assert.is((await done).status, 'ERR_TARGET_UNREACHABLE')
    assert.is(refused.length, 1)
    await stop()
  })

for (const [why, change, code] of [
  ['nobody listens', { port: 1 }, 'ERR_TARGET_UNREACHABLE'],
  ['its certificate is not of the authority', { tls: {} }, 'ERR_TARGET_UNREACHABLE'],
  ['it answers too late', { answerMs: 100 }, 'ERR_TARGET_TIMEOUT'],
] as const)
  relaying(`to a target where ${why} is refused`, async () => {
    const dial = {
      ...{ host: '127.0.0.1', port: 0, tls: { ca: authority.pem }, method: 'GET', target: '/', headers: ['Host', 'x'] },
      ...{ connectMs: 5000, answerMs: 5000 },
    }
    const first = await play(undefined)
    const port = (await first.target).localPort ?? 0
    const second = await play(undefined, { dial: { ...dial, port, ...change } })
    assert.is((await second.done).status, code)
    await second.stop()
    await first.stop()
  })

for (const [why, act, status] of [
  ['it is no longer allowed', ({ ending }: Scene) => ending.abort(forbidden), 'forbidden'],
  ['its client writes no frame', ({ client }: Scene) => client.write('\xff\xff\xff'), 'ERR_STREAM_FRAME'],
  [
    'its target writes no frame',
    async ({ target }: Scene) => (await target).write('HTTP/1.1 200 OK\r\n\r\n'),
    'ERR_STREAM_FRAME',
  ],
  ['its client breaks off', ({ client }: Scene) => client.resetAndDestroy(), 'aborted'],
  ['its target breaks off', async ({ target }: Scene) => (await target).destroy(), 'aborted'],
] as readonly (readonly [string, (scene: Scene) => unknown, string])[])
  relaying(`ends on both sides where ${why}`, async () => {
    const scene = await play(switching)
    await readUntil(scene.client, '\r\n\r\n')
    const socket = await scene.target
    const closed = goes(socket)
    await act(scene)
    scene.client.resume()
    scene.client.end()
    assert.is((await scene.done).status, status)
    await closed
    assert.is(scene.kept.at(-1), 'closed')
    await scene.stop()
  })

for (const [when, before, heard] of [
  [
    'after what was said',
    [message('target', 1, 'said')],
    [message('target', 3, 'forbidden'), frame('target', [3, 232], { opcode: 8 })],
  ],
  ['not amid a frame', [message('target', 1, 'half').subarray(0, 3)], []],
  ['not amid a message', [frame('target', '\x01half', { more: true })], []],
  ['not where the target has said how it ended', [success], []],
] as const)
  relaying(`that is no longer allowed says why, ${when}`, async () => {
    const { client, target, done, ending, stop } = await play(switching)
    await answered(client)
    const socket = await target
    socket.write(Buffer.concat(before))
    await once(client, 'readable')
    const rest = readAll(client)
    ending.abort(forbidden)
    client.write(message('client', 0, 'typed meanwhile'))
    assert.is(await rest, Buffer.concat([...before, ...heard]).toString('latin1'))
    client.end()
    assert.is((await done).status, 'forbidden')
    await stop()
  })

relaying('ends before what cannot be kept goes on', async () => {
  const { client, target, done, stop } = await play(
    switching,
    {},
    {
      written: async () => {
        throw new GatewayError('ERR_CAST_WRITE', 'the disk is full')
      },
    },
  )
  const answer = readAll(client)
  ;(await target).write(message('target', 1, 'secret'))
  assert.not.match(await answer.catch(() => ''), /secret/)
  assert.is((await done).status, 'ERR_CAST_WRITE')
  await stop()
})

relaying.run()
