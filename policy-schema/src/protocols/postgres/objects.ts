import { segment } from '../../entity-id.ts'
import type { EntityUid } from '../../operation.ts'
import type { Entity } from '../../protocol.ts'
import type { Target } from '../../repository/types.ts'
import type { BuiltinFunction } from './functions.ts'
import type { PostgresRoutine, PostgresTargetSettings, RelationKind } from './operation.ts'

const uid = (type: string, ...path: readonly string[]): EntityUid => ({
  type: `Postgres::${type}`,
  id: path.map(segment).join('/'),
})

/** An object with its ancestors, itself first. */
export type Lineage = readonly [Entity, ...Entity[]]

export function serverEntity(target: string): Entity {
  return { uid: uid('Server', target), attrs: {}, parents: [] }
}

export function serverLineage(target: string): Lineage {
  return [serverEntity(target)]
}

/** An object that has no type of its own: `orders-db/orders/public/type/status`, `orders-db/role/reporting`. */
export function objectLineage(
  target: string,
  {
    database,
    schema,
    kind,
    name,
  }: { readonly database?: string; readonly schema?: string; readonly kind: string; readonly name: string },
): Lineage {
  const above =
    database === undefined
      ? serverLineage(target)
      : schema === undefined
        ? databaseLineage(target, database)
        : schemaLineage(target, database, schema)
  const path = [target, database, schema, kind, name].filter(each => each !== undefined)
  const attrs = {
    ...(database === undefined ? {} : { database }),
    ...(schema === undefined ? {} : { schema }),
    kind,
    name,
  }
  return [{ uid: uid('Object', ...path), attrs, parents: [above[0].uid] }, ...above]
}

export function databaseLineage(target: string, database: string): Lineage {
  const server = serverEntity(target)
  return [{ uid: uid('Database', target, database), attrs: {}, parents: [server.uid] }, server]
}

export function schemaLineage(target: string, database: string, schema: string): Lineage {
  const above = databaseLineage(target, database)
  return [{ uid: uid('Schema', target, database, schema), attrs: {}, parents: [above[0].uid] }, ...above]
}

/** Whether a pattern of `classification` means a relation: `*` stands for a whole part of `schema.table`. */
export function classifies(pattern: string, schema: string, name: string): boolean {
  const dot = pattern.indexOf('.')
  const [schemaPart, namePart] = [pattern.slice(0, dot), pattern.slice(dot + 1)]
  return (schemaPart === '*' || schemaPart === schema) && (namePart === '*' || namePart === name)
}

function classificationOf(settings: unknown, schema: string, name: string) {
  const { classification = [] } = (settings ?? {}) as Partial<PostgresTargetSettings>
  return classification.filter(({ table }) => classifies(table, schema, name))
}

const union = (tags: readonly { readonly tags: readonly string[] }[]) =>
  [...new Set(tags.flatMap(each => each.tags))].sort()

/** Tags of the table as a whole. */
function tagsOf(settings: unknown, schema: string, name: string): readonly string[] {
  return union(classificationOf(settings, schema, name).filter(({ columns }) => columns === undefined))
}

/** Tags of any of these columns; what the whole table is, each of its columns is. */
export function columnTagsOf(
  settings: unknown,
  { schema, name }: { readonly schema: string; readonly name: string },
  columns: readonly string[],
): readonly string[] {
  const isOf = (named: readonly string[] | undefined) => columns.some(column => named?.includes(column) ?? true)
  return union(classificationOf(settings, schema, name).filter(each => isOf(each.columns)))
}

export interface NamedRelation {
  readonly database: string
  readonly schema: string
  readonly name: string
  readonly kind: RelationKind
}

export function tableLineage(target: Target, relation: NamedRelation): Lineage {
  const { database, schema, name, kind } = relation
  const above = schemaLineage(target.name, database, schema)
  const attrs = { database, schema, name, kind, tags: tagsOf(target.settings, schema, name) }
  return [{ uid: uid('Table', target.name, database, schema, name), attrs, parents: [above[0].uid] }, ...above]
}

export function functionLineage(target: Target, database: string, called: BuiltinFunction | PostgresRoutine): Lineage {
  const { schema, name, signature, volatility, language, securityDefiner } = called
  const above = schemaLineage(target.name, database, schema)
  const attrs = {
    ...{ database, schema, name, volatility, language, securityDefiner },
    ...('tags' in called
      ? { builtin: true, tags: called.tags }
      : { builtin: false, tags: [], ...(called.extension === undefined ? {} : { extension: called.extension }) }),
  }
  return [{ uid: uid('Function', target.name, database, schema, signature), attrs, parents: [above[0].uid] }, ...above]
}
