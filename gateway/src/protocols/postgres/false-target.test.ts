import { keepLong, loadGrammars, readLong } from '@cedargate/policy-schema'
import { serialize } from 'pg-protocol'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createFakeDoor, fakeToken, refusal } from './fake-door.test-support.ts'
import { honestWelcome, startFalseTarget } from './false-target.test-support.ts'
import { startTestGateway, user } from './gateway.test-support.ts'
import { authenticationOk, backendKeyData, message, parameterStatus, ready } from './messages.ts'
import { letters, RawClient, startup, until } from './raw-client.test-support.ts'

await loadGrammars()
const target = await startFalseTarget('secret')
const settings = { host: '127.0.0.1', port: target.port, database: 'x', tls: { mode: 'disable' }, roles: {} } as const
const door = createFakeDoor(settings, { user: 'shown', password: 'secret' })
const gateway = await startTestGateway(door, { dialMs: 500, limits: { stopMs: 500 } })

const fresh = async () => {
  await until(() => gateway.connections() === 0 && target.connections() === 0, 'the end of every connection')
  door.ends.length = door.decisions.length = 0
  door.oblige = () => ({})
  target.welcome = honestWelcome
  target.answer = undefined
  target.hangsUp = target.deaf = false
}
const raw = async () => {
  const client = await RawClient.openTls(gateway.port, gateway.ca)
  await client.logIn(user, fakeToken)
  return client
}

const logins = suite('a target that knows the secret is not let near a client when it')
logins.before.each(fresh)

for (const [what, welcome, code] of [
  ['has another encoding', parameterStatus('client_encoding', 'SJIS'), 'ERR_TARGET_PROTOCOL'],
  ['says nothing of its settings', Buffer.alloc(0), 'ERR_TARGET_PROTOCOL'],
  ['gives a key of another length', message('K', Buffer.alloc(4)), 'ERR_TARGET_PROTOCOL'],
  ['sends rows', message('D', Buffer.alloc(2)), 'ERR_TARGET_PROTOCOL'],
  ['negotiates the protocol', message('v', Buffer.alloc(8)), 'ERR_FRAME_TYPE'],
  [
    'has more settings than anybody',
    Buffer.alloc(3_000_000, parameterStatus('a', 'x'.repeat(1000))),
    'ERR_TARGET_PROTOCOL',
  ],
  [
    'has notices without an end',
    Buffer.alloc(3_000_000, message('N', `M${'x'.repeat(1000)}\0\0`)),
    'ERR_TARGET_PROTOCOL',
  ],
] as const)
  logins(what, async () => {
    target.welcome = Buffer.concat([welcome, ready.I])
    const client = await RawClient.openTls(gateway.port, gateway.ca)
    client.send(startup({ user }))
    await client.message()
    client.send(serialize.password(fakeToken))
    const [error] = await client.rest()
    assert.is(error?.fields.C, '08001')
    assert.match(`${door.ends[0]}`, code)
  })

logins.run()

const row = message('D', Buffer.from([0, 1, 0, 0, 0, 1, 0x78]))
const description = message('T', Buffer.alloc(2))
const sessions = suite('a session ends when its target')
sessions.before.each(fresh)

for (const [what, answer, heard, code] of [
  ['says again that it let us in', authenticationOk, 'E', 'ERR_TARGET_OUT_OF_TURN'],
  ['asks for a password', message('R', Buffer.from([0, 0, 0, 3])), 'E', 'ERR_TARGET_OUT_OF_TURN'],
  ['gives another key', backendKeyData(3, Buffer.alloc(4, 4)), 'E', 'ERR_TARGET_OUT_OF_TURN'],
  ['changes the encoding', parameterStatus('client_encoding', 'SJIS'), 'SE', 'ERR_TARGET_CHANGED'],
  ['changes the strings', parameterStatus('standard_conforming_strings', 'off'), 'SE', 'ERR_TARGET_CHANGED'],
  ['copies both ways', message('W', Buffer.from([0, 0, 0])), 'E', 'ERR_FRAME_TYPE'],
  ['negotiates the protocol', message('v', Buffer.alloc(8)), 'E', 'ERR_FRAME_TYPE'],
  ['answers a Parse that nobody sent', message('1'), 'E', 'ERR_TARGET_OUT_OF_TURN'],
  ['is ready twice', Buffer.concat([ready.I, ready.I]), 'ZE', 'ERR_TARGET_OUT_OF_TURN'],
  ['sends rows when it is done', Buffer.concat([ready.I, row]), 'ZE', 'ERR_TARGET_OUT_OF_TURN'],
  ['sends a message of a negative length', Buffer.from([0x44, 0xff, 0xff, 0xff, 0xff]), 'E', 'ERR_FRAME_LENGTH'],
  ['sends a tag of a gigabyte', Buffer.from([0x43, 0x40, 0, 0, 0]), 'E', 'ERR_FRAME_SIZE'],
  ['sends an error without an end', message('E', 'SERROR'), 'E', 'ERR_MESSAGE_FORMAT'],
] as const)
  sessions(what, async () => {
    target.answer = answer
    const client = await raw()
    client.send(serialize.query('select 1'))
    const came = await client.rest()
    assert.is(letters(came), heard)
    assert.is(came.at(-1)?.fields.S, 'FATAL')
    assert.match(`${door.ends[0]}`, code)
    assert.is(door.decisions[1]?.results.length, 1)
  })

for (const [what, answer] of [
  ['in the middle of a row', Buffer.concat([description, row.subarray(0, 8)])],
  [
    'behind the head of an endless row',
    Buffer.concat([description, Buffer.from([0x44, 0x7f, 0xff, 0xff, 0xff, 0, 1])]),
  ],
] as const)
  sessions(`hangs up ${what}, and nothing of ours is taken for the rest of it`, async () => {
    target.answer = answer
    target.hangsUp = true
    const client = await raw()
    client.send(serialize.query('select 1'))
    await until(() => client.socket.closed)
    assert.equal(await client.bytes(answer.length), answer)
    assert.is((await client.rest()).length, 0)
    assert.is(door.decisions[1]?.results[0]?.status, 'aborted')
  })

sessions('does not stop what overran a limit', async () => {
  door.oblige = operation => (operation.kind === 'query' ? { maxRows: 2 } : {})
  target.answer = Buffer.concat([description, row, row, row])
  const client = await raw()
  client.send(serialize.query('select 1'), serialize.query('select 2'))
  const came = await client.rest()
  assert.is(letters(came), 'TDDE')
  assert.is(came.at(-1)?.fields.S, 'FATAL')
  assert.match(`${door.ends[0]}`, /^limit_exceeded: the target did not stop/)
  assert.is(door.decisions[1]?.results[0]?.status, 'limit_exceeded')
  assert.is(door.decisions.length, 2, 'the next statement was not waited with')
})

sessions('reads nothing more: no memory is filled for it, and no connection is kept', async () => {
  target.deaf = true
  const client = await raw()
  const before = process.memoryUsage().arrayBuffers
  const text = `select '${'x'.repeat(200_000)}'`
  keepLong(readLong(text)) // what does not move does not wait for that
  const large = serialize.parse({ name: '', text, types: [] })
  for (let i = 0; i < 200; i++) client.send(large)
  // until nothing moves any more
  for (let before = -1; before !== client.socket.writableLength; ) {
    before = client.socket.writableLength
    await new Promise(resolve => setTimeout(resolve, 500))
  }
  const sent = 200 * large.length - client.socket.writableLength
  assert.ok(sent < 30_000_000, `${sent} bytes were read of the client`)
  assert.ok(process.memoryUsage().arrayBuffers - before - client.socket.writableLength < 32_000_000)
  door.end(refusal('session_ended', 'the token has expired'))
  client.socket.resume()
  await until(() => door.ends.length === 1)
  await new Promise(resolve => setTimeout(resolve, 2200))
  const left = await target.listen()
  assert.not.equal(left.subarray(-5), serialize.end(), 'it was still waited for')
  client.close()
})

sessions.run()

const pipelines = suite('a pipeline fails, and its session goes on, when its target')
pipelines.before.each(fresh)

pipelines('is cancelled between an answer and the Sync', async () => {
  target.answer = Buffer.concat([
    ...[message('1'), message('2'), row, message('C', 'SELECT 1\0')],
    message('E', 'SERROR\0VERROR\0C57014\0Mcanceled\0\0'),
  ])
  const client = await raw()
  client.send(serialize.parse({ name: '', text: 'select 1', types: [] }), serialize.bind({}))
  client.send(serialize.execute({ portal: '', rows: 0 }), serialize.flush())
  const heard = [await client.message(), await client.message(), await client.message(), await client.message()]
  assert.is(letters([...heard, await client.message()]), '12DCE')
  target.answer = ready.I
  client.send(serialize.execute({ portal: '', rows: 0 }), serialize.sync())
  assert.is(letters(await client.ready()), 'Z')
  client.close()
})

pipelines.run()

/** What it says of names. */
const catalog = (text: string) =>
  message('D', Buffer.concat([Buffer.from([0, 1, 0, 0, 0, text.length]), Buffer.from(text)]))
const answered = (...rows: readonly Buffer[]) =>
  Buffer.concat([message('3'), message('1'), message('2'), ...rows, message('C', 'SELECT 1\0'), message('3'), ready.I])
const names = suite('nothing is decided by what a target says of names when it')
names.before.each(fresh)

for (const [what, answer] of [
  ['says nothing', answered()],
  ['says two things', answered(catalog('{}'), catalog('{}'))],
  ['says no JSON', answered(catalog('{'))],
  ['says JSON of another shape', answered(catalog('[null]'))],
  ['says null', answered(message('D', Buffer.from([0, 1, 0xff, 0xff, 0xff, 0xff])))],
  ['has no end', Buffer.alloc(5_000_000, catalog('x'.repeat(200)))],
  ['answers something else', Buffer.concat([description, ready.I])],
] as const)
  names(what, async () => {
    target.answer = answer
    const client = await raw()
    client.send(serialize.query('select * from t'))
    const came = await client.rest()
    assert.is(letters(came), 'E')
    assert.is(came[0]?.fields.S, 'FATAL')
    assert.is(door.decisions.length, 1)
    assert.match(`${door.ends[0]}`, /^ERR_(CATALOG|MESSAGE_FORMAT|TARGET_OUT_OF_TURN|FRAME)/)
  })

names.after(async () => {
  await gateway.stop()
  target.stop()
})

names.run()
