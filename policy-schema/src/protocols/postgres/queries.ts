import type { CommonTableExpr, LockingClause, Node, RangeVar, SelectStmt, WithClause } from '@pgsql/types'
import { limitOf } from './limit.ts'
import { texts } from './names.ts'
import { openNode } from './nodes.ts'
import type { Place, Reader } from './reader.ts'
import type { Part } from './reading.ts'
import { restricts } from './restricts.ts'
import { bareNames, isStarred, named, type Output, type Outputs, outputsOf, queryItem, type Scope } from './scope.ts'
import { walkAll, walkAs, walkFields } from './walk.ts'

/** What a statement with RETURNING, a SELECT or VALUES gives is known by its fields. */
function withOutputs(reader: Reader, query: CommonTableExpr): Outputs {
  const outputs = reader.outputsOf(query.ctequery && openNode(query.ctequery)?.fields)
  const { search_seq_column } = query.search_clause ?? {}
  const { cycle_mark_column, cycle_path_column } = query.cycle_clause ?? {}
  const more = [search_seq_column, cycle_mark_column, cycle_path_column].filter(name => name !== undefined)
  return {
    given: [{ is: 'query', outputs, columns: texts(query.aliascolnames) ?? [] }, ...more.map(named)],
  }
}

/** Walks the WITH queries of a statement; the place in which the rest of it stands. */
export function withQueries(reader: Reader, clause: WithClause | undefined, place: Place): Place {
  if (!clause) return place
  const queries = (clause.ctes ?? []).flatMap(node => ('CommonTableExpr' in node ? [node.CommonTableExpr] : []))
  const named = queries.map(query => [query.ctename ?? '', withOutputs(reader, query)] as const)
  const recursive = new Map([...place.ctes, ...named])
  let visible = place.ctes
  for (const [index, query] of queries.entries()) {
    const ctes = clause.recursive ? recursive : visible
    walkAs(reader, 'CommonTableExpr', query, { ...place, ctes, ...(clause.recursive && { repeated: true }) })
    visible = new Map([...visible, ...named.slice(index, index + 1)])
  }
  return { ...place, ctes: visible }
}

export function readSelect(reader: Reader, select: SelectStmt, outer: Place): void {
  const limit = outer.repeated ? undefined : limitOf(select)
  const part: Part = {
    hasWhere: restricts(select.whereClause),
    ...(limit === undefined ? {} : { limit }),
  }
  const outputs = reader.outputsOf(select)
  const row = select.valuesLists?.[0]
  const values = row && valueOutputs('List' in row ? (row.List.items ?? []) : [])
  const scope: Scope = values
    ? { items: [queryItem(undefined, { given: values })], outer: outer.scope, soft: true } // only ORDER BY sees them
    : newScope(outer)
  const place = { ...withQueries(reader, select.withClause, outer), part, scope }
  if (select.intoClause) reader.creation('createTable', select.intoClause.rel)
  for (const clause of select.lockingClause ?? []) {
    if ('LockingClause' in clause) lock(reader, select.fromClause, clause.LockingClause, place)
  }
  for (const [column, how] of bareNames(select, outputs)) reader.bare.set(column, how)
  walkAll(reader, select.targetList, { ...place, repeated: true })
  walkFields(reader, 'SelectStmt', select, place, ['withClause', 'intoClause', 'lockingClause', 'targetList'])
  outputs.given = select.larg ? reader.outputsOf(select.larg).given : (values ?? outputsOf(select.targetList, scope))
}

/** What a row of values gives. */
export function valueOutputs(values: readonly Node[]): readonly Output[] {
  return values.some(isStarred) ? [{ is: 'unknown' }] : values.map((_, index) => named(`column${index + 1}`))
}

export const newScope = ({ scope }: Place): Scope => ({ items: [], outer: scope })

/** SELECT … FOR UPDATE locks the tables of its FROM, also those inside its subqueries, and no WITH query. */
function lock(reader: Reader, from: readonly Node[] | undefined, clause: LockingClause, place: Place): void {
  const named = clause.lockedRels?.map(node => ('RangeVar' in node ? node.RangeVar.relname : undefined))
  const chosen = (name: string | undefined) => named === undefined || named.includes(name)
  for (const node of from ?? []) {
    if ('RangeVar' in node) {
      const range: RangeVar = node.RangeVar
      const isQuery = range.schemaname === undefined && place.ctes.has(range.relname ?? '')
      if (!isQuery && chosen(range.alias?.aliasname ?? range.relname)) {
        const columns = { item: reader.occurrence(range), read: false, named: [] } // a lock is of rows
        reader.on('selectForUpdate', range, 'write', place.part, { columns })
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
    'CommonTableExpr' in node ? [[node.CommonTableExpr.ctename ?? '', { given: [] }] as const] : [],
  )
  lock(reader, select.fromClause, {}, { ...place, ctes: new Map([...place.ctes, ...inner]) })
  for (const side of [select.larg, select.rarg]) if (side) lockQuery(reader, { SelectStmt: side }, place)
}
