import { PolicyError } from '../../errors.ts'
import type { PostgresCatalog, PostgresRelation } from './operation.ts'
import type { SqlNames } from './reading.ts'

export { catalogQuery } from './catalog-sql.ts'

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
  const { relations, functions, operators, types, columns } = names
  return [relations, functions, operators, types, columns].map(arrayText)
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
  readonly currentSchema: string | null
  readonly relations: { readonly [written: string]: RelationRow | null }
  readonly functions: { readonly [written: string]: readonly string[] }
  readonly types: { readonly [written: string]: string | null }
  readonly foreignOperators: readonly string[]
}
export type RelationRow = Omit<PostgresRelation, 'table' | 'columns' | 'hidden'> & {
  readonly table?: string | null
  readonly columns?: readonly string[] | null
  readonly hidden?: NonNullable<PostgresRelation['hidden']>
}

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
  const { relations, functions, types, foreignOperators, currentSchema } = (parsed ?? {}) as Partial<CatalogRow>
  const columns = Object.values(relations ?? {}).map(each => each?.columns ?? [])
  const lists = [foreignOperators, ...Object.values(functions ?? {}), ...columns]
  const maps = [relations, functions, types, ...Object.values(relations ?? {}).filter(each => each !== null)]
  if (!maps.every(isObject) || !lists.every(Array.isArray) || currentSchema === undefined) {
    throw new PolicyError('ERR_CATALOG', 'the catalog that the target gave has another shape than was asked for')
  }
  return parsed as CatalogRow
}

/** A relation of the server's JSON without what does not matter. */
export function toRelation({ schema, name, kind, table, columns, hidden }: RelationRow): PostgresRelation {
  return {
    ...{ schema, name, kind },
    ...(table ? { table } : {}),
    ...(columns ? { columns } : {}),
    ...(hidden?.length ? { hidden } : {}),
  }
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
  const { currentSchema, relations, functions, types, foreignOperators } = readRow(row)
  return frozen({
    ...ofSession(state),
    currentSchema,
    transaction: state.transaction,
    relations: mapped(relations, each => each && toRelation(each)),
    functions: mapped(functions, each => [...each].sort()),
    types: mapped(types, each => each),
    foreignOperators: [...foreignOperators].sort(),
  })
}
