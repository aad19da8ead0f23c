import type { ExplainStmt, TransactionStmt, VacuumStmt, VariableSetStmt, VariableShowStmt } from '@pgsql/types'
import { openNode } from './nodes.ts'
import type { Place, Reader } from './reader.ts'
import type { Heading, TransactionControl } from './reading.ts'
import { literal, movesNames, refuseSetting } from './settings.ts'
import { readStatement } from './statements.ts'
import { walkAll } from './walk.ts'

interface Transaction {
  readonly command: string
  readonly control: TransactionControl
  readonly action?: 'begin' | 'savepoint' | 'release'
}

/** What ends a transaction asks nothing: it is never denied. Two-phase commit is denied, since it outlives the session. */
const transactions: { readonly [K in NonNullable<TransactionStmt['kind']>]: Transaction | 'denied' } = {
  TRANS_STMT_BEGIN: { command: 'BEGIN', control: 'begin', action: 'begin' },
  TRANS_STMT_START: { command: 'START TRANSACTION', control: 'begin', action: 'begin' },
  TRANS_STMT_COMMIT: { command: 'COMMIT', control: 'commit' },
  TRANS_STMT_ROLLBACK: { command: 'ROLLBACK', control: 'rollback' },
  TRANS_STMT_ROLLBACK_TO: { command: 'ROLLBACK', control: 'rollback to' },
  TRANS_STMT_SAVEPOINT: { command: 'SAVEPOINT', control: 'savepoint', action: 'savepoint' },
  TRANS_STMT_RELEASE: { command: 'RELEASE', control: 'release', action: 'release' },
  TRANS_STMT_PREPARE: 'denied',
  TRANS_STMT_COMMIT_PREPARED: 'denied',
  TRANS_STMT_ROLLBACK_PREPARED: 'denied',
}

export function readTransaction(reader: Reader, statement: TransactionStmt, place: Place): Heading {
  const { kind } = statement
  const transaction = kind === undefined ? 'denied' : transactions[kind]
  if (transaction === 'denied') {
    reader.refuse('unmapped', 'prepared transactions outlive the session and are not mapped')
    return { command: 'PREPARE TRANSACTION', control: 'prepare transaction' }
  }
  const { command, control, action } = transaction
  if (action) reader.asks.push({ on: 'database', action, part: place.part })
  if (!statement.chain) return { command, control }
  reader.asks.push({ on: 'database', action: 'begin', part: place.part })
  return { command, control, chain: true }
}

/** SET TRANSACTION and SET SESSION CHARACTERISTICS, as the grammar names them. */
const transactionModes = new Set(['TRANSACTION', 'SESSION CHARACTERISTICS'])

export function readSet(reader: Reader, statement: VariableSetStmt, place: Place): Heading {
  const { kind, name = '' } = statement
  const setting = name.toLowerCase()
  const multiple = kind === 'VAR_SET_MULTI' && transactionModes.has(name)
  const single = kind === 'VAR_SET_VALUE' || kind === 'VAR_SET_DEFAULT' || kind === 'VAR_RESET'
  if (!multiple && !single) {
    const what = kind === 'VAR_RESET_ALL' ? 'every setting' : `\`${name}\``
    reader.refuse('unmapped', `setting ${what} can change what later statements mean or as whom they run`)
  }
  const refused = single
    ? refuseSetting(setting, statement.args?.length === 1 ? literal(statement.args[0]) : undefined)
    : undefined
  if (refused !== undefined) reader.refuse('unmapped', refused)
  if (single) walkAll(reader, statement.args, place)
  reader.asks.push({ on: 'database', action: 'set', part: { ...place.part, setting } })
  return { command: kind === 'VAR_RESET' ? 'RESET' : 'SET', changesCatalog: single && movesNames(setting) }
}

export function readShow(reader: Reader, statement: VariableShowStmt, place: Place): Heading {
  const setting = (statement.name ?? '').toLowerCase()
  reader.asks.push({ on: 'database', action: 'show', part: { ...place.part, setting } })
  return { command: 'SHOW' }
}

/** Whether an option of a parenthesised list is on. */
function isOn(statement: VacuumStmt, name: string): boolean {
  return (statement.options ?? []).some(node => {
    if (!('DefElem' in node) || node.DefElem.defname !== name) return false
    const value = node.DefElem.arg
    return !(value && 'String' in value && /^(?:off|false|0|no)$/i.test(value.String.sval ?? ''))
  })
}

export function readVacuum(reader: Reader, statement: VacuumStmt, place: Place): Heading {
  const command = statement.is_vacuumcmd ? 'VACUUM' : 'ANALYZE'
  const actions = statement.is_vacuumcmd ? ['vacuum', ...(isOn(statement, 'analyze') ? ['analyze'] : [])] : ['analyze']
  for (const action of actions) {
    if ((statement.rels?.length ?? 0) === 0) reader.asks.push({ on: 'database', action, part: place.part })
    for (const node of statement.rels ?? []) {
      if ('VacuumRelation' in node) reader.on(action, node.VacuumRelation.relation, 'maintain', place.part)
    }
  }
  return { command }
}

/** EXPLAIN is what it explains, with ANALYZE or without: a plan shows what rows are like. */
export function readExplain(reader: Reader, statement: ExplainStmt, place: Place): Heading {
  const explained = statement.query && openNode(statement.query)
  if (!explained) {
    reader.refuse('unmapped', 'EXPLAIN of nothing')
    return { command: 'EXPLAIN' }
  }
  const { naming: _, ...heading } = readStatement(reader, explained.kind, explained.fields, place)
  return heading // EXPLAIN DECLARE makes no cursor
}
