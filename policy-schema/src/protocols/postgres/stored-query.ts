import type { Unmappable } from '../../protocol.ts'
import type { PostgresCatalog } from './operation.ts'
import { readSql } from './read-sql.ts'
import type { StatementReading, StoredName } from './reading.ts'
import { isRefusal, refusal } from './reading.ts'

/** What may stand behind a name: what reads or writes rows and does nothing to the session. */
const queries: ReadonlySet<string> = new Set(['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'])

function isQuery({ node, naming }: StatementReading, { kind, name }: StoredName): boolean {
  if (naming === undefined) return queries.has(node)
  return naming.does === 'make' && naming.kind === kind && naming.name === name
}

export interface StoredQuery {
  readonly statement: StatementReading
  readonly fingerprint: string
}

/**
 * What a name stands for by the operation's catalog. A name that is not in it was made where nobody saw it: by a function, or
 * in a text with other statements.
 */
export function resolveStored(catalog: PostgresCatalog, stored: StoredName): StoredQuery | Unmappable {
  const { kind, name } = stored
  const what = kind === 'statement' ? 'prepared statement' : 'cursor'
  const texts = (kind === 'statement' ? catalog.prepared : catalog.cursors) ?? {}
  const sql = Object.hasOwn(texts, name) ? texts[name] : undefined
  if (sql === undefined)
    return refusal('unresolved', `there is no ${what} \`${name}\` that was made in a text of its own`)
  const reading = readSql(sql)
  if (isRefusal(reading)) return reading
  const [statement, ...more] = reading.statements
  if (statement === undefined || more.length > 0 || !isQuery(statement, stored)) {
    return refusal('unmapped', `the ${what} \`${name}\` is no query`)
  }
  return { statement, fingerprint: reading.fingerprint }
}
