// timeout: 120s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { assertParity } from '../stack/parity.ts'
import { type Stack, startStack } from '../stack/stack.ts'

const everything = ['session', 'read', 'write', 'define', 'prepareTransaction'].map(
  each => `Postgres::Action::"${each}"`,
)
const policies = `
  @id("app-prepares") permit (principal in Gate::Role::"app", action in [${everything}], resource);
  @id("finisher-ends") permit (principal in Gate::Role::"finisher",
    action in [Postgres::Action::"session", Postgres::Action::"commitPrepared", Postgres::Action::"rollbackPrepared"], resource);
  @id("reader-reads") permit (principal in Gate::Role::"reader", action in [Postgres::Action::"session", Postgres::Action::"read"], resource);
  @id("no-secrets") forbid (principal, action, resource == Postgres::Table::"orders-db/orders/public/secret");`
const setup = `
  CREATE TABLE notes (id int); CREATE TABLE secret (id int); INSERT INTO secret VALUES (42); ALTER ROLE gate_finisher SUPERUSER; GRANT gate_app TO gate_reader;
  ALTER TABLE notes OWNER TO gate_app; ALTER TABLE secret OWNER TO gate_app`

const phases = suite('a transaction in two phases')
let stack: Stack
phases.before(async () => {
  stack = await startStack({
    ...{ policies, setup, roles: ['app', 'finisher', 'reader'] },
    settings: { max_prepared_transactions: '5' },
  })
})
phases.after(() => stack.stop())

/** What each statement is answered with: rows, or a code. */
const told = async (role: string, ...texts: readonly string[]) => {
  const client = await stack.connect(role)
  const answers: unknown[] = []
  for (const text of texts) {
    const answer = client.query({ text, rowMode: 'array' })
    answers.push(
      await answer.then(
        ({ command, rows }) => (rows.length > 0 ? rows.flat() : command),
        ({ code }) => code,
      ),
    )
  }
  await client.end()
  return answers
}

phases('is prepared by who may, and ended by who may, in whichever session', async () => {
  const prepare = (name: string) => [
    'BEGIN',
    'INSERT INTO notes VALUES (1)',
    `PREPARE TRANSACTION '${name}'`,
    'SELECT count(*)::int FROM notes',
  ]
  assert.equal(await told('app', ...prepare('a'), "COMMIT PREPARED 'a'"), ['BEGIN', 'INSERT', 'PREPARE', [0], '42501'])
  assert.equal(await told('finisher', "ROLLBACK PREPARED 'a'", "COMMIT PREPARED 'a'"), ['ROLLBACK', '42704'])
  await told('app', ...prepare('b'))
  assert.equal(await told('finisher', "COMMIT PREPARED 'b'"), ['COMMIT'])
  assert.equal(await told('reader', 'SELECT id FROM notes'), [[1]])
})

phases('fails where preparing it is denied, and nothing is left of it', async () => {
  const texts = ['BEGIN', 'SELECT 1', "PREPARE TRANSACTION 'c'", 'SELECT 1', 'COMMIT', "ROLLBACK PREPARED 'c'"]
  assert.equal(await told('reader', ...texts), ['BEGIN', [1], '42501', '25P02', 'ROLLBACK', '42501'])
  assert.equal(await stack.server.query('SELECT gid FROM pg_prepared_xacts'), [])
})

phases('that has failed is rolled back by its preparing, as the server has it', async () => {
  const texts = ['BEGIN', 'SELECT 1 / 0', "PREPARE TRANSACTION 'd'", 'SELECT 1']
  assert.equal(await told('app', ...texts), ['BEGIN', '22012', 'ROLLBACK', [1]])
  assert.equal(await told('reader', ...texts), ['BEGIN', '22012', '42501', '25P02'], 'also that takes the permission')
})

phases('moves names when it is committed, and the next statement is decided by them', async () => {
  const [client, finisher] = [await stack.connect('app'), await stack.connect('finisher')]
  const read = () =>
    client.query('SELECT id FROM notes').then(
      ({ rows }) => rows,
      ({ code }) => code,
    )
  await client.query('BEGIN')
  await client.query('ALTER TABLE notes RENAME TO before')
  await client.query('CREATE VIEW notes AS SELECT id FROM before')
  await client.query("PREPARE TRANSACTION 'e'")
  await finisher.query("COMMIT PREPARED 'e'")
  assert.equal(await read(), [{ id: 1 }])
  for (const sql of ['BEGIN', 'CREATE OR REPLACE VIEW notes AS SELECT 7 AS id', "PREPARE TRANSACTION 'f'"])
    await client.query(sql)
  await finisher.query("COMMIT PREPARED 'f'")
  assert.equal(await read(), [{ id: 7 }])
  await Promise.all([client.end(), finisher.end()])
})

phases('is decided again from the record as it was', () => assertParity(stack))

phases.run()
