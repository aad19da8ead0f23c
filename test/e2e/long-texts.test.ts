// timeout: 120s
/** Statements so long that reading them takes a while: right and in order for who sends them, and nobody else waits. */
import type pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Stack, startStack } from '../stack/stack.ts'

const long = suite('long statements')
let stack: Stack
long.before(async () => {
  stack = await startStack({
    policies: '@id("app-works") permit(principal in Gate::Role::"app", action, resource);',
    setup: 'CREATE TABLE items (id int PRIMARY KEY, name text)',
  })
})
long.after(() => stack.stop())

const rows = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => `(${from + index}, 'item ${from + index}')`).join(', ')

long('are decided and run in their place among the others', async () => {
  const client = await stack.connect('app')
  const listed = `SELECT count(*)::int FROM items WHERE $1 OR id IN (${Array(3_000).fill('7')})`
  const results = await Promise.all([
    client.query(`INSERT INTO items VALUES ${rows(0, 2_000)}`),
    client.query('SELECT count(*)::int FROM items'),
    client.query({ name: 'long', text: listed, values: [false] }),
    client.query({ name: 'long', text: listed, values: [true] }), // bound again, not parsed again
    client.query('DELETE FROM items WHERE id >= 10'),
    client.query('SELECT count(*)::int FROM items'),
  ])
  const counts = results.map(({ rows }: pg.QueryResult) => rows[0]?.count)
  assert.equal(counts, [undefined, 2_000, 1, 2_000, undefined, 10])
  await client.end()
})

long('that are wrong, or hold secrets, are recorded as any', async () => {
  const client = await stack.connect('app')
  const padding = `SELECT 1 IN (${Array(4_000).fill('1')})`
  const wrong = await client.query(`${padding} FROM`).catch(error => error)
  assert.is(JSON.parse(wrong.detail).code, 'unparseable')
  await client.query(`DO $$ BEGIN RAISE NOTICE 'x'; END $$`)
  const secret = await client.query(`ALTER ROLE nobody_here PASSWORD 'hush hush'; ${padding}`).catch(error => error)
  assert.ok(secret.code)
  await client.end()
  const lines = JSON.stringify(stack.trail().all())
  assert.match(lines, 'nobody_here')
  assert.not.match(lines, 'hush hush')
})

long('of many clients keep nobody else waiting', async () => {
  const [quick, ...slow] = await Promise.all(Array.from({ length: 5 }, () => stack.connect('app')))
  if (quick === undefined) return assert.unreachable()
  let running = true
  const all = Promise.all(
    slow.map((client, index) => client.query(`SELECT ${index} IN (${Array(100_000).fill('1')})`)),
  ).finally(() => {
    running = false
  })
  let answered = 0
  for (; running; answered++) await quick.query('SELECT 1')
  await all
  assert.ok(answered > 20, `${answered} answers meanwhile`)
  for (const client of [quick, ...slow]) await client.end()
})

long.run()
