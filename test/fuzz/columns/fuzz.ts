import { loadGrammars } from '@cedargate/policy-schema'
import pg from 'pg'
import { compareColumns, compareView, oracleSetup, runs } from '../../e2e/column-oracle.ts'
import { startPostgres } from '../../peers/index.ts'
import { createRandom } from '../random.ts'
import { setup } from './queries.ts'
import { createStatement } from './statements.ts'

export interface Held {
  readonly statements: number
  /** Run by the server, and held against the privileges that it demands. */
  readonly compared: number
  /** Of these, those of which each privilege was taken away. */
  readonly exact: number
}

/**
 * Makes statements, each from a seed of its own, and holds the columns that we ask for against those that a server demands.
 *
 * @param options.until whether so many statements are enough
 * @throws Error that names the seed and the statement
 */
export async function fuzzColumns(options: {
  readonly seed: number
  readonly until: (statements: number) => boolean
  /** Where a server's programs are, if it is not npm's. */
  readonly bin?: string | undefined
}): Promise<Held> {
  await loadGrammars()
  await using undo = new AsyncDisposableStack()
  const server = await startPostgres({
    ...(options.bin && { bin: options.bin }),
    setup: `${oracleSetup}; ${setup}`,
    settings: { log_statement: 'none', log_min_messages: 'fatal', statement_timeout: '10s' },
  })
  undo.defer(() => server.stop())
  const client = new pg.Client(server.client())
  await client.connect()
  undo.defer(() => client.end())
  const count = { statements: 0, compared: 0, exact: 0 }
  for (let seed = options.seed; !options.until(count.statements); seed++) {
    const { sql, exact } = createStatement(createRandom(seed))
    count.statements++
    if (!(await runs(client, sql))) continue // a name that is ambiguous, or in sight of nothing
    count.compared++
    if (exact) count.exact++
    const isView = seed % 3 === 0 && !sql.includes(' FOR ')
    const wrong = await (isView ? compareView : compareColumns)(client, sql, exact)
    if (wrong !== undefined) throw new Error(`seed ${seed}: ${wrong}\n${sql}`)
  }
  return count
}
