import type { Alias, JoinExpr, RangeFunction, RangeSubselect, RangeTableSample, RangeVar } from '@pgsql/types'
import { texts } from './names.ts'
import { type NodeOf, openNode } from './nodes.ts'
import type { Place, Reader } from './reader.ts'
import { lateral, named, type Output, queryItem, type Scope } from './scope.ts'
import { walk, walkFields } from './walk.ts'

/** What stands in a FROM. Each is put in sight after it was walked, so that it sees only what stands before it. */
export function readRangeVar(reader: Reader, range: RangeVar, place: Place): void {
  const { catalogname, schemaname, relname = '' } = range
  const query = schemaname === undefined && catalogname === undefined ? place.ctes.get(relname) : undefined
  const item = query ? queryItem(range.alias, query, relname) : reader.occurrence(range)
  if (item.kind === 'relation') reader.reads(range, place, item)
  reader.sees(place, item)
}

export function readSubselect(reader: Reader, range: RangeSubselect, place: Place): void {
  const scope = range.lateral ? lateral(place.scope) : place.scope?.outer
  const repeated = range.lateral && ({ repeated: true } as const)
  walkFields(reader, 'RangeSubselect', range, { ...place, scope, ...repeated }, ['alias'])
  const query = range.subquery && openNode(range.subquery)?.fields
  reader.sees(place, queryItem(range.alias, reader.outputsOf(query)))
}

/** A function is LATERAL whether it says so or not. What it gives, its definition knows. */
export function readRangeFunction(reader: Reader, range: RangeFunction, place: Place): void {
  walkFields(reader, 'RangeFunction', range, { ...place, scope: lateral(place.scope), repeated: true }, ['alias'])
  const defined = (range.coldeflist ?? []).flatMap(node =>
    'ColumnDef' in node ? [named(node.ColumnDef.colname ?? '')] : [],
  )
  const given: readonly Output[] = defined.length > 0 ? defined : [{ is: 'unknown' }]
  reader.sees(place, queryItem(range.alias, { given }, functionAlias(range)))
}

/** A function without an alias is called by its name. */
function functionAlias({ functions }: RangeFunction): string | null {
  const list = functions?.[0]
  const call = list && 'List' in list ? list.List.items?.[0] : undefined
  return call && 'FuncCall' in call ? (texts(call.FuncCall.funcname)?.at(-1) ?? null) : null
}

export function readTableFunction<K extends 'RangeTableFunc' | 'JsonTable'>(kind: K) {
  return (reader: Reader, range: NodeOf<K> & { readonly alias?: Alias }, place: Place): void => {
    walkFields(reader, kind, range, { ...place, scope: lateral(place.scope), repeated: true })
    reader.sees(place, queryItem(range.alias, { given: [{ is: 'unknown' }] }, null))
  }
}

/** Which of the things before it TABLESAMPLE sees is left open. */
export function readSample(reader: Reader, sample: RangeTableSample, place: Place): void {
  const method = texts(sample.method)?.join('.') ?? ''
  if (!/^(?:pg_catalog\.)?(?:bernoulli|system)$/.test(method)) {
    reader.refuse('unmapped', `the sampling method \`${method}\` is not mapped`)
  }
  reader.call(texts(sample.method) ?? [], 1, place.part) // a function of that name, which may be another's
  const before = lateral(place.scope)
  walk(reader, sample.relation, place)
  const scope: Scope | undefined = before && { ...before, soft: true }
  walkFields(reader, 'RangeTableSample', sample, { ...place, scope }, ['relation'])
}

/** ON sees the two sides; with an alias they are seen by that alone. */
export function readJoin(reader: Reader, join: JoinExpr, place: Place): void {
  const { scope } = place
  const start = scope?.items.length ?? 0
  walk(reader, join.larg, place)
  const middle = scope?.items.length ?? 0
  walk(reader, join.rarg, place)
  const [left, right] = [scope?.items.slice(start, middle) ?? [], scope?.items.slice(middle) ?? []]
  const outer = scope?.outer
  walk(reader, join.quals, { ...place, scope: scope && { items: [...left, ...right], outer } })
  if (join.isNatural) reader.refers({ is: 'natural', left, right })
  const using = texts(join.usingClause) ?? []
  for (const name of using) {
    for (const items of [left, right]) {
      reader.refers({ is: 'column', name, scope: { items: [...items], outer: undefined }, local: true })
    }
  }
  if (join.join_using_alias) {
    const item = queryItem(join.join_using_alias, { given: using.map(named) })
    reader.sees(place, { ...item, qualifiedOnly: true })
  }
  if (join.alias) {
    const items = scope?.items.splice(start) ?? []
    const columns = texts(join.alias.colnames) ?? []
    reader.sees(place, { kind: 'join', alias: join.alias.aliasname ?? '', columns, items })
  }
  walkFields(reader, 'JoinExpr', join, place, ['larg', 'rarg', 'quals', 'alias', 'join_using_alias'])
}
