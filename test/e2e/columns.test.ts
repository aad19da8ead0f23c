// timeout: 300s
import { loadGrammars } from '@cedargate/policy-schema'
import pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { columnAsks, columnsSetup, wider } from '../../policy-schema/src/protocols/postgres/columns.test-support.ts'
import { debianServers, type PostgresServer, startPostgres } from '../peers/index.ts'
import { compareColumns, compareView, oracleSetup, runs } from './column-oracle.ts'

await loadGrammars()

/** A lock in a view is none of its reader's. */
const viewed = [
  ...columnAsks.flatMap(([sql]) => (wider.has(sql) ? [] : [sql])),
  'SELECT ctid FROM customers',
  'SELECT email FROM (SELECT * FROM customers) x',
].filter(sql => /^(?:SELECT|WITH|TABLE)/.test(sql) && !sql.includes(' FOR '))

for (const [which, bin] of [['npm', undefined] as const, ...debianServers().map(bin => [bin, bin] as const)]) {
  const oracle = suite(`on the server of ${which}, the columns that we ask for are those that it demands`)
  let server: PostgresServer
  let client: pg.Client
  let newest = true
  oracle.before(async () => {
    server = await startPostgres({ ...(bin && { bin }), setup: `${oracleSetup}; ${columnsSetup}` })
    client = new pg.Client(server.client())
    await client.connect()
    const { rows } = await client.query("SELECT current_setting('server_version_num')::int >= 180000 AS newest")
    newest = rows[0].newest
  })
  oracle.after(async () => {
    await client.end()
    await server.stop()
  })

  for (const [sql] of columnAsks) {
    oracle(`of ${sql}`, async () => {
      if (!newest && !(await runs(client, sql))) return // what an older server does not know
      assert.is(await compareColumns(client, sql, !wider.has(sql)), undefined)
    })
  }
  for (const sql of viewed) {
    const isExact = () => newest || !sql.includes('TABLESAMPLE') // an older server hides the columns of a sample
    oracle(`of a view of ${sql}`, async () => assert.is(await compareView(client, sql, isExact()), undefined))
  }
  oracle.run()
}
