import type { Node } from '@pgsql/types'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mapped, statements } from './orders.test-support.ts'
import { loadParser, longSqlLength, parseSql } from './parser.ts'
import { keepLong, readLong } from './read-sql.ts'
import { isRefusal } from './reading.ts'
import { restricts } from './restricts.ts'
import { templateOf } from './template.ts'

await loadParser()

const hasWhere = (condition: string) => statements(`DELETE FROM orders WHERE ${condition}`)[0]?.hasWhere

/** Of the table that is written. */
function written(sql: string): readonly unknown[] {
  const found = mapped(sql)
  assert.ok('requests' in found, JSON.stringify(found))
  const writes = found.requests.filter(({ action }) => action.id === 'delete' || action.id === 'update')
  return [...new Set(writes.map(({ context }) => (context.statement as { readonly hasWhere: boolean }).hasWhere))]
}

const open = suite('no condition is')
for (const condition of [
  'true',
  '1 = 1',
  "'a' = 'a'",
  '$1',
  'NOT false',
  'NOT NOT true',
  "'t'::bool",
  'current_date > now()',
  'true OR id = 1',
  'id = 1 OR true',
  'id = 1 OR (n = 2 OR 1 = 1)',
  'id = 1 OR $1',
  '($1::int IS NULL OR id = $1)',
  'id = 1 OR current_user = session_user',
  'true AND true AND id = id',
  'NOT (id = 1 AND false)',
  'NOT (false AND id = 1)',
  'NOT (id = 1 AND $1)',
  // a value beside itself
  'id = id',
  'id = orders.id',
  'public.orders.id = id',
  'ctid = ctid',
  'id >= id',
  'id <= id',
  'NOT id <> id',
  'NOT id < id',
  'NOT id != id',
  '(id, n) = (id, n)',
  'id + 1 = id + 1',
  'lower(a) = lower(a)',
  'id IS NOT DISTINCT FROM id',
  'NOT id IS DISTINCT FROM id',
  'id BETWEEN id AND id',
  'id BETWEEN SYMMETRIC id AND id',
  'NOT id NOT BETWEEN id AND id',
  'id IN (1, id)',
  'NOT id NOT IN (id)',
  'id = ANY (ARRAY[1, id])',
  'id IN (SELECT id)',
  'id = ANY (SELECT orders.id)',
  'a LIKE a',
  '(id = id) IS TRUE',
  '(id = id) IS NOT FALSE',
  '(id = id) IS NOT UNKNOWN',
  '(id <> id) IS NOT TRUE',
  '(id <> id) IS FALSE',
  'coalesce(id = id, false)',
  'coalesce(NULL, true, id = 1)',
  'CASE WHEN id = 1 THEN true ELSE true END',
  'CASE WHEN true THEN true ELSE id = 1 END',
  // patterns that fit everything
  "a LIKE '%'",
  "a LIKE '%%'",
  "a ILIKE '%'",
  "NOT a NOT LIKE '%'",
  "a SIMILAR TO '%'",
  "a ~ ''",
  "a ~ '.*'",
  "a ~* '^.*$'",
  // two arms that leave nothing out
  'id IS NULL OR id IS NOT NULL',
  'id IS NOT NULL OR n = 1 OR id IS NULL',
  'id = 1 OR id <> 1',
  'id = 1 OR NOT id = 1',
  'NOT (id = 1 AND id <> 1)',
  'id < 5 OR id >= 5',
  'id > 5 OR id <= 5',
  'id <= 5 OR id >= 5',
  "a LIKE 'x%' OR a NOT LIKE 'x%'",
  'id IN (1, 2) OR id NOT IN (1, 2)',
  'id IS DISTINCT FROM 1 OR id IS NOT DISTINCT FROM 1',
  'paid OR NOT paid',
  'paid IS TRUE OR paid IS NOT TRUE',
  'id IS NULL OR NOT id IS NULL',
  // never null
  'ctid IS NOT NULL',
  'orders.tableoid IS NOT NULL',
  'xmin IS NOT NULL OR id = 1',
  'NOT ctid IS NULL',
  '(id IS NULL) IS NOT NULL',
  'coalesce(id, 0) IS NOT NULL',
  // a query that always has a row, or has one for every row
  'EXISTS (SELECT 1)',
  'EXISTS (SELECT id)',
  'EXISTS (SELECT WHERE true)',
  'EXISTS (VALUES (1))',
  'EXISTS (SELECT 1 FROM items)',
  'EXISTS (SELECT id FROM items)',
  'EXISTS (SELECT 1 FROM items WHERE items.id = items.id)',
  'EXISTS (SELECT count(*) FROM items WHERE id = 1)',
  'EXISTS (SELECT 1 FROM items WHERE n = 1 UNION SELECT 1)',
  'EXISTS (SELECT 1 FROM items WHERE n = 1 LIMIT 1 OFFSET 0)',
  'id = 1 OR EXISTS (SELECT 1)',
  'NOT EXISTS (SELECT 1 WHERE false)',
]) {
  open(condition, () => assert.is(hasWhere(condition), false))
}
open.run()

const other = suite('no condition on the rows of another table is one')
for (const sql of [
  'DELETE FROM orders USING items i WHERE i.n = 1',
  'DELETE FROM orders USING items i, items j WHERE i.id = j.id',
  'DELETE FROM orders USING orders o WHERE o.id = 1',
  'DELETE FROM orders USING customers WHERE email = $1',
  'DELETE FROM orders USING (SELECT id AS k FROM items) q WHERE k = 1',
  'DELETE FROM orders USING (SELECT id AS k FROM orders) q WHERE q.k = 1',
  'DELETE FROM orders USING generate_series(1, 2) g WHERE g = 1',
  'DELETE FROM orders USING items i WHERE i.n = 1 OR orders.id = 1',
  'DELETE FROM orders USING items i WHERE NOT (i.n = 1 AND orders.id = 1)',
  'DELETE FROM orders USING items i WHERE (i.n = 1 AND orders.id = 1) IS NOT TRUE',
  'DELETE FROM orders USING items i WHERE (i.n = 1 OR orders.id = 1)::bool',
  'DELETE FROM orders USING items i WHERE coalesce(i.paid, orders.paid)',
  'DELETE FROM orders USING items i WHERE NOT coalesce(i.n = 1 AND orders.id = 1, false)',
  'DELETE FROM orders USING items i WHERE CASE WHEN i.n = 1 THEN true ELSE orders.id = 1 END',
  'DELETE FROM orders USING items i WHERE CASE i.n WHEN 1 THEN true ELSE orders.id = 1 END',
  'DELETE FROM orders USING items i WHERE i.* IS NOT NULL',
  'DELETE FROM orders USING items i WHERE i IS NOT NULL',
  'DELETE FROM orders WHERE EXISTS (SELECT 1 FROM items WHERE items.n = 2)',
  'DELETE FROM orders WHERE EXISTS (SELECT 1 FROM items WHERE n = 2)',
  'DELETE FROM orders WHERE EXISTS (SELECT 1 FROM orders WHERE orders.n = 2)',
  'DELETE FROM orders WHERE EXISTS (SELECT orders.id FROM items WHERE n = 2)',
  'DELETE FROM orders WHERE NOT EXISTS (SELECT 1 FROM items WHERE n = 2)',
  'DELETE FROM orders WHERE EXISTS (SELECT 1 FROM items i WHERE i.n = 2 OR i.id = orders.id)',
  'DELETE FROM orders WHERE EXISTS (SELECT 1 FROM purge(1) WHERE note = $1)', // whose columns nobody knows
  'DELETE FROM orders WHERE 5 IN (SELECT n FROM items)',
  'DELETE FROM orders WHERE (SELECT max(n) FROM items) > 3',
  'DELETE FROM orders WHERE (SELECT true)',
  'DELETE FROM orders WHERE now() IS NOT NULL',
  'WITH c AS (SELECT id FROM items) DELETE FROM orders USING c WHERE c.id = 1',
  'UPDATE orders SET n = orders.id FROM items i WHERE i.n = 1',
  'UPDATE orders SET n = i.n FROM items i WHERE i.id = i.n',
  'UPDATE orders SET id = 1 FROM orders o WHERE o.id = 1',
  'UPDATE customers SET name = email FROM orders WHERE n = 1',
  'MERGE INTO orders o USING items i ON i.n = 1 WHEN MATCHED THEN DELETE',
  'MERGE INTO orders o USING items i ON i.n = 1 WHEN MATCHED AND i.id = 1 THEN UPDATE SET n = o.id',
  'MERGE INTO orders o USING items i ON i.n = 1 WHEN NOT MATCHED BY SOURCE THEN DELETE',
  'DELETE FROM mine USING items WHERE items.n = 1',
  'INSERT INTO customers (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET name = $1 WHERE EXISTS (SELECT 1 FROM items WHERE n = 1)',
]) {
  other(sql, () => assert.equal(written(sql), [false]))
}
other('whatever the statement reads elsewhere', () => {
  const sql = 'UPDATE orders SET n = orders.id FROM items i WHERE i.n = 1 RETURNING orders.id'
  assert.equal(new Set(statements(sql).map(part => part.hasWhere)), new Set([false]))
})
other('as it is read in another thread', () => {
  const filler = `i.n IN (${'1,'.repeat(20_000)}1) AND `
  for (const [sql, expected] of [
    [`DELETE FROM orders USING items i WHERE ${filler} i.id = 2`, false],
    [`DELETE FROM orders USING items i WHERE ${filler} i.id = orders.id`, true],
  ] as const) {
    assert.ok(sql.length > longSqlLength)
    keepLong(structuredClone(readLong(sql)))
    assert.equal(written(sql), [expected])
  }
})
other.run()

const own = suite('a condition on the rows of the table that is written is one')
for (const sql of [
  'DELETE FROM orders USING items i WHERE i.id = orders.id',
  'DELETE FROM orders o USING items i WHERE i.id = o.id AND i.n = 1',
  'DELETE FROM orders USING customers WHERE n = 1',
  'DELETE FROM orders o USING orders p WHERE o.id = 1',
  'DELETE FROM public.orders USING items i WHERE public.orders.id = i.id',
  'DELETE FROM orders o WHERE o IS NOT DISTINCT FROM $1',
  'DELETE FROM orders o WHERE o.* = ROW (1, 2, 3)',
  'DELETE FROM orders USING items i WHERE NOT (i.n = 1 OR orders.id = 1)',
  'DELETE FROM orders USING items i WHERE (i.id = orders.id) IS NOT TRUE',
  'DELETE FROM orders WHERE NOT coalesce(paid, false)',
  'DELETE FROM orders WHERE CASE n WHEN 1 THEN paid ELSE true END',
  'DELETE FROM orders WHERE ctid = $1',
  'DELETE FROM orders WHERE CURRENT OF c',
  'DELETE FROM orders WHERE EXISTS (SELECT 1 FROM items i WHERE i.id = orders.id)',
  'DELETE FROM orders WHERE EXISTS (SELECT 1 FROM customers WHERE customers.id = n)',
  'DELETE FROM orders WHERE NOT EXISTS (SELECT 1 FROM items i WHERE i.id = orders.id AND i.n = 1)',
  'DELETE FROM orders WHERE id IN (SELECT id FROM items)',
  'DELETE FROM orders WHERE id IN (SELECT unnest FROM unnest($1::int4[]))',
  'DELETE FROM orders USING unnest($1::int4[]) u WHERE id = u',
  'WITH c AS (SELECT id FROM items) DELETE FROM orders USING c WHERE c.id = orders.id',
  'UPDATE orders SET n = i.n FROM items i WHERE i.id = orders.id',
  'UPDATE orders SET id = 1 FROM orders o WHERE o.id = orders.n',
  'UPDATE customers SET name = email FROM orders WHERE email = $1',
  'MERGE INTO orders o USING items i ON o.id = i.id WHEN MATCHED THEN DELETE',
  'MERGE INTO orders o USING items i ON i.n = 1 WHEN MATCHED AND o.id = 1 THEN DELETE',
  'MERGE INTO orders o USING items i ON i.n = 1 WHEN NOT MATCHED BY SOURCE AND o.id = 1 THEN DELETE',
  'DELETE FROM mine USING items WHERE mine.id = items.id',
  'INSERT INTO customers (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET name = $1 WHERE customers.name IS NULL',
  'INSERT INTO customers (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET name = $1 WHERE excluded.name IS NOT NULL',
]) {
  own(sql, () => assert.equal(written(sql), [true]))
}
own.run()

const real = suite('a condition is')
for (const condition of [
  'id = 1',
  'id = $1',
  'paid',
  'NOT paid',
  'id = n',
  'id = 1 AND true',
  'true AND id = 1',
  'id = 1 AND $1',
  'id = 1 OR false',
  'id = 1 OR NULL',
  'NOT (true AND id = 1)',
  'id = 1 OR n = 2',
  'id IS NULL',
  'id IS NOT NULL',
  'id IS NULL OR n IS NOT NULL',
  'id = 1 OR n <> 1',
  'id < 5 OR id > 5',
  'id <= 0 OR id > 100',
  'id > 100 OR id < 0',
  'id = 1 OR id = 2',
  'id BETWEEN 1 AND 5',
  'id BETWEEN id AND 5',
  'id NOT BETWEEN 1 AND 5',
  'id IN (1, 2)',
  'id = ANY ($1)',
  'id IN (SELECT id FROM items)',
  'id IN (SELECT n)',
  'id IS DISTINCT FROM n',
  'lower(a) = lower(b)',
  'lower(a) = a',
  "a LIKE 'x%'",
  "a LIKE '%x%'",
  "a LIKE '_%'",
  "a ~ '^x'",
  "a ~ '.+'",
  "a = '%'",
  "a = ''",
  "a LIKE 'x%' OR a NOT LIKE 'y%'",
  '(id = 1) IS TRUE',
  '(id = 1) IS NOT UNKNOWN',
  'coalesce(id = 1, true)',
  'CASE WHEN id = 1 THEN true ELSE false END = true',
  'CASE WHEN id = 1 THEN n = 2 ELSE true END',
  'id <> id',
  'a LIKE a || $1',
  'EXISTS (SELECT 1 FROM items WHERE items.id = orders.id)',
  'NOT EXISTS (SELECT 1 FROM items WHERE items.id = orders.id)',
  'EXISTS (SELECT 1 FROM items JOIN customers c ON c.id = orders.id)',
  'EXISTS (SELECT 1 WHERE id = 1)',
]) {
  real(condition, () => assert.is(hasWhere(condition), true))
}
real('of any size and depth judged in time, or taken for none', () => {
  const terms = Array.from({ length: 500 }, (_, n) => `id = ${n}`)
  assert.is(hasWhere(terms.join(' OR ')), true)
  assert.is(hasWhere(`${terms.join(' OR ')} OR id <> 7`), false)
  const list = Array.from({ length: 20_000 }, () => '1').join()
  assert.is(hasWhere(`lower(a || '${'x'.repeat(100_000)}') IN (${list})`), true)
  let nested: Node = { ColumnRef: { fields: [{ String: { sval: 'paid' } }] } }
  assert.is(restricts(nested), true)
  for (let depth = 0; depth < 2_500; depth++) nested = { BoolExpr: { boolop: 'NOT_EXPR', args: [nested] } }
  assert.is(restricts(nested), false)
})
real('read once each, however deep they stand in one another', () => {
  // each of them is judged as part of all around it
  const depth = 60
  const condition = `${'EXISTS (SELECT 1 FROM items WHERE paid OR '.repeat(depth)}a${')'.repeat(depth)}`
  let reads = 0
  const counted = <T>(value: T): T => {
    if (typeof value !== 'object' || value === null) return value
    for (const [key, each] of Object.entries(value)) {
      const inner = counted(each)
      const get = () => {
        reads++
        return inner
      }
      Object.defineProperty(value, key, { enumerable: true, get })
    }
    return value
  }
  const parsed = parseSql(`SELECT WHERE ${condition}`)
  assert.ok(!isRefusal(parsed))
  const select = parsed.statements[0]?.stmt
  assert.ok(select && 'SelectStmt' in select)
  counted(select)
  const nodes = JSON.stringify(select).length
  reads = 0
  assert.is(restricts(select.SelectStmt.whereClause), true)
  assert.ok(reads < nodes, `${reads} reads`)
})
real('a list of any length', () => {
  assert.is(hasWhere(`id IN (${'1,'.repeat(120_000)}1)`), true)
})
real('the same for every text of one template', () => {
  for (const [one, other] of [
    ['id + 1 = id + 1', 'id + 1 = id + 2'],
    ['1 = 1', '1 = 2'],
    ['NOT (id = 1 AND id <> 1)', 'NOT (id = 1 AND id <> 2)'],
  ] as const) {
    const sql = (condition: string) => `DELETE FROM orders WHERE ${condition}`
    assert.is(templateOf(sql(one)), templateOf(sql(other)))
    assert.is(hasWhere(one), hasWhere(other), one)
  }
  assert.is(templateOf('DELETE FROM orders WHERE id < 5 OR id >= 5'), undefined)
})
real.run()
