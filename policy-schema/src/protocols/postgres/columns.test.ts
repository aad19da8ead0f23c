import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { columnAsks, columnsSnapshot } from './columns.test-support.ts'
import { columnsAsked } from './columns-asked.test-support.ts'
import { mapped, statements } from './orders.test-support.ts'
import { loadParser } from './parser.ts'
import { readSql } from './read-sql.ts'
import { isRefusal } from './reading.ts'

await loadParser()

const exact = suite('the columns of')
for (const [sql, expected] of columnAsks) exact(sql, () => assert.equal(columnsAsked(sql, columnsSnapshot), expected))
exact.run()

const unclear = suite('everything that may be meant is read by')
for (const [sql, expected] of [
  // which columns a function gives is not known, so a name may also be one of further out
  ['SELECT (SELECT key FROM json_each($1)) FROM customers', ['select customers ()']],
  ['SELECT (SELECT phone FROM json_each($1)) FROM customers', ['select customers (phone)']],
  ['SELECT (SELECT phone FROM (SELECT lower(name)) x(phone)) FROM customers', ['select customers (name)']],
  [
    'SELECT (SELECT phone FROM (SELECT * FROM items) x(a) LIMIT 1) FROM customers',
    ['select items (email, id, order_id, sku, spare)', 'select customers (phone)'],
  ],
  ['SELECT 1 FROM customers NATURAL JOIN json_each($1)', ['select customers (email, id, name, phone, spare)']],
  // which of a join's columns come first is not counted
  [
    'SELECT j.x FROM (customers c JOIN items i ON true) j(x)',
    ['select customers (email, id, name, phone, spare)', 'select items (email, id, order_id, sku, spare)'],
  ],
  // a table of the sample's arguments
  [
    'SELECT (SELECT 1 FROM items TABLESAMPLE system (id) LIMIT 1) FROM customers',
    ['select items ()', 'select customers (id)'],
  ],
  ['CREATE TABLE copied (LIKE customers)', ['select customers (email, id, name, phone, spare)']],
] as const) {
  unclear(sql, () => assert.equal(columnsAsked(sql, columnsSnapshot), expected))
}
unclear.run()

const denied = suite('is denied as `unresolved`, since it may mean what no policy saw:')
for (const sql of [
  'SELECT nothing FROM customers',
  'SELECT customers.nothing FROM customers',
  'SELECT c.email FROM customers',
  'SELECT customers.email FROM customers c',
  'SELECT public.customers.email FROM customers c',
  'SELECT audit.customers.email FROM customers',
  'SELECT customers.email.x FROM customers',
  'SELECT x.* FROM customers',
  'SELECT name FROM items',
  'SELECT j.email, items.sku FROM (customers JOIN items USING (email)) j',
  'SELECT 1 FROM customers JOIN items USING (name)',
  'SELECT sku FROM items i, (SELECT i.email) x',
  'SELECT c.row_to_json FROM customers c',
  'UPDATE customers SET nothing = 1',
  'INSERT INTO customers (nothing) VALUES (1)',
  'INSERT INTO customers (id) VALUES (1) ON CONFLICT (nothing) DO NOTHING',
  'INSERT INTO customers (id) VALUES (email)',
  'COPY customers (nothing) TO STDOUT',
] as const) {
  denied(sql, () => assert.is(columnsAsked(sql, columnsSnapshot), 'unresolved'))
}
denied('a table whose columns were not looked up', () => {
  const { relations, ...rest } = columnsSnapshot
  const bare = relations.map(({ columns, ...relation }) => relation)
  for (const sql of ['SELECT * FROM customers', 'SELECT id FROM customers', 'INSERT INTO customers VALUES (1)'])
    assert.is(columnsAsked(sql, { ...rest, relations: bare }), 'unresolved', sql)
  assert.equal(columnsAsked('SELECT count(*) FROM customers', { ...rest, relations: bare }), ['select customers ()'])
})
denied.run()

const large = suite('a text that makes the lookup long')
const many = (count: number, each: (index: number) => string) => Array.from({ length: count }, (_, i) => each(i))
for (const [what, sql, expected] of [
  ['by tables', `SELECT 1 FROM ${many(1_001, i => `items t${i}`)}`, 'too_large'],
  [
    'by names times tables',
    `SELECT ${many(1_500, () => '(SELECT spare)')} FROM ${many(990, i => `items t${i}`)}`,
    'too_large',
  ],
  ['by one name many times', `SELECT ${many(9_000, () => 'sku')} FROM items`, ['select items (sku)']],
  [
    'by queries that name the one before twice',
    `WITH c0 AS (SELECT * FROM items)${many(300, i => `, c${i + 1} AS (SELECT x.* FROM c${i} x, c${i} y)`).join('')} SELECT sku FROM c300`,
    ['select items (email, id, order_id, sku, spare)'],
  ],
  [
    'by queries that rename the one before twice',
    `WITH c0(a) AS (SELECT * FROM items)${many(300, i => `, c${i + 1}(b) AS (SELECT * FROM c${i} x(d), c${i} y(e))`).join('')} SELECT sku FROM c300 z(f)`,
    ['select items (email, id, order_id, sku, spare)'],
  ],
  [
    'by a query of itself',
    'WITH RECURSIVE r AS (SELECT * FROM r UNION ALL SELECT * FROM r) SELECT sku FROM r, items',
    ['select items (sku)'],
  ],
] as const) {
  large(what, () => assert.equal(columnsAsked(sql, columnsSnapshot), expected))
}
large('by the columns of one table under many names', () => {
  const columns = many(1_600, i => `c${i}`)
  const wide = [{ schema: 'public', name: 'items', kind: 'table' as const, columns }]
  const asked = (names: number) =>
    columnsAsked(`SELECT * FROM ${many(names, i => `items t${i}`)}`, { ...columnsSnapshot, relations: wide })
  assert.is(asked(160), 'too_large')
  assert.equal(asked(100), [`select items (${[...columns].sort().join(', ')})`])
})
large.run()

const tags = suite('the tags of columns')
for (const [sql, expected] of [
  ['SELECT id FROM customers', ['gdpr', 'pii']], // what the whole table is, each of its columns is
  ['SELECT email FROM customers', ['contact', 'gdpr', 'pii']],
  ['SELECT count(*) FROM customers', []],
  ['INSERT INTO customers (phone) VALUES (1)', ['contact', 'gdpr', 'pii']],
  ['SELECT id FROM orders', []],
  ['SELECT 1', []],
] as const) {
  tags(`of ${sql}`, () => assert.equal(statements(sql)[0]?.columnTags, expected))
}
for (const sql of [
  'SELECT id FROM contacts',
  'SELECT count(*) FROM over_contacts',
  'SELECT a FROM over_contacts x(a)',
]) {
  tags(`are those of the table behind a view, in ${sql}`, () =>
    assert.equal(statements(sql).at(-1)?.columnTags, ['contact', 'gdpr', 'pii']),
  )
}
tags('do not become tags of the table', () => {
  const found = mapped('SELECT email FROM customers')
  assert.ok('requests' in found)
  assert.equal(found.requests[0].entities[0]?.attrs.tags, ['gdpr', 'pii'])
})
tags('are not said of what is about rows', () =>
  assert.equal(Object.keys(statements('DELETE FROM customers WHERE id = 1')[0] ?? {}).includes('columnTags'), false),
)
tags.run()

const looked = suite('the columns that are looked up')
for (const [sql, expected] of [
  ['SELECT a, t.b FROM t WHERE c = 1', ['a', 'b', 'c']],
  ['SELECT count(*) FROM t', []],
  ['SELECT a', []],
  ['SELECT t FROM t', ['*']],
  ['SELECT a FROM t WHERE EXISTS (SELECT t)', ['*']],
  ['SELECT a FROM t AS a', ['*']],
  ['SELECT 1 FROM t NATURAL JOIN u', ['*']],
  ['SELECT 1 FROM t JOIN u USING (a)', ['a']],
  ['SELECT x FROM t AS t(x)', ['*']],
  ['INSERT INTO t VALUES (1)', ['*']],
  ['INSERT INTO t (a) VALUES (1) RETURNING b', ['a', 'b']],
  ['INSERT INTO t (a) VALUES (1) ON CONFLICT (b) DO NOTHING', ['a', 'b']],
  ['INSERT INTO t (a) VALUES (1) ON CONFLICT ON CONSTRAINT c DO NOTHING', ['*']],
  ['UPDATE t SET a = 1', ['a']],
  ['UPDATE t SET a = 1 RETURNING old', ['*']],
  ['DELETE FROM t WHERE a = 1', ['a']],
  ['COPY t TO STDOUT', ['*']],
  ['COPY t (a) FROM STDIN WHERE b = 1', ['a', 'b']],
  ['SELECT a FROM t ORDER BY b', ['a', 'b']],
  ['SELECT a AS b FROM t ORDER BY b', ['a']],
  ['VACUUM t', []],
  ['CREATE INDEX ON t (lower(a))', []],
  ['CREATE TABLE u (LIKE t)', ['*']],
] as const) {
  looked(`of ${sql}`, () => {
    const reading = readSql(sql)
    assert.equal(isRefusal(reading) || [...reading.names.columns].sort(), expected)
  })
}
looked.run()

const behind = suite('behind a name, the columns are')
function each(sql: string): readonly string[] {
  const found = mapped(sql)
  assert.ok('requests' in found)
  return found.requests.map(({ action, resource, context }) => {
    const { columns } = context.statement as { readonly columns?: readonly string[] }
    return `${action.id} ${resource.id.split('/').at(-1)}${columns ? ` (${columns.join(', ')})` : ''}`
  })
}
for (const [why, sql, expected] of [
  [
    'those that a view reads, whichever of its own are read',
    'SELECT note FROM summary',
    ['select summary (note)', 'select events (note)', 'select orders (id)'],
  ],
  [
    'those that a view reads, where it is written',
    'UPDATE mine SET id = 1',
    ['update mine (id)', 'select items (id)', 'update items (id)'],
  ],
  ['the same of children', 'SELECT a FROM parent', ['select parent (a)', 'select child (a)', 'select grandchild (a)']],
  [
    'those of the foreign key that is followed',
    'DELETE FROM referred',
    ['delete referred', 'delete pointing', 'update pointing (a)', 'execute note_it()'],
  ],
  ['those that a row-security policy reads', 'SELECT n FROM guarded', ['select guarded (n)', 'select access (id)']],
  [
    'all, where a function may take the row',
    'SELECT orders.discount FROM orders',
    ['select orders (a, b, c, id, m, n, note, paid)', 'execute discount(public.orders)'],
  ],
] as const) {
  behind(why, () => assert.equal(each(sql), expected))
}
behind.run()
