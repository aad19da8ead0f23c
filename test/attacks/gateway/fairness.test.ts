// timeout: 120s
import { serialize } from 'pg-protocol'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RawClient } from '../../../gateway/src/protocols/postgres/raw-client.test-support.ts'
import { type Stack, startStack } from '../../stack/stack.ts'

const fairness = suite('one client holds up another')
let stack: Stack
fairness.before(async () => {
  // apart: what is measured is the gateway's turn, not the turn of the clients here
  stack = await startStack({
    policies: `@id("all") permit (principal, action, resource);
      @id("secret") forbid (principal, action == Postgres::Action::"select", resource == Postgres::Table::"orders-db/orders/public/secret");`,
    setup: `CREATE TABLE t (a int); CREATE TABLE secret (a int);
      DO $$ BEGIN FOR i IN 1..300 LOOP EXECUTE format('CREATE TABLE part%s (a int)', i); END LOOP; END $$;
      DO $$ BEGIN EXECUTE (SELECT 'CREATE VIEW parts AS SELECT a FROM secret ' || string_agg('UNION ALL SELECT a FROM part' || i, ' ') FROM generate_series(1, 300) i); END $$`,
    runs: 'apart',
    tls: false,
  })
})
fairness.after(() => stack.stop())

const times = (count: number, bytes: Buffer) => Buffer.concat(Array.from({ length: count }, () => bytes))

for (const [what, flood, ready] of [
  ['20,000 statements that are none', times(20_000, serialize.query('x')), 20_000],
  [
    '200,000 portals that are none', // cheaper, so that it takes more of them to be noticed
    times(200_000, Buffer.concat([serialize.execute({ portal: 'x' }), serialize.sync()])),
    200_000,
  ],
] as const)
  fairness(`for no longer than some turns by ${what}`, async () => {
    const other = await stack.connect('app')
    const { user, password } = await stack.client('app')
    const flooding = await RawClient.open(stack.port)
    await flooding.logIn(`${user}`, `${password}`, { database: 'orders' })
    await other.query('SELECT 1')
    let done = false
    let waits = 0
    flooding.socket.write(flood)
    const heard = hear(flooding, ready)
    const answered = heard.all.then(() => {
      done = true
    })
    let most = 0
    while (!done) {
      const { count } = heard
      await other.query('SELECT 1')
      most = Math.max(most, heard.count - count)
      waits++
    }
    await answered
    assert.ok(waits > 3, `${waits} queries went through beside it`)
    assert.ok(most < ready / 2, `one of ${waits} waited for ${most} answers to the flood`)
    flooding.close()
    await other.end()
  })

fairness('for no longer than some turns by one text that asks hundreds of things', async () => {
  const other = await stack.connect('app')
  const large = await stack.connect('app')
  const text = (number: number) => Array.from({ length: 60 }, () => `SELECT ${number} FROM parts`).join(';')
  const denied = (error: Error) => error.message
  // what the names mean is known then, and nothing goes to the target: all that the next ones wait for is their decisions
  await large.query(text(0)).catch(denied)
  let between = 0
  for (let number = 1; number <= 3; number++) {
    await other.query('SELECT 1')
    let done = false
    const refused = large.query(text(number)).catch(denied)
    void refused.finally(() => (done = true))
    while (!done) {
      await other.query('SELECT 1')
      between++
    }
    assert.match(String(await refused), /`secret`/)
  }
  assert.ok(between > 30, `${between} queries went through beside three of them`)
  await other.end()
  await large.end()
})

/** Counts ReadyForQuery without keeping what comes. */
function hear({ socket }: RawClient, ready: number) {
  const mark = Buffer.from([0x5a, 0, 0, 0, 5])
  const { promise: all, resolve } = Promise.withResolvers<void>()
  const heard = { count: 0, all }
  let tail = Buffer.alloc(0)
  socket.removeAllListeners('data')
  socket.on('data', chunk => {
    const bytes = Buffer.concat([tail, chunk])
    let at = bytes.indexOf(mark)
    let end = 0
    for (; at !== -1; at = bytes.indexOf(mark, end)) {
      heard.count++
      end = at + mark.length
    }
    tail = bytes.subarray(Math.max(end, bytes.length - 4))
    if (heard.count >= ready) resolve()
  })
  return heard
}

fairness.run()
