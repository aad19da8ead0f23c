import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { toRequests } from './mapping.ts'
import { asked, catalogFor, mapped, statements, target } from './orders.test-support.ts'
import { loadParser } from './parser.ts'

await loadParser()

const effects = suite('a statement asks by its effect')

const asks: readonly (readonly [string, readonly string[]])[] = [
  ['SELECT 1', ['select']],
  ['VALUES (1), (2)', ['select']],
  ['SELECT now(), version(), 1 + 1', ['select']],
  ['SELECT * FROM orders', ['select public.orders']],
  ['TABLE audit.events', ['select audit.events']],
  ['SELECT * FROM "Weird"', ['select public.Weird']],
  ['SELECT * FROM ORDERS, Audit.Events', ['select public.orders', 'select audit.events']],
  ['SELECT * FROM orders o JOIN items i USING (id)', ['select public.orders', 'select public.items']],
  ['SELECT (SELECT max(id) FROM items) FROM orders', ['select public.items', 'select public.orders']],
  ['SELECT 1 WHERE EXISTS (SELECT FROM audit.events)', ['select audit.events']],
  ['SELECT * FROM orders WHERE id IN (SELECT id FROM items)', ['select public.orders', 'select public.items']],
  ['SELECT id FROM orders UNION SELECT id FROM items', ['select public.orders', 'select public.items']],
  [
    'SELECT * FROM orders, LATERAL (SELECT * FROM items WHERE items.id = orders.id) x',
    ['select public.orders', 'select public.items'],
  ],
  ['SELECT * FROM ONLY parent', ['select public.parent']],
  ['SELECT * FROM orders TABLESAMPLE system (1)', ['select public.orders']],
  ['SELECT * FROM triggered', ['select public.triggered']],
  ['SELECT relname FROM pg_class', ['select pg_catalog.pg_class']],
  ['SELECT * FROM pg_catalog.pg_stat_activity', ['select pg_catalog.pg_stat_activity']],
  ['SELECT * FROM generate_series(1, 3) g', ['select']],
  ['SELECT * FROM orders FOR UPDATE', ['selectForUpdate public.orders', 'select public.orders']],
  [
    'SELECT * FROM orders o, items i FOR SHARE OF i',
    ['selectForUpdate public.items', 'select public.orders', 'select public.items'],
  ],
  ['SELECT * FROM (SELECT * FROM orders) x FOR UPDATE', ['selectForUpdate public.orders', 'select public.orders']],
  ['SELECT * INTO copied FROM orders', ['createTable public', 'select public.orders']],
  ['INSERT INTO orders VALUES (1)', ['insert public.orders']],
  ['INSERT INTO orders DEFAULT VALUES', ['insert public.orders']],
  ['INSERT INTO orders SELECT * FROM items', ['insert public.orders', 'select public.items']],
  ['INSERT INTO orders (id) VALUES (1) RETURNING id', ['insert public.orders', 'select public.orders']],
  ['INSERT INTO orders (id) VALUES (1) ON CONFLICT DO NOTHING', ['insert public.orders']],
  ['INSERT INTO orders (id) VALUES (1) ON CONFLICT (id) DO NOTHING', ['insert public.orders', 'select public.orders']],
  [
    'INSERT INTO orders (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET n = excluded.n',
    ['insert public.orders', 'update public.orders', 'select public.orders'],
  ],
  ['INSERT INTO parent VALUES (1)', ['insert public.parent']],
  ['UPDATE orders SET n = 1', ['update public.orders']],
  ['UPDATE orders SET n = n + 1', ['update public.orders', 'select public.orders']],
  ['UPDATE orders SET n = 1 WHERE id = 2', ['update public.orders', 'select public.orders']],
  ['UPDATE orders SET (a, b) = (SELECT 1, 2 FROM items)', ['update public.orders', 'select public.items']],
  ['UPDATE orders SET n = i.n FROM items i', ['update public.orders', 'select public.orders', 'select public.items']],
  ['DELETE FROM orders', ['delete public.orders']],
  ['DELETE FROM orders WHERE true', ['delete public.orders']],
  ['DELETE FROM orders RETURNING *', ['delete public.orders', 'select public.orders']],
  [
    'DELETE FROM orders USING items i WHERE i.id = orders.id',
    ['delete public.orders', 'select public.orders', 'select public.items'],
  ],
  [
    'MERGE INTO orders o USING items i ON o.id = i.id WHEN MATCHED THEN UPDATE SET n = 1 WHEN NOT MATCHED THEN INSERT VALUES (1)',
    ['select public.orders', 'update public.orders', 'insert public.orders', 'select public.items'],
  ],
  [
    'MERGE INTO orders o USING (SELECT * FROM audit.events) e ON o.id = e.id WHEN MATCHED THEN DELETE',
    ['select public.orders', 'delete public.orders', 'select audit.events'],
  ],
  [
    'MERGE INTO orders o USING items i ON o.id = i.id WHEN MATCHED THEN DO NOTHING',
    ['select public.orders', 'select public.items'],
  ],
  ['TRUNCATE orders, items RESTART IDENTITY', ['truncate public.orders', 'truncate public.items']],
  ['TRUNCATE referred', ['truncate public.referred']],

  ['WITH x AS (DELETE FROM orders RETURNING *) SELECT * FROM x', ['delete public.orders', 'select public.orders']],
  ['WITH x AS (INSERT INTO orders VALUES (1)) SELECT 1', ['insert public.orders']],
  ['WITH x AS (SELECT * FROM items) DELETE FROM orders', ['select public.items', 'delete public.orders']],
  ['EXPLAIN SELECT * FROM orders', ['select public.orders']],
  ['EXPLAIN (ANALYZE, BUFFERS) DELETE FROM orders', ['delete public.orders']],
  ['EXPLAIN ANALYZE CREATE TABLE copied AS SELECT * FROM orders', ['createTable public', 'select public.orders']],
  ['EXPLAIN SELECT 1', ['select']],

  ['COPY orders TO STDOUT', ['copyTo public.orders']],
  ['COPY parent TO STDOUT', ['copyTo public.parent']],
  ['COPY orders (id) FROM STDIN WITH (FORMAT csv, HEADER)', ['copyFrom public.orders']],
  ['COPY orders FROM STDIN WHERE id > 3', ['copyFrom public.orders']],
  ['COPY (SELECT * FROM audit.events) TO STDOUT', ['select audit.events', 'copyTo audit.events']],
  ['COPY (SELECT 1) TO STDOUT', ['copyTo']],
  [
    'COPY (DELETE FROM orders RETURNING *) TO STDOUT',
    ['delete public.orders', 'select public.orders', 'copyTo public.orders'],
  ],

  ['BEGIN', ['begin']],
  ['START TRANSACTION ISOLATION LEVEL SERIALIZABLE READ ONLY', ['begin']],
  ['SAVEPOINT a', ['savepoint']],
  ['RELEASE a', ['release']],
  ['COMMIT AND CHAIN', ['begin']],
  ['BEGIN; UPDATE orders SET n = 1; COMMIT', ['begin', 'update public.orders']],
  ['SHOW search_path', ['show']],
  ['SHOW ALL', ['show']],
  ["SET application_name = 'x'", ['set']],
  ['SET LOCAL statement_timeout TO DEFAULT', ['set']],
  ["SET TIME ZONE INTERVAL '1' HOUR", ['set']],
  ['SET TRANSACTION READ ONLY', ['set']],
  ['SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY', ['set']],
  ['RESET statement_timeout', ['set']],

  ['CREATE TABLE t (id int PRIMARY KEY)', ['createTable public']],
  ['CREATE TABLE audit.t (id bigserial, at timestamptz DEFAULT now(), CHECK (id > 0))', ['createTable audit']],
  [
    'CREATE TABLE t (id int8 REFERENCES orders (id) ON DELETE CASCADE)',
    ['createTable public', 'alterTable public.orders'],
  ],
  ['CREATE TABLE t (id int, up int REFERENCES t (id))', ['createTable public']],
  ['CREATE TABLE t (LIKE orders INCLUDING ALL)', ['createTable public', 'select public.orders']],
  [
    "CREATE TABLE t (id int DEFAULT nextval('orders_id_seq'))",
    ['createTable public', 'execute pg_catalog.nextval(regclass)'],
  ],
  [
    'CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED, c int GENERATED BY DEFAULT AS IDENTITY)',
    ['createTable public'],
  ],
  ['CREATE TABLE copied AS SELECT * FROM audit.events', ['createTable public', 'select audit.events']],
  ['CREATE VIEW v AS SELECT * FROM orders', ['createView public', 'select public.orders']],
  ['CREATE OR REPLACE VIEW v AS SELECT 1', ['createView public']],
  ['CREATE OR REPLACE VIEW summary AS SELECT 1', ['createView public', 'alterView public.summary']],
  ['CREATE INDEX ON orders (id)', ['createIndex public.orders']],
  [
    'CREATE UNIQUE INDEX CONCURRENTLY i ON audit.events USING gin (note jsonb_path_ops) WHERE note IS NOT NULL',
    ['createIndex audit.events'],
  ],
  ['CREATE SCHEMA reports', ['createSchema']],
  ['ALTER TABLE orders ADD COLUMN note text, DROP COLUMN n', ['alterTable public.orders']],
  ['ALTER TABLE orders ALTER COLUMN n TYPE int8 USING n + 1', ['alterTable public.orders']],
  [
    'ALTER TABLE orders ALTER COLUMN n SET DEFAULT pg_sleep(1)',
    ['alterTable public.orders', 'execute pg_catalog.pg_sleep(float8)'],
  ],
  [
    'ALTER TABLE orders ADD FOREIGN KEY (c) REFERENCES customers',
    ['alterTable public.orders', 'alterTable public.customers'],
  ],
  ['ALTER TABLE orders RENAME TO olders', ['alterTable public.orders', 'createTable public']],
  ['ALTER TABLE orders RENAME COLUMN a TO b', ['alterTable public.orders']],
  ['ALTER TABLE orders RENAME CONSTRAINT a TO b', ['alterTable public.orders']],
  ['ALTER TABLE orders SET SCHEMA audit', ['alterTable public.orders', 'createTable audit']],
  ['ALTER VIEW summary RENAME TO s', ['alterView public.summary', 'createView public']],
  ['ALTER VIEW summary ALTER COLUMN a SET DEFAULT 1', ['alterView public.summary']],
  ['ALTER INDEX orders_pkey RENAME TO p', ['alterIndex public.orders']],
  ['ALTER INDEX orders_pkey SET (fillfactor = 50)', ['alterIndex public.orders']],
  ['ALTER SCHEMA audit RENAME TO old', ['alterSchema audit', 'createSchema']],
  ['DROP TABLE orders, audit.events', ['dropTable public.orders', 'dropTable audit.events']],
  ['DROP VIEW IF EXISTS summary', ['dropView public.summary']],
  [
    'DROP TABLE IF EXISTS orders, missing, audit.missing',
    ['dropTable public.orders', 'dropTable public.missing', 'dropTable audit.missing'],
  ],
  ['ALTER TABLE IF EXISTS missing DROP COLUMN note', ['alterTable public.missing']],
  ['DROP MATERIALIZED VIEW totals', ['dropView public.totals']],
  ['DROP INDEX CONCURRENTLY orders_pkey', ['dropIndex public.orders']],
  ['DROP SCHEMA audit', ['dropSchema audit']],
  ['VACUUM', ['vacuum']],
  ['VACUUM (ANALYZE) orders', ['vacuum public.orders', 'analyze public.orders']],
  ['VACUUM (ANALYZE off) orders', ['vacuum public.orders']],
  ['VACUUM pg_class', ['vacuum pg_catalog.pg_class']],
  ['ANALYZE', ['analyze']],
  ['ANALYZE orders (id), items', ['analyze public.orders', 'analyze public.items']],

  ['SELECT pg_sleep(1)', ['execute pg_catalog.pg_sleep(float8)']],
  ["SELECT nextval('orders_id_seq'), id FROM orders", ['select public.orders', 'execute pg_catalog.nextval(regclass)']],
  [
    'SELECT pg_terminate_backend(1)',
    ['execute pg_catalog.pg_terminate_backend(int4)', 'execute pg_catalog.pg_terminate_backend(int4,int8)'],
  ],
  ['SELECT pg_terminate_backend(1, 2)', ['execute pg_catalog.pg_terminate_backend(int4,int8)']],
  ["SELECT pg_read_file('/etc/passwd')", ['execute pg_catalog.pg_read_file(text)']],
  ["SELECT query_to_xml('DROP TABLE x', true, true, '')", ['execute pg_catalog.query_to_xml(text,bool,bool,text)']],
  ["UPDATE orders SET n = lo_import('/etc/passwd')", ['update public.orders', 'execute pg_catalog.lo_import(text)']],
  ['SELECT * FROM pg_sleep(1)', ['execute pg_catalog.pg_sleep(float8)']],
  ['SELECT 1; SELECT * FROM orders; TRUNCATE items', ['select', 'select public.orders', 'truncate public.items']],
]
for (const [sql, expected] of asks) effects(sql, () => assert.equal(asked(sql), expected))
effects.run()

const quiet = suite('nothing is asked of')
for (const sql of [
  '',
  ' \n',
  '; ;',
  '-- no',
  '/* a /* b */ */;',
  'COMMIT',
  'END',
  'ROLLBACK',
  'ABORT',
  'ROLLBACK TO a',
  'COMMIT; ROLLBACK',
]) {
  quiet(JSON.stringify(sql), () => assert.is(asked(sql), 'unconditional'))
}
quiet.run()

const denied = suite('is denied')
const denials: readonly (readonly [string, string])[] = [
  // statements
  ['DO $$ BEGIN END $$', 'unmapped'],
  ['CALL purge(1)', 'unmapped'],
  ['PREPARE a AS SELECT 1', 'unmapped'],
  ['EXECUTE a', 'unmapped'],
  ['EXPLAIN EXECUTE a', 'unmapped'],
  ['CREATE TABLE t AS EXECUTE a', 'unmapped'],
  ['DECLARE c CURSOR FOR SELECT 1', 'unmapped'],
  ['DISCARD ALL', 'unmapped'],
  ['LISTEN x', 'unmapped'],
  ['ALTER SYSTEM SET a = 1', 'unmapped'],
  ["PREPARE TRANSACTION 'x'", 'unmapped'],
  ["COMMIT PREPARED 'x'", 'unmapped'],
  ['CREATE EXTENSION dblink', 'unmapped'],
  ["CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p", 'unmapped'],
  ['CREATE SERVER s FOREIGN DATA WRAPPER w', 'unmapped'],
  ["CREATE ROLE r PASSWORD 'x'", 'unmapped'],
  ['GRANT SELECT ON orders TO public', 'unmapped'],
  ['CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$', 'unmapped'],
  ['CREATE MATERIALIZED VIEW m AS SELECT 1', 'unmapped'],
  ['REFRESH MATERIALIZED VIEW totals', 'unmapped'],
  // COPY beyond the protocol
  ["COPY orders TO PROGRAM 'sh'", 'unmapped'],
  ["COPY orders FROM PROGRAM 'sh'", 'unmapped'],
  ["COPY orders TO '/tmp/x'", 'unmapped'],
  ["COPY orders FROM '/etc/passwd'", 'unmapped'],
  ["COPY orders FROM STDIN (ENCODING 'SJIS')", 'unmapped'],
  // settings
  ['SET search_path = audit', 'unmapped'],
  ['SET ROLE postgres', 'unmapped'],
  ['RESET ROLE', 'unmapped'],
  ['SET SESSION AUTHORIZATION postgres', 'unmapped'],
  ['SET client_encoding = SJIS', 'unmapped'],
  ["SET NAMES 'GBK'", 'unmapped'],
  ['SET standard_conforming_strings = off', 'unmapped'],
  ['SET session_replication_role = replica', 'unmapped'],
  ['SET row_security = off', 'unmapped'],
  ['SET Search_Path FROM CURRENT', 'unmapped'],
  ['SET "search_path" = x', 'unmapped'],
  ["SET SCHEMA 'audit'", 'unmapped'],
  ["SET TRANSACTION SNAPSHOT '1'", 'unmapped'],
  ['SET app.tenant = 1', 'unmapped'],
  ['RESET ALL', 'unmapped'],
  ["SELECT set_config('search_path', 'audit', false)", 'unmapped'],
  // shadows
  ['CREATE TEMP TABLE orders (id int)', 'unmapped'],
  ['CREATE TABLE pg_temp.orders (id int)', 'unmapped'],
  ['SELECT * INTO TEMP x FROM orders', 'unmapped'],
  ['CREATE TEMP TABLE x AS SELECT 1', 'unmapped'],
  ['CREATE TEMP VIEW orders AS SELECT 1', 'unmapped'],
  ['SELECT * FROM pg_temp_3.scratch', 'unmapped'],
  ['CREATE TABLE pg_catalog.t (id int)', 'unmapped'],
  // relations that are more than they look like
  ['SELECT * FROM summary', 'unmapped'],
  ['SELECT * FROM totals', 'unmapped'],
  ['SELECT * FROM measures', 'unmapped'],
  ['SELECT * FROM remote', 'unmapped'],
  ['SELECT * FROM orders_id_seq', 'unmapped'],
  ['SELECT * FROM information_schema.tables', 'unmapped'],
  ['SELECT * FROM ruled', 'unmapped'],
  ['SELECT * FROM parent', 'unmapped'],
  ['UPDATE parent SET n = 1', 'unmapped'],
  ['INSERT INTO triggered VALUES (1)', 'unmapped'],
  ['TRUNCATE triggered', 'unmapped'],
  ['COPY triggered FROM STDIN', 'unmapped'],
  ['DELETE FROM referred', 'unmapped'],
  ['UPDATE referred SET id = 1', 'unmapped'],
  ['INSERT INTO summary VALUES (1)', 'unmapped'],
  ['DELETE FROM pg_class', 'unmapped'],
  ['DROP TABLE pg_catalog.pg_class', 'unmapped'],
  ['ALTER TABLE parent ADD COLUMN a int', 'unmapped'],
  ['CREATE INDEX ON measures (id)', 'unmapped'],
  ['DROP TABLE summary', 'unmapped'],
  ['SELECT * FROM other.public.orders', 'unmapped'],
  // names that resolve to nothing or to somebody's own
  ['SELECT * FROM nowhere', 'unresolved'],
  ['SELECT * FROM audit.orders', 'unresolved'],
  ['DROP TABLE IF EXISTS nowhere', 'unresolved'],
  ['SELECT purge(1)', 'unresolved'],
  ['SELECT public.purge(1)', 'unresolved'],
  ["SELECT upper('x')", 'unresolved'],
  ['SELECT orders.discount FROM orders', 'unresolved'],
  ['SELECT (orders).discount FROM orders', 'unresolved'],
  ["SELECT initcap('x')", 'unresolved'],
  ['SELECT nofunction()', 'unresolved'],
  ["SELECT dblink('x', 'DROP TABLE y')", 'unresolved'],
  ["SELECT 'a'::status", 'unresolved'],
  ["SELECT CAST('a' AS public.status)", 'unresolved'],
  ['CREATE TABLE t (a status)', 'unresolved'],
  ['SELECT 1 @@@ 2', 'unresolved'],
  ['SELECT 1 OPERATOR(public.+) 2', 'unmapped'],
  ['SELECT * FROM orders TABLESAMPLE mine (1)', 'unmapped'],
  ['CREATE INDEX ON orders USING mine (id)', 'unmapped'],
  ['CREATE INDEX ON orders USING gin (a gin_trgm_ops)', 'unmapped'],
  // what reaches further than it says
  ['TRUNCATE orders CASCADE', 'unresolved'],
  ['DROP TABLE orders CASCADE', 'unresolved'],
  ['DROP SCHEMA audit CASCADE', 'unresolved'],
  ['ALTER TABLE orders DROP COLUMN a CASCADE', 'unresolved'],
  ['DROP FUNCTION purge', 'unmapped'],
  ['DROP SEQUENCE orders_id_seq', 'unmapped'],
  ['ALTER SEQUENCE orders_id_seq RESTART', 'unmapped'],
  ['ALTER TABLE orders OWNER TO x', 'unmapped'],
  ['ALTER TABLE orders DISABLE TRIGGER ALL', 'unmapped'],
  ['ALTER TABLE orders DISABLE ROW LEVEL SECURITY', 'unmapped'],
  ['ALTER TABLE orders INHERIT parent', 'unmapped'],
  ['ALTER TABLE measures ATTACH PARTITION orders DEFAULT', 'unmapped'],
  ['ALTER TABLE orders ENABLE ALWAYS RULE r', 'unmapped'],
  ['ALTER VIEW summary SET (security_barrier = false)', 'unmapped'],
  ['ALTER TABLE orders SET SCHEMA pg_catalog', 'unmapped'],
  ['CREATE TABLE t (id int) INHERITS (parent)', 'unmapped'],
  ['CREATE TABLE t (id int) PARTITION BY RANGE (id)', 'unmapped'],
  ['CREATE TABLE t PARTITION OF measures DEFAULT', 'unmapped'],
  ['CREATE TABLE t (EXCLUDE USING gist (a WITH &&))', 'unmapped'],
  ['CREATE TABLE t (a orders.id%TYPE)', 'unparseable'],
  ['CREATE SCHEMA s AUTHORIZATION x', 'unmapped'],
  ['CREATE SCHEMA s CREATE TABLE t (id int)', 'unmapped'],
  ['DELETE FROM orders WHERE CURRENT OF c', 'unmapped'],
  // names that would mean something else by then
  ['ALTER TABLE orders RENAME TO o; SELECT * FROM orders', 'unresolved'],
  ['CREATE TABLE t (id int); INSERT INTO orders VALUES (1)', 'unresolved'],
  ['ROLLBACK; SELECT * FROM orders', 'unresolved'],
  ['ROLLBACK TO a; SELECT lower(1)', 'unresolved'],
  ["SELECT query_to_xml('x', true, true, ''); SELECT * FROM orders", 'unresolved'],
  // one bad statement among good ones
  ['SELECT 1; DROP TABLE orders CASCADE', 'unresolved'],
  ['SELECT 1; nonsense', 'unparseable'],
  ['SELECT 1\0', 'unparseable'],
  ['SELECT \ud800', 'unparseable'],
]
for (const [sql, reason] of denials) denied(`${JSON.stringify(sql)} as ${reason}`, () => assert.is(asked(sql), reason))
denied('a text that the adapter found too long', () => {
  const oversize = { bytes: 300_000, digest: 'sha256:00' }
  const operation = { protocol: 'postgres', kind: 'query', sql: '', oversize, catalog: catalogFor('') } as const
  const found = toRequests(operation, target)
  assert.is('reason' in found && found.reason, 'too_large')
})
denied('an unqualified CREATE where no schema exists', () =>
  assert.is(asked('CREATE TABLE t (id int)', { currentSchema: null }), 'unresolved'),
)
denied('a name that the catalog does not hold', () =>
  assert.is(asked('SELECT * FROM constructor', { relations: {} }), 'unresolved'),
)
denied('a function of which the server knows a signature that we do not', () => {
  const functions = { lower: ['pg_catalog.lower(text)', 'pg_catalog.lower(newtype)'] }
  assert.is(asked("SELECT lower('a')", { functions }), 'unresolved')
})
denied('CREATE OR REPLACE of a view in another schema than it would be created in', () =>
  assert.is(asked('CREATE OR REPLACE VIEW summary AS SELECT 1', { currentSchema: 'audit' }), 'unresolved'),
)
denied.run()

const failed = suite('in a failed transaction')
for (const [sql, expected] of [
  ['ROLLBACK', 'unconditional'],
  ['ROLLBACK TO a', 'unconditional'],
  ['COMMIT', 'unconditional'],
  ['SELECT 1', 'unresolved'],
  ['ROLLBACK; SELECT 1', 'unresolved'],
  ['BEGIN', 'unresolved'],
  ['SAVEPOINT a', 'unresolved'],
] as const) {
  failed(`${sql} is ${expected}`, () => assert.is(asked(sql, { transaction: 'failed' }), expected))
}
failed.run()

const context = suite('the context of')
for (const [sql, expected] of [
  ['DELETE FROM orders WHERE id = 1', { command: 'DELETE', hasWhere: true, inTransaction: false }],
  ['DELETE FROM orders WHERE true', { command: 'DELETE', hasWhere: false, inTransaction: false }],
  ['UPDATE orders SET n = 1 WHERE 1 = 1', { command: 'UPDATE', hasWhere: false, inTransaction: false }],
  ['SELECT * FROM orders LIMIT 5', { command: 'SELECT', hasWhere: false, limit: 5, inTransaction: false }],
  ['SELECT * FROM orders FETCH FIRST ROW ONLY', { command: 'SELECT', hasWhere: false, limit: 1, inTransaction: false }],
  ['SELECT * FROM orders LIMIT 0', { command: 'SELECT', hasWhere: false, limit: 0, inTransaction: false }],
  ['SELECT * FROM orders LIMIT ALL', { command: 'SELECT', hasWhere: false, inTransaction: false }],
  ['SELECT * FROM orders LIMIT $1', { command: 'SELECT', hasWhere: false, inTransaction: false }],
  [
    'SELECT * FROM orders ORDER BY 1 FETCH FIRST 3 ROWS WITH TIES',
    { command: 'SELECT', hasWhere: false, inTransaction: false },
  ],
  [
    'INSERT INTO orders VALUES (1), (2), (3)',
    { command: 'INSERT', hasWhere: false, valuesRows: 3, inTransaction: false },
  ],
  ['INSERT INTO orders SELECT 1', { command: 'INSERT', hasWhere: false, inTransaction: false }],
  ['EXPLAIN DELETE FROM orders', { command: 'DELETE', hasWhere: false, inTransaction: false }],
  ['SHOW TimeZone', { command: 'SHOW', hasWhere: false, setting: 'timezone', inTransaction: false }],
  ['CREATE TABLE t (id int)', { command: 'CREATE TABLE', hasWhere: false, creates: 't', inTransaction: false }],
  ['BEGIN', { command: 'BEGIN', hasWhere: false, inTransaction: false }],
] as const) {
  context(sql, () => {
    const { fingerprint, ...rest } = statements(sql)[0] ?? {}
    assert.equal(rest, expected)
    assert.match(String(fingerprint), /^[0-9a-f]{16}$/)
  })
}
context('a WITH query is its own: the WHERE outside does not count', () => {
  const [deletion] = statements('WITH x AS (DELETE FROM orders) SELECT * FROM items WHERE id = 1')
  assert.is(deletion?.hasWhere, false)
})
context('the same object in two places is asked for each that differs', () => {
  const parts = statements('SELECT * FROM orders WHERE id IN (SELECT id FROM orders)')
  assert.equal(
    parts.map(part => part.hasWhere),
    [true, false],
  )
})
context('the same object in the same way is asked once', () =>
  assert.is(statements('SELECT * FROM orders a, orders b, orders c').length, 1),
)
context('a statement after BEGIN in the same text is in a transaction, after COMMIT no more', () => {
  const sql = 'BEGIN; UPDATE orders SET n = 1; COMMIT; TRUNCATE items'
  assert.equal(
    statements(sql).map(part => part.inTransaction),
    [false, true, false],
  )
})
context('a statement in an open transaction', () =>
  assert.is(statements('SELECT 1', { transaction: 'open' })[0]?.inTransaction, true),
)
context('texts that differ in literals have one fingerprint', () =>
  assert.is(
    statements('SELECT * FROM orders WHERE id = 1')[0]?.fingerprint,
    statements("SELECT * FROM orders WHERE id = 'x'")[0]?.fingerprint,
  ),
)
context.run()

const objects = suite('an object')
objects('has its ancestors, its kind and the tags of its classification', () => {
  const found = mapped('SELECT * FROM audit.events')
  assert.ok('requests' in found)
  assert.equal(found.requests[0].entities, [
    {
      uid: { type: 'Postgres::Table', id: 'orders-db/orders/audit/events' },
      attrs: { database: 'orders', schema: 'audit', name: 'events', kind: 'table', tags: ['audit'] },
      parents: [{ type: 'Postgres::Schema', id: 'orders-db/orders/audit' }],
    },
    {
      uid: { type: 'Postgres::Schema', id: 'orders-db/orders/audit' },
      attrs: {},
      parents: [{ type: 'Postgres::Database', id: 'orders-db/orders' }],
    },
    {
      uid: { type: 'Postgres::Database', id: 'orders-db/orders' },
      attrs: {},
      parents: [{ type: 'Postgres::Server', id: 'orders-db' }],
    },
    { uid: { type: 'Postgres::Server', id: 'orders-db' }, attrs: {}, parents: [] },
  ])
})
objects('cannot reach into its neighbour by its name', () => {
  const relation = { schema: 'a/b', name: '50%', kind: 'table' } as const
  const found = mapped('SELECT * FROM "a/b"."50%"', { relations: { '"a/b"."50%"': relation } })
  assert.ok('requests' in found)
  assert.is(found.requests[0].resource.id, 'orders-db/orders/a%2Fb/50%25')
})
objects('of a function says what it can do', () => {
  const found = mapped("SELECT lo_import('/etc/passwd')")
  assert.ok('requests' in found)
  assert.equal(found.requests[0].entities[0]?.attrs, {
    ...{ database: 'orders', schema: 'pg_catalog', name: 'lo_import', volatility: 'volatile', language: 'internal' },
    ...{ securityDefiner: false, builtin: true, tags: ['large-object', 'server-file'] },
  })
})
objects('of a session that opens is the database', () => {
  const found = toRequests({ protocol: 'postgres', kind: 'connect', database: 'orders' }, target)
  assert.ok('requests' in found)
  assert.is(found.requests[0].action.id, 'connect')
  assert.is(found.requests[0].resource.id, 'orders-db/orders')
  assert.equal(found.requests[0].context, {})
})
objects.run()
