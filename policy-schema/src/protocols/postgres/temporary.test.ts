import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { toRequests } from './mapping.ts'
import { asked, snapshot, statements, target } from './orders.test-support.ts'
import { loadParser } from './parser.ts'
import { readSql } from './read-sql.ts'
import { isRefusal } from './reading.ts'
import { resolveNames } from './snapshot.ts'

await loadParser()

const temporary = suite('what is temporary is asked in pg_temp')
for (const [sql, expected] of [
  ['CREATE TEMP TABLE x (id int)', ['createTable pg_temp']],
  ['CREATE LOCAL TEMPORARY TABLE x (id serial) ON COMMIT DROP', ['createTable pg_temp']],
  ['CREATE TABLE pg_temp.x (id int)', ['createTable pg_temp']],
  ['CREATE TEMP TABLE public.x (id int)', ['createTable pg_temp']], // which the server refuses
  ['CREATE TEMP TABLE x AS SELECT id FROM orders', ['createTable pg_temp', 'select public.orders']],
  ['SELECT id INTO TEMP x FROM orders', ['createTable pg_temp', 'select public.orders']],
  ['SELECT id INTO pg_temp.x FROM orders', ['createTable pg_temp', 'select public.orders']],
  ['CREATE TEMP TABLE x (LIKE orders)', ['createTable pg_temp', 'select public.orders']],
  ['CREATE TEMP TABLE x () INHERITS (orders)', ['createTable pg_temp', 'alterTable public.orders']],
  ['CREATE TEMP SEQUENCE s', ['createSequence pg_temp']],
  ['CREATE TEMP VIEW x AS SELECT id FROM orders', ['createView pg_temp', 'select public.orders']],
  [
    'CREATE OR REPLACE TEMP VIEW glance AS SELECT id FROM orders',
    ['createView pg_temp', 'alterView pg_temp.glance', 'select public.orders'],
  ],
  ['SELECT * FROM scratch', ['select pg_temp.scratch']],
  ['SELECT pg_temp.scratch.id FROM pg_temp.scratch', ['select pg_temp.scratch']],
  ['SELECT * FROM glance', ['select pg_temp.glance', 'select public.customers']],
  ['INSERT INTO scratch SELECT * FROM items', ['insert pg_temp.scratch', 'select public.items']],
  ['COPY scratch FROM STDIN', ['copyFrom pg_temp.scratch']],
  ['TRUNCATE scratch', ['truncate pg_temp.scratch']],
  ['CREATE INDEX ON scratch (id)', ['createIndex pg_temp.scratch']],
  ['ALTER TABLE scratch RENAME TO x', ['alterTable pg_temp.scratch', 'createTable pg_temp']],
  ['DROP TABLE scratch', ['dropTable pg_temp.scratch']],
  ['DROP TABLE IF EXISTS pg_temp.gone', ['dropTable pg_temp.gone']],
  // a view of what is temporary is temporary too, unless the server refuses it
  ['CREATE VIEW x AS SELECT * FROM scratch', ['createView public', 'createView pg_temp', 'select pg_temp.scratch']],
  ['CREATE VIEW x AS SELECT 1 AS a', ['createView public']],
  ['SELECT * FROM pg_temp_3.theirs', 'unmapped'],
  ['DROP TABLE pg_temp_3.theirs', 'unmapped'],
  ['DROP TABLE IF EXISTS pg_temp_3.gone', 'unmapped'],
  ['CREATE TABLE pg_temp_3.x (id int)', 'unmapped'],
  ["CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'", 'unmapped'],
  ['CREATE TYPE pg_temp.t AS (a int)', 'unmapped'],
  ['CREATE DOMAIN pg_temp.d AS int', 'unmapped'],
  ['SELECT pg_temp.f()', 'unresolved'],
] as const)
  temporary(sql, () => assert.equal(asked(sql), expected))
temporary('where the search path has it first, too', () => {
  const currentSchema = 'pg_temp'
  assert.equal(asked('CREATE TABLE x (id int)', { currentSchema }), ['createTable pg_temp'])
  assert.equal(asked('CREATE VIEW x AS SELECT * FROM scratch', { currentSchema }), [
    ...['createView pg_temp', 'select pg_temp.scratch'],
  ])
  assert.is(asked('CREATE TYPE t AS (a int)', { currentSchema }), 'unmapped')
})
temporary('with the name that it gets', () =>
  assert.is(statements('CREATE TEMP TABLE customers (id int)')[0]?.creates, 'customers'),
)
temporary('and stands before what has the same name', () => {
  const shadow = { schema: 'pg_temp', name: 'customers', kind: 'table', columns: ['id'] } as const
  const shadowed = (searchPath: readonly string[], sql: string) => {
    const reading = readSql(sql)
    if (isRefusal(reading)) return reading.detail
    const catalog = resolveNames(reading.names, {
      ...{ ...snapshot, searchPath, relations: [...snapshot.relations, shadow] },
    })
    const found = toRequests({ protocol: 'postgres', kind: 'query', sql, catalog }, target)
    return 'requests' in found ? found.requests.map(({ resource }) => resource.id) : found
  }
  const [theirs, ours] = ['orders-db/orders/public/customers', 'orders-db/orders/pg_temp/customers']
  assert.equal(shadowed(['public'], 'SELECT id FROM customers'), [ours])
  assert.equal(shadowed(['public'], 'SELECT id FROM public.customers'), [theirs])
  assert.equal(shadowed(['public', 'pg_temp'], 'SELECT id FROM customers'), [theirs])
  assert.equal(shadowed(['public'], 'SELECT email FROM customers'), {
    ...{ reason: 'unresolved', detail: 'there is no column `email` in what the statement names' },
  })
})
temporary.run()
