import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { completed } from '../../work.ts'
import { catalogFor, target } from './orders.test-support.ts'
import { loadParser, replacedInstances } from './parser.ts'
import { postgresProtocol } from './protocol.ts'

await loadParser()

/** A small generator with a seed, so that a failure can be run again (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const seeds = [
  "SELECT o.id, lower(c.name), (SELECT max(n) FROM items) FROM orders o JOIN customers c USING (id) WHERE o.a LIKE 'x%' LIMIT 5",
  'WITH RECURSIVE a AS (SELECT 1 UNION ALL SELECT n + 1 FROM a) DELETE FROM orders USING a WHERE orders.id = a.n RETURNING *',
  'INSERT INTO orders (id, n) VALUES (1, 2), (3, 4) ON CONFLICT (id) DO UPDATE SET n = excluded.n WHERE orders.n > 1',
  'MERGE INTO orders o USING items i ON o.id = i.id WHEN MATCHED AND o.n > 1 THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (1)',
  "COPY (SELECT * FROM audit.events) TO STDOUT (FORMAT csv); SET application_name = 'x'; SHOW ALL",
  "CREATE TABLE t (id bigserial PRIMARY KEY, a text DEFAULT now(), CHECK (a <> ''), FOREIGN KEY (a) REFERENCES orders)",
  'ALTER TABLE orders ADD COLUMN a int DEFAULT 1, DROP COLUMN b, ALTER c TYPE int8 USING c::int8; BEGIN; COMMIT',
  "ALTER ROLE r PASSWORD 'hunter2'; SELECT E'\\'', U&'\\0061', $$x$$, $1, \"Weird\".* FROM \"Weird\" /* c */ -- d",
  "SELECT JSON_VALUE(a, '$'), XMLELEMENT(NAME b), ARRAY[1, 2][1], CASE a WHEN 1 THEN 2 END, a BETWEEN 1 AND 2 FROM orders",
  "CREATE OR REPLACE FUNCTION audit.f(a int DEFAULT 1) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'x'; DECLARE c CURSOR FOR SELECT 1",
  "GRANT SELECT (a), UPDATE ON orders, audit.events TO x, public; ALTER TYPE status ADD VALUE 'a'; SET search_path = a; FETCH c",
  "COMMENT ON FUNCTION purge(int) IS 'x'; DROP TYPE IF EXISTS status, t; LOCK orders IN SHARE MODE; EXECUTE a; SET ROLE x",
]
const words = [
  ...[
    'SELECT',
    'FROM',
    'WHERE',
    'WITH',
    'AS',
    '(',
    ')',
    ',',
    ';',
    "'",
    '"',
    '$$',
    '/*',
    '*/',
    '--',
    '\n',
    '::',
    '[',
    ']',
  ],
  ...[
    'UPDATE',
    'DELETE',
    'INTO',
    'ONLY',
    'CASCADE',
    'TEMP',
    'pg_temp',
    'public',
    'orders',
    '*',
    '=',
    '.',
    '\0',
    '\ud800',
    'é',
  ],
  ...[
    'EXPLAIN',
    'COPY',
    'PROGRAM',
    'CASE',
    'END',
    'JOIN',
    'LATERAL',
    'RETURNING',
    'FOR',
    'SET',
    'NULL',
    '1',
    '$1',
    "E'",
    "U&'",
  ],
]

function mutate(text: string, random: () => number): string {
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T
  let result = text
  for (let times = 1 + Math.floor(random() * 4); times > 0; times--) {
    const at = Math.floor(random() * result.length)
    const length = Math.floor(random() * 12)
    const kind = random()
    if (kind < 0.4) result = `${result.slice(0, at)} ${pick(words)} ${result.slice(at)}`
    else if (kind < 0.7) result = result.slice(0, at) + result.slice(at + length)
    else if (kind < 0.9) result = result.slice(0, at) + pick(words) + result.slice(at + length)
    else result = `${result.slice(0, at)}${pick(seeds)}${result.slice(at)}`
  }
  return result
}

const reasons = new Set(['unmapped', 'unparseable', 'unresolved', 'too_large'])
const fuzz = suite('ten thousand mutated statements')
fuzz('never throw, and are refused for a known reason or ask well-formed things', () => {
  const random = seeded(20_261_124)
  const outcomes = new Map<string, number>()
  for (let round = 0; round < 10_000; round++) {
    const sql = mutate(seeds[round % seeds.length] ?? '', random)
    const operation = postgresProtocol.redact({ protocol: 'postgres', kind: 'query', sql, catalog: catalogFor(sql) })
    const mapped = completed(postgresProtocol.toRequests(operation, target))
    const outcome = 'reason' in mapped ? mapped.reason : 'requests' in mapped ? 'asks' : 'unconditional'
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    if ('reason' in mapped) assert.ok(reasons.has(mapped.reason), sql)
    if ('requests' in mapped) {
      for (const { entities, resource } of mapped.requests) {
        assert.equal(entities[0]?.uid, resource, sql)
        const known = new Set(entities.map(({ uid }) => uid.id))
        assert.ok(
          entities.every(({ parents }) => parents.every(({ id }) => known.has(id))),
          sql,
        )
      }
    }
  }
  assert.is(replacedInstances(), 0)
  for (const outcome of ['asks', 'unparseable', 'unmapped', 'unresolved']) {
    assert.ok((outcomes.get(outcome) ?? 0) > 20, `hardly any ${outcome}: ${JSON.stringify([...outcomes])}`)
  }
})
fuzz.run()
