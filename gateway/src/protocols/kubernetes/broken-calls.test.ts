import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { writeTarget } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { receiveBody } from './bodies.ts'
import { prefix, type Rig, startRig, token } from './rig.test-support.ts'

const closeOf = (socket: Socket) => new Promise(resolve => socket.resume().once('close', resolve))

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')
function heapUsed(): number {
  collect()
  return process.memoryUsage().heapUsed
}

const calls = suite<{ rig: Rig }>('a call')
calls.before(async context => {
  context.rig = await startRig({ maxBodyBytes: 1000, maxHeaderBytes: 16_384 })
})
calls.before.each(({ rig }) => {
  for (const list of [rig.seen, rig.door.rejections]) list.length = 0
})
calls.after(({ rig }) => rig.stop())

const broken = (text: string) => text.replaceAll('\n', '\r\n')
const head = `Host: gate\nAuthorization: Bearer ${token}\nConnection: close\n`
for (const [why, bytes, status, code] of [
  ['its path names no target', `GET /api/v1/pods HTTP/1.1\n${head}\n`, 404, 'ERR_HTTP_ADDRESS'],
  ['its path begins with two slashes', `GET /${prefix}/api HTTP/1.1\n${head}\n`, 404, 'ERR_HTTP_ADDRESS'],
  ['it is absolute', `GET https://gate${prefix}/api HTTP/1.1\n${head}\n`, 404, 'ERR_HTTP_ADDRESS'],
  ['its path climbs', `GET ${prefix}/api/../../x HTTP/1.1\n${head}\n`, 400, 'ERR_HTTP_TARGET'],
  ['its path climbs, encoded', `GET ${prefix}/api/%2e%2e/x HTTP/1.1\n${head}\n`, 400, 'ERR_HTTP_TARGET'],
  ['a segment hides a slash', `GET ${prefix}/api/v1%2Fpods HTTP/1.1\n${head}\n`, 400, 'ERR_HTTP_TARGET'],
  ['its method is none of the API', `TRACE ${prefix}/api HTTP/1.1\n${head}\n`, 405, 'ERR_HTTP_METHOD'],
  ['it wants a tunnel', `CONNECT 10.0.0.1:443 HTTP/1.1\n${head}\n`, 400, 'ERR_HTTP_METHOD'],
  ['it is HTTP/2', 'PRI * HTTP/2.0\n\nSM\n\n', 400, 'ERR_HTTP_PARSE'],
  [
    'it has two lengths',
    `POST ${prefix}/api HTTP/1.1\n${head}Content-Length: 1\nContent-Length: 2\n\nab`,
    400,
    'ERR_HTTP_PARSE',
  ],
  [
    'it has a length and chunks',
    `POST ${prefix}/api HTTP/1.1\n${head}Content-Length: 5\nTransfer-Encoding: chunked\n\n0\n\n`,
    400,
    'ERR_HTTP_PARSE',
  ],
  [
    'its chunks have no number',
    `POST ${prefix}/api HTTP/1.1\n${head}Transfer-Encoding: chunked\n\nxyz\n\n`,
    undefined,
    'ERR_HTTP_PARSE ERR_BODY_CLOSED',
  ],
  ['a header goes on in the next line', `GET ${prefix}/api HTTP/1.1\n${head}X: a\n b\n\n`, 400, 'ERR_HTTP_PARSE'],
  ['a header has a space before its colon', `GET ${prefix}/api HTTP/1.1\n${head}X : a\n\n`, 400, 'ERR_HTTP_PARSE'],
  [
    'it is encoded in a way of its own',
    `POST ${prefix}/api HTTP/1.1\n${head}Transfer-Encoding: gzip\n\n`,
    400,
    'ERR_HTTP_BODY ERR_HTTP_PARSE',
  ],
  ['it has no host', `GET ${prefix}/api HTTP/1.1\nConnection: close\n\n`, 400, 'ERR_HTTP_HEADERS'],
  ['it expects what nobody does', `GET ${prefix}/api HTTP/1.1\n${head}Expect: tea\n\n`, 400, 'ERR_HTTP_HEADERS'],
  [
    'its chunks are packed',
    `POST ${prefix}/api HTTP/1.1\n${head}Transfer-Encoding: gzip, chunked\n\n1\na\n0\n\n`,
    400,
    'ERR_HTTP_BODY',
  ],
  ['it has two tokens', `GET ${prefix}/api HTTP/1.1\n${head}authorization: Bearer x\n\n`, 400, 'ERR_HTTP_HEADERS'],
  [
    'it wants to be two users',
    `GET ${prefix}/api HTTP/1.1\n${head}Impersonate-User: a\nimpersonate-user: b\n\n`,
    400,
    'ERR_HTTP_HEADERS',
  ],
  ['it reads and has a body', `GET ${prefix}/api HTTP/1.1\n${head}Content-Length: 1\n\na`, 400, 'ERR_HTTP_BODY'],
  [
    'its body is packed',
    `POST ${prefix}/api HTTP/1.1\n${head}Content-Encoding: gzip\nContent-Length: 1\n\na`,
    400,
    'ERR_HTTP_BODY',
  ],
  [
    'its impersonation is not ASCII',
    `GET ${prefix}/api HTTP/1.1\n${head}Impersonate-User: jan\u00e9\n\n`,
    400,
    'ERR_HTTP_HEADERS',
  ],
  ['its headers are long', `GET ${prefix}/api HTTP/1.1\n${head}X: ${'x'.repeat(20_000)}\n\n`, 400, 'ERR_HTTP_PARSE'],
] as const)
  calls(`is refused where ${why}`, async ({ rig }) => {
    const text = await rig.raw(broken(bytes))
    // what breaks behind its head is cut
    assert.match(text, status === undefined ? /^$/ : new RegExp(`^HTTP/1.1 ${status} `))
    assert.is(rig.door.rejections.map(each => each.code).join(' '), code)
    assert.is(rig.seen.length, 0)
  })

for (const [what, bytes] of [
  ['of a length that was said', `Content-Length: 1001\r\n\r\n`],
  ['that comes in chunks', `Transfer-Encoding: chunked\r\n\r\n3e9\r\n${'x'.repeat(1001)}\r\n0\r\n\r\n`],
] as const)
  calls(`is refused with a body over the cap ${what}`, async ({ rig }) => {
    const text = await rig.raw(broken(`POST ${prefix}/api HTTP/1.1\n${head}`) + bytes)
    assert.match(text, /^HTTP\/1.1 413 /)
    assert.match(text, 'ERR_BODY_TOO_LARGE')
    assert.is(rig.door.rejections[0]?.code, 'ERR_BODY_TOO_LARGE')
    assert.is(rig.seen.length, 0)
  })

calls('is asked for its body only once its token was good', async ({ rig }) => {
  const expecting = (given: string) =>
    broken(
      `POST ${prefix}/api HTTP/1.1\nHost: gate\nAuthorization: Bearer ${given}\nExpect: 100-continue\nContent-Length: 2\nConnection: close\n\n`,
    )
  assert.match(await rig.raw(expecting('another')), /^HTTP\/1.1 401 /)
  assert.match(await rig.raw(`${expecting(token)}{}`), /^HTTP\/1.1 100 Continue.*HTTP\/1.1 200 OK/s)
  assert.is(rig.seen.length, 1)
})

calls('is not kept as the chunks that it came in', async () => {
  const body = new PassThrough()
  const received = receiveBody(Object.assign(body, { headers: {} }) as never, { maxBytes: 1e6, deadlineMs: 60_000 })
  const before = heapUsed()
  for (let n = 0; n < 200_000; n += 1) body.write(Buffer.from('x'))
  await new Promise(resolve => setImmediate(resolve))
  const grown = heapUsed() - before
  body.end()
  assert.is((await received).toString(), 'x'.repeat(200_000))
  assert.ok(grown < 5e6, `${grown}`)
})

calls('waits for room for its body, and is answered where none comes', async () => {
  const rig = await startRig({ maxBodyBytes: 2, maxHeldBodyBytes: 2, bodyMs: 300 })
  const asked = Promise.withResolvers<ServerResponse>()
  rig.answer = (_request, response) => asked.resolve(response)
  const post = broken(`POST ${prefix}/api HTTP/1.1\n${head}Content-Length: 2\n\n{}`)
  const first = rig.raw(post)
  const answer = await asked.promise
  assert.match(await rig.raw(post), /^HTTP\/1.1 503 .*ERR_BODY_BUSY/s)
  assert.is(rig.door.rejections.at(-1)?.code, 'ERR_BODY_BUSY')
  const left = await rig.open()
  left.write(post)
  while (rig.door.held < 2) await new Promise(resolve => setTimeout(resolve, 1))
  left.destroy()
  while (rig.door.held > 1) await new Promise(resolve => setTimeout(resolve, 1))
  assert.is(rig.door.rejections.at(-1)?.code, 'ERR_BODY_CLOSED')
  const third = rig.raw(post)
  rig.answer = (_request, response) => response.end('{}')
  answer.end('{}')
  for (const text of [await first, await third]) assert.match(text, /^HTTP\/1.1 200 /)
  await rig.stop()
})

calls('that goes on as another protocol comes behind no other', async ({ rig }) => {
  rig.answer = () => {} // the first one is never answered
  const first = broken(`GET ${prefix}/api HTTP/1.1\nHost: gate\nAuthorization: Bearer ${token}\n\n`)
  const exec = broken(
    `GET ${prefix}/api/v1/namespaces/a/pods/b/exec HTTP/1.1\n${head}Connection: Upgrade\nUpgrade: websocket\n\n`,
  )
  assert.is(await rig.raw(first + exec), '')
  assert.equal(
    rig.door.rejections.map(({ code }) => code),
    ['ERR_HTTP_PIPELINE'],
  )
  while (rig.door.held > 0) await new Promise(resolve => setTimeout(resolve, 1))
  rig.answer = (_request, response) => response.end('{}')
})

calls('in plaintext is closed, and recorded', async ({ rig }) => {
  const { connect } = await import('node:net')
  const socket = connect(rig.port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write('GET / HTTP/1.1\r\n\r\n')
  await closeOf(socket)
  while (rig.door.rejections.length === 0) await new Promise(resolve => setTimeout(resolve, 1))
  assert.is(rig.door.rejections[0]?.code, 'ERR_HTTP_TLS')
})

calls('whose client leaves within its body lets go of its session', async ({ rig }) => {
  const socket = await rig.open()
  socket.write(broken(`POST ${prefix}/api HTTP/1.1\n${head}Content-Length: 10\n\nhalf`))
  while (rig.door.held === 0) await new Promise(resolve => setTimeout(resolve, 1))
  socket.destroy()
  while (rig.door.held > 0) await new Promise(resolve => setTimeout(resolve, 1))
  assert.is(rig.seen.length, 0)
})

calls('whose body does not come is answered in time', async () => {
  const rig = await startRig({ bodyMs: 1 })
  const text = await rig.raw(broken(`POST ${prefix}/api HTTP/1.1\n${head}Content-Length: 10\n\nhalf`))
  assert.match(text, /^HTTP\/1.1 400 .*ERR_BODY_DEADLINE/s)
  assert.is(rig.door.rejections[0]?.code, 'ERR_BODY_DEADLINE')
  await rig.stop()
})

/** Numbers that are the same in each run. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield state / 2 ** 32
  }
}

calls('that was spoiled in any way reaches the target only as it was decided', async ({ rig }) => {
  const next = numbers(20_260)
  const below = (limit: number) => Math.floor(next.next().value * limit)
  const good = [
    `GET ${prefix}/api/v1/pods?watch=0 HTTP/1.1\n${head}Accept: */*\n\n`,
    `POST ${prefix}/api/v1/namespaces HTTP/1.1\n${head}Content-Type: application/json\nContent-Length: 2\n\n{}`,
    `PUT ${prefix}/api/v1/namespaces/a HTTP/1.1\n${head}Transfer-Encoding: chunked\n\n2\n{}\n0\n\n`,
    `GET ${prefix}/api/v1/namespaces/a/pods/b/exec?command=ls HTTP/1.1\n${head}Connection: Upgrade\nUpgrade: SPDY/3.1\n\n`,
  ].map(broken)
  const pieces = [
    '\r\n',
    '\n',
    '\0',
    ' ',
    '/',
    '..',
    '%2e',
    '%00',
    ':',
    '\r\nContent-Length: 3',
    '\xff',
    '?',
    '#',
    '\t',
    prefix,
    ';',
  ]
  const from = rig.door.decisions.length
  for (let n = 0; n < 400; n += 1) {
    let bytes = good[below(good.length)] ?? ''
    for (let times = 1 + below(3); times > 0; times -= 1) {
      const at = below(bytes.length)
      bytes = bytes.slice(0, at) + pieces[below(pieces.length)] + bytes.slice(at + below(3))
    }
    const socket = await rig.open()
    const answered = new Promise(resolve => socket.once('data', resolve).once('close', resolve))
    socket.write(bytes, 'latin1')
    // what lacks its end is waited for in vain
    await Promise.race([answered, new Promise(resolve => setTimeout(resolve, 50))])
    socket.destroy()
  }
  const decided = rig.door.decisions.slice(from)
  assert.ok(decided.length > 10, `${decided.length} decided`)
  assert.ok(rig.door.rejections.length > 10, `${rig.door.rejections.length} rejected`)
  const passed = new Set(decided.map(({ operation }) => `${operation.method} ${writeTarget(operation)}`))
  assert.equal(
    rig.seen.filter(({ method, url }) => !passed.has(`${method} ${url}`)),
    [],
  )
  assert.is((await rig.fetch(`${prefix}/api`)).status, 200)
  while (rig.door.held > 0) await new Promise(resolve => setTimeout(resolve, 1))
})

calls.run()
