// timeout: 200s
import pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { debianServers } from '../peers/index.ts'
import { assertParity } from '../stack/parity.ts'
import { type Stack, startStack } from '../stack/stack.ts'

const policies = `
  @id("app-works") permit (principal in Gate::Role::"app",
    action in [Postgres::Action::"session", Postgres::Action::"read"], resource);
  @id("what-is-temporary-is-free") permit (principal in Gate::Role::"app",
    action in [Postgres::Action::"read", Postgres::Action::"write", Postgres::Action::"define"],
    resource in Postgres::Schema::"orders-db/orders/pg_temp");
  @id("no-secrets") forbid (principal, action in Postgres::Action::"read", resource)
    when { resource is Postgres::Table && resource.name == "secret" && resource.schema == "public" };
  @id("maker-makes") permit (principal in Gate::Role::"maker", action, resource)
    unless { resource in Postgres::Schema::"orders-db/orders/pg_temp" };`

const setup = `
  CREATE TABLE customers (id int, name text); INSERT INTO customers VALUES (1, 'theirs');
  CREATE TABLE secret (id int); INSERT INTO secret VALUES (42);
  CREATE TABLE parent (id int); INSERT INTO parent VALUES (1);`

const code = (error: Error & { readonly code?: string }) => error.code
const servers = [['npm', undefined] as const, ...debianServers().map(bin => [bin, bin] as const)]
for (const [which, bin] of servers) {
  const temporary = suite(`on the server of ${which}, what is temporary`)
  let stack: Stack
  temporary.before(async () => {
    stack = await startStack({ policies, setup, roles: ['app', 'maker'], ...(bin === undefined ? {} : { bin }) })
  })
  temporary.after(() => stack.stop())

  const done = async (client: pg.Client, ...texts: readonly string[]) => {
    for (const sql of texts) {
      const failed = await client.query(sql).catch((error: Error) => error)
      assert.not.instance(failed, Error, `${sql}: ${String(failed)}`)
    }
  }
  const denied = async (client: pg.Client, sql: string) =>
    assert.is(await client.query(sql).then(() => 'ok', code), '42501', sql)
  const rows = async (client: pg.Client, text: string) => (await client.query({ text, rowMode: 'array' })).rows.flat()

  temporary('is made, written, read and dropped where a policy permits it', async () => {
    const client = await stack.connect('app')
    await done(
      client,
      'CREATE TEMP TABLE scratch (id serial PRIMARY KEY, word text)',
      "INSERT INTO scratch (word) VALUES ('one'), ('two')",
      "UPDATE scratch SET word = 'deux' WHERE id = 2",
      'CREATE INDEX ON scratch (word)',
      'ALTER TABLE scratch ADD COLUMN n int',
      'CREATE TEMP VIEW glance AS SELECT word FROM scratch WHERE id > 1',
      'CREATE OR REPLACE TEMP VIEW glance AS SELECT word FROM scratch WHERE id > 1',
      'CREATE TEMP SEQUENCE counter',
      'CREATE TEMP TABLE copied AS SELECT name FROM customers',
      'SELECT id INTO TEMP picked FROM customers',
    )
    assert.equal(await rows(client, 'SELECT word FROM glance'), ['deux'])
    assert.equal(await rows(client, 'SELECT * FROM copied, pg_temp.picked'), ['theirs', 1])
    await done(client, 'TRUNCATE copied', 'DROP VIEW glance', 'DROP TABLE scratch, copied, pg_temp.picked')
    await denied(client, 'SELECT * FROM scratch')
    await client.end()
  })
  temporary('goes with its transaction, or its rows do', async () => {
    const client = await stack.connect('app')
    await done(client, 'CREATE TEMP TABLE emptied (id int) ON COMMIT DELETE ROWS', 'BEGIN')
    await done(client, 'CREATE TEMP TABLE brief ON COMMIT DROP AS SELECT 1 AS id', 'INSERT INTO emptied VALUES (1)')
    assert.equal(await rows(client, 'SELECT brief.id FROM brief, emptied'), [1])
    await done(client, 'COMMIT')
    assert.equal(await rows(client, 'SELECT id FROM emptied'), [])
    await denied(client, 'SELECT id FROM brief')
    await done(client, 'BEGIN', 'CREATE TEMP TABLE brief (id int)', 'ROLLBACK')
    await denied(client, 'SELECT id FROM brief')
    await client.end()
  })
  temporary('stands before another name, for its session alone, and lets nobody at what is behind', async () => {
    const [client, other] = [await stack.connect('app'), await stack.connect('app')]
    await denied(client, 'SELECT id FROM secret')
    for (const each of [client, other]) assert.equal(await rows(each, 'SELECT name FROM customers'), ['theirs'])
    await done(
      client,
      'CREATE TEMP TABLE secret AS SELECT 7 AS id',
      "CREATE TEMP TABLE customers AS SELECT 'ours' AS name",
    )
    assert.equal(await rows(client, 'SELECT id FROM secret'), [7])
    assert.equal(await rows(client, 'SELECT name FROM customers'), ['ours'])
    assert.equal(await rows(client, 'SELECT name FROM public.customers'), ['theirs'])
    assert.equal(await rows(other, 'SELECT name FROM customers'), ['theirs'])
    await denied(client, 'SELECT id FROM public.secret')
    await denied(other, 'SELECT id FROM secret')
    await done(client, 'BEGIN', 'DROP TABLE secret')
    await denied(client, 'SELECT id FROM secret')
    await done(client, 'ROLLBACK')
    assert.equal(await rows(client, 'SELECT id FROM secret'), [7])
    await done(client, 'DISCARD TEMP')
    await denied(client, 'SELECT id FROM secret')
    assert.equal(await rows(client, 'SELECT name FROM customers'), ['theirs'])
    await Promise.all([client.end(), other.end()])
  })
  temporary('that comes between Parse and Bind denies what was parsed', async () => {
    const client = await stack.connect('app')
    const prepared = { name: 'read', text: 'SELECT name FROM customers' }
    assert.equal((await client.query(prepared)).rows, [{ name: 'theirs' }])
    await done(client, "CREATE TEMP TABLE customers AS SELECT 'ours' AS name")
    assert.is(await client.query(prepared).then(() => 'ok', code), '42501')
    await client.end()
  })
  temporary('is denied to whoever may do everything but that', async () => {
    const client = await stack.connect('maker')
    for (const sql of [
      'CREATE TEMP TABLE customers (id int)',
      'CREATE TABLE pg_temp.customers (id int)',
      'SELECT 1 AS id INTO TEMP customers',
      'CREATE TEMP VIEW customers AS SELECT 1 AS id',
      'CREATE TEMP SEQUENCE customers',
    ]) {
      await denied(client, sql)
    }
    await done(client, 'SET search_path = pg_temp, public')
    await denied(client, 'CREATE TABLE customers (id int)')
    assert.equal(await rows(client, 'SELECT name FROM customers'), ['theirs'])
    await client.end()
  })
  temporary('of another session is nobody’s business', async () => {
    const [client, other] = [await stack.connect('app'), await stack.connect('app')]
    await done(other, 'CREATE TEMP TABLE theirs (id int)')
    const [schema] = await rows(other, 'SELECT nspname::text FROM pg_namespace WHERE oid = pg_my_temp_schema()')
    await denied(client, `SELECT id FROM ${schema}.theirs`)
    assert.equal(await rows(other, `SELECT id FROM ${schema}.theirs`), [])
    const direct = new pg.Client(stack.server.client({ database: 'orders' }))
    await direct.connect()
    await done(direct, 'CREATE TEMP TABLE child () INHERITS (parent)', 'INSERT INTO child VALUES (2)')
    assert.equal(await rows(client, 'SELECT id FROM parent'), [1])
    await Promise.all([client, other, direct].map(each => each.end()))
  })
  temporary('comes out the same when its record is decided again', () => assertParity(stack))
  temporary.run()
}
