// timeout: 300s
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { debianServers } from '../peers/index.ts'
import { assertParity } from '../stack/parity.ts'
import { type Stack, startStack } from '../stack/stack.ts'

const policies = `
  @id("app-works") permit (principal in Gate::Role::"app",
    action in [Postgres::Action::"session", Postgres::Action::"read", Postgres::Action::"write", Postgres::Action::"define",
      Postgres::Action::"administer"], resource);
  @id("no-secrets") forbid (principal, action in [Postgres::Action::"read", Postgres::Action::"write"], resource)
    when { resource is Postgres::Table && ["secret", "hidden_ids"].contains(resource.name) };`

const setup = `
  CREATE EXTENSION postgres_fdw; CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '1');
  CREATE USER MAPPING FOR public SERVER elsewhere OPTIONS (user 'x', password 'x');
  CREATE TABLE notes (id int); INSERT INTO notes VALUES (1);
  CREATE TABLE secret (id int); INSERT INTO secret VALUES (42); CREATE TABLE "Secret" (id int); CREATE TABLE "ün" (id int);
  CREATE TABLE parent (id int); CREATE TABLE child () INHERITS (parent); ALTER TABLE secret INHERIT parent;
  CREATE FOREIGN TABLE remote (id int) SERVER elsewhere;
  CREATE MATERIALIZED VIEW copied AS SELECT id FROM notes; CREATE MATERIALIZED VIEW taken AS SELECT id FROM secret;
  CREATE FUNCTION mine(int) RETURNS int LANGUAGE sql AS 'SELECT $1'; CREATE MATERIALIZED VIEW computed AS SELECT mine(id) FROM notes;
  CREATE SEQUENCE hidden_ids; CREATE SEQUENCE ids; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO gate_app;
  CREATE TABLE serials (id serial, own int GENERATED ALWAYS AS IDENTITY, n int); GRANT ALL ON SEQUENCE serials_id_seq TO gate_app;
  CREATE TABLE drawing (id int DEFAULT nextval('ids'), n int); CREATE TABLE guessing (id int DEFAULT nextval('hidden_ids'), n int);
  CREATE TABLE ruled (id int); CREATE RULE also AS ON INSERT TO ruled DO ALSO DELETE FROM secret; INSERT INTO ruled SELECT WHERE false;
  CREATE VIEW replaced AS SELECT id FROM notes;
  ALTER TABLE notes OWNER TO gate_app; ALTER TABLE ruled OWNER TO gate_app; GRANT SELECT ON secret TO gate_app;
  ALTER MATERIALIZED VIEW copied OWNER TO gate_app; ALTER MATERIALIZED VIEW taken OWNER TO gate_app; ALTER MATERIALIZED VIEW computed OWNER TO gate_app;`

const denied = '42501'
const code = (error: Error & { readonly code?: string }) => error.code ?? error.message
const statements = [
  ['SELECT id FROM parent', denied],
  ['SELECT id FROM ONLY parent', 'ok'],
  ['DELETE FROM parent WHERE id = 1', denied],
  ['DELETE FROM ONLY parent WHERE id = 1', 'ok'],
  ['SELECT id FROM SECRET', denied],
  ['SELECT id FROM "Secret"', 'ok'],
  ['SELECT id FROM U&"s\\0065cret"', denied],
  ['SELECT id FROM U&"s!0065cret" UESCAPE \'!\'', denied],
  ['SELECT id FROM U&"\\00fcn"', 'ok'],
  ['SELECT id FROM remote', '08001'], // the target's own: nobody is there
  ['SELECT id FROM copied', 'ok'],
  ['SELECT id FROM taken', denied],
  ['REFRESH MATERIALIZED VIEW copied', 'ok'],
  ['REFRESH MATERIALIZED VIEW taken', denied],
  ['REFRESH MATERIALIZED VIEW computed', denied], // for `mine`
  ['REFRESH MATERIALIZED VIEW computed WITH NO DATA', 'ok'],
  ['INSERT INTO serials (n) VALUES (1)', 'ok'],
  ['INSERT INTO drawing (n) VALUES (1)', 'ok'],
  ['INSERT INTO guessing (n) VALUES (1)', denied],
  ['INSERT INTO ruled VALUES (1)', denied],
  ['UPDATE ruled SET id = 2 WHERE id = 1', 'ok'],
  ['DELETE FROM ruled WHERE id = 1', 'ok'],
] as const

const servers = [['npm', undefined] as const, ...debianServers().map(bin => [bin, bin] as const)]
for (const [which, bin] of servers) {
  const objects = suite(`on the server of ${which}`)
  let stack: Stack
  objects.before(async () => {
    stack = await startStack({ policies, setup, ...(bin === undefined ? {} : { bin }) })
  })
  objects.after(() => stack.stop())

  const outcome = (client: pg.Client, sql: string | pg.QueryConfig) => client.query(sql).then(() => 'ok', code)
  /** Until the gateway has forgotten what it was told before, which is for its own clock to say. */
  const until = async (holds: () => Promise<boolean>) => {
    while (!(await holds())) await sleep(50)
  }
  const run = async (client: pg.Client, steps: readonly (readonly [string, string])[]) => {
    for (const [sql, expected] of steps) assert.is(await outcome(client, sql), expected, sql)
  }

  objects('each object is what its name means', async () => {
    const client = await stack.connect('app')
    await run(client, statements)
    await client.end()
  })
  objects('names are what the transaction itself has made of them', async () => {
    const client = await stack.connect('app')
    await run(client, [
      ['BEGIN', 'ok'],
      ['CREATE TABLE made (id int)', 'ok'],
      ['INSERT INTO made VALUES (1)', 'ok'],
      ['SELECT id FROM made', 'ok'],
      ['ALTER TABLE made RENAME TO later', 'ok'],
      ['SELECT id FROM later', 'ok'],
      ['ROLLBACK', 'ok'],
      ['SELECT id FROM made', denied],
      ['SELECT id FROM later', denied],
      ['BEGIN', 'ok'],
      ['ALTER TABLE notes RENAME TO renamed', 'ok'],
      ['SELECT id FROM renamed', 'ok'],
      ['SAVEPOINT a', 'ok'],
      ['SELECT id FROM notes', denied],
      ['ROLLBACK TO a', 'ok'],
      ['CREATE VIEW notes AS SELECT id FROM "Secret"', 'ok'],
      ['SELECT id FROM notes', 'ok'],
      ['ROLLBACK', 'ok'],
      ['SELECT id FROM notes', 'ok'],
      ['SELECT id FROM renamed', denied],
    ])
    await client.end()
  })
  objects('a transaction’s own name is nobody else’s', async () => {
    const [client, other] = [await stack.connect('app'), await stack.connect('app')]
    await run(client, [
      ['BEGIN', 'ok'],
      ['CREATE TABLE made (id int)', 'ok'],
      ['SELECT id FROM made', 'ok'],
    ])
    await run(other, [['SELECT id FROM made', denied]])
    await run(client, [['COMMIT', 'ok']])
    await until(async () => (await outcome(other, 'SELECT id FROM made')) !== denied)
    await Promise.all([client.end(), other.end()])
  })
  objects('a view that another session replaces between Parse and Bind is decided as what it is then', async () => {
    const client = await stack.connect('app')
    const prepared = { name: 'read', text: 'SELECT id FROM replaced' }
    assert.is(await outcome(client, prepared), 'ok')
    const renaming = 'ALTER VIEW replaced RENAME TO was; CREATE VIEW replaced AS SELECT id FROM secret'
    await stack.server.query(`${renaming}; GRANT SELECT ON replaced TO gate_app`, { database: 'orders' })
    await until(async () => (await outcome(client, prepared)) === denied)
    await client.end()
  })
  objects('the record comes out the same when it is decided again', () => assertParity(stack))
  objects.run()
}
