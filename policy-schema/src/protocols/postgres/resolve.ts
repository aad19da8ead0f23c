import type { Unmappable } from '../../protocol.ts'
import { accepts, type BuiltinFunction, builtinFunction } from './functions.ts'
import type { PostgresCatalog, PostgresRelation, PostgresRoutine, RelationKind } from './operation.ts'
import type { Ask, Call, SqlNames, Use } from './reading.ts'
import { isRefusal, refusal } from './reading.ts'

/** The value of an own key: a name may be `constructor`. */
function own<T>(map: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined
}

/** What a written relation resolved to. */
export function resolveRelation(catalog: PostgresCatalog, written: string): PostgresRelation | Unmappable {
  return own(catalog.relations, written) ?? refusal('unresolved', `there is no relation \`${written}\` in the catalog`)
}

const tables: readonly RelationKind[] = ['table', 'partitioned table', 'foreign table']

/** What each use may be of, where the statement does not say. */
const kindsOf: { readonly [use in Use]: readonly RelationKind[] } = {
  read: ['table', 'view', 'materialized view', 'partitioned table', 'foreign table', 'sequence'],
  write: [...tables, 'view'],
  maintain: [...tables, 'materialized view'],
  define: ['table', 'partitioned table'],
}

/** Why a relation cannot be decided on by its name and kind alone; `undefined` where it can. */
export function refuseRelation(
  ask: Extract<Ask, { on: 'relation' }>,
  relation: PostgresRelation,
): Unmappable | undefined {
  const { schema, name, kind } = relation
  const called = `\`${schema}.${name}\``
  if (schema.startsWith('pg_temp_')) return refusal('unmapped', `${called} is a temporary object of another session`)
  if (schema === 'pg_catalog') {
    if (ask.use === 'read' && (kind === 'table' || kind === 'view')) return undefined
    return ask.use === 'maintain' && kind === 'table'
      ? undefined
      : refusal('unmapped', `${called} is the server's own, it is only read`)
  }
  const kinds = ask.kinds ?? (ask.action === 'truncate' ? tables : kindsOf[ask.use])
  if (kind === 'partitioned table' && relation.table !== undefined) {
    return refusal('unmapped', `${called} is an index of a partitioned table, which is not mapped`)
  }
  if (!kinds.includes(kind)) {
    return refusal('unmapped', `${called} is a ${kind}, which \`${ask.action}\` is not mapped for`)
  }
  return undefined
}

/** The functions behind operators and types that are not PostgreSQL's own: each could be chosen. */
export function resolveNames(
  catalog: PostgresCatalog,
  names: SqlNames,
  namedTypes: readonly string[],
): readonly CalledFunction[] | Unmappable {
  const signatures: string[] = []
  for (const operator of names.operators.filter(each => catalog.foreignOperators.includes(each))) {
    const functions = own(catalog.operatorFunctions ?? {}, operator)
    if (functions === undefined)
      return refusal('unresolved', `the operator \`${operator}\` also exists outside pg_catalog`)
    signatures.push(...functions)
  }
  for (const written of names.types) {
    if (namedTypes.includes(written)) continue
    const type = own(catalog.types, written)
    if (type === undefined || type === null)
      return refusal('unresolved', `there is no type \`${written}\` in the catalog`)
    if (type.startsWith('pg_catalog.')) continue
    const functions = own(catalog.typeFunctions ?? {}, type)
    if (functions === undefined) return refusal('unresolved', `what reads the type \`${type}\` is not in the catalog`)
    signatures.push(...functions)
  }
  return resolveFunctions(catalog, signatures)
}

/** Whether the settings that a call changes are asked for by name. A pg_settings of someone's own may name others. */
function isAsked(catalog: PostgresCatalog, { settingsFrom }: Call, builtin: BuiltinFunction): boolean {
  if (settingsFrom === undefined || builtin.name !== 'set_config') return false
  const { schema, name } = own(catalog.relations, settingsFrom) ?? {}
  return settingsFrom === 'nowhere' || (schema === 'pg_catalog' && name === 'pg_settings')
}

/** A function that a policy must allow: a built-in that does more than compute, or one of somebody's own. */
export type CalledFunction = BuiltinFunction | PostgresRoutine

function resolveFunction(
  catalog: PostgresCatalog,
  signature: string,
  call?: Call,
): CalledFunction | 'harmless' | Unmappable {
  const found = builtinFunction(signature) ?? own(catalog.routines ?? {}, signature)
  if (found === undefined) return refusal('unresolved', `\`${signature}\` is no function that is known of`)
  if (found !== 'harmless' && 'tags' in found && found.tags.includes('settings') && takes(found, call?.count)) {
    if (call && isAsked(catalog, call, found)) return 'harmless'
    return refusal('unmapped', `\`${signature}\` can change what later statements mean or as whom they run`)
  }
  return found
}

/** Functions by their signatures, without those that only compute. */
export function resolveFunctions(
  catalog: PostgresCatalog,
  signatures: readonly string[],
  call?: Call,
): readonly CalledFunction[] | Unmappable {
  const functions: CalledFunction[] = []
  for (const signature of signatures) {
    const found = resolveFunction(catalog, signature, call)
    if (found === 'harmless') continue
    if (isRefusal(found)) return found
    functions.push(found)
  }
  return functions
}

/** Whether a call with so many arguments can mean this function; any can where the number is not known. */
function takes(called: CalledFunction, count: number | undefined): boolean {
  if ('tags' in called) return accepts(called, count)
  return count === undefined || (count >= called.least && count <= (called.most ?? Number.POSITIVE_INFINITY))
}

const cast = '(cast)'

/** The functions that a call may mean and that a policy must allow. `name(x)` of a type's name is a cast to it. */
export function resolveCall(catalog: PostgresCatalog, call: Call): readonly CalledFunction[] | Unmappable {
  const candidates = own(catalog.functions, call.written)
  const optional = call.word || call.written.startsWith('.')
  if (candidates === undefined || (candidates.length === 0 && !optional)) {
    return refusal('unresolved', `there is no function \`${call.written}\` in the catalog`)
  }
  const casts = candidates.filter(signature => signature.endsWith(cast))
  const readers: string[] = []
  for (const signature of casts) {
    const reads = own(catalog.typeFunctions ?? {}, signature.slice(0, -cast.length))
    if (reads === undefined)
      return refusal('unresolved', `what reads the type of \`${signature}\` is not in the catalog`)
    readers.push(...reads)
  }
  const functions = resolveFunctions(
    catalog,
    candidates.filter(signature => !signature.endsWith(cast)),
    call,
  )
  if (isRefusal(functions)) return functions
  const reading = resolveFunctions(catalog, readers)
  return isRefusal(reading) ? reading : [...functions.filter(each => takes(each, call.count)), ...reading]
}
