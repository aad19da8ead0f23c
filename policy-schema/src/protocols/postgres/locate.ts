import type { Unmappable } from '../../protocol.ts'
import { nameParts } from './names.ts'
import type { Lineage } from './objects.ts'
import { databaseLineage, objectLineage, schemaLineage, serverLineage } from './objects.ts'
import type { PostgresCatalog } from './operation.ts'
import type { ObjectAsk } from './reading.ts'
import { isRefusal, refusal } from './reading.ts'

const own = <T>(map: { readonly [key: string]: T }, key: string): T | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined

/** The part of `schema.name` before the name; a schema may have dots. */
function schemaBefore(spelled: string, end: string): string | undefined {
  const at = spelled.indexOf(`.${end}`)
  return at > 0 ? spelled.slice(0, at) : undefined
}

/** The schemas in which an object of a bare name may stand. */
function schemasOf(catalog: PostgresCatalog, ask: ObjectAsk, name: string): readonly string[] | Unmappable {
  const spelled =
    ask.find === 'type'
      ? [own(catalog.types, ask.name) ?? []].flat()
      : (own(catalog.functions, ask.name) ?? []).filter(signature => !signature.endsWith('(cast)'))
  const found = spelled.map(each => schemaBefore(each, ask.find === 'type' ? name : `${name}(`))
  if (found.length === 0 && ask.ifExists && catalog.currentSchema !== null) return [catalog.currentSchema]
  if (found.length === 0) return refusal('unresolved', `there is no ${ask.kind} \`${ask.name}\` in the catalog`)
  const schemas = found.flatMap(schema => (schema === undefined ? [] : [schema]))
  if (schemas.length < found.length) return refusal('unresolved', `\`${ask.name}\` is called otherwise in the catalog`)
  if (ask.find === 'routine' && schemas.includes('pg_catalog')) {
    return refusal('unresolved', `\`${ask.name}\` is also the server's own, next: write \`schema.${ask.name}\``)
  }
  return [...new Set(schemas)].sort()
}

/** The objects that an ask may mean, or what holds them. */
export function locate(target: string, catalog: PostgresCatalog, ask: ObjectAsk): readonly Lineage[] | Unmappable {
  const { database } = catalog
  const { kind } = ask
  if (ask.in === 'server') {
    return [ask.around ? serverLineage(target) : objectLineage(target, { kind, name: ask.name })]
  }
  if (ask.in === 'database') {
    const above = databaseLineage(target, database)
    return [ask.around ? above : objectLineage(target, { database, kind, name: ask.name })]
  }
  const name = ask.find ? (nameParts(ask.name)[0] ?? '') : ask.name
  const given = ask.schema ?? catalog.currentSchema
  const schemas = ask.find ? schemasOf(catalog, ask, name) : given === null ? [] : [given]
  if (isRefusal(schemas)) return schemas
  if (schemas.length === 0) return refusal('unresolved', 'no schema of the search path exists')
  const reserved = schemas.find(schema => schema.startsWith('pg_'))
  if (reserved !== undefined) return refusal('unmapped', `the schema \`${reserved}\` is the server's own`)
  return schemas.map(schema =>
    ask.around ? schemaLineage(target, database, schema) : objectLineage(target, { database, schema, kind, name }),
  )
}
