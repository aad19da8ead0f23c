import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PostgresCatalog } from './operation.ts'
import { asked, catalogFor, mapped, statements } from './orders.test-support.ts'
import { loadParser } from './parser.ts'
import { postgresProtocol } from './protocol.ts'
import { readSql } from './read-sql.ts'
import { isRefusal } from './reading.ts'

await loadParser()

/** The catalog of a text with what its names stand for, as an adapter puts it together. */
function knowing(sql: string, stored: Pick<PostgresCatalog, 'prepared' | 'cursors'>): PostgresCatalog {
  const texts = [sql, ...Object.values(stored.prepared ?? {}), ...Object.values(stored.cursors ?? {})]
  const catalogs = texts.map(text => catalogFor(text))
  return {
    ...catalogFor(sql),
    relations: Object.assign({}, ...catalogs.map(({ relations }) => relations)),
    functions: Object.assign({}, ...catalogs.map(({ functions }) => functions)),
    types: Object.assign({}, ...catalogs.map(({ types }) => types)),
    ...stored,
  }
}
const prepared = (text: string) => ({ prepared: { p: text } })
const cursor = (text: string) => ({ cursors: { c: text } })

const stores = suite('what gives a query a name asks as the query')
for (const [sql, expected] of [
  ['PREPARE p AS SELECT 1', ['select']],
  ['PREPARE p (int) AS SELECT * FROM orders WHERE id = $1', ['select public.orders']],
  ['PREPARE p AS WITH x AS (DELETE FROM items) SELECT 1', ['delete public.items']],
  ['PREPARE p AS INSERT INTO orders VALUES ($1)', ['insert public.orders']],
  ['DECLARE c CURSOR WITH HOLD FOR SELECT * FROM audit.events', ['select audit.events']],
  ['DECLARE c CURSOR FOR SELECT * FROM orders FOR UPDATE', ['selectForUpdate public.orders', 'select public.orders']],
  ['EXPLAIN ANALYZE DECLARE c CURSOR FOR SELECT * FROM orders', ['select public.orders']],
  ['DEALLOCATE p', 'unconditional'],
  ['DEALLOCATE ALL', 'unconditional'],
  ['CLOSE c', 'unconditional'],
  ['CLOSE ALL; COMMIT', 'unconditional'],
  ['PREPARE p (gone) AS SELECT 1', 'unresolved'],
] as const)
  stores(sql, () => assert.equal(asked(sql), expected))
stores.run()

const uses = suite('what uses a name asks as what it stands for')
for (const [sql, stored, expected] of [
  ['EXECUTE p', prepared('PREPARE p AS SELECT * FROM orders'), ['select public.orders']],
  ['EXECUTE p (1)', prepared('DELETE FROM orders WHERE id = $1'), ['delete public.orders', 'select public.orders']],
  ['EXECUTE p (pg_sleep(9))', prepared('SELECT $1'), ['select', 'execute pg_catalog.pg_sleep(float8)']],
  ['EXPLAIN ANALYZE EXECUTE p', prepared('INSERT INTO orders VALUES (1)'), ['insert public.orders']],
  ['CREATE TABLE t AS EXECUTE p', prepared('TABLE items'), ['createTable public', 'select public.items']],
  ['BEGIN; EXECUTE p; EXECUTE p', prepared('SELECT 1'), ['begin', 'select']],
  ['FETCH ALL FROM c', cursor('DECLARE c CURSOR FOR TABLE items'), ['select public.items']],
  ['MOVE 3 IN c', cursor('SELECT * FROM items'), ['select public.items']],
  ['FETCH c; CLOSE c', cursor('DECLARE c CURSOR FOR SELECT pg_sleep(1)'), ['execute pg_catalog.pg_sleep(float8)']],
] as const)
  uses(sql, () => assert.equal(asked(sql, knowing(sql, stored)), expected))

uses('where a cursor stands, as one row of the table that is named', () => {
  for (const [sql, action] of [
    ['UPDATE orders SET n = 1 WHERE CURRENT OF c', 'update'],
    ['DELETE FROM orders WHERE CURRENT OF c', 'delete'],
  ] as const) {
    assert.equal(asked(sql), [`${action} public.orders`])
    assert.is(statements(sql)[0]?.hasWhere, true)
  }
})

uses('in the words of the query, not of what ran it', () => {
  const [only] = statements('EXECUTE p', knowing('EXECUTE p', prepared('SELECT * FROM orders WHERE id = 1 LIMIT 2')))
  assert.is(only?.command, 'SELECT')
  assert.is(only?.limit, 2)
  const [direct] = statements('SELECT * FROM orders WHERE id = 1 LIMIT 2')
  assert.is(only?.fingerprint, direct?.fingerprint)
})
uses.run()

const refusals = suite('denied is')
for (const [sql, stored, reason] of [
  ['EXECUTE p', {}, 'unresolved'],
  ['EXECUTE constructor', prepared('SELECT 1'), 'unresolved'],
  ['EXECUTE c', cursor('SELECT 1'), 'unresolved'],
  ['FETCH p', prepared('SELECT 1'), 'unresolved'],
  ['EXECUTE p', prepared('SELECT 1; SELECT 2'), 'unmapped'],
  ['EXECUTE p', prepared(''), 'unmapped'],
  ['EXECUTE p', prepared('COMMIT'), 'unmapped'],
  ['EXECUTE p', prepared('EXECUTE p'), 'unmapped'],
  ['EXECUTE p', prepared('PREPARE q AS SELECT 1'), 'unmapped'],
  ['EXECUTE p', prepared('DECLARE p CURSOR FOR SELECT 1'), 'unmapped'],
  ['FETCH c', cursor('PREPARE c AS SELECT 1'), 'unmapped'],
  ['FETCH c', cursor('SHOW ALL'), 'unmapped'],
  ['EXECUTE p', prepared('SELEC'), 'unparseable'],
  ['DEALLOCATE p; PREPARE p AS DELETE FROM orders; EXECUTE p', prepared('SELECT 1'), 'unresolved'],
  ['CLOSE c; FETCH c', cursor('SELECT 1'), 'unresolved'],
  ['CREATE TABLE t (n int); EXECUTE p', prepared('SELECT 1'), 'unresolved'],
  ['PREPARE "cedargate:catalog" AS SELECT 1', {}, 'unmapped'],
  ['DEALLOCATE "cedargate:catalog"', {}, 'unmapped'],
  ['DECLARE "cedargate:catalog" CURSOR FOR SELECT 1', {}, 'unmapped'],
  ['MOVE "cedargate:x"', {}, 'unmapped'],
  ['CLOSE "cedargate:x"', {}, 'unmapped'],
  ['PREPARE "é" AS SELECT 1', {}, 'unmapped'],
] as const)
  refusals(`${sql} with ${JSON.stringify(stored)}`, () => {
    const found = mapped(sql, knowing(sql, stored))
    assert.is('reason' in found ? found.reason : found, reason)
  })
refusals.run()

const readings = suite('a reading says of names')
for (const [sql, naming, names] of [
  ['PREPARE p AS SELECT 1', { does: 'make', kind: 'statement', name: 'p' }, []],
  ['PREPARE "P p" AS SELECT 1', { does: 'make', kind: 'statement', name: 'P p' }, []],
  ['DECLARE C CURSOR FOR SELECT 1', { does: 'make', kind: 'cursor', name: 'c', hold: false }, []],
  ['DECLARE c CURSOR WITH HOLD FOR SELECT 1', { does: 'make', kind: 'cursor', name: 'c', hold: true }, []],
  ['DEALLOCATE PREPARE p', { does: 'drop', kind: 'statement', name: 'p' }, []],
  ['DEALLOCATE ALL', { does: 'drop', kind: 'statement' }, []],
  ['CLOSE c', { does: 'drop', kind: 'cursor', name: 'c' }, []],
  ['CLOSE ALL', { does: 'drop', kind: 'cursor' }, []],
  ['EXPLAIN DECLARE c CURSOR FOR SELECT 1', undefined, []],
  ['EXECUTE p', undefined, [{ kind: 'statement', name: 'p' }]],
  ['FETCH BACKWARD ALL IN c', undefined, [{ kind: 'cursor', name: 'c' }]],
] as const)
  readings(sql, () => {
    const reading = readSql(sql)
    assert.not.ok(isRefusal(reading))
    const [only] = 'statements' in reading ? reading.statements : []
    assert.equal(only?.naming, naming)
    assert.equal(only?.uses, names)
  })
readings.run()

const secrets = suite('the texts behind names')
secrets('are recorded without their passwords', () => {
  const catalog = knowing('EXECUTE p', prepared("ALTER ROLE r PASSWORD 'hush'"))
  const operation = { protocol: 'postgres', kind: 'query', sql: 'EXECUTE p', catalog } as const
  const redacted = postgresProtocol.redact?.(operation)
  assert.not.match(JSON.stringify(redacted), /hush/)
  const harmless = { ...operation, catalog: catalogFor('SELECT 1') }
  assert.is(postgresProtocol.redact?.(harmless), harmless)
})
secrets.run()
