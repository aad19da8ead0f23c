import type { Node } from '@pgsql/types'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { statements } from './orders.test-support.ts'
import { loadParser, parseSql } from './parser.ts'
import { isRefusal } from './reading.ts'
import { restricts } from './restricts.ts'
import { templateOf } from './template.ts'

await loadParser()

const hasWhere = (condition: string) =>
  statements(`DELETE FROM orders USING items o, items p WHERE ${condition}`)[0]?.hasWhere

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
  'orders.id = o.id',
  'o.id = p.id',
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
  'EXISTS (SELECT 1 FROM items i WHERE id = i.id)',
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
