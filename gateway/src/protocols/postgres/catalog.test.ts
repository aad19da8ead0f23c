import { loadGrammars, type SqlNames } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type CatalogPool, Catalogs, catalogMaxAgeMs, createCatalogPool } from './catalog.ts'
import { createReadings } from './readings.ts'

await loadGrammars()

const readings = createReadings()
const statement = readings('SELECT * FROM orders')
const names = statement.names as SqlNames
let now = 0

const answer = (path: readonly string[], more = false) => ({
  ...{ more, currentSchema: 'public', path, relations: { orders: 'public.orders' }, beyond: false },
  nodes: { 'public.orders': { schema: 'public', name: 'orders', kind: 'table' } },
  ...{ functions: {}, types: {}, operators: {}, typeFunctions: {}, routines: {} },
})

/** A DataRow of one field, as a target writes its JSON. */
function row(value: object): Buffer {
  const text = Buffer.from(JSON.stringify(value).replace('{"more":', '{"more" : '))
  const head = Buffer.alloc(11)
  head.write('D')
  head.writeInt32BE(10 + text.length, 1)
  head.writeInt16BE(1, 5)
  head.writeInt32BE(text.length, 7)
  return Buffer.concat([head, text])
}

function session(pool: CatalogPool, more: Partial<{ login: string; database: string }> = {}): Catalogs {
  return new Catalogs({ database: 'orders', encoding: 'UTF8', login: 'a', ...more }, pool, () => now)
}

function learns(catalogs: Catalogs, path = ['public'], transaction: 'none' | 'open' = 'none') {
  assert.is(catalogs.known(statement, transaction), undefined)
  catalogs.ask(names, true)
  return catalogs.learn(statement, [row(answer(path))], transaction)
}

/** A session that has joined the others of its login, by a lookup of its own. */
function joined(pool: CatalogPool, more: Partial<{ login: string; database: string }> = {}, path = ['public']) {
  const catalogs = session(pool, more)
  const other = readings('SELECT * FROM items')
  catalogs.known(other, 'none')
  catalogs.learn(other, [row(answer(path))], 'none')
  return catalogs
}

const shared = suite('what a target said of names')
shared('is known to a session of the same login and search path, as the same object, until it is old', () => {
  const pool = createCatalogPool()
  const catalog = learns(session(pool))
  const other = joined(pool)
  assert.is(other.known(statement, 'none'), catalog)
  now += catalogMaxAgeMs + 1
  assert.is(other.known(statement, 'none'), undefined)
})
for (const [who, more, path] of [
  ['of another login', { login: 'b' }, ['public']],
  ['of another database', { database: 'other' }, ['public']],
  ['of another search path', {}, ['audit', 'public']],
] as const) {
  shared(`is not known to a session ${who}`, () => {
    const pool = createCatalogPool()
    learns(session(pool))
    assert.is(joined(pool, more, [...path]).known(statement, 'none'), undefined)
  })
}
shared('is not known to a session that has looked up nothing: its search path is not known', () => {
  const pool = createCatalogPool()
  learns(session(pool))
  assert.is(session(pool).known(statement, 'none'), undefined)
})
shared('inside a transaction stays in its session', () => {
  const pool = createCatalogPool()
  const one = session(pool)
  learns(one, ['public'], 'open')
  assert.ok(one.known(statement, 'open'))
  assert.is(joined(pool).known(statement, 'none'), undefined)
})
shared('is not asked of others, nor told them, by a session that has moved names once', () => {
  const pool = createCatalogPool()
  const one = joined(pool)
  one.changed()
  one.settled()
  learns(one)
  assert.is(joined(pool).known(statement, 'none'), undefined, 'told')
  const two = joined(pool)
  two.changed()
  two.settled()
  learns(session(pool))
  assert.is(two.known(statement, 'none'), undefined, 'asked')
})
shared('is not told others by a session that has temporary objects', () => {
  const pool = createCatalogPool()
  const path = ['pg_temp_3', 'pg_catalog', 'public']
  learns(session(pool), path)
  assert.is(joined(pool, {}, path).known(statement, 'none'), undefined)
})
shared('is asked for in depth where more is behind the names, and kept only then', () => {
  const catalogs = session(createCatalogPool())
  assert.is(catalogs.known(statement, 'none'), undefined)
  assert.is(catalogs.learn(statement, [row(answer(['public'], true))], 'none'), undefined)
  assert.is(catalogs.known(statement, 'none'), undefined)
  catalogs.learn(statement, [row(answer(['public'], true))], 'none')
  const { question } = catalogs.ask(names, true)
  assert.match(question.toString('latin1'), 'cedargate:catalog deep')
  assert.ok(catalogs.learn(statement, [row(answer(['public']))], 'none'))
  assert.ok(catalogs.known(statement, 'none'))
})
shared('in depth is never a part', () => {
  const catalogs = session(createCatalogPool())
  const part = [row(answer(['public'], true))]
  catalogs.known(statement, 'none')
  assert.is(catalogs.learn(statement, part, 'none'), undefined)
  assert.throws(
    () => catalogs.learn(statement, part, 'none'),
    (error: { code?: string }) => error.code === 'ERR_CATALOG',
  )
})
shared('is kept by a session as long as it is not too much', () => {
  const catalogs = session(createCatalogPool())
  const told = (text: string) => {
    const statement = readings(text)
    const known = catalogs.known(statement, 'none')
    if (known === undefined) catalogs.learn(statement, [row(answer(['x'.repeat(60_000)]))], 'none')
    return known
  }
  told('SELECT * FROM orders')
  assert.ok(told('SELECT * FROM orders'))
  for (let at = 0; at < 20; at++) told(`SELECT * FROM orders, other${at}`)
  assert.is(told('SELECT * FROM orders'), undefined)
  assert.ok(told('SELECT * FROM orders, other19'))
})
shared.run()
