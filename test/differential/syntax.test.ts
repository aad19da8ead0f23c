// timeout: 200s
import { loadGrammars } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseSql } from '../../policy-schema/src/protocols/postgres/parser.ts'
import { isRefusal } from '../../policy-schema/src/protocols/postgres/reading.ts'
import { isEmptySql } from '../../policy-schema/src/protocols/postgres/scan.ts'
import { debianServers, type PostgresServer, startPostgres } from '../peers/index.ts'
import { type Differential, openDifferential, prepareDatabase } from './differential.ts'
import { since } from './known.ts'
import { statements } from './statements.ts'
import { readSince, refusedHere, texts } from './texts.ts'

await loadGrammars()

/** By what code we refuse to read a text. */
function ours(sql: string): string | undefined {
  const parsed = isEmptySql(sql) ? undefined : parseSql(sql)
  return parsed && isRefusal(parsed) ? parsed.reason : undefined
}

/** The one string literal that a text selects, as our tree holds it. */
function literal(sql: string): string | undefined {
  const parsed = parseSql(sql)
  const statement = isRefusal(parsed) || parsed.statements.length !== 1 ? undefined : parsed.statements[0]?.stmt
  const [target, ...more] = statement && 'SelectStmt' in statement ? (statement.SelectStmt.targetList ?? []) : []
  if (target === undefined || more.length > 0 || !('ResTarget' in target)) return undefined
  const { val } = target.ResTarget
  return val && 'A_Const' in val && val.A_Const.sval ? (val.A_Const.sval.sval ?? '') : undefined
}

const servers = [['npm', undefined] as const, ...debianServers().map(bin => [bin, bin] as const)]
for (const [which, bin] of servers) {
  const syntax = suite(`on the server of ${which}, its grammar and ours agree`)
  let server: PostgresServer
  let both: Differential
  let version = 0
  syntax.before(async () => {
    server = await startPostgres({ ...(bin && { bin }), settings: { log_statement: 'none' } })
    await prepareDatabase(server)
    const [row] = await server.query("SELECT current_setting('server_version_num')::int / 10000 AS version")
    version = Number(row?.version)
    both = await openDifferential(server)
  })
  syntax.after(async () => {
    await both.end()
    await server.stop()
  })

  for (const sql of new Set([...texts, ...statements]))
    syntax(`on ${JSON.stringify(sql)}`, async () => {
      const [we, they] = [ours(sql), await both.syntax(sql)]
      if (we === undefined && they !== undefined) {
        assert.is(they, '42601')
        assert.ok(version < (readSince[sql] ?? since[sql] ?? 0), 'we read what the server does not')
      }
      if (we !== undefined && they === undefined) assert.type(refusedHere[sql], 'string', `refused as ${we}`)
    })

  let held = 0
  for (const sql of texts.filter(text => literal(text) !== undefined))
    syntax(`on what ${JSON.stringify(sql)} says`, async () => {
      if (version < (readSince[sql] ?? 0)) return
      assert.is(await both.value(sql), literal(sql))
      held++
    })
  syntax('on the literals that were compared', () => assert.ok(held > 20, `${held}`))
  syntax.run()
}

const lists = suite('the lists of differences')
lists('name texts that are there', () => {
  for (const sql of [readSince, refusedHere].flatMap(Object.keys)) assert.ok(texts.includes(sql), sql)
})
lists.run()
