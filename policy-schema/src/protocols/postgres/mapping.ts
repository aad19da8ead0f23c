import { canonicalJson } from '../../canonical.ts'
import type { AccessRequest, Mapped, Unmappable } from '../../protocol.ts'
import type { Target } from '../../repository/types.ts'
import { completed, type Work } from '../../work.ts'
import { builtinFunction } from './functions.ts'
import { databaseLineage, functionLineage } from './objects.ts'
import type { FunctionCallOperation, PostgresCatalog, PostgresOperation } from './operation.ts'
import { readSql } from './read-sql.ts'
import type { Reading, StatementReading } from './reading.ts'
import { isRefusal, refusal } from './reading.ts'
import { namesBeyondAscii } from './scan.ts'
import { ask, statementRequests, weightOf } from './statement-requests.ts'

/** Most requests that one operation may ask. */
export const maxRequests = 1_000

/**
 * Most that the statements of a text may find before what is asked twice is left out: a view of hundreds of tables, named
 * hundreds of times, asks no more than once and takes seconds.
 */
const maxWeight = 20_000

const isNamed = ({ asks, names, uses }: StatementReading) =>
  uses.length > 0 ||
  asks.some(({ on }) => on !== 'database' && on !== 'server') ||
  Object.values(names).some(list => list.length > 0)

/** Which names of a text are not to be believed any more, by the command that moved them. */
class Stale {
  #names: string | undefined
  #stored: string | undefined

  refuse(statement: StatementReading): Unmappable | undefined {
    const moved =
      (isNamed(statement) ? this.#names : undefined) ?? (statement.uses.length > 0 ? this.#stored : undefined)
    if (moved === undefined) return undefined
    return refusal('unresolved', `after \`${moved}\` in the same text names may mean something else, send them apart`)
  }

  /**
   * Names are resolved once, before the text runs. What changes the catalog, or takes its changes back, makes that wrong
   * for the statements after it; so does code that nobody reads.
   */
  after({ command, control, changesCatalog, naming }: StatementReading, requests: readonly AccessRequest[]): void {
    const ran = requests.some(({ action, entities }) => action.id === 'execute' && entities[0]?.attrs.builtin === false)
    if (changesCatalog || ran || control === 'rollback' || control === 'rollback to') this.#names = command
    if (naming !== undefined) this.#stored = command
  }
}

/** In a failed transaction only what ends it does anything. */
function endsTransaction({ statements }: Reading): boolean {
  const ends: readonly unknown[] = ['rollback', 'rollback to', 'commit', 'prepare transaction'] // which rolls back too
  return statements.length > 0 && statements.every(({ control }) => ends.includes(control))
}

function* textRequests(sql: string, reading: Reading, catalog: PostgresCatalog, target: Target): Work<Mapped> {
  if (reading.empty) return { unconditional: true }
  if (catalog.transaction === 'failed' && !endsTransaction(reading)) {
    return refusal('unresolved', 'the transaction has failed, only ROLLBACK, ROLLBACK TO or COMMIT ends it')
  }
  if (catalog.encoding !== undefined && namesBeyondAscii(sql) && !endsTransaction(reading)) {
    return refusal('unresolved', `names in a database encoded \`${catalog.encoding}\` are decided on only in ASCII`)
  }
  const stale = new Stale()
  const requests = new Map<string, AccessRequest>()
  let inTransaction = catalog.transaction !== 'none'
  let weight = 0
  for (const statement of reading.statements) {
    const { control, chain } = statement
    const { fingerprint } = reading
    const refused = stale.refuse(statement)
    if (refused) return refused
    const work = statementRequests({ target, catalog, fingerprint, statement, inTransaction })
    let step = work.next()
    for (; !step.done; step = work.next()) {
      weight += weightOf(step.value)
      if (weight > maxWeight) return refusal('too_large', 'what the text names stands for too much')
      yield
    }
    const asks = step.value
    if (isRefusal(asks)) return asks
    stale.after(statement, asks)
    for (const request of asks) {
      requests.set(canonicalJson([request.action, request.resource, request.context]), request)
      yield
    }
    if (requests.size > maxRequests) return refusal('too_large', `the text asks more than ${maxRequests} things`)
    if (control === 'begin') inTransaction = true
    const ends = control === 'commit' || control === 'rollback' || control === 'prepare transaction'
    if (ends && !chain) inTransaction = false
  }
  const [first, ...rest] = requests.values()
  return first ? { requests: [first, ...rest] } : { unconditional: true }
}

/** The fast path of the protocol is an action of its own: what a policy says of calls in SQL does not hold for it. */
function callRequests({ function: signature, catalog }: FunctionCallOperation, target: Target): Mapped {
  const { database, transaction } = catalog
  if (transaction === 'failed') return refusal('unresolved', 'the transaction has failed, only its end passes')
  if (signature === null) return refusal('unresolved', 'there is no function of that OID')
  const builtin = builtinFunction(signature)
  if (builtin === undefined) return refusal('unresolved', `\`${signature}\` is no built-in function`)
  if (builtin === 'harmless') return refusal('unmapped', `\`${signature}\` is called in SQL`)
  if (builtin.tags.includes('settings') || builtin.tags.includes('dynamic-sql')) {
    return refusal('unmapped', `\`${signature}\` can change what later statements mean or as whom they run`)
  }
  const inTransaction = transaction !== 'none'
  const statement = { command: 'FUNCTION CALL', hasWhere: false, inTransaction, fingerprint: '' }
  return { requests: [ask('functionCall', functionLineage(target, database, builtin), { statement })] }
}

/** What Cedar is asked of an operation. Never throws. */
export function toRequests(operation: PostgresOperation, target: Target): Mapped {
  return completed(beginRequests(operation, target))
}

/** The same, in steps where it is a text. */
export function beginRequests(operation: PostgresOperation, target: Target): Mapped | Work<Mapped> {
  if (operation.kind === 'connect') {
    return { requests: [ask('connect', databaseLineage(target.name, operation.database), {})] }
  }
  if (operation.kind === 'functionCall') return callRequests(operation, target)
  if (operation.kind !== 'execute' && operation.oversize) {
    const { bytes, notUtf8 } = operation.oversize
    return notUtf8
      ? refusal('unparseable', 'the text is not UTF-8')
      : refusal('too_large', `the text is ${bytes} bytes long`)
  }
  const reading = readSql(operation.sql)
  return isRefusal(reading) ? reading : textRequests(operation.sql, reading, operation.catalog, target)
}
