import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mapped } from './orders.test-support.ts'
import { loadParser } from './parser.ts'

await loadParser()

/** Of every table that is read: its limit, or none. */
function limits(sql: string): readonly unknown[] {
  const found = mapped(sql)
  assert.ok('requests' in found, JSON.stringify(found))
  const reads = found.requests.filter(({ action }) => action.id === 'select')
  return reads.map(({ context }) => (context.statement as { readonly limit?: number }).limit)
}

const bound = suite('a limit bounds the rows that are given by')
for (const [sql, expected] of [
  ['SELECT * FROM orders LIMIT 5', [5]],
  ['SELECT lower(note), id + 1 FROM orders ORDER BY id LIMIT 5', [5]],
  ['SELECT count(*), max(id), min(id), sum(n), avg(n), bool_and(paid), every(paid) FROM orders LIMIT 1', [1]],
  ['SELECT n, count(*) FROM orders GROUP BY n LIMIT 5', [5]],
  ['SELECT DISTINCT n FROM orders LIMIT 5', [5]],
  ['SELECT id, row_number() OVER (ORDER BY id) FROM orders LIMIT 5', [5]],
  ['SELECT n FROM orders GROUP BY n HAVING array_length(array_agg(id), 1) > 2 LIMIT 5', [5]],
  ['SELECT id FROM orders o ORDER BY (SELECT max(id) FROM items) LIMIT 5', [5, undefined]],
  ['SELECT generate_series(1, id) FROM orders LIMIT 5', [5]],
  ['SELECT json_agg(o) FROM (SELECT id FROM orders LIMIT 5) o', [5]],
  ['WITH o AS (SELECT id FROM orders LIMIT 5) SELECT array_agg(id) FROM o', [5]],
  ['SELECT id FROM orders WHERE id IN (SELECT id FROM items LIMIT 7) LIMIT 5', [5, 7]],
  ['DELETE FROM orders WHERE id IN (SELECT id FROM items LIMIT 7)', [undefined, 7]],
  ['SELECT o.* FROM orders o, items i LIMIT 5', [5, 5]],
] as const) {
  bound(sql, () => assert.equal(limits(sql), expected))
}
bound.run()

const none = suite('no limit is said of')
for (const [sql, expected] of [
  ['SELECT json_agg(o) FROM orders o LIMIT 1', [undefined]],
  ['SELECT array_agg(id) FROM orders LIMIT 1', [undefined]],
  ["SELECT string_agg(note, ',') FROM orders LIMIT 1", [undefined]],
  ['SELECT pg_catalog.jsonb_agg(id) FROM orders LIMIT 1', [undefined]],
  ["SELECT length(string_agg(note, ',')) FROM orders LIMIT 1", [undefined]],
  ['SELECT array_agg(id) OVER () FROM orders LIMIT 1', [undefined]],
  ['SELECT lag(note) OVER (ORDER BY id) FROM orders LIMIT 1', [undefined]],
  ['SELECT JSON_ARRAYAGG(id) FROM orders LIMIT 1', [undefined]],
  ["SELECT JSON_OBJECTAGG('k' : id) FROM orders LIMIT 1", [undefined]],
  ['SELECT percentile_disc(ARRAY[0.1, 0.9]) WITHIN GROUP (ORDER BY id) FROM orders LIMIT 1', [undefined]],
  ['SELECT n, array_agg(id) FROM orders GROUP BY n LIMIT 5', [undefined]],
  // by other spellings
  ['SELECT q.json_agg FROM orders o, LATERAL (SELECT o.id) q LIMIT 1', [undefined]],
  ['SELECT (orders).jsonb_agg FROM orders LIMIT 1', [undefined]],
  ['SELECT (SELECT json_agg(orders.id)) FROM orders LIMIT 1', [undefined]],
  // somebody's own may be an aggregate
  ['SELECT purge(id) FROM orders LIMIT 1', [undefined]],
  ['SELECT public.upper(note) FROM orders LIMIT 1', [undefined]],
  // what is read for each row of something else
  ['SELECT (SELECT id FROM items WHERE items.id = orders.id LIMIT 1) FROM orders LIMIT 9', [undefined, 9]],
  ['SELECT i.* FROM orders o, LATERAL (SELECT id FROM items OFFSET o.n LIMIT 1) i', [undefined, undefined]],
  ['SELECT ARRAY(SELECT id FROM items LIMIT 3) FROM orders', [undefined, undefined]],
  ['SELECT g FROM orders o, generate_series(1, (SELECT id FROM items LIMIT 1)) g', [undefined, undefined]],
  [
    'WITH RECURSIVE r AS (SELECT 1 AS k UNION ALL (SELECT r.k + o.n FROM orders o, r LIMIT 1)) SELECT k FROM r',
    [undefined],
  ],
  ['DELETE FROM orders WHERE id = 1 RETURNING (SELECT id FROM items LIMIT 1)', [undefined, undefined]],
  ['UPDATE orders SET n = (SELECT n FROM items LIMIT 1) WHERE id = 1 RETURNING n', [undefined, undefined]],
] as const) {
  none(sql, () => assert.equal(limits(sql), expected))
}
none.run()
