import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { asks } from './asks.test-support.ts'
import { toRequests } from './mapping.ts'
import { asked, catalogFor, mapped, statements, target } from './orders.test-support.ts'
import { loadParser } from './parser.ts'

await loadParser()

const effects = suite('a statement asks by its effect')

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
  // COPY beyond the protocol
  ["COPY orders FROM STDIN (ENCODING 'SJIS')", 'unmapped'],
  ['CREATE TABLE pg_catalog.t (id int)', 'unmapped'],
  // relations that are more than they look like
  ['INSERT INTO ruled VALUES (1)', 'unmapped'],
  ['WITH x AS (INSERT INTO ruled VALUES (1) RETURNING id) SELECT * FROM x', 'unmapped'],
  ['DELETE FROM ruling', 'unmapped'],
  ['SELECT * FROM unknown', 'unresolved'],
  ['SELECT * FROM dangling', 'unresolved'],
  ['INSERT INTO orders_id_seq VALUES (1)', 'unmapped'],
  ['INSERT INTO totals VALUES (1)', 'unmapped'],
  ['TRUNCATE summary', 'unmapped'],
  ['DELETE FROM pg_class', 'unmapped'],
  ['DROP TABLE pg_catalog.pg_class', 'unmapped'],
  ['DROP TABLE summary', 'unmapped'],
  ['SELECT * FROM other.public.orders', 'unmapped'],
  // names that resolve to nothing or to somebody's own
  ['SELECT * FROM nowhere', 'unresolved'],
  ['SELECT * FROM audit.orders', 'unresolved'],
  ['SELECT nofunction()', 'unresolved'],
  ["SELECT dblink('x', 'DROP TABLE y')", 'unresolved'],
  ['SELECT 1 OPERATOR(public.+) 2', 'unmapped'],
  ['SELECT * FROM orders TABLESAMPLE mine (1)', 'unmapped'],
  ['CREATE INDEX ON orders USING mine (id)', 'unmapped'],
  ['CREATE INDEX ON orders USING gin (a gin_trgm_ops)', 'unmapped'],
  // what reaches further than it says
  ['TRUNCATE orders CASCADE', 'unresolved'],
  ['DROP TABLE orders CASCADE', 'unresolved'],
  ['DROP SCHEMA audit CASCADE', 'unresolved'],
  ['ALTER TABLE orders DROP COLUMN a CASCADE', 'unresolved'],
  ['ALTER TABLE orders SET SCHEMA pg_catalog', 'unmapped'],
  ['CREATE TABLE t (a orders.id%TYPE)', 'unparseable'],
  ['CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME s))', 'unmapped'],
  ['ALTER TABLE orders ALTER n ADD GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME o.audit.s)', 'unmapped'],
  ['ALTER TABLE orders ADD COLUMN m int GENERATED ALWAYS AS IDENTITY (OWNED BY items.id)', 'unmapped'],
  ['ALTER TABLE orders ALTER n SET SEQUENCE NAME audit.s', 'unmapped'],
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
for (const [what, more, reason] of [
  ['found too long', {}, 'too_large'],
  ['could not read', { notUtf8: true }, 'unparseable'],
] as const)
  denied(`a text that the adapter ${what}`, () => {
    const oversize = { bytes: 300_000, digest: '00', ...more }
    const operation = { protocol: 'postgres', kind: 'query', sql: '', oversize, catalog: catalogFor('') } as const
    const found = toRequests(operation, target)
    assert.is('reason' in found && found.reason, reason)
  })
denied('a sampling method that something else also bears the name of', () => {
  const functions = { system: ['pg_catalog.system(internal)', 'public.system(internal)'] }
  assert.is(asked('SELECT * FROM orders TABLESAMPLE system (1)', { functions }), 'unresolved')
})
const names = [
  ['WITH \u00e9x AS (SELECT 1) SELECT * FROM \u00e9y', 'unresolved'],
  ['SELECT * FROM "\u00e9"', 'unresolved'],
  ['SELECT 1 AS U&"\\00e9"', 'unresolved'],
  ["SELECT '\u00e9', $$\u00e9$$ /* \u00e9 */ -- \u00e9", ['select']],
  ['ROLLBACK TO "\u00e9"', 'unconditional'],
] as const
for (const [sql, expected] of names) {
  denied(`or not, by its names in a database that is not UTF8: ${sql}`, () =>
    assert.equal(asked(sql, { encoding: 'LATIN1' }), expected),
  )
}
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
denied('a word of a newer grammar for which this server has a function of its own', () => {
  const functions = { json_scalar: ['public.json_scalar(text)'] }
  assert.is(asked("SELECT json_scalar('a')", { functions }), 'unresolved')
  assert.equal(asked("SELECT json_scalar('a')", { functions: { json_scalar: [] } }), ['select'])
})
denied('the functions of a text whose catalog was not read', () =>
  assert.is(asked("SELECT json_scalar('a')", { functions: {} }), 'unresolved'),
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
  [
    'INSERT INTO orders VALUES (lower($1), now(), (SELECT max(generate_series) FROM generate_series(1, 9)))',
    { command: 'INSERT', hasWhere: false, valuesRows: 1, inTransaction: false },
  ],
  // one row of VALUES is a SELECT to the server, which inserts a row for each that a function gives
  [
    'INSERT INTO orders VALUES (generate_series(1, 1000))',
    { command: 'INSERT', hasWhere: false, inTransaction: false },
  ],
  [
    'INSERT INTO orders VALUES (1 + (ARRAY[pg_catalog.unnest($1)])[1])',
    { command: 'INSERT', hasWhere: false, inTransaction: false },
  ],
  ['INSERT INTO orders VALUES (purge(1))', { command: 'INSERT', hasWhere: false, inTransaction: false }],
  ['INSERT INTO orders SELECT 1', { command: 'INSERT', hasWhere: false, inTransaction: false }],
  ['EXPLAIN DELETE FROM orders', { command: 'DELETE', hasWhere: false, inTransaction: false }],
  ['SHOW TimeZone', { command: 'SHOW', hasWhere: false, setting: 'timezone', inTransaction: false }],
  ['CREATE TABLE t (id int)', { command: 'CREATE TABLE', hasWhere: false, creates: 't', inTransaction: false }],
  ['BEGIN', { command: 'BEGIN', hasWhere: false, inTransaction: false }],
] as const) {
  context(sql, () => {
    const { fingerprint, columns, columnTags, ...rest } = statements(sql)[0] ?? {}
    assert.equal(rest, expected)
    assert.match(String(fingerprint), /^[0-9a-f]{16}$/)
  })
}
context('a WITH query is its own: the WHERE outside does not count', () => {
  const [deletion] = statements('WITH x AS (DELETE FROM orders) SELECT * FROM items WHERE id = 1')
  assert.is(deletion?.hasWhere, false)
})
context('MERGE counts what ON keeps out of each action', () => {
  const hasWhere = (merge: string) => {
    const found = mapped(`MERGE INTO orders o USING items i ON ${merge}`)
    assert.ok('requests' in found)
    const deletion = found.requests.find(({ action }) => action.id === 'delete')
    return (deletion?.context.statement as { readonly hasWhere?: boolean } | undefined)?.hasWhere
  }
  assert.is(hasWhere('o.id = i.id WHEN MATCHED THEN DELETE'), true)
  assert.is(hasWhere('o.id = i.id WHEN NOT MATCHED BY SOURCE THEN DELETE'), true)
  for (const never of ['o.id <> o.id', 'o.id = i.id AND false']) {
    assert.is(hasWhere(`${never} WHEN NOT MATCHED BY SOURCE THEN DELETE`), false, never)
    assert.is(hasWhere(`${never} WHEN NOT MATCHED BY SOURCE AND o.n = 1 THEN DELETE`), true, never)
  }
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
  const relation = { schema: 'a/b', name: '50%', kind: 'table', columns: [] } as const
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
