// timeout: 300s
import { loadGrammars } from '@cedargate/policy-schema'
import pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { columnAsks, columnsSetup, wider } from '../../policy-schema/src/protocols/postgres/columns.test-support.ts'
import { type PostgresServer, startPostgres } from '../peers/index.ts'
import { asked, type Privilege, runWith } from './column-oracle.ts'

await loadGrammars()

const setup = `CREATE ROLE least; GRANT ALL ON SCHEMA public TO least; ${columnsSetup}`
/** Done, or refused for something else than a privilege: a COPY that is sent nothing. */
const isLet = (outcome: string) => outcome === 'ok' || outcome.startsWith('57014')

const oracle = suite('the columns that we ask for are those that the server demands')
let server: PostgresServer
let client: pg.Client
oracle.before(async () => {
  server = await startPostgres({ setup })
  client = new pg.Client(server.client())
  await client.connect()
})
oracle.after(async () => {
  await client.end()
  await server.stop()
})

/** All privileges but that on one column. */
function without(held: readonly Privilege[], { table, privilege }: Privilege, column: string): readonly Privilege[] {
  return held.map(each => {
    if (each.table !== table || each.privilege !== privilege || each.columns === undefined) return each
    return { ...each, columns: each.columns.filter(name => name !== column) }
  })
}

for (const [sql] of columnAsks) {
  oracle(`of ${sql}`, async () => {
    const held = await asked(client, sql)
    assert.type(held, 'object', String(held))
    assert.ok(isLet(await runWith(client, held as readonly Privilege[], sql)), 'with them')
    if (wider.has(sql)) return
    for (const privilege of held as readonly Privilege[]) {
      for (const column of privilege.columns ?? []) {
        const outcome = await runWith(client, without(held as readonly Privilege[], privilege, column), sql)
        assert.match(outcome, /^42501/, `without ${privilege.privilege} on ${privilege.table}.${column}`)
      }
    }
  })
}
oracle.run()
