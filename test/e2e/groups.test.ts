// timeout: 200s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { eventually } from '../stack/eventually.ts'
import { assertParity } from '../stack/parity.ts'
import { type Stack, startStack } from '../stack/stack.ts'

/** Every group that a policy could name before there were others, on anything, and the role that may do whatever is declared. */
const policies = `
  @id("app-works") permit (
    principal in Gate::Role::"app",
    action in [Postgres::Action::"session", Postgres::Action::"read", Postgres::Action::"write",
      Postgres::Action::"define", Postgres::Action::"administer"],
    resource
  );
  @id("admin-does-anything") permit (principal in Gate::Role::"admin", action, resource);`

const setup = `
  CREATE TABLE notes (id int, a text); CREATE TABLE audit (id int);
  CREATE TYPE color AS ENUM ('red'); CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE FUNCTION purge(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE SEQUENCE numbers;
  ALTER ROLE gate_admin SUPERUSER; ALTER TABLE notes OWNER TO gate_app; ALTER TYPE color OWNER TO gate_app;
  ALTER SEQUENCE numbers OWNER TO gate_app; GRANT TEMPORARY, CREATE ON DATABASE orders TO gate_app;`

const groups = suite('through the gateway')
let stack: Stack
groups.before(async () => {
  stack = await startStack({ policies, setup, roles: ['app', 'admin'] })
})
groups.after(() => stack.stop())

/** Each with a mark of its own, which the target's log must not hold. */
const dangerous = [
  'DO $$ BEGIN DELETE FROM notes; END $$',
  "COPY notes TO PROGRAM 'cat'",
  "COPY notes FROM '/etc/passwd'",
  "COPY (SELECT 1) TO '/tmp/x'",
  'GRANT ALL ON notes TO public',
  'GRANT gate_admin TO gate_app',
  'REVOKE SELECT ON notes FROM gate_app',
  'ALTER TABLE notes OWNER TO gate_admin',
  'ALTER TABLE notes ADD COLUMN b int, OWNER TO gate_admin',
  'ALTER TABLE notes DISABLE ROW LEVEL SECURITY',
  'ALTER TABLE notes DISABLE TRIGGER ALL',
  'CREATE POLICY p ON notes USING (true)',
  "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
  'CREATE FUNCTION f() RETURNS int RETURN 1',
  'CREATE TRIGGER t BEFORE INSERT ON notes EXECUTE FUNCTION fire()',
  'CREATE RULE r AS ON DELETE TO notes DO INSTEAD NOTHING',
  'CREATE CAST (color AS int) WITH INOUT',
  'CREATE EXTENSION pgcrypto',
  "CREATE ROLE r SUPERUSER PASSWORD 'hunter2'",
  "ALTER ROLE gate_app PASSWORD 'hunter2'",
  'CREATE DATABASE d',
  'DROP DATABASE postgres',
  'ALTER SYSTEM SET work_mem = 1',
  'CREATE FOREIGN DATA WRAPPER w',
  "CREATE SUBSCRIPTION s CONNECTION 'password=hunter2' PUBLICATION p",
  'CREATE PUBLICATION p FOR TABLE notes',
  'SECURITY LABEL ON TABLE notes IS NULL',
  'ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO public',
  'REASSIGN OWNED BY gate_app TO gate_admin',
  'SET app.tenant = 1',
  "SELECT set_config('app.tenant', '1', false)",
  'SET ROLE gate_admin',
  'SET SESSION AUTHORIZATION gate_admin',
  'LOCK notes',
  'LISTEN x',
  'NOTIFY x',
  "PREPARE TRANSACTION 'x'",
  "COMMIT PREPARED 'x'",
  'SELECT purge(1)',
  'CREATE TABLE made (id int DEFAULT purge(1))',
]
groups('no group that there was before lets anybody do what is dangerous', async () => {
  const client = await stack.connect('app')
  for (const [at, sql] of dangerous.entries()) {
    const { code } = await client.query(`/* danger ${at}. */ ${sql}`).catch(error => error)
    assert.is(code, '42501', sql)
  }
  await client.end()
  const log = await stack.server.log()
  assert.is(log.includes('/* danger '), false)
})

groups('they do let it do what is as harmless as before', async () => {
  const client = await stack.connect('app')
  for (const sql of [
    "CREATE SEQUENCE counter; CREATE TYPE mood AS ENUM ('fine')",
    'ALTER SEQUENCE numbers RESTART 5',
    "ALTER TYPE color ADD VALUE 'blue'",
    'ALTER TYPE color RENAME TO colour',
    "COMMENT ON COLUMN notes.a IS 'what was said'",
    'CREATE STATISTICS together ON id, a FROM notes',
    'CREATE MATERIALIZED VIEW seen AS SELECT id FROM notes',
    'REFRESH MATERIALIZED VIEW seen',
    'REINDEX TABLE notes',
    'CREATE TABLE parts (id int) PARTITION BY RANGE (id)',
    'CREATE TABLE part PARTITION OF parts FOR VALUES FROM (1) TO (5)',
    'ALTER TABLE parts DETACH PARTITION part',
    'ALTER TABLE parts ATTACH PARTITION part FOR VALUES FROM (5) TO (9)',
    'CREATE TABLE ranges (r int4range, EXCLUDE USING gist (r WITH &&))',
    'ALTER SEQUENCE counter OWNED BY notes.id',
    'DROP TYPE mood; UNLISTEN *; SET CONSTRAINTS ALL IMMEDIATE',
    'SET search_path = public; RESET ALL',
  ]) {
    for (const one of sql.split('; ')) await client.query(one)
  }
  await client.end()
})

groups('what is permitted by its name works, and the session goes on as on a direct connection', async () => {
  const [client, other] = [await stack.connect('admin'), await stack.connect('admin')]
  const heard: string[] = []
  client.on('notification', ({ channel, payload }) => heard.push(`${channel} ${payload}`))
  const value = async (sql: string) => Object.values((await client.query(sql)).rows[0] ?? {})[0]
  for (const sql of [
    "CREATE FUNCTION double(int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 2 * $1; END'",
    'CREATE PROCEDURE note(x int) LANGUAGE sql BEGIN ATOMIC INSERT INTO notes VALUES (x); END',
    'CALL note(7)',
    'CREATE TRIGGER fires BEFORE INSERT ON notes FOR EACH ROW WHEN (NEW.id > 0) EXECUTE FUNCTION fire()',
    'ALTER TABLE notes DISABLE TRIGGER fires',
    'DROP TRIGGER fires ON notes',
    'DO $$ BEGIN INSERT INTO notes VALUES (8); END $$',
    "CREATE ROLE reader LOGIN PASSWORD 'hunter2'",
    'GRANT SELECT ON notes TO reader WITH GRANT OPTION',
    'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO reader',
    'CREATE POLICY own ON notes TO reader USING (id > 0)',
    'ALTER TABLE notes ENABLE ROW LEVEL SECURITY',
    'CREATE EXTENSION postgres_fdw',
    "CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'x')",
    "CREATE USER MAPPING FOR reader SERVER elsewhere OPTIONS (user 'u', password 'hunter2')",
    "CREATE FOREIGN TABLE far (id int OPTIONS (column_name 'x')) SERVER elsewhere",
    'CREATE PUBLICATION news FOR TABLE notes',
    'CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int)',
    'CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int)',
    "SET app.tenant = 'one'",
    'LISTEN jobs',
  ])
    await client.query(sql)
  assert.is(await value('SELECT double(21)'), 42)
  assert.is(await value('SELECT count(*)::int FROM notes'), 2)
  assert.is(await value("SELECT current_setting('app.tenant')"), 'one')
  assert.is(await value('SELECT 1 === 1'), true)
  await other.query("NOTIFY jobs, 'come'")
  await eventually('the notification', () => heard.length > 0)
  assert.equal(heard, ['jobs come'])
  const prepared = { name: 'p', text: 'SELECT 1 AS one' }
  assert.equal((await client.query(prepared)).rows, [{ one: 1 }])
  await client.query('BEGIN')
  await client.query('LOCK notes IN ACCESS SHARE MODE')
  await client.query('COMMIT')
  await client.query('DISCARD ALL')
  assert.is(await value("SELECT current_setting('app.tenant', true)"), '')
  for (const sql of ['SET ROLE reader', 'SET backslash_quote = on', "ALTER ROLE reader SET role = 'gate_admin'"]) {
    assert.is((await client.query(sql).catch(error => error)).code, '42501', sql)
  }
  await Promise.all([client.end(), other.end()])
})

groups('no secret of a definition stands in the trail', () => {
  assert.is(JSON.stringify(stack.trail().all()).includes('hunter2'), false)
})

groups('all of it is decided again from its record as it was decided', () => assertParity(stack))
groups.run()
