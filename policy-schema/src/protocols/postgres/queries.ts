import type {
  DeleteStmt,
  InsertStmt,
  LockingClause,
  MergeStmt,
  Node,
  RangeVar,
  SelectStmt,
  UpdateStmt,
  WithClause,
} from '@pgsql/types'
import { openNode } from './nodes.ts'
import type { Place, Reader } from './reader.ts'
import type { Part } from './reading.ts'
import { restricts } from './restricts.ts'
import { readsColumn } from './sameness.ts'
import { walk, walkAll, walkAs, walkFields } from './walk.ts'

/** A literal LIMIT; none where ties, NULL, a parameter or an expression leave it open. */
function literalLimit(select: SelectStmt): number | undefined {
  const count = select.limitCount
  if (!count || !('A_Const' in count) || select.limitOption === 'LIMIT_OPTION_WITH_TIES') return undefined
  return count.A_Const.ival === undefined ? undefined : (count.A_Const.ival.ival ?? 0)
}

/** Walks the WITH queries of a statement; the place in which the rest of it stands. */
function withQueries(reader: Reader, clause: WithClause | undefined, place: Place): Place {
  if (!clause) return place
  const queries = (clause.ctes ?? []).flatMap(node => ('CommonTableExpr' in node ? [node.CommonTableExpr] : []))
  const names = queries.map(query => query.ctename ?? '')
  let visible: ReadonlySet<string> = clause.recursive ? new Set([...place.ctes, ...names]) : place.ctes
  for (const query of queries) {
    walkAs(reader, 'CommonTableExpr', query, { ...place, ctes: visible })
    visible = new Set([...visible, query.ctename ?? ''])
  }
  return { ...place, ctes: visible }
}

export function readSelect(reader: Reader, select: SelectStmt, outer: Place): void {
  const limit = literalLimit(select)
  const part: Part = {
    hasWhere: restricts(select.whereClause),
    ...(limit === undefined ? {} : { limit }),
  }
  const place = { ...withQueries(reader, select.withClause, outer), part }
  if (select.intoClause) reader.creation('createTable', select.intoClause.rel)
  for (const clause of select.lockingClause ?? []) {
    if ('LockingClause' in clause) lock(reader, select.fromClause, clause.LockingClause, place)
  }
  walkFields(reader, 'SelectStmt', select, place, ['withClause', 'intoClause', 'lockingClause'])
}

/** SELECT … FOR UPDATE locks the tables of its FROM, also those inside its subqueries, and no WITH query. */
function lock(reader: Reader, from: readonly Node[] | undefined, clause: LockingClause, place: Place): void {
  const named = clause.lockedRels?.map(node => ('RangeVar' in node ? node.RangeVar.relname : undefined))
  const chosen = (name: string | undefined) => named === undefined || named.includes(name)
  for (const node of from ?? []) {
    if ('RangeVar' in node) {
      const range: RangeVar = node.RangeVar
      const isQuery = range.schemaname === undefined && place.ctes.has(range.relname ?? '')
      if (!isQuery && chosen(range.alias?.aliasname ?? range.relname)) {
        reader.on('selectForUpdate', range, 'write', place.part)
      }
    } else if ('JoinExpr' in node) {
      const { larg, rarg } = node.JoinExpr
      lock(
        reader,
        [larg, rarg].filter(side => side !== undefined),
        clause,
        place,
      )
    } else if ('RangeTableSample' in node) {
      if (node.RangeTableSample.relation) lock(reader, [node.RangeTableSample.relation], clause, place)
    } else if ('RangeSubselect' in node && chosen(node.RangeSubselect.alias?.aliasname)) {
      lockQuery(reader, node.RangeSubselect.subquery, place)
    }
  }
}

function lockQuery(reader: Reader, query: Node | undefined, place: Place): void {
  if (!query || !('SelectStmt' in query)) return
  const { SelectStmt: select } = query
  const inner = (select.withClause?.ctes ?? []).flatMap(node =>
    'CommonTableExpr' in node ? [node.CommonTableExpr.ctename ?? ''] : [],
  )
  lock(reader, select.fromClause, {}, { ...place, ctes: new Set([...place.ctes, ...inner]) })
  for (const side of [select.larg, select.rarg]) if (side) lockQuery(reader, { SelectStmt: side }, place)
}

/** The rows of a literal VALUES list. */
function valuesRows(query: Node | undefined): number | undefined {
  return query && 'SelectStmt' in query ? query.SelectStmt.valuesLists?.length : undefined
}

export function readInsert(reader: Reader, insert: InsertStmt, outer: Place): void {
  const rows = valuesRows(insert.selectStmt)
  const part: Part = { hasWhere: false, ...(rows === undefined ? {} : { valuesRows: rows }) }
  const place = { ...withQueries(reader, insert.withClause, outer), part }
  reader.on('insert', insert.relation, 'write', part)
  const conflict = insert.onConflictClause
  if (conflict?.action === 'ONCONFLICT_UPDATE') {
    reader.on('update', insert.relation, 'write', { ...part, hasWhere: restricts(conflict.whereClause) })
  }
  const reads = conflict?.infer !== undefined || readsColumn(conflict?.targetList, conflict?.whereClause)
  if (reads || readsColumn(insert.returningClause)) reader.reads(insert.relation, place)
  walkFields(reader, 'InsertStmt', insert, place, ['withClause', 'relation'])
}

export function readUpdate(reader: Reader, update: UpdateStmt, outer: Place): void {
  const part: Part = { hasWhere: restricts(update.whereClause) }
  const place = { ...withQueries(reader, update.withClause, outer), part }
  reader.on('update', update.relation, 'write', part)
  if (readsColumn(update.targetList, update.whereClause, update.returningClause)) {
    reader.reads(update.relation, place)
  }
  walkFields(reader, 'UpdateStmt', update, place, ['withClause', 'relation'])
}

export function readDelete(reader: Reader, deletion: DeleteStmt, outer: Place): void {
  const part: Part = { hasWhere: restricts(deletion.whereClause) }
  const place = { ...withQueries(reader, deletion.withClause, outer), part }
  reader.on('delete', deletion.relation, 'write', part)
  if (readsColumn(deletion.whereClause, deletion.returningClause)) reader.reads(deletion.relation, place)
  walkFields(reader, 'DeleteStmt', deletion, place, ['withClause', 'relation'])
}

const mergeActions: { readonly [command: string]: string } = {
  CMD_INSERT: 'insert',
  CMD_UPDATE: 'update',
  CMD_DELETE: 'delete',
}

export function readMerge(reader: Reader, merge: MergeStmt, outer: Place): void {
  const joined = restricts(merge.joinCondition)
  const place = { ...withQueries(reader, merge.withClause, outer), part: { hasWhere: joined } }
  reader.reads(merge.relation, place)
  for (const node of merge.mergeWhenClauses ?? []) {
    const opened = openNode(node)
    if (opened?.kind !== 'MergeWhenClause' || !('MergeWhenClause' in node)) continue
    const { commandType = '', condition } = node.MergeWhenClause
    if (commandType === 'CMD_NOTHING') continue
    const action = mergeActions[commandType]
    if (action === undefined) reader.refuse('unmapped', `MERGE with \`${commandType}\` is not mapped`)
    else if (action === 'insert') reader.on(action, merge.relation, 'write', { hasWhere: false })
    else reader.on(action, merge.relation, 'write', { hasWhere: joined || restricts(condition) })
  }
  walk(reader, merge.sourceRelation, place)
  walk(reader, merge.joinCondition, place)
  walkAll(reader, merge.mergeWhenClauses, place)
  walkFields(reader, 'MergeStmt', merge, place, [
    'withClause',
    'relation',
    'sourceRelation',
    'joinCondition',
    'mergeWhenClauses',
  ])
}
