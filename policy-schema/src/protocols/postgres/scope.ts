import type { Alias, ColumnRef, Node, RangeVar, ResTarget, SelectStmt } from '@pgsql/types'
import { texts } from './names.ts'

/**
 * What names are looked for in, from a place outward: what a FROM puts in sight. Filled while the statement is walked,
 * since a SELECT names columns before the tables that they are of.
 */
export interface Scope {
  readonly items: Item[]
  readonly outer: Scope | undefined
  /** What is found here may be out of the server's sight, so that the name means something further out. */
  readonly soft?: true
}

/** One thing in a FROM, or the table that a statement writes to. */
export type Item = RelationItem | QueryItem | JoinItem | RowItem

/** A table, by its written name. The object itself stands for this occurrence: a self-join has two. */
export interface RelationItem {
  readonly kind: 'relation'
  readonly relation: string
  readonly alias: string
  /** Given by AS, so that `schema.table.column` does not mean it. */
  readonly renamed: boolean
  /** `AS t (a, b)`: new names of its first columns. */
  readonly columns: readonly string[]
}

/** A subquery, a WITH query, a function: what it reads it reads itself, here it only catches names. */
export interface QueryItem {
  readonly kind: 'query'
  /** `null`: cannot be told. */
  readonly alias: string | null | undefined
  readonly columns: readonly string[]
  readonly outputs: Outputs
  /** Its columns are found only by its name. */
  readonly qualifiedOnly?: true
}

/** `(a JOIN b …) AS j`: what is inside is seen by that name alone. */
export interface JoinItem {
  readonly kind: 'join'
  readonly alias: string
  readonly columns: readonly string[]
  readonly items: readonly Item[]
}

/** `old` and `new` in RETURNING, `excluded` in ON CONFLICT: another name of a row. */
export interface RowItem {
  readonly kind: 'row'
  readonly alias: string
  readonly of: RelationItem
}

/** The columns that a query gives, in their order. Filled when the query has been walked. */
export interface Outputs {
  given: readonly Output[]
}
export type Output =
  | { readonly is: 'name'; readonly name: string }
  /** One column, whose name the server makes up. */
  | { readonly is: 'unnamed' }
  | { readonly is: 'star'; readonly scope: Scope; readonly qualifier: readonly string[] }
  | { readonly is: 'query'; readonly outputs: Outputs; readonly columns: readonly string[] }
  | { readonly is: 'unknown' }

/** A use of columns, to be looked up with the catalog. */
export type Reference =
  /**
   * `local`: of this very scope. `optional`: where it is no column it is the name of an output that the server makes up.
   * `outputs`: where one of these is called so, it is that one.
   */
  | {
      readonly is: 'column'
      readonly name: string
      readonly scope: Scope
      readonly local?: true
      readonly optional?: true
      readonly outputs?: Outputs
    }
  /** `qualifier`: an alias, or schema and table. */
  | { readonly is: 'qualified'; readonly qualifier: readonly string[]; readonly name: string; readonly scope: Scope }
  /** `*`, and `t.*` with a qualifier. */
  | { readonly is: 'star'; readonly qualifier: readonly string[]; readonly scope: Scope }
  | { readonly is: 'natural'; readonly left: readonly Item[]; readonly right: readonly Item[] }
  | { readonly is: 'all'; readonly item: RelationItem }

export type ScopedReference = Extract<Reference, { readonly scope: Scope }>

/** What tells references of one scope apart. Names hold no NUL. */
export function keyOf(reference: ScopedReference): string {
  if (reference.is === 'column') {
    const { name, local, optional, outputs } = reference
    return `column\0${name}\0${local}\0${optional}\0${outputs !== undefined}`
  }
  const name = reference.is === 'qualified' ? reference.name : ''
  return `${reference.is}\0${name}\0${reference.qualifier.join('\0')}`
}

/** Which columns a request is about. */
export interface AskedColumns {
  readonly item: RelationItem
  /** All that the statement's references to this occurrence come to. */
  readonly read: boolean
  readonly named?: NamedColumns
}
/** Columns that a statement names by itself, as in SET; as many as a query gives; all. */
export type NamedColumns = readonly string[] | Outputs | 'all'

/** `t.*`, which gives as many columns as the catalog knows. */
export function isStarred(node: Node): boolean {
  if ('ColumnRef' in node) return isStar(node.ColumnRef.fields?.at(-1))
  return 'A_Indirection' in node && isStar(node.A_Indirection.indirection?.at(-1))
}

const isStar = (node: Node | undefined) => node !== undefined && 'A_Star' in node

/** Around the queries of a definition: what stands there names parameters, or rows that come later. */
export const unknownScope: Scope = {
  items: [{ kind: 'query', alias: null, columns: [], outputs: { given: [{ is: 'unknown' }] } }],
  outer: undefined,
}

/** A ColumnRef as a reference. */
export function referenceOf({ fields = [] }: ColumnRef, scope: Scope): Reference {
  const star = isStar(fields.at(-1))
  const parts = texts(star ? fields.slice(0, -1) : fields) ?? []
  if (star) return { is: 'star', qualifier: parts.slice(-2), scope }
  const name = parts.at(-1) ?? ''
  if (parts.length === 1) return { is: 'column', name, scope }
  return { is: 'qualified', qualifier: parts.slice(-3, -1), name, scope }
}

export function relationItem(range: RangeVar | undefined, relation: string): RelationItem {
  const { relname = '', alias } = range ?? {}
  const columns = texts(alias?.colnames) ?? []
  return { kind: 'relation', relation, alias: alias?.aliasname ?? relname, renamed: alias !== undefined, columns }
}

export function queryItem(alias: Alias | undefined, outputs: Outputs, name?: string | null): QueryItem {
  return { kind: 'query', alias: alias?.aliasname ?? name, columns: texts(alias?.colnames) ?? [], outputs }
}

/** What a FROM item sees of those before it, where it may. */
export function lateral(scope: Scope | undefined): Scope | undefined {
  return scope && { items: [...scope.items], outer: scope.outer }
}

export const named = (name: string): Output => ({ is: 'name', name })

/** What a target list gives. */
export function outputsOf(targets: readonly Node[] | undefined, scope: Scope): readonly Output[] {
  return (targets ?? []).map((node): Output => {
    const target: ResTarget = 'ResTarget' in node ? node.ResTarget : {}
    const { name, val } = target
    if (name !== undefined) return named(name)
    if (val && 'A_Indirection' in val && isStarred(val)) return { is: 'unknown' }
    if (!val || !('ColumnRef' in val)) return { is: 'unnamed' }
    const reference = referenceOf(val.ColumnRef, scope)
    if (reference.is === 'star') return reference
    return 'name' in reference ? named(reference.name) : { is: 'unnamed' }
  })
}

/** How many columns a query gives; `undefined` where only the catalog knows. */
export function outputCount({ given }: Outputs): number | undefined {
  const certain = given.every(({ is }) => is === 'name' || is === 'unnamed')
  return certain ? given.length : undefined
}

type Bare = 'output' | { readonly optional: true; readonly local?: true; readonly outputs?: Outputs }

/**
 * Bare names in ORDER BY, DISTINCT ON and GROUP BY, which may mean outputs: ORDER BY and DISTINCT ON look among the outputs
 * first, GROUP BY among the columns of FROM; after UNION and its like there are only outputs.
 */
export function bareNames(select: SelectStmt, outputs: Outputs): ReadonlyMap<ColumnRef, Bare> {
  const found = new Map<ColumnRef, Bare>()
  if (!select.sortClause && !select.distinctClause && !select.groupClause) return found
  const isSetOperation = select.op !== undefined && select.op !== 'SETOP_NONE'
  const explicit = new Set(
    (select.targetList ?? []).flatMap(node => ('ResTarget' in node ? [node.ResTarget.name] : [])),
  )
  const visit = (node: Node, grouping: boolean) => {
    if ('SortBy' in node && node.SortBy.node) visit(node.SortBy.node, grouping)
    else if ('GroupingSet' in node) for (const each of node.GroupingSet.content ?? []) visit(each, true)
    else if ('RowExpr' in node && grouping && node.RowExpr.row_format === 'COERCE_IMPLICIT_CAST')
      for (const each of node.RowExpr.args ?? []) visit(each, true)
    else if ('ColumnRef' in node && node.ColumnRef.fields?.length === 1 && !isStar(node.ColumnRef.fields[0])) {
      const isOutput = explicit.has((texts(node.ColumnRef.fields) ?? [])[0])
      if (isSetOperation || (isOutput && !grouping)) found.set(node.ColumnRef, 'output')
      else if (grouping) found.set(node.ColumnRef, isOutput ? { optional: true, local: true } : { optional: true })
      else found.set(node.ColumnRef, { optional: true, outputs })
    }
  }
  for (const node of [...(select.sortClause ?? []), ...(select.distinctClause ?? [])]) visit(node, false)
  for (const node of select.groupClause ?? []) visit(node, true)
  return found
}
