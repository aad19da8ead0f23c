import type { RelationRow, RoutineRow } from './catalog-query.ts'
import { acting, behind, edges, toRelation, toRoutine, unlessEmpty } from './catalog-query.ts'
import { mayCall } from './column-lookup.ts'
import { builtinSignatures } from './functions.ts'
import { nameParts, quoteIdent, writtenName } from './names.ts'
import type { PostgresCatalog, PostgresRelation, PostgresRoutine } from './operation.ts'
import type { SqlNames } from './reading.ts'

export { snapshotQuery } from './snapshot-sql.ts'

/**
 * `snapshots/<target>.json`: what names resolve to for one login, for tests and `explain`. Names are as the catalog
 * spells them, unquoted; built-in functions are not in it.
 */
export interface PostgresSnapshot {
  readonly version: 1
  readonly database: string
  /** Schemas that exist, in order, without the implicit ones. */
  readonly searchPath: readonly string[]
  readonly relations: readonly PostgresRelation[]
  readonly functions: readonly SnapshotFunction[]
  readonly types: readonly SnapshotActing[]
  /** Outside `pg_catalog`. */
  readonly operators: readonly SnapshotActing[]
  /** What is known of each function that is not built in, by its signature. */
  readonly routines?: { readonly [signature: string]: PostgresRoutine }
}
export interface SnapshotName {
  readonly schema: string
  readonly name: string
}
/** Signatures of what runs where it is used, but for what only computes; absent of PostgreSQL's own. */
export interface SnapshotActing extends SnapshotName {
  readonly functions?: readonly string[]
}
export interface SnapshotFunction extends SnapshotName {
  /** `public.total(public.orders)` */
  readonly signature: string
  /** Whether `row.name` may call it. */
  readonly takesRow: boolean
}

type ActingRow = SnapshotName & { readonly functions?: readonly string[] | null }
type SnapshotRow = Omit<PostgresSnapshot, 'relations' | 'types' | 'operators' | 'routines'> & {
  readonly relations: readonly RelationRow[]
  readonly types: readonly ActingRow[]
  readonly operators: readonly ActingRow[]
  readonly routines: { readonly [signature: string]: RoutineRow }
}

const bySpelling = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)

/** The snapshot from the one row of `snapshotQuery`, its column `snapshot` as text or parsed; sorted, to be committed. */
export function toSnapshot(row: unknown): PostgresSnapshot {
  const read = (typeof row === 'string' ? JSON.parse(row) : row) as SnapshotRow
  return {
    version: 1,
    database: read.database,
    searchPath: read.searchPath,
    relations: read.relations.map(toRelation).sort(bySpelling),
    functions: [...read.functions].sort(bySpelling),
    types: read.types.map(toActing).sort(bySpelling),
    operators: [...new Map(read.operators.map(each => [JSON.stringify(each), toActing(each)])).values()].sort(
      bySpelling,
    ),
    routines: Object.fromEntries(
      Object.entries(read.routines)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([signature, row]) => [signature, toRoutine(row)]),
    ),
  }
}

function toActing({ schema, name, functions }: ActingRow): SnapshotActing {
  return { schema, name, ...(functions ? { functions: acting(functions) } : {}) }
}

/** The schemas that an unqualified name is looked for in. What is temporary comes first, unless the path says where. */
const path = ({ searchPath }: PostgresSnapshot) =>
  ['pg_temp', 'pg_catalog'].filter(schema => !searchPath.includes(schema)).concat(searchPath)

/** The things that a written name may mean, those of the first schema of the search path first. */
function named<T extends SnapshotName>(
  things: readonly T[],
  snapshot: PostgresSnapshot,
  written: string,
): readonly T[] {
  const parts = nameParts(written)
  const name = parts.at(-1)
  const schemas = parts.length > 1 ? parts.slice(0, 1) : path(snapshot)
  return schemas.flatMap(schema => things.filter(each => each.schema === schema && each.name === name))
}

function functionsOf(snapshot: PostgresSnapshot, written: string): readonly string[] {
  const attribute = written.startsWith('.')
  const plain = attribute ? written.slice(1) : written
  const parts = nameParts(plain)
  const builtin = attribute || (parts.length > 1 && parts[0] !== 'pg_catalog')
  const own = named(snapshot.functions, snapshot, plain).filter(({ takesRow }) => takesRow || !attribute)
  const casts = named(snapshot.types, snapshot, plain).filter(({ schema }) => schema !== 'pg_catalog' && !attribute)
  return [
    ...(builtin ? [] : builtinSignatures(parts.at(-1) ?? '')),
    ...own.map(({ signature }) => signature),
    ...casts.map(type => `${typeName(type)}(cast)`),
  ].sort()
}

function entries<T>(names: readonly string[], resolve: (written: string) => T): { [written: string]: T } {
  return Object.fromEntries([...names].sort().map(written => [written, resolve(written)]))
}

/** A snapshot of a version that had no columns gives none, which is not the same as that there are none. */
function withColumns({ columns, ...relation }: PostgresRelation, wanted: readonly string[]): PostgresRelation {
  if (wanted.length === 0 || columns === undefined) return relation
  const all = wanted.includes('*')
  return { ...relation, columns: columns.filter(column => all || wanted.includes(column)) }
}

/** A relation that is only read: what writing it would do is not looked up. */
function ofRead({
  referring: _,
  triggers: __,
  runsOnWrite: ___,
  sequences: ____,
  ...relation
}: PostgresRelation): PostgresRelation {
  return relation
}

const keyOf = ({ schema, name }: SnapshotName) => writtenName([schema, name])

/** Every relation by its key, without columns; those that a write reaches with what writing them does. */
function relationsBehind(names: SqlNames, snapshot: PostgresSnapshot): { readonly [key: string]: PostgresRelation } {
  const all = new Map(snapshot.relations.map(({ columns: _, ...relation }) => [keyOf(relation), relation]))
  const left = names.written.flatMap(written => named(snapshot.relations, snapshot, written).slice(0, 1).map(keyOf))
  const written = new Set<string>()
  for (let key = left.pop(); key !== undefined; key = left.pop()) {
    const relation = written.has(key) ? undefined : all.get(key)
    if (relation) left.push(...edges(relation))
    written.add(key)
  }
  return Object.fromEntries([...all].map(([key, relation]) => [key, written.has(key) ? relation : ofRead(relation)]))
}

const typeName = ({ schema, name }: SnapshotName) =>
  [schema, name].map(part => (/[."(),]/.test(part) ? quoteIdent(part) : part)).join('.')

/** Resolves written names as the server would that the snapshot was pulled from, outside of a transaction. */
export function resolveNames(names: SqlNames, snapshot: PostgresSnapshot): PostgresCatalog {
  const visible = new Set(path(snapshot))
  const known = relationsBehind(names, snapshot)
  const functions = entries(names.functions, written => functionsOf(snapshot, written))
  const wanted = names.columns.length > 0 && mayCall({ functions }) ? ['*'] : names.columns
  const relations = entries(names.relations, written => {
    const relation = named(snapshot.relations, snapshot, written)[0]
    if (relation === undefined) return null
    const { columns } = relation
    return toRelation(withColumns({ ...(known[keyOf(relation)] ?? relation), ...(columns && { columns }) }, wanted))
  })
  const found = (written: string) => named(snapshot.types, snapshot, written)[0]
  const types = entries(names.types, written => {
    const type = found(written)
    return type ? typeName(type) : null
  })
  const chosen = snapshot.operators.filter(({ schema, name }) => visible.has(schema) && names.operators.includes(name))
  const operatorFunctions = entries([...new Set(chosen.map(({ name }) => name))], symbol =>
    acting(chosen.flatMap(({ name, functions = [] }) => (name === symbol ? functions : []))),
  )
  const read = [...names.types, ...names.functions.filter(written => !written.startsWith('.'))].map(found)
  const typeFunctions = Object.fromEntries(
    read.flatMap(type => (type?.functions ? [[typeName(type), type.functions] as const] : [])),
  )
  const reached = behind(relations, known)
  const signatures = new Set([
    ...[...Object.values(relations), ...Object.values(reached)].flatMap(signaturesOf),
    ...[functions, operatorFunctions, typeFunctions].flatMap(map => Object.values(map).flat()),
  ])
  const routines = Object.fromEntries(
    Object.entries(snapshot.routines ?? {}).filter(([signature]) => signatures.has(signature)),
  )
  return {
    database: snapshot.database,
    currentSchema: snapshot.searchPath[0] ?? null,
    transaction: 'none',
    ...{ relations, functions, types },
    foreignOperators: Object.keys(operatorFunctions),
    ...unlessEmpty({ operatorFunctions, typeFunctions, reached, routines }),
  }
}

function signaturesOf(relation: PostgresRelation | null): readonly string[] {
  const { runs = [], runsOnWrite = [], triggers = [] } = relation ?? {}
  return [...runs, ...runsOnWrite, ...triggers.flatMap(({ runs }) => runs)]
}
