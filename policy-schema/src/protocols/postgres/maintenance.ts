import type {
  ClusterStmt,
  ConstraintsSetStmt,
  ListenStmt,
  LockStmt,
  Node,
  NotifyStmt,
  RefreshMatViewStmt,
  ReindexStmt,
  UnlistenStmt,
  VacuumStmt,
} from '@pgsql/types'
import { checkOptions } from './changes.ts'
import type { Place, Reader } from './reader.ts'
import type { Heading } from './reading.ts'
import { useTablespace } from './server.ts'
import { askOn } from './targets.ts'

/** Whether an option of a parenthesised list is on. */
function isOn(options: readonly Node[] | undefined, name: string): boolean {
  return (options ?? []).some(node => {
    if (!('DefElem' in node) || node.DefElem.defname !== name) return false
    const value = node.DefElem.arg
    return !(value && 'String' in value && /^(?:off|false|0|no)$/i.test(value.String.sval ?? ''))
  })
}

const vacuumOptions = new Set([
  ...['verbose', 'analyze', 'full', 'freeze', 'disable_page_skipping', 'skip_locked', 'index_cleanup', 'truncate'],
  ...['process_main', 'process_toast', 'parallel', 'skip_database_stats', 'only_database_stats', 'buffer_usage_limit'],
])

export function readVacuum(reader: Reader, statement: VacuumStmt, place: Place): Heading {
  const { options } = statement
  const command = statement.is_vacuumcmd ? 'VACUUM' : 'ANALYZE'
  checkOptions(reader, command, options, vacuumOptions)
  const actions = statement.is_vacuumcmd ? ['vacuum', ...(isOn(options, 'analyze') ? ['analyze'] : [])] : ['analyze']
  for (const action of actions) {
    if ((statement.rels?.length ?? 0) === 0) reader.asks.push({ on: 'database', action, part: place.part })
    for (const node of statement.rels ?? []) {
      if ('VacuumRelation' in node) reader.on(action, node.VacuumRelation.relation, 'maintain', place.part)
    }
  }
  return { command }
}

export function readCluster(reader: Reader, statement: ClusterStmt, place: Place): Heading {
  checkOptions(reader, 'CLUSTER', statement.params, new Set(['verbose']))
  if (statement.relation) reader.on('cluster', statement.relation, 'maintain', place.part)
  else reader.asks.push({ on: 'database', action: 'cluster', part: place.part })
  return { command: 'CLUSTER' }
}

export function readReindex(reader: Reader, statement: ReindexStmt, place: Place): Heading {
  const { kind, relation, name, params } = statement
  checkOptions(reader, 'REINDEX', params, new Set(['verbose', 'concurrently', 'tablespace']))
  const action = 'reindex'
  if (kind === 'REINDEX_OBJECT_INDEX') {
    askOn(reader, action, { on: 'relation', range: relation, kinds: ['index'] }, place.part)
  } else if (kind === 'REINDEX_OBJECT_TABLE') reader.on(action, relation, 'maintain', place.part)
  else if (kind === 'REINDEX_OBJECT_SCHEMA') {
    reader.asks.push({ on: 'schema', action, schema: name ?? '', part: place.part })
  } else reader.asks.push({ on: 'database', action, part: place.part }) // only of the session's own database
  for (const node of params ?? []) {
    const arg = 'DefElem' in node && node.DefElem.defname === 'tablespace' ? node.DefElem.arg : undefined
    if (arg) useTablespace(reader, 'String' in arg ? arg.String.sval : '?', place.part)
  }
  return { command: 'REINDEX', changesCatalog: true }
}

/** Runs the view's query again, with the rights of its owner; WITH NO DATA only empties it. */
export function readRefresh(reader: Reader, { relation, skipData }: RefreshMatViewStmt, place: Place): Heading {
  const use = skipData ? 'define' : 'write'
  reader.on('refresh', relation, use, place.part, { kinds: ['materialized view'] })
  return { command: 'REFRESH MATERIALIZED VIEW' }
}

/** By the number that the grammar gives them. */
const lockModes: readonly (string | undefined)[] = [
  ...[undefined, 'ACCESS SHARE', 'ROW SHARE', 'ROW EXCLUSIVE', 'SHARE UPDATE EXCLUSIVE', 'SHARE'],
  ...['SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE'],
]

export function readLock(reader: Reader, statement: LockStmt, place: Place): Heading {
  const mode = lockModes[statement.mode ?? 0]
  if (mode === undefined) reader.refuse('unmapped', 'a lock of an unknown mode')
  for (const node of statement.relations ?? []) {
    if ('RangeVar' in node) reader.on('lock', node.RangeVar, 'read', { ...place.part, mode: mode ?? '' })
  }
  return { command: 'LOCK TABLE' }
}

/** When constraints are checked: now or at the transaction's end. */
export function readSetConstraints(reader: Reader, statement: ConstraintsSetStmt, place: Place): Heading {
  const mode = statement.deferred ? 'DEFERRED' : 'IMMEDIATE'
  reader.asks.push({ on: 'database', action: 'setConstraints', part: { ...place.part, mode } })
  return { command: 'SET CONSTRAINTS' }
}

export function readListen(reader: Reader, statement: ListenStmt, place: Place): Heading {
  const part = { ...place.part, channel: statement.conditionname ?? '' }
  reader.asks.push({ on: 'database', action: 'listen', part })
  return { command: 'LISTEN' }
}

export function readUnlisten(reader: Reader, statement: UnlistenStmt, place: Place): Heading {
  const part = { ...place.part, ...(statement.conditionname ? { channel: statement.conditionname } : {}) }
  reader.asks.push({ on: 'database', action: 'unlisten', part })
  return { command: 'UNLISTEN' }
}

export function readNotify(reader: Reader, statement: NotifyStmt, place: Place): Heading {
  const part = { ...place.part, channel: statement.conditionname ?? '' }
  reader.asks.push({ on: 'database', action: 'notify', part })
  return { command: 'NOTIFY' }
}
