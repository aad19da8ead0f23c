import type {
  DeleteStmt,
  FuncCall,
  InsertStmt,
  MergeStmt,
  MergeWhenClause,
  Node,
  OnConflictClause,
  ReturningClause,
  UpdateStmt,
} from '@pgsql/types'
import { mayGiveRows } from './functions.ts'
import { texts } from './names.ts'
import { openNode } from './nodes.ts'
import { newScope, valueOutputs, withQueries } from './queries.ts'
import { noPart, type Place, type Reader } from './reader.ts'
import type { Part } from './reading.ts'
import { holds } from './sameness.ts'
import { type Item, type NamedColumns, outputsOf, type RelationItem, type Scope } from './scope.ts'
import { walk, walkAll, walkAs, walkFields } from './walk.ts'

/** The columns of a SET or of an INSERT's list. */
function targets(nodes: readonly Node[] | undefined): readonly string[] {
  return (nodes ?? []).flatMap(node => ('ResTarget' in node ? [node.ResTarget.name ?? ''] : []))
}

/** RETURNING also sees the row before and after by names of its own, where nothing else is called so. */
function returning(
  reader: Reader,
  statement: { readonly returningClause?: ReturningClause },
  target: RelationItem,
  { items, outer }: Scope,
  place: Place,
): void {
  const clause = statement.returningClause
  if (!clause) return
  const given = (clause.options ?? []).flatMap(node =>
    'ReturningOption' in node ? [node.ReturningOption.value ?? ''] : [],
  )
  const scope: Scope = { items: [...items], outer }
  const taken = new Set(items.map(({ alias }) => alias))
  for (const alias of ['old', 'new', ...given]) {
    if (!taken.has(alias)) reader.sees({ ...place, scope }, { kind: 'row', alias, of: target })
  }
  walkAs(reader, 'ReturningClause', clause, { ...place, scope, repeated: true })
  reader.outputsOf(statement).given = outputsOf(clause.exprs, scope)
}

/** The rows of a literal VALUES list. Of a single one the server makes a SELECT, in which a function may give many. */
function valuesRows(query: Node | undefined): number | undefined {
  const lists = query && 'SelectStmt' in query ? query.SelectStmt.valuesLists : undefined
  return lists?.length === 1 && givesRows(lists) ? undefined : lists?.length
}

/** Whether a call in an expression may give rows; a subquery there gives one, `(row).name` may be a call. */
function givesRows(roots: readonly Node[]): boolean {
  const calls = (node: object) =>
    'A_Indirection' in node ||
    ('FuncCall' in node && mayGiveRows(texts((node as { readonly FuncCall: FuncCall }).FuncCall.funcname) ?? []))
  return holds(roots, calls, node => 'SubLink' in node)
}

export function readInsert(reader: Reader, insert: InsertStmt, outer: Place): void {
  const rows = valuesRows(insert.selectStmt)
  const part: Part = { hasWhere: false, ...(rows === undefined ? {} : { valuesRows: rows }) }
  const place = { ...withQueries(reader, insert.withClause, outer), part }
  const target = reader.occurrence(insert.relation)
  const scope: Scope = { items: [target], outer: outer.scope }
  const columns = { item: target, read: false, named: reader.named(insertColumns(reader, insert)) }
  reader.on('insert', insert.relation, 'write', part, { columns })
  const conflict = insert.onConflictClause
  if (conflict?.action === 'ONCONFLICT_UPDATE') {
    const set = { item: target, read: false, named: reader.named(targets(conflict.targetList)) }
    const updated = reader.where(target, [conflict.whereClause], part)
    reader.on('update', insert.relation, 'write', updated, { columns: set })
  }
  reader.reads(insert.relation, place, target, false)
  walkFields(reader, 'InsertStmt', insert, place, ['withClause', 'relation', 'onConflictClause', 'returningClause'])
  if (conflict) onConflict(reader, conflict, target, scope, place)
  returning(reader, insert, target, scope, place)
}

/** Without a list, the first so many columns as there are values. */
function insertColumns(reader: Reader, { cols, selectStmt }: InsertStmt): NamedColumns {
  if (cols?.length) return targets(cols)
  return selectStmt ? reader.outputsOf(openNode(selectStmt)?.fields) : [] // DEFAULT VALUES
}

function onConflict(reader: Reader, conflict: OnConflictClause, target: RelationItem, scope: Scope, place: Place) {
  const { indexElems = [], conname } = conflict.infer ?? {}
  if (conname !== undefined) reader.refers({ is: 'all', item: target }) // which columns the constraint has is not known
  for (const node of indexElems) {
    const name = 'IndexElem' in node ? node.IndexElem.name : undefined
    if (name !== undefined) reader.refers({ is: 'column', name, scope, local: true })
  }
  // what was to be inserted, for which the server too wants what it wants of the table
  const excluded: Item = { kind: 'row', alias: 'excluded', of: target }
  const both: Scope = { items: [target], outer: scope.outer }
  reader.sees({ ...place, scope: both }, excluded)
  walkAs(reader, 'OnConflictClause', conflict, { ...place, scope: both, repeated: true })
}

export function readUpdate(reader: Reader, update: UpdateStmt, outer: Place): void {
  const target = reader.occurrence(update.relation)
  const part = reader.where(target, [update.whereClause])
  const scope = newScope(outer)
  const place = { ...withQueries(reader, update.withClause, outer), part, scope }
  const columns = { item: target, read: false, named: reader.named(targets(update.targetList)) }
  reader.on('update', update.relation, 'write', part, { columns })
  reader.reads(update.relation, place, target, false)
  walkAll(reader, update.targetList, { ...place, repeated: true }) // RETURNING gives what it sets
  walkFields(reader, 'UpdateStmt', update, place, [
    ...(['withClause', 'relation', 'targetList', 'fromClause', 'returningClause'] as const),
  ])
  from(reader, update.fromClause, target, scope, place)
  returning(reader, update, target, scope, place)
}

/** What stands in FROM or USING does not see the table that is written to. */
function from(
  reader: Reader,
  nodes: readonly Node[] | undefined,
  target: RelationItem,
  scope: Scope,
  place: Place,
): void {
  const sources: Scope = { items: [], outer: scope.outer }
  walkAll(reader, nodes, { ...place, scope: sources })
  scope.items.push(target, ...sources.items)
}

export function readDelete(reader: Reader, deletion: DeleteStmt, outer: Place): void {
  const target = reader.occurrence(deletion.relation)
  const part = reader.where(target, [deletion.whereClause])
  const scope = newScope(outer)
  const place = { ...withQueries(reader, deletion.withClause, outer), part, scope }
  reader.on('delete', deletion.relation, 'write', part)
  reader.reads(deletion.relation, place, target, false)
  from(reader, deletion.usingClause, target, scope, place)
  walkFields(reader, 'DeleteStmt', deletion, place, ['withClause', 'relation', 'usingClause', 'returningClause'])
  returning(reader, deletion, target, scope, place)
}

const mergeActions: { readonly [command: string]: string } = {
  CMD_INSERT: 'insert',
  CMD_UPDATE: 'update',
  CMD_DELETE: 'delete',
}

export function readMerge(reader: Reader, merge: MergeStmt, outer: Place): void {
  const target = reader.occurrence(merge.relation)
  const scope = newScope(outer)
  const place = {
    ...withQueries(reader, merge.withClause, outer),
    part: reader.where(target, [merge.joinCondition]),
    scope,
  }
  const clauses = (merge.mergeWhenClauses ?? []).flatMap(node =>
    'MergeWhenClause' in node ? [node.MergeWhenClause] : [],
  )
  const looks = clauses.some(({ commandType }) => commandType === 'CMD_NOTHING') // for which the server wants to read
  reader.reads(merge.relation, place, target, looks)
  for (const clause of clauses) mergeAction(reader, merge, clause, target)
  from(reader, merge.sourceRelation && [merge.sourceRelation], target, scope, place)
  walk(reader, merge.joinCondition, place)
  for (const clause of clauses)
    walkAs(reader, 'MergeWhenClause', clause, { ...place, scope: matched(clause, scope), repeated: true })
  returning(reader, merge, target, scope, place)
  walkFields(reader, 'MergeStmt', merge, place, [
    ...(['withClause', 'relation', 'sourceRelation'] as const),
    ...(['joinCondition', 'mergeWhenClauses', 'returningClause'] as const),
  ])
}

/** What one side does not have does not see the row of that side. */
function matched({ matchKind }: MergeWhenClause, { items: [target, ...sources], outer }: Scope): Scope {
  if (matchKind === 'MERGE_WHEN_NOT_MATCHED_BY_TARGET') return { items: sources, outer }
  const both = target ? [target, ...sources] : sources
  return { items: matchKind === 'MERGE_WHEN_NOT_MATCHED_BY_SOURCE' ? both.slice(0, 1) : both, outer }
}

/** What ON keeps out of an action: NOT MATCHED BY SOURCE takes those for which it does not hold. */
function joins({ joinCondition }: MergeStmt, { matchKind }: MergeWhenClause): Node | undefined {
  if (matchKind !== 'MERGE_WHEN_NOT_MATCHED_BY_SOURCE' || !joinCondition) return joinCondition
  return { BoolExpr: { boolop: 'NOT_EXPR', args: [joinCondition] } }
}

function mergeAction(reader: Reader, merge: MergeStmt, clause: MergeWhenClause, target: RelationItem): void {
  const { relation } = merge
  const { commandType, condition, targetList, values = [] } = clause
  if (commandType === 'CMD_NOTHING') return
  const action = mergeActions[commandType ?? '']
  const part: Part = action === 'insert' ? noPart : reader.where(target, [joins(merge, clause), condition])
  if (action === undefined) reader.refuse('unmapped', `MERGE with \`${commandType}\` is not mapped`)
  else if (action === 'delete') reader.on(action, relation, 'write', part)
  else {
    const inOrder = action === 'insert' && !targetList?.length
    const named = reader.named(inOrder ? { given: valueOutputs(values) } : targets(targetList))
    reader.on(action, relation, 'write', part, { columns: { item: target, read: false, named } })
  }
}
