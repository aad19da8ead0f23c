import type { FuncCall, Node, SelectStmt } from '@pgsql/types'
import { isKnownName } from './functions.ts'
import { texts } from './names.ts'
import { holds } from './sameness.ts'

/** Aggregates and window functions of PostgreSQL 18 that bring more than one value, or one of another row. */
const gathering: ReadonlySet<string> = new Set([
  ...['array_agg', 'string_agg', 'xmlagg', 'range_agg', 'range_intersect_agg', 'json_agg', 'json_agg_strict'],
  ...['json_object_agg', 'json_object_agg_strict', 'json_object_agg_unique', 'json_object_agg_unique_strict'],
  ...['jsonb_agg', 'jsonb_agg_strict', 'jsonb_object_agg', 'jsonb_object_agg_strict', 'jsonb_object_agg_unique'],
  ...['jsonb_object_agg_unique_strict', 'mode', 'percentile_cont', 'percentile_disc'],
  ...['first_value', 'lag', 'last_value', 'lead', 'nth_value'],
])

/** Those that take a row or a column alone, as `t.json_agg` calls them. */
const attributes = /^(?:array|jsonb?|range)_agg(?:_strict)?$|^xmlagg$|^range_intersect_agg$/

/** Whether a call may bring more of other rows; what is somebody's own may be an aggregate. */
function gathers({ funcname }: FuncCall): boolean {
  const [name = '', schema = 'pg_catalog'] = [...(texts(funcname) ?? [])].reverse()
  return schema !== 'pg_catalog' || !isKnownName(name) || gathering.has(name)
}

const endsWithOne = (nodes: readonly Node[] | undefined, least: number) =>
  (nodes ?? []).length >= least && nodes?.some(each => 'String' in each && attributes.test(each.String.sval ?? ''))

/** An aggregate of columns from outside a subquery is one of the query around it. */
function isGathering(node: object): boolean {
  const each = node as Node
  if ('FuncCall' in each) return gathers(each.FuncCall)
  if ('ColumnRef' in each) return endsWithOne(each.ColumnRef.fields, 2) === true
  if ('A_Indirection' in each) return endsWithOne(each.A_Indirection.indirection, 1) === true
  return 'JsonArrayAgg' in each || 'JsonObjectAgg' in each
}

/**
 * The literal LIMIT of a query, where it bounds how many rows of each table reach who asks. None where ties, NULL, a parameter
 * or an expression leave it open, nor where what is given may be gathered from more rows than it has.
 */
export function limitOf({ limitCount, limitOption, targetList = [] }: SelectStmt): number | undefined {
  if (!limitCount || !('A_Const' in limitCount) || limitOption === 'LIMIT_OPTION_WITH_TIES') return undefined
  const { ival } = limitCount.A_Const
  return ival === undefined || holds(targetList, isGathering) ? undefined : (ival.ival ?? 0)
}
