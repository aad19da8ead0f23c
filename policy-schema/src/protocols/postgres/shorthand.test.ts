import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { emptyCatalog, toCatalog } from './catalog-query.ts'
import { snapshot, target } from './orders.test-support.ts'
import { loadParser } from './parser.ts'
import { postgresProtocol } from './protocol.ts'
import { toOperation } from './shorthand.ts'
import { toSnapshot } from './snapshot.ts'

await loadParser()

const typed = suite('a shorthand')
typed('`sql:` resolves its names by the snapshot', () => {
  const sql = "SELECT e.note::text FROM audit.events e, totals WHERE lower(e.a) = 'x' AND e.b @@@ 1"
  const { catalog } = toOperation({ sql }, target, snapshot)
  assert.equal(catalog, {
    database: 'orders',
    currentSchema: 'public',
    transaction: 'none',
    relations: {
      'audit.events': { schema: 'audit', name: 'events', kind: 'table', columns: ['a', 'b', 'note'] },
      totals: {
        ...{ schema: 'public', name: 'totals', kind: 'materialized view' },
        ...{ reads: { 'public.orders': [] }, columns: ['a', 'b', 'note'] },
      },
    },
    functions: {
      '.a': [],
      '.b': [],
      '.note': [],
      lower: ['pg_catalog.lower(anymultirange)', 'pg_catalog.lower(anyrange)', 'pg_catalog.lower(text)'],
    },
    types: { text: 'pg_catalog.text' },
    foreignOperators: ['@@@'],
    operatorFunctions: { '@@@': ['public.upper(text)'] },
    reached: { 'public.orders': { schema: 'public', name: 'orders', kind: 'table' } },
    routines: { 'public.upper(text)': snapshot.routines?.['public.upper(text)'] },
  })
})
typed('`sql:` with parameters is an execution', () => {
  const operation = toOperation({ sql: { text: 'SELECT $1', parameters: ['x', null] } }, target)
  assert.is(operation.kind, 'execute')
  assert.equal(operation.kind === 'execute' && operation.parameters, ['x', null])
})
typed('`connect:` means the default database unless told', () => {
  assert.equal(toOperation({ connect: null }, target), { protocol: 'postgres', kind: 'connect', database: 'orders' })
  const other = toOperation({ connect: { database: 'other' } }, target)
  assert.is(other.kind === 'connect' && other.database, 'other')
})
for (const sql of ['SELECT 1', 'COMMIT', 'nonsense', 'DO $$ $$', '']) {
  typed(`needs no snapshot for ${JSON.stringify(sql)}`, () =>
    assert.equal(toOperation({ sql }, target).catalog, emptyCatalog({ database: 'orders', transaction: 'none' })),
  )
}
for (const [why, shorthand, given, message] of [
  [
    'names something and there is no snapshot',
    { sql: 'SELECT * FROM audit.events' },
    undefined,
    /next: run `cedargate snapshot pull orders-db`/,
  ],
  ['creates something and there is no snapshot', { sql: 'CREATE TABLE t ()' }, undefined, /no snapshot/],
  ['is given the snapshot of something else', { sql: 'SELECT 1' }, { kind: 'other' }, /none of a Postgres target/],
  ['is of another protocol', { kubectl: 'get pods' }, snapshot, /neither `sql:` nor `connect:`/],
  ['is no object', 'SELECT 1', snapshot, /neither/],
  ['holds no text', { sql: { parameters: [] } }, snapshot, /neither/],
] as const) {
  typed(`is refused that ${why}`, () => {
    assert.throws(
      () => toOperation(shorthand, target, given),
      (error: { code?: string; message: string }) => error.code === 'ERR_SHORTHAND' && message.test(error.message),
    )
  })
}
typed.run()

const rows = suite("a server's answer")
const good = {
  ...{ more: false, currentSchema: 'public', relations: {}, nodes: {}, beyond: false },
  ...{ functions: {}, types: {}, operators: {}, typeFunctions: {}, routines: {} },
}
const state = { database: 'orders', transaction: 'open' } as const
const node = { schema: 'public', kind: 'table', table: null, rules: null, reads: null } as const
rows('becomes the catalog, sorted, without what does not matter, frozen', () => {
  const trigger = { on: ['insert'], instead: false, runs: ['public.f()', 'pg_catalog.lower(text)'] }
  const cascade = { on: 'delete', action: 'update', relation: 'public.d', columns: ['d'] }
  const row = {
    ...good,
    relations: { b: null, a: 'public.a' },
    nodes: {
      'public.a': { ...node, name: 'a', triggers: [trigger], referring: [cascade], runs: ['pg_catalog.lower(text)'] },
      'public.d': { ...node, name: 'd', kind: 'view', reads: { 'public.e': ['y', 'x'] } },
      'public.e': { ...node, name: 'e' },
      'public.unused': { ...node, name: 'unused' },
    },
    functions: { f: ['y', 'x'] },
    operators: { b: ['pg_catalog.lower(text)'], a: ['public.f()'] },
    routines: { 'public.f()': { ...snapshot.routines?.['public.tenant()'], extension: null, most: null } },
  }
  const catalog = toCatalog(JSON.stringify(row), state)
  const { most: _, ...routine } = { ...snapshot.routines?.['public.tenant()'] }
  const a = { schema: 'public', name: 'a', kind: 'table', triggers: [{ on: ['insert'], runs: ['public.f()'] }] }
  assert.equal(catalog, {
    ...{ currentSchema: 'public', types: {}, ...state },
    relations: { a: { ...a, referring: [cascade] }, b: null },
    functions: { f: ['x', 'y'] },
    foreignOperators: ['a', 'b'],
    operatorFunctions: { a: ['public.f()'], b: [] },
    reached: {
      'public.d': { schema: 'public', name: 'd', kind: 'view', reads: { 'public.e': ['x', 'y'] } },
      'public.e': { schema: 'public', name: 'e', kind: 'table' },
    },
    routines: { 'public.f()': routine },
  })
  assert.ok(Object.isFrozen(catalog) && Object.isFrozen(catalog.relations) && Object.isFrozen(catalog.functions.f))
})
for (const [what, row] of [
  ['no JSON', '{'],
  ['only a part', { ...good, more: true }],
  ['nothing', null],
  ['no relations', { ...good, relations: undefined }],
  ['a relation that is none', { ...good, nodes: { a: 'x' } }],
  ['what a view reads as a list', { ...good, nodes: { a: { ...node, name: 'a', reads: ['b'] } } }],
  ['triggers that run nothing', { ...good, nodes: { a: { ...node, name: 'a', triggers: [{ on: ['insert'] }] } } }],
  ['a routine that is none', { ...good, routines: { f: null } }],
  ['functions that are no list', { ...good, functions: { f: 'x' } }],
  ['no current schema', { ...good, currentSchema: undefined }],
] as const) {
  rows(`is refused with ${what}`, () =>
    assert.throws(
      () => toCatalog(row, state),
      (error: { code?: string }) => error.code === 'ERR_CATALOG',
    ),
  )
}
rows('becomes a snapshot that a commit can compare', () => {
  const [one, two] = [
    { schema: 'b', name: 'x', kind: 'table', table: null, rules: [] },
    { schema: 'a', name: 'x', kind: 'index', table: 't', rules: ['delete', 'insert'] },
  ]
  const operator = { schema: 'b', name: '=' }
  const empty = { functions: [], types: [], routines: {} }
  const row = { ...snapshot, ...empty, relations: [one, two], operators: [operator, operator] }
  const made = toSnapshot(JSON.stringify(row))
  assert.equal(made, toSnapshot({ ...row, relations: [two, one] }))
  assert.equal(made.operators, [operator])
  assert.equal(made.relations[0], { schema: 'a', name: 'x', kind: 'index', table: 't', rules: ['delete', 'insert'] })
})
rows.run()

const keys = suite('the mapping key')
const operation = { protocol: 'postgres', kind: 'query', sql: 'SELECT 1', catalog: emptyCatalog(state) } as const
keys('is that of everything the mapping reads', () => {
  const { mappingKey } = postgresProtocol
  assert.is(mappingKey(operation), mappingKey({ ...operation, kind: 'execute', parameters: ['x'] }))
  assert.is(mappingKey(operation), mappingKey({ ...operation, sql: 'SELECT 2' }))
  assert.is.not(mappingKey(operation), mappingKey({ ...operation, sql: 'SELECT 2, 2' }))
  assert.is.not(mappingKey(operation), mappingKey({ ...operation, sql: "SELECT '2'" }))
  const failed = emptyCatalog({ ...state, transaction: 'failed' })
  assert.is.not(mappingKey(operation), mappingKey({ ...operation, catalog: failed }))
  const oversize = { bytes: 9, digest: 'x' }
  assert.is.not(mappingKey({ ...operation, sql: '' }), mappingKey({ ...operation, sql: '', oversize }))
  const unread = { ...oversize, notUtf8: true } as const
  assert.is.not(
    mappingKey({ ...operation, sql: '', oversize }),
    mappingKey({ ...operation, sql: '', oversize: unread }),
  )
  const connect = { protocol: 'postgres', kind: 'connect', database: 'a' } as const
  assert.is.not(mappingKey(connect), mappingKey({ ...connect, database: 'b' }))
})
keys.run()
