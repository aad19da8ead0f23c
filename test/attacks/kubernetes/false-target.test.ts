// timeout: 200s
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { createSecureContext, TLSSocket } from 'node:tls'
import { createCertificateAuthority } from '@cedargate/demo'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { acceptOf } from '../../../gateway/src/protocols/kubernetes/streams/offer.ts'
import { frame, message } from '../../../gateway/src/protocols/kubernetes/streams/websocket.test-support.ts'
import { eventually } from '../../stack/eventually.ts'
import { startKubernetesGateway } from '../../stack/kubernetes-stack.ts'
import { assertParity } from '../../stack/parity.ts'
import { bytesOf, send } from './raw.ts'
import { connectTo, offers, type Place } from './upgraded.ts'

/** What a target says, and whether it hangs up then. */
type Says = readonly (string | Buffer)[]

const key = 'dGhlIHNhbXBsZSBub25jZQ=='
const switching = (more: string, accept = acceptOf(key)) =>
  `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${more}\r\n`
const v5 = switching('Sec-WebSocket-Protocol: v5.channel.k8s.io\r\n')

/** To a call that is none of a stream: what the target answers, the status, what is on record. */
const answers: readonly (readonly [what: string, says: Says, status: number, code: string])[] = [
  ['no HTTP', ['SSH-2.0-OpenSSH_9\r\n'], 502, 'ERR_TARGET_PROTOCOL'],
  ['nothing, and hangs up', [], 502, 'ERR_TARGET_PROTOCOL'],
  ['half a head', ['HTTP/1.1 200 OK\r\nContent-Le'], 502, 'ERR_TARGET_PROTOCOL'],
  ['101, which nobody asked for', [v5, 'x'], 502, 'ERR_TARGET_PROTOCOL'],
  ['a head of a megabyte', [`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(1_000_000)}\r\n\r\n`], 502, 'ERR_TARGET_PROTOCOL'],
  [
    'a length and chunks',
    ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    502,
    'ERR_TARGET_PROTOCOL',
  ],
  ['two lengths', ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x'], 502, 'ERR_TARGET_PROTOCOL'],
  [
    'a header with a line in it',
    ['HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: b\r\nContent-Length: 2\r\n\r\n{}'],
    502,
    'ERR_TARGET_PROTOCOL',
  ],
  ['a status of no number', ['HTTP/1.1 OK\r\n\r\n'], 502, 'ERR_TARGET_PROTOCOL'],
  [
    'hints without end',
    [`${'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'.repeat(1000)}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}`],
    200,
    '200',
  ],
  [
    'an answer behind its answer',
    ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong'],
    200,
    '200',
  ],
]

/** To an upgrade: what the target answers, what the client gets of it, what is on record. */
const upgrades: readonly (readonly [what: string, says: Says, status: number, code: string])[] = [
  ['no HTTP', ['SSH-2.0-OpenSSH_9\r\n'], 502, 'ERR_TARGET_ANSWER'],
  ['nothing, and hangs up', [], 502, 'ERR_TARGET_ANSWER'],
  ['half a head', ['HTTP/1.1 101 Switching Protocols\r\nUpgr'], 502, 'ERR_TARGET_ANSWER'],
  ['a head of a megabyte', [`HTTP/1.1 101 x\r\nX: ${'x'.repeat(1_000_000)}\r\n\r\n`], 502, 'ERR_TARGET_ANSWER'],
  ['200', ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'], 200, '200'],
  [
    'a redirect to elsewhere',
    ['HTTP/1.1 302 Found\r\nLocation: https://elsewhere/\r\nContent-Length: 0\r\n\r\n'],
    302,
    '302',
  ],
  ['another key', [switching('Sec-WebSocket-Protocol: v5.channel.k8s.io\r\n', 'AAAA')], 502, 'ERR_TARGET_ANSWER'],
  ['no protocol', [switching('')], 502, 'ERR_TARGET_ANSWER'],
  [
    'a protocol that was not offered',
    [switching('Sec-WebSocket-Protocol: v4.channel.k8s.io\r\n')],
    502,
    'ERR_TARGET_ANSWER',
  ],
  [
    'two protocols',
    [switching('Sec-WebSocket-Protocol: v5.channel.k8s.io, v4.channel.k8s.io\r\n')],
    502,
    'ERR_TARGET_ANSWER',
  ],
  [
    'an extension',
    [switching('Sec-WebSocket-Protocol: v5.channel.k8s.io\r\nSec-WebSocket-Extensions: permessage-deflate\r\n')],
    502,
    'ERR_TARGET_ANSWER',
  ],
  [
    'SPDY',
    [
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: SPDY/3.1\r\nConnection: Upgrade\r\nX-Stream-Protocol-Version: v5.channel.k8s.io\r\n\r\n',
    ],
    502,
    'ERR_TARGET_ANSWER',
  ],
  ['101, and no frames', [v5, 'HTTP/1.1 200 OK\r\n\r\n'], 101, 'ERR_STREAM_FRAME'],
  ['101, and a frame that is masked', [v5, message('target', 1, 'x', { masked: true })], 101, 'ERR_STREAM_FRAME'],
  ['101, and input of its own', [v5, message('target', 0, 'x')], 101, 'ERR_STREAM_CHANNEL'],
  ['101, and a close in pieces', [v5, frame('target', [3, 232], { opcode: 8, more: true })], 101, 'ERR_STREAM_FRAME'],
  [
    '101, and an end of a command without end',
    [v5, ...Array.from({ length: 70 }, () => message('target', 3, 'x'.repeat(1000)))],
    101,
    'ERR_STREAM_SIZE',
  ],
  [
    '101 with output in the same piece',
    [Buffer.concat([Buffer.from(v5), message('target', 1, 'out'), message('target', 3, '{"status":"Success"}')])],
    101,
    'ok',
  ],
]

const authority = await createCertificateAuthority('False CA')
const { certPem: cert, keyPem } = await authority.issue(['localhost', '127.0.0.1'])
const sockets = new Set<Socket>()
let heard = ''
const target = await listening()
const says = new Map<string, Says>()
const stack = await startKubernetesGateway(
  { port: (target.address() as AddressInfo).port, ca: authority.pem, issue: name => authority.issue([name]) },
  { policies: '@id("all") permit(principal, action, resource);' },
)
const app: Place = {
  ...{ port: stack.gateway.port, ca: stack.ca, token: await stack.token({ role: 'app' }) },
  prefix: '/clusters/prod/roles/app',
}

/** Answers each connection's first call as the name in its path has it, and hangs up. */
async function listening(): Promise<Server> {
  const context = createSecureContext({ cert, key: keyPem })
  const server = createServer(socket => {
    const secure = new TLSSocket(socket, { isServer: true, secureContext: context, ALPNProtocols: ['http/1.1'] })
    sockets.add(socket)
    socket.on('error', () => {}).once('close', () => sockets.delete(socket))
    secure.on('error', () => {})
    secure.once('data', async head => {
      heard += head
      const name = /\/(case-[a-z]+-\d+)/.exec(String(head))?.[1] ?? ''
      for (const piece of says.get(name) ?? []) {
        secure.write(piece)
        await new Promise(resolve => setTimeout(resolve, 5)) // a piece of its own
      }
      secure.end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

const attacks = suite('a target that is false')
attacks.after(async () => {
  await assertParity(stack)
  await stack.stop()
  target.close()
})

function resultOf(name: string): string | undefined {
  const events = stack.trail().all()
  const decision = events.find(event => event.kind === 'decision' && JSON.stringify(event.operation).includes(name))
  const result = events.find(event => event.kind === 'result' && event.decisionSeq === decision?.seq)
  return result?.kind === 'result' ? result.status : undefined
}

for (const [n, [what, said, status, code]] of answers.entries())
  attacks(`and says ${what}: the client is answered ${status}`, async () => {
    const name = `case-call-${n}`
    says.set(name, said)
    const answer = await send(
      app.port,
      app.ca,
      bytesOf(app.prefix, app.token, { path: `/api/v1/namespaces/a/pods/${name}` }),
    )
    assert.is(answer.status, status, answer.text)
    if (status === 200) assert.ok(answer.text.endsWith('\r\n\r\n{}'), answer.text)
    else assert.is(answer.code, code)
    await eventually('its result', () => resultOf(name) !== undefined)
    assert.is(resultOf(name), code)
  })

for (const [n, [what, said, status, code]] of upgrades.entries())
  attacks(`and answers an upgrade with ${what}: the client gets ${status}, and the connection ends`, async () => {
    const name = `case-stream-${n}`
    says.set(name, said)
    const { socket, heard: answered, closed } = await connectTo(app)
    const path = `/api/v1/namespaces/a/pods/${name}/exec?command=ls&stdout=true`
    socket.write(bytesOf(app.prefix, app.token, { path, headers: offers.v5 }))
    await closed
    const text = answered().toString('latin1')
    assert.match(text, new RegExp(`^HTTP/1\\.1 ${status} `))
    assert.not.match(text, /elsewhere/)
    if (code === 'ok') assert.match(text, /out.*Success/s)
    await eventually('its result', () => resultOf(name) !== undefined)
    assert.is(resultOf(name), code)
  })

attacks('is left with no connection of a stream, and the gateway serves on', async () => {
  says.set('case-last-0', ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'])
  const last = bytesOf(app.prefix, app.token, { path: '/api/v1/namespaces/a/pods/case-last-0' })
  assert.is((await send(app.port, app.ca, last)).status, 200)
  await eventually('all are closed', () => sockets.size === 0)
})

attacks('hears no token of a client, and none stands on record', async () => {
  says.set('case-proxy-0', ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'])
  const { token } = app
  const headers = [
    ...[`Cookie: token=${token}`, `Proxy-Authorization: Bearer ${token}`, `X-Forwarded-Access-Token: ${token}`],
    ...[`X_Forwarded_Access_Token: ${token}`, `X-Remote-Extra-Token: ${token}`, 'X-Kept: yes'],
  ]
  for (const path of ['/api/v1/namespaces/a/pods/case-proxy-0', '/api/v1/namespaces/a/pods/case-proxy-0/proxy/']) {
    assert.is((await send(app.port, app.ca, bytesOf(app.prefix, token, { path, headers }))).status, 200)
    await eventually('it has hung up', () => sockets.size === 0)
  }
  const bearer = [...offers.v5.slice(0, -1), `Sec-WebSocket-Protocol: base64url.bearer.authorization.k8s.io.${token}`]
  const exec = bytesOf(app.prefix, token, { path: '/api/v1/namespaces/a/pods/case-proxy-0/exec', headers: bearer })
  assert.is((await send(app.port, app.ca, exec)).code, 'ERR_HTTP_HEADERS')
  assert.match(heard, /x-kept: yes/i)
  assert.not.ok(heard.includes(token))
  await stack.stopGateway()
  const files = readdirSync(stack.trailFolder, { recursive: true, withFileTypes: true }).filter(file => file.isFile())
  assert.ok(files.length > 1)
  for (const file of files) assert.not.ok(readFileSync(join(file.parentPath, file.name), 'utf8').includes(token))
})

attacks.run()
