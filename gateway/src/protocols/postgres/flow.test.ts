/** Who reads slowly slows down who writes, and who leaves meanwhile is heard: on streams that take what they are told to. */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { keepLong, loadGrammars, readLong } from '@cedargate/policy-schema'
import { serialize } from 'pg-protocol'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createCatalogPool } from './catalog.ts'
import { createFakeDoor, fakeToken } from './fake-door.test-support.ts'
import { Frames, targetRules } from './frames.ts'
import { createLongTexts } from './long-texts.ts'
import { message, ready } from './messages.ts'
import { until } from './raw-client.test-support.ts'
import { createReadings } from './readings.ts'
import { Session } from './session.ts'
import { clientRulesOf, sessionLimits } from './session-limits.ts'

await loadGrammars()

/** Keeps what it was written until it is told to take it. */
class Line extends Duplex {
  readonly taken: Buffer[] = []
  deaf = false
  #waiting: (() => void) | undefined

  constructor() {
    super({ readableHighWaterMark: 16_384, writableHighWaterMark: 16_384, allowHalfOpen: false })
  }
  override _read() {}
  override _write(chunk: Buffer, _: string, done: () => void) {
    this.taken.push(chunk)
    if (this.deaf) this.#waiting = done
    else done()
  }
  listen() {
    this.deaf = false
    this.#waiting?.()
  }
  says(...messages: readonly Buffer[]) {
    this.push(Buffer.concat(messages))
  }
}

const settings = { host: 'x', port: 1, database: 'x', tls: { mode: 'disable' }, roles: {} } as const
const turn = () => new Promise(resolve => setTimeout(resolve, 5))

async function setUp() {
  const door = createFakeDoor(settings, { user: 'u', password: 'p' })
  const gate = await door.open({
    ...{ protocol: 'postgres', role: 'backup', target: 'orders-db', token: fakeToken, source: '::1' },
    shown: () => undefined,
  })
  if ('code' in gate) throw new Error(gate.message)
  const [client, target] = [new Line(), new Line()]
  const session = new Session({
    client: client as unknown as Socket,
    upstream: {
      socket: target as unknown as Socket,
      frames: new Frames(targetRules),
      parameters: new Map(),
      cancel: async () => true,
    },
    gate,
    ...{ database: 'x', source: '::1', drainMs: 10, limits: sessionLimits },
    readings: createReadings(),
    longTexts: createLongTexts(),
    login: '',
    catalogPool: createCatalogPool(),
    clientRules: clientRulesOf(sessionLimits),
    over: () => {},
  })
  session.run(Buffer.alloc(0))
  return { door, client, target }
}

const text = `select '${'x'.repeat(20_000)}'`
keepLong(readLong(text)) // so that nothing here waits for that
const parse = serialize.parse({ name: '', text, types: [] })
const flow = suite('while the target takes nothing')

flow('a client that leaves is heard', async () => {
  const { door, client, target } = await setUp()
  target.deaf = true
  for (let i = 0; i < 8; i++) {
    client.says(parse)
    await turn()
  }
  assert.is(target.writableNeedDrain, true)
  assert.is(door.ends.length, 0)
  client.push(null)
  await once(client, 'close')
  assert.equal(door.ends, ['the client left'])
})

flow('a client that leaves behind a megabyte of messages is heard', async () => {
  const { door, client, target } = await setUp()
  target.deaf = true
  for (let i = 0; i < 50; i++) client.says(parse)
  client.push(null)
  await once(client, 'close')
  assert.equal(door.ends, ['the client left'])
  assert.ok(target.taken.length < 5, 'nothing more of it went on')
})

flow('of a client that sends on and on no more is held than 16 MiB and a chunk', async () => {
  const { client, target } = await setUp()
  target.deaf = true
  const chunk = Buffer.concat(Array.from({ length: 450 }, () => parse)) // 9 MB
  for (let i = 0; i < 5; i++) client.says(chunk)
  await until(() => client.readableLength <= 3 * chunk.length, 'the second chunk')
  for (let i = 0; i < 80; i++) await turn()
  assert.ok(client.readableLength >= 2 * chunk.length, 'the third at most, however long it takes')
  client.destroy()
})

flow('no more of a client is held than is said, and all of it goes on in its order', async () => {
  const { door, client, target } = await setUp()
  target.deaf = true
  const copies = 60
  for (let i = 0; i < copies; i++) client.says(parse)
  await turn()
  assert.ok(client.readableLength > 500_000, `${client.readableLength} bytes are left unread`)
  assert.ok(door.decisions.length < 5)
  target.listen()
  while (door.decisions.length < copies) await turn()
  await turn()
  assert.equal(Buffer.concat(target.taken), Buffer.concat(Array(copies).fill(parse)))
  client.destroy()
})

flow('a target’s answers go on', async () => {
  const { client, target } = await setUp()
  client.says(serialize.query('select 1'))
  await turn()
  target.deaf = true
  client.says(parse, serialize.sync())
  target.says(message('C', 'SELECT 1\0'), ready.I)
  await turn()
  assert.equal(Buffer.concat(client.taken), Buffer.concat([message('C', 'SELECT 1\0'), ready.I]))
  client.destroy()
})

flow.run()

const end = suite('behind Terminate')

end('nothing is taken', async () => {
  const { door, client } = await setUp()
  client.says(serialize.end(), ...Array.from({ length: 40 }, () => parse))
  await turn()
  assert.equal(door.ends, ['the client said goodbye'])
  assert.is(door.decisions.length, 0)
})
end.run()

const unsaid = suite('where the target does not say how it reads texts')

unsaid('a function is called no more than a statement is run', async () => {
  const { door, client, target } = await setUp()
  client.says(serialize.query('SET backslash_quote = on'))
  await turn()
  target.says(message('C', Buffer.from('SET\0')), ready.I)
  await turn()
  const before = target.taken.length
  const oid = Buffer.from([0, 0, 3, 187, 0, 0, 0, 0, 0, 0])
  client.says(message('F', oid))
  await turn()
  target.says(message('E', Buffer.from('SERROR\0VERROR\0C57014\0Mno\0\0')), ready.I)
  await turn()
  const sent = target.taken.slice(before).map(String).join('')
  assert.match(sent, 'current_setting')
  assert.not.match(sent, 'cedargate:function')
  assert.match(client.taken.map(String).join(''), 'could not be looked up (57014)')
  assert.is(door.decisions.at(-1)?.results[0]?.status, 'aborted')
})
unsaid.run()
