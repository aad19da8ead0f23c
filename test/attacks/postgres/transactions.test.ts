// timeout: 120s
import { serialize } from 'pg-protocol'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { RawClient } from '../../../gateway/src/protocols/postgres/raw-client.test-support.ts'
import { type Stack, startStack } from '../../stack/stack.ts'

/** `secret` is nobody's in `public`, and everybody's by that name where it is empty: in `audit`, and as a table of one's own. */
const policies = `
  @id("all") permit (principal, action, resource);
  @id("no-secrets") forbid (principal, action, resource == Postgres::Table::"orders-db/orders/public/secret");`
const setup = `
  CREATE TABLE secret (note text); INSERT INTO secret VALUES ('the secret'); CREATE TABLE notes (id int);
  CREATE SCHEMA audit; CREATE TABLE audit.secret (note text); GRANT USAGE ON SCHEMA audit TO gate_app; GRANT ALL ON audit.secret TO gate_app`

const attack = suite('what a name means until its transaction ends is not what is read behind the end, by')
let stack: Stack
attack.before(async () => {
  stack = await startStack({ policies, setup, settings: { max_prepared_transactions: '5' } })
})
attack.after(() => stack.stop())

const open = async () => {
  const client = await RawClient.openTls(
    stack.port,
    String(await stack.client('app').then(({ ssl }) => (ssl as { ca: string }).ca)),
  )
  const { user, password } = await stack.client('app')
  await client.logIn(`${user}`, `${password}`, { database: 'orders' })
  return client
}
const unsynced = (text: string) => Buffer.concat([serialize.parse({ text }), serialize.bind({}), serialize.execute({})])

for (const [what, before, text] of [
  ['SET LOCAL and COMMIT', ['BEGIN', 'SET LOCAL search_path = audit'], 'COMMIT; TABLE secret'],
  ['SET LOCAL and END', ['BEGIN; SET LOCAL search_path = audit'], 'END; TABLE secret'],
  ['SET LOCAL and COMMIT AND CHAIN', ['BEGIN', 'SET LOCAL search_path = audit'], 'COMMIT AND CHAIN; TABLE secret'],
  ['SET and ROLLBACK', ['BEGIN', 'SET search_path = audit'], 'ROLLBACK; TABLE secret'],
  ['SET and ROLLBACK TO', ['BEGIN; SAVEPOINT s', 'SET search_path = audit'], 'ROLLBACK TO s; TABLE secret'],
  [
    'SET LOCAL and PREPARE TRANSACTION',
    ['BEGIN', 'SET LOCAL search_path = audit'],
    "PREPARE TRANSACTION 'x'; TABLE secret",
  ],
  ['set_config', ['BEGIN', "SELECT set_config('search_path', 'audit', true)"], 'COMMIT; TABLE secret'],
  [
    'a table that goes at COMMIT',
    ['BEGIN', 'CREATE TEMP TABLE secret (note text) ON COMMIT DROP'],
    'COMMIT; TABLE secret',
  ],
  [
    'another Query between',
    ['BEGIN', 'SET LOCAL search_path = audit', 'TABLE secret'],
    'SELECT 1; COMMIT; TABLE secret',
  ],
  ['EXPLAIN ANALYZE', ['BEGIN', 'SET LOCAL search_path = audit'], 'COMMIT; EXPLAIN ANALYZE TABLE secret'],
] as const)
  attack(what, async () => {
    const client = await open()
    for (const sql of before)
      assert.is(
        (await client.query(sql)).find(({ type }) => type === 'E'),
        undefined,
        sql,
      )
    const heard = await client.query(text)
    assert.is(heard.find(({ type }) => type === 'E')?.fields.C, '42501')
    assert.not.match(JSON.stringify(heard), 'the secret')
    await client.query('ROLLBACK')
    client.close()
  })

for (const [what, text] of [
  ['COMMIT', 'COMMIT; TABLE secret'],
  ['BEGIN and COMMIT', 'BEGIN; COMMIT; TABLE secret'],
] as const)
  attack(`SET LOCAL that was not synced, and ${what}`, async () => {
    const client = await open()
    client.send(unsynced('SET LOCAL search_path = audit'), serialize.query(text))
    const heard = await client.ready()
    assert.is(heard.find(({ type }) => type === 'E')?.fields.C, '42501')
    assert.not.match(JSON.stringify(heard), 'the secret')
    client.close()
  })

attack('nothing that stands in the way of who moves no names', async () => {
  const client = await open()
  for (const sql of [
    'BEGIN',
    'INSERT INTO notes VALUES (1); COMMIT; SELECT id FROM notes',
    'BEGIN; INSERT INTO notes VALUES (2); COMMIT; BEGIN; INSERT INTO notes VALUES (3); COMMIT; SELECT id FROM notes',
    'BEGIN',
    'SET LOCAL search_path = audit',
    'COMMIT; BEGIN',
    'TABLE notes',
    'COMMIT',
  ])
    assert.is(
      (await client.query(sql)).find(({ type }) => type === 'E'),
      undefined,
      sql,
    )
  client.close()
})

attack.run()
