import type { RelationRow } from './catalog-query.ts'
import { toRelation } from './catalog-query.ts'
import { builtinSignatures } from './functions.ts'
import { nameParts } from './names.ts'
import type { PostgresCatalog, PostgresRelation } from './operation.ts'
import type { SqlNames } from './reading.ts'

export { snapshotQuery } from './catalog-sql.ts'

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
  readonly types: readonly SnapshotName[]
  /** Outside `pg_catalog`. */
  readonly operators: readonly SnapshotName[]
}
export interface SnapshotName {
  readonly schema: string
  readonly name: string
}
export interface SnapshotFunction extends SnapshotName {
  /** `public.total(public.orders)` */
  readonly signature: string
  /** Whether `row.name` may call it. */
  readonly takesRow: boolean
}

type SnapshotRow = Omit<PostgresSnapshot, 'relations'> & { readonly relations: readonly RelationRow[] }

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
    types: [...read.types].sort(bySpelling),
    operators: [...new Map(read.operators.map(each => [JSON.stringify(each), each])).values()].sort(bySpelling),
  }
}

/** The schemas that an unqualified name is looked for in. */
const path = (snapshot: PostgresSnapshot) =>
  snapshot.searchPath.includes('pg_catalog') ? snapshot.searchPath : ['pg_catalog', ...snapshot.searchPath]

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
    ...casts.map(({ schema, name }) => `${schema}.${name}(cast)`),
  ].sort()
}

function entries<T>(names: readonly string[], resolve: (written: string) => T): { [written: string]: T } {
  return Object.fromEntries([...names].sort().map(written => [written, resolve(written)]))
}

/** A snapshot of a version that had no columns gives none, which is not the same as that there are none. */
function withColumns({ columns, ...relation }: PostgresRelation, wanted: readonly string[]): PostgresRelation {
  if (wanted.length === 0 || columns === undefined) return toRelation(relation)
  const all = wanted.includes('*')
  return toRelation({ ...relation, columns: columns.filter(column => all || wanted.includes(column)) })
}

/** Resolves written names as the server would that the snapshot was pulled from, outside of a transaction. */
export function resolveNames(names: SqlNames, snapshot: PostgresSnapshot): PostgresCatalog {
  const visible = new Set(path(snapshot))
  const foreign = snapshot.operators.filter(({ schema }) => visible.has(schema)).map(({ name }) => name)
  return {
    database: snapshot.database,
    currentSchema: snapshot.searchPath[0] ?? null,
    transaction: 'none',
    relations: entries(names.relations, written => {
      const relation = named(snapshot.relations, snapshot, written)[0]
      return relation ? withColumns(relation, names.columns) : null
    }),
    functions: entries(names.functions, written => functionsOf(snapshot, written)),
    types: entries(names.types, written => {
      const type = named(snapshot.types, snapshot, written)[0]
      return type ? `${type.schema}.${type.name}` : null
    }),
    foreignOperators: names.operators.filter(name => foreign.includes(name)).sort(),
  }
}
