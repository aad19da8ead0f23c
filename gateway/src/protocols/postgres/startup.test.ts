import { once } from 'node:events'
import { createServer } from 'node:net'
import { connect as secure } from 'node:tls'
import { serialize } from 'pg-protocol'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createFakeDoor, fakeToken } from './fake-door.test-support.ts'
import { startTestGateway } from './gateway.test-support.ts'
import { message, relayedCancel, relayedCancelCode } from './messages.ts'
import { letters, packet, RawClient, startup, until } from './raw-client.test-support.ts'

// a target that only notices whether it was dialled
let dialled = 0
const target = createServer(socket => {
  dialled++
  socket.destroy()
})
target.listen(0, '127.0.0.1')
await once(target, 'listening')
const { port } = target.address() as { port: number }
const settings = { host: '127.0.0.1', port, database: 'orders', tls: { mode: 'disable' }, roles: {} } as const
const door = createFakeDoor(settings, { user: 'shown', password: 'secret' })
const gateway = await startTestGateway(door, { handshakeMs: 400 })
const open = await startTestGateway(door, { tls: { mode: 'optional' } })

const fresh = () => {
  door.logins.length = door.rejections.length = door.decisions.length = 0
  dialled = 0
}
const user = 'backup@orders-db'
const ssl = 80877103
const gss = 80877104

const refused = suite('a fresh connection is refused when it sends')
refused.before.each(fresh)

for (const [what, bytes, code, state] of [
  ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: gate\r\n\r\n'), 'ERR_STARTUP_GARBAGE', undefined],
  ['an SSH banner', Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'), 'ERR_STARTUP_GARBAGE', undefined],
  ['zeros', Buffer.alloc(64), 'ERR_STARTUP_GARBAGE', undefined],
  ['a negative length', Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 3, 0, 0]), 'ERR_STARTUP_GARBAGE', undefined],
  ['a packet over 10,000 bytes', Buffer.from([0, 0, 0x27, 0x11, 0, 3, 0, 0]), 'ERR_STARTUP_GARBAGE', undefined],
  ['a login in the clear', startup({ user }), 'ERR_STARTUP_TLS_REQUIRED', '28000'],
  ['protocol version 2', startup({ user }, 131072), 'ERR_STARTUP_VERSION', '0A000'],
  [
    'two requests for TLS, the second in the clear',
    Buffer.concat([packet(ssl), packet(ssl)]),
    'ERR_STARTUP_TLS_BUFFERED',
    undefined,
  ],
  [
    'a login behind its request for TLS',
    Buffer.concat([packet(ssl), startup({ user })]),
    'ERR_STARTUP_TLS_BUFFERED',
    undefined,
  ],
  ['two requests for GSSAPI', Buffer.concat([packet(gss), packet(gss)]), 'ERR_STARTUP_GARBAGE', undefined],
  ['a request for TLS with a body', packet(ssl, Buffer.from('more')), 'ERR_STARTUP_GARBAGE', undefined],
  ['a cancel with a key too short', packet(80877102, Buffer.alloc(4)), 'ERR_STARTUP_GARBAGE', undefined],
  ['a cancel with a key too long', packet(80877102, Buffer.alloc(261)), 'ERR_STARTUP_GARBAGE', undefined],
  ['a relayed cancel in the clear', relayedCancel('192.0.2.1', 1, Buffer.alloc(4)), 'ERR_STARTUP_GARBAGE', undefined],
] as const)
  refused(what, async () => {
    const client = await RawClient.open(gateway.port)
    client.send(bytes)
    await once(client.socket, 'close')
    assert.is(door.rejections[0]?.code, code)
    const held = await client.bytes(0).then(() => client.rest().catch(() => []))
    assert.is(held.find(({ type }) => type === 'E')?.fields.C, state)
    assert.is(door.logins.length, 0)
    assert.is(dialled, 0)
  })

for (const [what, bytes] of [
  ['without an origin', relayedCancel('', 1, Buffer.alloc(4))],
  ['whose origin has no end', packet(relayedCancelCode, Buffer.from('192.0.2.1'))],
  ['whose origin is too long', relayedCancel('1'.repeat(65), 1, Buffer.alloc(4))],
  ['whose origin would spoil a line of the log', relayedCancel('192.0.2.1\n', 1, Buffer.alloc(4))],
  ['with a key too short', relayedCancel('192.0.2.1', 1, Buffer.alloc(3))],
  ['with a key too long', relayedCancel('192.0.2.1', 1, Buffer.alloc(257))],
  ['without a key', packet(relayedCancelCode, Buffer.from('192.0.2.1\0'))],
] as const)
  refused(`a relayed cancel ${what}, inside TLS`, async () => {
    const client = await RawClient.openTls(gateway.port, gateway.ca)
    client.send(bytes)
    assert.equal(await client.rest(), [])
    assert.is(door.rejections[0]?.code, 'ERR_STARTUP_GARBAGE')
    assert.equal(gateway.log, [])
  })

refused.run()

const startups = suite('a startup message is refused with')
startups.before.each(fresh)

for (const [what, parameters, code, state, hint] of [
  ['a user without a target', { user: 'backup' }, 'ERR_STARTUP_USER', '28000', /role@target/],
  ['a user without a role', { user: '@orders-db' }, 'ERR_STARTUP_USER', '28000', /role@target/],
  ['a user that ends at the @', { user: 'backup@' }, 'ERR_STARTUP_USER', '28000', /role@target/],
  ['no user', { database: 'orders' }, 'ERR_STARTUP_USER', '28000', /role@target/],
  ['replication', { user, replication: 'database' }, 'ERR_STARTUP_PARAMETER', '42501', /replication/],
  ['options', { user, options: '-c search_path=evil' }, 'ERR_STARTUP_PARAMETER', '42501', /PGOPTIONS/],
  ['search_path', { user, search_path: 'evil' }, 'ERR_STARTUP_PARAMETER', '42501', /search_path/],
  ['a role in disguise', { user, Session_Authorization: 'postgres' }, 'ERR_STARTUP_PARAMETER', '42501', /Session/],
  [
    'string syntax of its own',
    { user, standard_conforming_strings: 'off' },
    'ERR_STARTUP_PARAMETER',
    '42501',
    /standard/,
  ],
  // servers cut it to 63 bytes, and open another database than was decided
  [
    'a database that the server would cut',
    { user, database: 'd'.repeat(64) },
    'ERR_STARTUP_PARAMETER',
    '42602',
    /as it/,
  ],
  ['one that is too long in bytes', { user, database: 'é'.repeat(32) }, 'ERR_STARTUP_PARAMETER', '42602', /as it is/],
  ['a database by another spelling', { user, DATABASE: 'orders' }, 'ERR_STARTUP_PARAMETER', '42501', /leave out/],
  ['a user of 9,000 bytes', { user: 'x'.repeat(9000) }, 'ERR_STARTUP_USER', '28000', /role@target/],
  ['SJIS', { user, client_encoding: 'SJIS' }, 'ERR_STARTUP_ENCODING', '22023', /PGCLIENTENCODING=UTF8/],
  ['LATIN1', { user, client_encoding: 'latin-1' }, 'ERR_STARTUP_ENCODING', '22023', /PGCLIENTENCODING=UTF8/],
] as const)
  startups(what, async () => {
    const client = await RawClient.openTls(gateway.port, gateway.ca)
    client.send(startup(parameters))
    const [error] = await client.rest()
    assert.is(error?.fields.C, state)
    assert.is(error?.fields.S, 'FATAL')
    assert.match(`${error?.fields.H}`, hint)
    assert.is(door.rejections[0]?.code, code)
    assert.ok(`${door.rejections[0]?.detail}`.length < 250, 'a stranger fills the trail')
    assert.is(door.logins.length, 0)
  })

for (const [what, bytes] of [
  ['a parameter twice', Buffer.from('user\0a@b\0user\0c@d\0\0')],
  ['no end', Buffer.from('user\0a@b\0')],
  ['a name without a value', Buffer.from('user\0a@b\0database\0\0')],
  ['something behind its end', Buffer.from('user\0a@b\0\0more')],
  ['bytes that are no UTF-8', Buffer.from('user\0a@b\xff\0\0', 'latin1')],
] as const)
  startups(what, async () => {
    const client = await RawClient.openTls(gateway.port, gateway.ca)
    client.send(packet(196608, bytes))
    assert.equal(await client.rest(), [])
    assert.is(door.rejections[0]?.code, 'ERR_STARTUP_GARBAGE')
  })

startups.run()

const tokens = suite('in place of a token')
tokens.before.each(fresh)

for (const [what, bytes, code, state] of [
  ['a second startup message closes', startup({ user }), 'ERR_STARTUP_GARBAGE', undefined],
  ['a query closes', serialize.query('select 1'), 'ERR_STARTUP_GARBAGE', undefined],
  ['a token of 2,000 bytes is refused', serialize.password('x'.repeat(2000)), 'ERR_STARTUP_TOKEN', '28P01'],
  ['a length of two gigabytes is refused', Buffer.from([0x70, 0x7f, 0xff, 0xff, 0xff]), 'ERR_STARTUP_TOKEN', '28P01'],
  ['a token with a zero byte is refused', message('p', 'a\0b\0'), 'ERR_STARTUP_TOKEN', '28P01'],
] as const)
  tokens(what, async () => {
    const client = await RawClient.openTls(gateway.port, gateway.ca)
    client.send(startup({ user }))
    assert.is((await client.message()).type, 'R')
    client.send(bytes)
    const heard = await client.rest()
    assert.is(heard[0]?.fields.C, state)
    assert.is(door.rejections[0]?.code, code)
    assert.is(door.logins.length, 0)
  })

tokens('a wrong one is refused by the door, and nothing is dialled', async () => {
  const client = await RawClient.openTls(gateway.port, gateway.ca)
  client.send(startup({ user }))
  await client.message()
  client.send(serialize.password('wrong'))
  const [error] = await client.rest()
  assert.is(error?.fields.C, '28P01')
  assert.is(door.logins[0]?.token, 'wrong')
  assert.is(dialled, 0)
})

tokens('the right one still dials nothing where connecting is denied', async () => {
  door.rule = operation => (operation.kind === 'connect' ? 'not at night' : undefined)
  const client = await RawClient.openTls(gateway.port, gateway.ca)
  client.send(startup({ user, application_name: 'tool', database: user }))
  await client.message()
  client.send(serialize.password(fakeToken))
  const [error] = await client.rest()
  assert.is(error?.fields.C, '42501')
  assert.match(`${error?.fields.M}`, /not at night/)
  assert.equal(door.decisions[0]?.operation, {
    protocol: 'postgres',
    kind: 'connect',
    database: 'orders',
    applicationName: 'tool',
  })
  assert.is(dialled, 0)
  door.rule = () => undefined
})

tokens.run()

const handshakes = suite('a handshake')
handshakes.before.each(fresh)

handshakes('may ask for GSSAPI, then for TLS', async () => {
  const client = await RawClient.open(gateway.port)
  client.send(packet(gss))
  assert.is((await client.bytes(1)).toString(), 'N')
  client.send(packet(ssl))
  assert.is((await client.bytes(1)).toString(), 'S')
  client.close()
})

handshakes('may begin with TLS itself where it names the protocol', async () => {
  const socket = secure({ host: '127.0.0.1', port: gateway.port, ca: gateway.ca, ALPNProtocols: ['postgresql'] })
  await once(socket, 'secureConnect')
  const client = new RawClient(socket)
  client.send(startup({ user }))
  assert.is((await client.message()).type, 'R')
  client.close()
})

handshakes('may not begin with TLS that is not said to be for PostgreSQL', async () => {
  const socket = secure({ host: '127.0.0.1', port: gateway.port, ca: gateway.ca })
  socket.on('error', () => {})
  const client = new RawClient(socket)
  client.send(startup({ user }))
  assert.equal(await client.rest(), [])
  await until(() => door.rejections.some(({ code }) => code === 'ERR_STARTUP_GARBAGE'))
})

handshakes('in TLS 1.1 is refused', async () => {
  const plain = await RawClient.open(gateway.port)
  plain.send(packet(ssl))
  await plain.bytes(1)
  plain.socket.removeAllListeners('data')
  const socket = secure({
    socket: plain.socket,
    ca: gateway.ca,
    host: '127.0.0.1',
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'ALL:@SECLEVEL=0',
  })
  const outcome = await once(socket, 'secureConnect').then(
    () => 'secure',
    error => error.code,
  )
  assert.match(`${outcome}`, /PROTOCOL_VERSION/)
})

for (const [what, version, options, answer] of [
  ['protocol 3.0', 196608, {}, undefined],
  ['protocol 3.2', 196610, {}, undefined],
  ['a newer minor version is answered in 3.2', 196608 + 9999, {}, '\0\u0003\0\u0002\0\0\0\0'],
  ['an option of protocol 3.2', 196610, { '_pq_.wish': '1' }, '\0\u0003\0\u0002\0\0\0\u0001_pq_.wish\0'],
  ['an option of protocol 3.0', 196608, { '_pq_.wish': '1' }, '\0\u0003\0\0\0\0\0\u0001_pq_.wish\0'],
] as const)
  handshakes(`in ${what}`, async () => {
    const client = await RawClient.openTls(gateway.port, gateway.ca)
    client.send(startup({ user, ...options }, version))
    const first = await client.message()
    assert.is(first.type, answer === undefined ? 'R' : 'v')
    if (answer !== undefined) {
      assert.is(first.body, answer)
      assert.is((await client.message()).type, 'R')
    }
    client.close()
  })

handshakes('that goes silent is cut, and nobody waits for it', async () => {
  const silent = await Promise.all(Array.from({ length: 20 }, () => RawClient.open(gateway.port)))
  silent[0]?.send(Buffer.from([0, 0]))
  silent[1]?.send(packet(ssl))
  const client = await RawClient.openTls(gateway.port, gateway.ca)
  client.send(startup({ user }))
  assert.is((await client.message()).type, 'R')
  await Promise.all(silent.map(each => (each.socket.destroyed ? undefined : once(each.socket, 'close'))))
  await until(() => door.rejections.filter(({ code }) => code === 'ERR_STARTUP_DEADLINE').length >= 20)
  client.close()
})

handshakes(
  'is cut for a newer one where too many are under way, so that the silent do not keep others out',
  async () => {
    const few = await startTestGateway(door, { maxHandshakes: 3 })
    const silent: RawClient[] = []
    for (let i = 0; i < 5; i++) silent.push(await RawClient.open(few.port))
    const client = await RawClient.openTls(few.port, few.ca)
    client.send(startup({ user }))
    assert.is((await client.message()).type, 'R')
    await until(() => door.rejections.length === 3)
    assert.equal(
      silent.map(({ socket }) => socket.closed),
      [true, true, true, false, false],
    )
    assert.is(door.rejections[0]?.code, 'ERR_STARTUP_BUSY')
    for (const each of [client, ...silent]) each.close()
    await few.stop()
  },
)

handshakes('comes in single bytes too', async () => {
  const client = await RawClient.open(open.port)
  for (const byte of startup({ user })) {
    client.send(Buffer.from([byte]))
    await new Promise(resolve => setImmediate(resolve))
  }
  assert.is((await client.message()).type, 'R')
  for (const byte of serialize.password('wrong')) client.send(Buffer.from([byte]))
  assert.is(letters(await client.rest()), 'E')
  assert.is(door.logins[0]?.token, 'wrong')
})

handshakes('in the clear is taken where TLS is optional, and TLS is not offered without a certificate', async () => {
  const client = await RawClient.open(open.port)
  client.send(packet(ssl))
  assert.is((await client.bytes(1)).toString(), 'N')
  client.send(startup({ user, client_encoding: 'SQL_ASCII' }))
  assert.is((await client.message()).type, 'R')
  client.send(serialize.password('wrong'))
  assert.is(letters(await client.rest()), 'E')
})

handshakes('reaches a target that hangs up: the client is told', async () => {
  const client = await RawClient.openTls(gateway.port, gateway.ca)
  client.send(startup({ user }))
  await client.message()
  client.send(serialize.password(fakeToken))
  const [error] = await client.rest()
  assert.is(error?.fields.C, '08001')
  assert.is(dialled, 1)
  assert.is(door.decisions[0]?.results[0]?.status, 'ERR_TARGET_UNREACHABLE')
})

handshakes.after(async () => {
  await gateway.stop()
  await open.stop()
  target.close()
})

handshakes.run()
