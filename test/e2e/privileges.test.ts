// timeout: 200s
import { loadGrammars } from '@cedargate/policy-schema'
import pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { asks } from '../../policy-schema/src/protocols/postgres/asks.test-support.ts'
import { type PostgresServer, startPostgres } from '../peers/index.ts'

await loadGrammars()

/** The privilege on the table that an action of ours stands for. */
const privileges: { readonly [action: string]: string } = {
  select: 'SELECT',
  copyTo: 'SELECT',
  update: 'UPDATE',
  selectForUpdate: 'UPDATE',
  insert: 'INSERT',
  delete: 'DELETE',
  truncate: 'TRUNCATE',
}
const setup = `
  CREATE SCHEMA audit; CREATE ROLE least; GRANT USAGE ON SCHEMA audit TO least;
  CREATE TABLE orders (id int UNIQUE, n int, a int, b int); CREATE TABLE items (id int, n int);
  CREATE TABLE audit.events (id int); CREATE TABLE "Weird" (id int);
  CREATE TABLE parent (id int); CREATE TABLE triggered (id int); CREATE TABLE referred (id int)`

/** Statements on tables alone: what defines objects or calls functions has other privileges at the server. */
const onTables = asks.filter(
  ([sql, asked]) =>
    !sql.includes(';') &&
    !/COPY \w+/.test(sql) &&
    asked.every(ask => ask === 'select' || (ask.split(' ')[0] ?? '') in privileges),
)

const least = suite('the privileges that we ask for are enough for the server')
let server: PostgresServer
let client: pg.Client
least.before(async () => {
  server = await startPostgres({ setup })
  client = new pg.Client(server.client())
  await client.connect()
})
least.after(async () => {
  await client.end()
  await server.stop()
})

async function runWith(asked: readonly string[], sql: string): Promise<string> {
  await client.query('BEGIN')
  for (const ask of asked) {
    const [action = '', table] = ask.split(' ')
    const name = table
      ?.split('.')
      .map(part => `"${part}"`)
      .join('.')
    if (name !== undefined && !name.includes('pg_catalog'))
      await client.query(`GRANT ${privileges[action]} ON ${name} TO least`)
  }
  await client.query('SET LOCAL ROLE least')
  const outcome = await client.query(sql).then(
    () => 'ok',
    (error: { code: string; message: string }) => `${error.code} ${error.message}`,
  )
  await client.query('ROLLBACK')
  return outcome
}

for (const [sql, asked] of onTables) {
  least(`of ${sql}`, async () => assert.is(await runWith(asked, sql), 'ok'))
}
least('and without the first of them it is refused, so the test would see one missing', async () => {
  const written = onTables.filter(([, asked]) => asked.length > 1 && /^(?:insert|update|delete)/.test(asked[0] ?? ''))
  assert.ok(written.length > 10)
  for (const [sql, asked] of written) assert.match(await runWith(asked.slice(1), sql), /^42501/, sql)
})
least.run()
