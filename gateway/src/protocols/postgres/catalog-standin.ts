import type { PostgresCatalog } from '@cedargate/policy-schema'
import type { SqlNames } from '../../../../policy-schema/src/protocols/postgres/reading.ts'

export { readSql } from '../../../../policy-schema/src/protocols/postgres/read-sql.ts'
export type { SqlNames }
export const catalogSql = 'SELECT pg_catalog.current_database(), pg_catalog.current_schema(), $1::text'
export function catalogParameters(names: SqlNames): readonly (string | null)[] {
  return [JSON.stringify(names)]
}
export function toCatalog(
  rows: readonly (readonly (string | null)[])[],
  names: SqlNames,
): Omit<PostgresCatalog, 'transaction'> {
  const [row] = rows
  return {
    database: row?.[0] ?? '',
    currentSchema: row?.[1] ?? null,
    relations: Object.fromEntries(
      names.relations.map(name => [name, { schema: 'public', name, kind: 'table' as const }]),
    ),
    functions: Object.fromEntries(names.functions.map(name => [name, [`pg_catalog.${name}()`]])),
    types: Object.fromEntries(names.types.map(name => [name, `pg_catalog.${name}`])),
    foreignOperators: [],
  }
}
