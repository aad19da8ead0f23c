import { once } from 'node:events'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { prefix, type Rig, refusal, startRig, token, valuesOf } from './rig.test-support.ts'
import type { Upgraded } from './upgrade.ts'

const calls = suite<{ rig: Rig }>('an API call')
calls.before(async context => {
  context.rig = await startRig({ maxBodyBytes: 1000, maxHeaderBytes: 16_384, answerMs: 60_000 })
})
calls.before.each(({ rig }) => {
  rig.door.rule = () => undefined
  rig.door.foresee = () => undefined
  rig.answer = (_request, response) => response.end('{}')
  for (const list of [rig.seen, rig.log, rig.door.decisions, rig.door.rejections, rig.door.logins, rig.door.streams])
    list.length = 0
})
calls.after(({ rig }) => rig.stop())

calls('is decided, passed on as whom its role is, and answered', async ({ rig }) => {
  rig.answer = (_request, response) => {
    response.writeHead(201, { 'Content-Type': 'application/json', 'X-Of-The-Target': 'yes' }).end('{"kind":"Pod"}')
  }
  const { status, head, body } = await rig.fetch(`${prefix}/api/v1/namespaces/shop/pods/web?pretty=true`)
  assert.is(status, 201)
  assert.match(head, /x-of-the-target: yes/i)
  assert.match(body, '{"kind":"Pod"}')
  assert.equal(
    rig.door.decisions.map(({ operation }) => operation),
    [
      {
        ...{ protocol: 'kubernetes', kind: 'request', method: 'GET', path: '/api/v1/namespaces/shop/pods/web' },
        ...{ query: [['pretty', 'true']], catalog: {} },
      },
    ],
  )
  assert.equal(rig.door.decisions[0]?.results, [{ status: '201', bytes: 14 }])
  const [{ url, headers } = { url: '', headers: [] }] = rig.seen
  assert.is(url, '/api/v1/namespaces/shop/pods/web?pretty=true')
  assert.equal(valuesOf(headers, 'authorization'), ['Bearer the secret of the gateway'])
  assert.equal(valuesOf(headers, 'impersonate-user'), ['deployer'])
  assert.equal(valuesOf(headers, 'impersonate-group'), ['deployers', 'everybody'])
  assert.not.match(JSON.stringify(headers), token)
  assert.is(rig.door.held, 0)
})

calls('has its body decided on and passed on whole', async ({ rig }) => {
  const body = '{"kind":"ConfigMap"}'
  const headers = { 'Content-Type': 'application/json; charset=utf-8' }
  await rig.fetch(`${prefix}/api/v1/namespaces/shop/configmaps`, { method: 'POST', body, headers })
  const [{ operation } = { operation: undefined }] = rig.door.decisions
  assert.is(operation?.body?.contentType, 'application/json')
  assert.is(operation?.body?.bytes, 20)
  assert.match(operation?.body?.digest ?? '', /^[0-9a-f]{64}$/)
  assert.is(rig.seen[0]?.body, body)
})

calls(
  'that changes an object is decided on what it was and would be, and passed on for just that version',
  async ({ rig }) => {
    rig.door.foresee = () => 'unresolved'
    const scale = (replicas: number) => ({
      ...{ kind: 'Scale', apiVersion: 'autoscaling/v1', metadata: { resourceVersion: '7' }, spec: { replicas } },
    })
    rig.answer = (request, response) => response.end(JSON.stringify(scale(request.method === 'GET' ? 1 : 2)))
    const path = '/apis/apps/v1/namespaces/shop/deployments/web/scale'
    const asked = {
      method: 'PATCH',
      body: '{"spec":{"replicas":2}}',
      headers: { 'Content-Type': 'application/merge-patch+json' },
    }
    const { status } = await rig.fetch(prefix + path, asked)
    assert.is(status, 200)
    assert.equal(
      rig.door.decisions.map(({ operation }) => operation.catalog),
      [{ before: { replicas: 1 }, after: { replicas: 2 } }],
    )
    assert.equal(
      rig.seen.map(({ method, url }) => `${method} ${url}`),
      [`GET ${path}`, `PATCH ${path}?dryRun=All`, `PATCH ${path}`],
    )
    assert.equal(JSON.parse(rig.seen[2]?.body ?? ''), { spec: { replicas: 2 }, metadata: { resourceVersion: '7' } })
    for (const { headers } of rig.seen) assert.equal(valuesOf(headers, 'impersonate-user'), ['deployer'])
    const stale = await rig.fetch(prefix + path, { ...asked, body: '{"metadata":{"resourceVersion":"6"}}' })
    assert.is(stale.status, 200)
    assert.ok(rig.door.decisions[1]?.operation.catalog.unread)
  },
)

const jsonPatch = [{ op: 'replace', path: '/spec/replicas', value: 2 }]
for (const [what, type, sent, refused, times, status, decided] of [
  ['is prepared again where the object has changed meanwhile', 'merge', {}, 409, 2, 200, 3],
  ['is not for ever', 'merge', {}, 409, 99, 409, 10],
  ['for a version that the client has named is made once', 'merge', { resourceVersion: '7' }, 409, 1, 409, 1],
  ['is made once where the target finds it invalid', 'merge', {}, 422, 1, 422, 1],
  ['as a JSON patch is prepared again where its test fails', 'json', jsonPatch, 422, 2, 200, 3],
] as const)
  calls(`that is pinned ${what}`, async ({ rig }) => {
    rig.door.foresee = () => 'unresolved'
    let tries = 0
    rig.answer = (request, response) => {
      const isReal = request.method === 'PATCH' && !request.url?.includes('dryRun')
      if (isReal && ++tries <= times) response.statusCode = refused
      const metadata = { resourceVersion: String(7 + tries) }
      response.end(JSON.stringify({ kind: 'Scale', apiVersion: 'autoscaling/v1', metadata, spec: { replicas: 2 } }))
    }
    const answered = await rig.fetch(`${prefix}/apis/apps/v1/namespaces/shop/deployments/web/scale`, {
      method: 'PATCH',
      body: JSON.stringify(type === 'json' ? sent : { metadata: sent, spec: { replicas: 2 } }),
      headers: { 'Content-Type': `application/${type}-patch+json` },
    })
    assert.is(answered.status, status)
    assert.equal(
      rig.door.decisions.map(({ results }) => results[0]?.status),
      [...Array(decided - 1).fill(String(refused)), String(status)],
    )
    const last = JSON.parse(rig.seen.at(-1)?.body ?? '')
    const version = type === 'json' ? last[0].value : last.metadata.resourceVersion
    assert.is(version, String(7 + decided - 1))
  })

calls('that is denied is answered with the reason, and does not reach the target', async ({ rig }) => {
  rig.door.rule = () => 'no pods on a Friday'
  const { status, body } = await rig.fetch(`${prefix}/api/v1/pods`)
  assert.is(status, 403)
  const { kind, reason, message, code, details } = JSON.parse(body)
  assert.equal([kind, reason, code], ['Status', 'Forbidden', 403])
  assert.is(
    message,
    'cedargate: no pods on a Friday (denied by policy) [policy `a-policy`, commit c0ffee]; next: ask somebody',
  )
  assert.equal(details.causes, [
    { reason: 'forbidden', message: 'denied by policy', field: 'operation' },
    { reason: 'policy', message: 'a-policy' },
    { reason: 'commit', message: 'c0ffee' },
  ])
  assert.is(rig.seen.length, 0)
})

calls('with a token that is no good is answered 401', async ({ rig }) => {
  const { status, head, body } = await rig.fetch(`${prefix}/api/v1/pods`, { token: 'another' })
  assert.is(status, 401)
  assert.match(head, /www-authenticate: bearer/i)
  assert.is(JSON.parse(body).reason, 'Unauthorized')
  assert.is(rig.seen.length, 0)
})

calls('to a target that is unknown is answered 403', async ({ rig }) => {
  const { status, body } = await rig.fetch('/clusters/nowhere/roles/deploy/api')
  assert.is(status, 403)
  assert.is(JSON.parse(body).details.causes[0].reason, 'unknown_target')
})

calls('keeps its connection for the next one', async ({ rig }) => {
  const one = `GET ${prefix}/api HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer ${token}\r\n\r\n`
  const last = one.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')
  const text = await rig.raw(one + one + last)
  assert.is(text.match(/HTTP\/1.1 200 OK/g)?.length, 3)
  assert.is(rig.seen.length, 3)
})

calls('may follow many others on one connection', async ({ rig }) => {
  rig.answer = (_request, response) => response.setHeader('Content-Length', 2).end('{}')
  const socket = await rig.open()
  for (let n = 0; n < 20; n += 1) {
    socket.write(`GET ${prefix}/api HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer ${token}\r\n\r\n`)
    for (let text = ''; !text.endsWith('{}'); ) text += await new Promise(resolve => socket.once('data', resolve))
  }
  socket.destroy()
  assert.is(rig.seen.length, 20)
})

calls('is passed on as fast as its client reads, whole', async ({ rig }) => {
  const piece = Buffer.alloc(64 * 1024, 'x')
  rig.answer = async (_request, response) => {
    for (let n = 0; n < 200; n += 1) if (!response.write(piece)) await once(response, 'drain')
    response.end()
  }
  const socket = await rig.open()
  socket.write(
    `GET ${prefix}/api HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
  )
  let count = 0
  for await (const chunk of socket) {
    count += (chunk as Buffer).filter(byte => byte === 120).length
    if (count % 7 === 0) await new Promise(resolve => setTimeout(resolve, 2))
  }
  assert.is(count, 200 * piece.length)
  assert.equal(rig.door.decisions[0]?.results, [{ status: '200', bytes: 200 * piece.length }])
})

calls('that watches gets the headers at once, and each event as it comes', async ({ rig }) => {
  rig.answer = (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' })
    response.flushHeaders()
    answered = () => response.write('{"type":"ADDED"}\n')
  }
  let answered = () => true
  const socket = await rig.open()
  const heard = { text: '' }
  const says = async (what: string) => {
    while (!heard.text.includes(what)) heard.text += await new Promise(resolve => socket.once('data', resolve))
  }
  socket.write(`GET ${prefix}/api/v1/pods?watch=1 HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer ${token}\r\n\r\n`)
  await says('\r\n\r\n')
  answered()
  await says('ADDED')
  assert.is(rig.door.decisions[0]?.how.goesOn, true)
  rig.door.streams[0]?.abort({ ...refusal('forbidden', 'not any more'), reasons: ['no watching'] })
  await says('0\r\n\r\n')
  assert.match(heard.text, /\{"type":"ERROR","object":\{"kind":"Status".*no watching/)
  assert.equal(rig.door.decisions[0]?.results, [{ status: 'forbidden', bytes: 17 }])
  socket.destroy()
})

calls('whose client leaves ends at the target too', async ({ rig }) => {
  const left = Promise.withResolvers<void>()
  rig.answer = (request, response) => {
    response.writeHead(200).flushHeaders()
    request.socket.once('close', () => left.resolve())
  }
  await rig.raw(
    `GET ${prefix}/api/v1/pods?watch=1 HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    '\r\n\r\n',
  )
  await left.promise
  assert.is(rig.door.decisions[0]?.results[0]?.status, 'aborted')
  assert.is(rig.door.held, 0)
})

for (const [what, length] of [
  ['of a length that was said', { 'Content-Length': '1000' }],
  ['that comes in chunks', {}],
] as const)
  calls(`does not look whole where the target breaks off an answer ${what}`, async ({ rig }) => {
    rig.answer = (_request, response) => {
      response.writeHead(200, length)
      response.write('half')
      setTimeout(() => response.destroy(), 10)
    }
    const { body } = await rig.fetch(`${prefix}/api/v1/pods`)
    assert.match(body, 'half')
    assert.not.match(body, '0\r\n\r\n')
    assert.is(rig.door.decisions[0]?.results[0]?.status, 'ERR_TARGET_PROTOCOL')
  })

for (const [what, method, hangUps, status, times] of [
  ['reads is sent once more where', 'GET', 1, 200, 2],
  ['reads is not sent for ever where', 'GET', 9, 502, 2],
  ['changes something is sent once where', 'DELETE', 1, 502, 1],
] as const)
  calls(`that ${what} the target hangs up before it answers`, async ({ rig }) => {
    rig.answer = (request, response) => (rig.seen.length > hangUps ? response.end('{}') : request.socket.destroy())
    assert.is((await rig.fetch(`${prefix}/api/v1/namespaces/shop/pods/web`, { method })).status, status)
    assert.is(rig.seen.length, times)
    assert.equal(
      rig.door.decisions.map(({ results }) => results.map(result => result.status)),
      [[status === 200 ? '200' : 'ERR_TARGET_PROTOCOL']],
    )
  })

calls('that the target answers with garbage is answered 502', async ({ rig }) => {
  rig.answer = (request, response) => {
    response.detachSocket(request.socket)
    request.socket.end('I am no HTTP\r\n\r\n')
  }
  const { status, body } = await rig.fetch(`${prefix}/api/v1/pods`)
  assert.is(status, 502)
  assert.is(JSON.parse(body).details.causes[0].reason, 'ERR_TARGET_PROTOCOL')
})

for (const [what, character, length] of [
  ['in an answer that is whole', '\u0001', 0],
  ['in a head whose body is still to come', '\u0001', 9],
  ['in an answer with DEL', '\u007f', 0],
] as const)
  calls(`that the target answers with what no header holds ${what} is answered 502, or without it`, async ({ rig }) => {
    rig.answer = (request, response) => {
      response.detachSocket(request.socket)
      request.socket.write(`HTTP/1.1 200 OK\r\nX: a${character}b\r\nContent-Length: ${length}\r\n\r\n`)
      setTimeout(() => request.socket.destroy(), 20)
    }
    const { status, head } = await rig.fetch(`${prefix}/api/v1/pods`)
    assert.is(status, 502)
    assert.not.match(head, character)
  })

calls('is answered with what stays with the gateway of where it is led', async ({ rig }) => {
  rig.answer = (_request, response) => response.writeHead(301, { Location: '/api/v1/', 'Alt-Svc': 'h3=":1"' }).end()
  const within = await rig.fetch(`${prefix}/api/v1`)
  assert.match(within.head, new RegExp(`location: ${prefix}/api/v1/`, 'i'))
  assert.not.match(within.head, /alt-svc/i)
  rig.answer = (_request, response) => response.writeHead(301, { Location: 'https://elsewhere/' }).end()
  assert.not.match((await rig.fetch(`${prefix}/api/v1`)).head, /location/i)
})

const hop = (name: string, value: string) => [name, { [name]: value }] as const
for (const [name, headers] of [
  hop('X-Remote-User', 'admin'),
  hop('x-ReMoTe-gRoUp', 'system:masters'),
  hop('X-Remote-Extra-Scopes', 'all'),
  hop('X-Forwarded-For', '10.0.0.1'),
  hop('Forwarded', 'for=10.0.0.1'),
  hop('Cookie', 'session=1'),
  hop('Proxy-Authorization', 'Basic eA=='),
  hop('Keep-Alive', 'timeout=5'),
  hop('TE', 'trailers'),
  hop('Audit-ID', 'mine'),
  hop('Impersonate_User', 'admin'),
  ['If-Match', { 'If-Match': '1', Connection: 'close, If-Match' }],
] as const)
  calls(`leaves \`${name}\` behind`, async ({ rig }) => {
    const { status } = await rig.fetch(`${prefix}/api/v1/pods`, { headers })
    assert.is(status, 200)
    assert.equal(valuesOf(rig.seen[0]?.headers ?? [], name.toLowerCase()), [])
  })

calls('keeps the type of its body, by which it was decided', async ({ rig }) => {
  const headers = { 'Content-Type': 'application/json', Connection: 'close, Content-Type' }
  await rig.fetch(`${prefix}/api/v1/namespaces`, { method: 'POST', body: '{}', headers })
  assert.equal(valuesOf(rig.seen[0]?.headers ?? [], 'content-type'), ['application/json'])
})

calls('may want to appear with what other objects have from birth', async ({ rig }) => {
  const headers = { 'Impersonate-Extra-constructor': 'a', 'Impersonate-Extra-toString': 'b' }
  await rig.fetch(`${prefix}/api/v1/pods`, { headers })
  assert.is(
    JSON.stringify(rig.door.decisions[0]?.operation.impersonate),
    '{"extra":{"constructor":["a"],"tostring":["b"]}}',
  )
})

calls('says as whom it wants to appear, to be decided', async ({ rig }) => {
  const headers = {
    'impersonate-USER': 'jane',
    'Impersonate-Extra-Sc%6Fpes': 'all',
    Connection: 'Impersonate-User, close',
  }
  const { status, body } = await rig.fetch(`${prefix}/api/v1/pods`, { headers })
  assert.equal(rig.door.decisions[0]?.operation.impersonate, { user: 'jane', extra: { scopes: ['all'] } })
  assert.is(status, 403)
  assert.is(JSON.parse(body).details.causes[0].reason, 'ERR_IMPERSONATION')
  assert.is(rig.seen.length, 0)
})

const broken = (text: string) => text.replaceAll('\n', '\r\n')
const upgrading = (path: string, headers = '') =>
  broken(`GET ${prefix}${path} HTTP/1.1\nHost: gate\nAuthorization: Bearer ${token}\nConnection: Upgrade\n${headers}\n`)

calls('that goes on as another protocol is decided with it, and given to whoever relays it', async () => {
  const relayed: Upgraded[] = []
  const rig = await startRig({
    async relay(upgraded) {
      relayed.push(upgraded)
      upgraded.client.end('HTTP/1.1 101 Switching Protocols\r\n\r\nbytes')
      return { status: 'ok', bytes: 5 }
    },
  })
  const text = await rig.raw(
    upgrading(
      '/api/v1/namespaces/a/pods/b/exec?command=ls',
      'Upgrade: SPDY/3.1\nX-Stream-Protocol-Version: v4.channel.k8s.io\n',
    ),
  )
  assert.match(text, /^HTTP\/1.1 101 /)
  assert.is(rig.door.decisions[0]?.operation.upgrade, 'spdy')
  assert.is(rig.door.decisions[0]?.how.goesOn, true)
  assert.equal(rig.door.decisions[0]?.results, [{ status: 'ok', bytes: 5 }])
  const [{ dial } = { dial: undefined }] = relayed
  assert.is(dial?.target, '/api/v1/namespaces/a/pods/b/exec?command=ls')
  assert.equal(valuesOf(dial?.headers ?? [], 'authorization'), ['Bearer the secret of the gateway'])
  assert.equal(valuesOf(dial?.headers ?? [], 'x-stream-protocol-version'), [])
  assert.is(rig.door.held, 0)
  await rig.stop()
})

calls('that would go on and is denied is answered, and its connection closed', async ({ rig }) => {
  rig.door.rule = () => 'no exec'
  const bytes = upgrading('/api/v1/namespaces/a/pods/b/exec?command=ls', 'Upgrade: websocket\n')
  const text = await rig.raw(bytes + bytes)
  assert.is(text.match(/HTTP\/1.1 /g)?.length, 1)
  assert.match(text, /^HTTP\/1.1 403 .*"reason":"Forbidden"/s)
  assert.is(rig.door.decisions[0]?.operation.upgrade, 'websocket')
})

for (const upgrade of ['h2c', 'SPDY/3', 'websocket, h2c'])
  calls(`does not go on as \`${upgrade}\``, async ({ rig }) => {
    assert.match(await rig.raw(upgrading('/api/v1/pods', `Upgrade: ${upgrade}\n`)), /^HTTP\/1.1 400 /)
    assert.equal(
      rig.door.rejections.map(({ code }) => code),
      ['ERR_HTTP_UPGRADE'],
    )
  })

calls.run()
