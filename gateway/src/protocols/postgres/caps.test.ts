import { serialize } from 'pg-protocol'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startRig } from './gateway.test-support.ts'
import { message } from './messages.ts'
import { letters, type RawClient, until } from './raw-client.test-support.ts'

const idle = await startRig('create table t (n int)', { limits: { idleMs: 1_000, idleInTransactionMs: 500 } })
const small = await startRig('create table t (n int)', {
  limits: { maxInFlight: 2_000, maxStatementBytes: 1_000, maxBindBytes: 500 },
})
const q = serialize.query
const run = (text: string) =>
  Buffer.concat([
    serialize.parse({ name: '', text, types: [] }),
    serialize.bind({ portal: '', statement: '', values: [] }),
    serialize.execute({ portal: '', rows: 0 }),
  ])

const silence = suite('a session of which nothing is heard')
silence.before.each(idle.fresh)

for (const [what, bytes, code, came] of [
  ['ends', [], '57P05', 'E'],
  ['ends behind a statement', [q('select 1')], '57P05', 'TDCZE'],
  ['ends within a transaction, sooner', [q('begin')], '25P03', 'CZE'],
  ['ends within a failed transaction', [q('begin; select 1/0')], '25P03', 'CEZE'],
  ['ends where it owes a Sync', [run('select 1'), serialize.flush()], '25P03', '12DCE'],
  ['ends where it owes the data of a COPY', [q('copy t from stdin'), message('d', '1\n')], '25P03', 'GE'],
] as const)
  silence(what, async () => {
    const it = await idle.raw()
    if (bytes.length > 0) it.send(...bytes)
    const began = performance.now()
    const heard = await it.rest()
    assert.is(letters(heard), came)
    assert.is(heard.at(-1)?.fields.C, code)
    assert.is(heard.at(-1)?.fields.S, 'FATAL')
    if (code === '57P05') assert.ok(performance.now() - began > 900)
    await until(() => idle.door.ends.length === 1)
    assert.match(`${idle.door.ends[0]}`, /^idle_(session|in_transaction): /)
    assert.is((await idle.beside.query('select * from t')).rowCount, 0)
  })

silence('goes on while the target works, and where it speaks in time', async () => {
  const it = await idle.raw()
  assert.is(letters(await it.query('select pg_sleep(1.6)')), 'TDCZ')
  for (let turn = 0; turn < 4; turn++) {
    await new Promise(resolve => setTimeout(resolve, 400))
    assert.is(letters(await it.query('select 1')), 'TDCZ')
  }
  it.close()
})

silence('and that reads nothing ends too', async () => {
  const it = await idle.raw()
  it.socket.pause()
  it.send(q("select repeat('x', 100000) from generate_series(1, 10000)"))
  await until(() => idle.door.ends.length === 1)
  assert.match(`${idle.door.ends[0]}`, /^client_not_reading: /)
  it.close()
})

silence.after(idle.stop)
silence.run()

const sizes = suite('a session whose messages are')
sizes.before.each(small.fresh)
let it: RawClient
sizes.after.each(() => it.close())

for (const [what, bytes, readies] of [
  ['a large Query', q(`select '${'x'.repeat(1_000)}'`), 1],
  ['a large Parse', Buffer.concat([run(`select '${'x'.repeat(1_000)}'`), serialize.sync()]), 1],
] as const)
  sizes(`${what} is denied and goes on`, async () => {
    it = await small.raw()
    it.send(bytes, q(`select '${'x'.repeat(900)}'`))
    const heard = await it.ready(readies + 1)
    assert.is(letters(heard), 'EZTDCZ')
    assert.is(heard[0]?.fields.C, '54000')
    assert.is(small.door.decisions[1]?.operation.kind === 'connect', false)
  })

sizes('a large Bind ends', async () => {
  it = await small.raw()
  it.send(
    serialize.parse({ name: '', text: 'select $1', types: [] }),
    serialize.bind({ portal: '', statement: '', values: ['x'.repeat(500)] }),
  )
  assert.is((await it.rest()).at(-1)?.fields.C, '08P01')
  assert.match(`${small.door.ends[0]}`, 'ERR_FRAME_SIZE')
})

sizes('more than may be in flight wait for their turn', async () => {
  it = await small.raw()
  it.send(...Array.from({ length: 2_000 }, () => run('select 1')), serialize.sync())
  assert.is(letters(await it.ready()), `${'12DC'.repeat(2_000)}Z`)
})

sizes.after(small.stop)
sizes.run()
