import { canonicalJson } from '../../canonical.ts'
import { PolicyError } from '../../errors.ts'
import { builtinFunction } from './functions.ts'
import type { PostgresCascade, PostgresCatalog, PostgresRelation, PostgresRoutine } from './operation.ts'
import type { SqlNames } from './reading.ts'

export { catalogQuery, functionQuery, plainCatalogQuery } from './catalog-sql.ts'

/** What the adapter knows of the session besides names. */
export interface SessionState {
  readonly database: string
  /** Of the database, as the target said at login (`server_encoding`). UTF8 unless given. */
  readonly encoding?: string
  readonly transaction: PostgresCatalog['transaction']
}

const ofSession = ({ database, encoding = 'UTF8' }: SessionState) =>
  encoding === 'UTF8' ? { database } : { database, encoding }

/** The parameters of `catalogQuery`, in its order, as PostgreSQL's text form of `text[]`. */
export function catalogParameters(names: SqlNames): readonly string[] {
  const { relations, functions, operators, types, columns, written } = names
  return [relations, functions, operators, types, columns, written].map(arrayText)
}

function arrayText(values: readonly string[]): string {
  return `{${values.map(value => `"${value.replace(/[\\"]/g, '\\$&')}"`).join(',')}}`
}

/** Whether a text names nothing, so that there is nothing to look up. `currentSchema` may still be needed. */
export function namesNothing(names: SqlNames): boolean {
  return Object.values(names).every(list => list.length === 0)
}

/** The catalog of an operation whose names were not looked up: none, or those of a failed transaction. */
export function emptyCatalog(state: SessionState): PostgresCatalog {
  const nothing = { relations: {}, functions: {}, types: {}, foreignOperators: [] }
  return frozen({ ...ofSession(state), currentSchema: null, transaction: state.transaction, ...nothing })
}

interface CatalogRow {
  /** It is not the whole: `catalogQuery` has to be asked. */
  readonly more: boolean
  readonly currentSchema: string | null
  /** Keys of `nodes`. */
  readonly relations: { readonly [written: string]: string | null }
  readonly nodes: { readonly [key: string]: RelationRow }
  readonly beyond: boolean
  readonly functions: { readonly [written: string]: readonly string[] }
  readonly types: { readonly [written: string]: string | null }
  readonly operators: { readonly [symbol: string]: readonly string[] }
  readonly typeFunctions: { readonly [type: string]: readonly string[] }
  readonly routines: { readonly [signature: string]: RoutineRow }
}
type Nullable<T> = { readonly [K in keyof T]: T[K] | null }
export type RelationRow = Pick<PostgresRelation, 'schema' | 'name' | 'kind'> & Partial<Nullable<PostgresRelation>>
export type RoutineRow = Omit<PostgresRoutine, 'extension' | 'most'> &
  Nullable<Pick<PostgresRoutine, 'extension' | 'most'>>

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The row of a server may hold anything: a target is not trusted to be a PostgreSQL. */
function readRow(row: unknown): CatalogRow {
  let parsed = row
  try {
    if (typeof row === 'string') parsed = JSON.parse(row)
  } catch (cause) {
    throw new PolicyError('ERR_CATALOG', 'the catalog that the target gave is no JSON', { cause })
  }
  const found = (isObject(parsed) ? parsed : {}) as Partial<CatalogRow>
  const { more, relations, nodes, functions, types, operators, typeFunctions, routines, currentSchema } = found
  const maps: unknown[] = [relations, nodes, functions, types, operators, typeFunctions, routines]
  const lists = [functions, operators, typeFunctions].flatMap(map => Object.values(map ?? {}))
  maps.push(...Object.values(nodes ?? {}), ...Object.values(routines ?? {}))
  const whole = maps.every(isObject) && lists.every(Array.isArray) && Object.values(nodes ?? {}).every(isRelation)
  if (!whole || currentSchema === undefined || more !== false) {
    throw new PolicyError('ERR_CATALOG', 'the catalog that the target gave has another shape than was asked for')
  }
  return found as CatalogRow
}

function isRelation(row: RelationRow): boolean {
  const { reads, locks, columns, rules, children, sequences, referring, triggers, runs, runsOnWrite } = row
  const lists = [
    columns,
    rules,
    locks,
    children,
    sequences,
    referring,
    triggers,
    runs,
    runsOnWrite,
    ...Object.values(reads ?? {}),
  ]
  const fired = (Array.isArray(triggers) ? triggers : []).flatMap(({ on, runs }) => [on, runs])
  const keyed = (Array.isArray(referring) ? referring : []).flatMap(({ columns, key }) => [columns, key ?? []])
  if (![...fired, ...keyed].every(Array.isArray)) return false
  return lists.every(list => list === undefined || list === null || Array.isArray(list)) && (!reads || isObject(reads))
}

/** What runs beside what only computes. */
export function acting(signatures: readonly string[] | null | undefined): readonly string[] {
  return [...new Set(signatures ?? [])].filter(signature => builtinFunction(signature) !== 'harmless').sort()
}

/** A relation of the server's JSON without what does not matter. */
export function toRelation(row: RelationRow): PostgresRelation {
  const { schema, name, kind, table, columns, rules, reads, locks, children, sequences, referring, triggers } = row
  const fired = (triggers ?? []).map(({ on, instead, runs }) => ({
    on,
    ...(instead ? { instead } : {}),
    runs: acting(runs),
  }))
  const [runs, runsOnWrite] = [acting(row.runs), acting(row.runsOnWrite)]
  return {
    ...{ schema, name, kind },
    ...(table ? { table } : {}),
    ...(columns ? { columns } : {}),
    ...(rules?.length ? { rules: [...rules].sort() } : {}),
    ...(reads ? { reads: mapped(reads, each => [...each].sort()) } : {}),
    ...(locks?.length ? { locks: [...locks].sort() } : {}),
    ...(children?.length ? { children: [...children].sort() } : {}),
    ...(sequences?.length ? { sequences: [...sequences].sort() } : {}),
    ...(referring?.length ? { referring: sorted(referring.map(toCascade)) } : {}),
    ...(fired.length ? { triggers: sorted(fired) } : {}),
    ...(runs.length ? { runs } : {}),
    ...(runsOnWrite.length ? { runsOnWrite } : {}),
  }
}

function toCascade({ on, action, relation, columns, key }: PostgresCascade): PostgresCascade {
  return { on, action, relation, columns, ...(key ? { key } : {}) }
}

function sorted<T>(values: readonly T[]): readonly T[] {
  return values
    .map(value => [canonicalJson(value), value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, value]) => value)
}

export function toRoutine(row: RoutineRow): PostgresRoutine {
  const { schema, name, signature, volatility, language, securityDefiner, extension, least, most } = row
  return {
    ...{ schema, name, signature, volatility, language, securityDefiner },
    ...(extension === null ? {} : { extension }),
    least,
    ...(most === null ? {} : { most }),
  }
}

/** The keys by which a relation leads to others. */
export function edges({
  reads = {},
  locks = [],
  children = [],
  sequences = [],
  referring = [],
}: PostgresRelation): readonly string[] {
  return [...Object.keys(reads), ...locks, ...children, ...sequences, ...referring.map(({ relation }) => relation)]
}

/** Whether the row of `plainCatalogQuery`, as text, is only a part. */
export function leadsOn(row: string): boolean {
  return row.startsWith('{"more" : true')
}

/** Applies `change` to each value of a record, keys sorted. */
function mapped<A, B>(record: { readonly [key: string]: A }, change: (value: A) => B): { [key: string]: B } {
  return Object.fromEntries(
    Object.keys(record)
      .sort()
      .map(key => [key, change(record[key] as A)]),
  )
}

/** Frozen throughout, so that an engine may know it by its identity. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) frozen(member)
    Object.freeze(value)
  }
  return value
}

/**
 * The operation's catalog from the one row of `catalogQuery`, its column `catalog` as text or parsed.
 *
 * @throws PolicyError `ERR_CATALOG` where the row is not what a PostgreSQL answers
 */
export function toCatalog(row: unknown, state: SessionState): PostgresCatalog {
  const { currentSchema, relations, nodes, beyond, functions, types, operators, typeFunctions, routines } = readRow(row)
  const known = mapped(nodes, toRelation)
  const named = mapped(relations, key => (key === null ? null : (known[key] ?? null)))
  const resolved = {
    ...ofSession(state),
    currentSchema,
    transaction: state.transaction,
    relations: named,
    functions: mapped(functions, each => [...each].sort()),
    types: mapped(types, each => each),
    foreignOperators: Object.keys(operators).sort(),
  }
  const maps = {
    operatorFunctions: mapped(operators, acting),
    typeFunctions: mapped(typeFunctions, acting),
    reached: beyond ? {} : behind(named, known),
    routines: mapped(routines, toRoutine),
  }
  return frozen({ ...resolved, ...unlessEmpty(maps), ...(beyond ? { beyond } : {}) })
}

/** Without the maps that hold nothing. */
export function unlessEmpty<T extends object>(maps: T): Partial<T> {
  return Object.fromEntries(Object.entries(maps).filter(([, map]) => Object.keys(map).length > 0)) as Partial<T>
}

/** What is reached from the relations that are named. */
export function behind(
  named: PostgresCatalog['relations'],
  known: { readonly [key: string]: PostgresRelation },
): { readonly [key: string]: PostgresRelation } {
  const found = new Map<string, PostgresRelation>()
  const left = Object.values(named).flatMap(relation => (relation ? edges(relation) : []))
  for (let key = left.pop(); key !== undefined; key = left.pop()) {
    const relation = found.has(key) || !Object.hasOwn(known, key) ? undefined : known[key]
    if (relation === undefined) continue
    found.set(key, relation)
    left.push(...edges(relation))
  }
  return mapped(Object.fromEntries(found), each => each)
}
