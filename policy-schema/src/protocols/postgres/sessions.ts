import type { DiscardStmt, ExplainStmt, TransactionStmt, VariableSetStmt, VariableShowStmt } from '@pgsql/types'
import { checkOptions } from './changes.ts'
import { openNode } from './nodes.ts'
import type { Place, Reader } from './reader.ts'
import type { Heading, TransactionControl } from './reading.ts'
import { askSetting, literal, movesNames } from './settings.ts'
import { readStatement } from './statements.ts'
import { walkAll } from './walk.ts'

interface Transaction {
  readonly command: string
  readonly control?: TransactionControl
  readonly action?: string
}

/** What ends a transaction asks nothing: it is never denied. What is prepared outlives the session, so it is asked. */
const transactions: { readonly [K in NonNullable<TransactionStmt['kind']>]: Transaction } = {
  TRANS_STMT_BEGIN: { command: 'BEGIN', control: 'begin', action: 'begin' },
  TRANS_STMT_START: { command: 'START TRANSACTION', control: 'begin', action: 'begin' },
  TRANS_STMT_COMMIT: { command: 'COMMIT', control: 'commit' },
  TRANS_STMT_ROLLBACK: { command: 'ROLLBACK', control: 'rollback' },
  TRANS_STMT_ROLLBACK_TO: { command: 'ROLLBACK', control: 'rollback to' },
  TRANS_STMT_SAVEPOINT: { command: 'SAVEPOINT', control: 'savepoint', action: 'savepoint' },
  TRANS_STMT_RELEASE: { command: 'RELEASE', control: 'release', action: 'release' },
  TRANS_STMT_PREPARE: {
    ...{ command: 'PREPARE TRANSACTION', control: 'prepare transaction', action: 'prepareTransaction' },
  },
  TRANS_STMT_COMMIT_PREPARED: { command: 'COMMIT PREPARED', action: 'commitPrepared' },
  TRANS_STMT_ROLLBACK_PREPARED: { command: 'ROLLBACK PREPARED', action: 'rollbackPrepared' },
}

function asked(reader: Reader, action: string | undefined, place: Place, heading: Heading): Heading {
  if (action) reader.asks.push({ on: 'database', action, part: place.part })
  return heading
}

export function readTransaction(reader: Reader, statement: TransactionStmt, place: Place): Heading {
  const { kind } = statement
  if (kind === undefined) {
    reader.refuse('unmapped', 'a transaction statement of no kind')
    return { command: 'BEGIN' }
  }
  const { command, control, action } = transactions[kind]
  const heading: Heading = { command, ...(control ? { control } : {}) }
  if (command.endsWith(' PREPARED')) return asked(reader, action, place, { ...heading, changesCatalog: true })
  asked(reader, action, place, heading)
  if (!statement.chain) return heading
  return asked(reader, 'begin', place, { ...heading, chain: true })
}

/** SET TRANSACTION and SET SESSION CHARACTERISTICS, as the grammar names them. */
const transactionModes = new Set(['TRANSACTION', 'TRANSACTION SNAPSHOT', 'SESSION CHARACTERISTICS'])

export function readSet(reader: Reader, statement: VariableSetStmt, place: Place): Heading {
  const { kind, name = '', args } = statement
  const command = kind === 'VAR_RESET' || kind === 'VAR_RESET_ALL' ? 'RESET' : 'SET'
  if (kind === 'VAR_RESET_ALL') {
    reader.asks.push({ on: 'database', action: 'set', part: { ...place.part, setting: 'all' } })
    return { command, changesCatalog: true, changesSettings: true }
  }
  const setting = name.toLowerCase()
  if (kind === 'VAR_SET_MULTI' && transactionModes.has(name)) {
    reader.asks.push({ on: 'database', action: 'set', part: { ...place.part, setting } })
    return { command }
  }
  if (kind !== 'VAR_SET_VALUE' && kind !== 'VAR_SET_DEFAULT' && kind !== 'VAR_RESET') {
    reader.refuse('unmapped', `setting \`${name}\` from what it is now is not mapped`)
  }
  walkAll(reader, args, place)
  const action = askSetting(reader, setting, args?.length === 1 ? literal(args[0]) : undefined, place.part)
  const changesSettings = action === 'setOther'
  return { command, changesCatalog: changesSettings || movesNames(setting), changesSettings }
}

/** DISCARD ALL is also RESET ALL, UNLISTEN * and DEALLOCATE ALL. */
export function readDiscard(reader: Reader, statement: DiscardStmt, place: Place): Heading {
  const mode = (statement.target ?? '').replace('DISCARD_', '')
  reader.asks.push({ on: 'database', action: 'discard', part: { ...place.part, mode } })
  const heading: Heading = { command: `DISCARD ${mode}`, changesCatalog: true }
  return mode === 'ALL' ? { ...heading, changesSettings: true, naming: { does: 'drop', kind: 'statement' } } : heading
}

export function readShow(reader: Reader, statement: VariableShowStmt, place: Place): Heading {
  const setting = (statement.name ?? '').toLowerCase()
  reader.asks.push({ on: 'database', action: 'show', part: { ...place.part, setting } })
  return { command: 'SHOW' }
}

const explainOptions = new Set([
  ...['analyze', 'verbose', 'costs', 'settings', 'generic_plan', 'buffers', 'serialize', 'wal', 'timing', 'summary'],
  ...['memory', 'format'],
])

/** EXPLAIN is what it explains, with ANALYZE or without: a plan shows what rows are like. */
export function readExplain(reader: Reader, statement: ExplainStmt, place: Place): Heading {
  checkOptions(reader, 'EXPLAIN', statement.options, explainOptions)
  const explained = statement.query && openNode(statement.query)
  if (!explained) {
    reader.refuse('unmapped', 'EXPLAIN of nothing')
    return { command: 'EXPLAIN' }
  }
  const { naming: _, ...heading } = readStatement(reader, explained.kind, explained.fields, place)
  return heading // EXPLAIN DECLARE makes no cursor
}
