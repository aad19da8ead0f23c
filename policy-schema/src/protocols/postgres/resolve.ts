import type { Unmappable } from '../../protocol.ts'
import { accepts, type BuiltinFunction, builtinFunction } from './functions.ts'
import type { PostgresCatalog, PostgresRelation } from './operation.ts'
import type { Ask, Call, SqlNames } from './reading.ts'
import { refusal } from './reading.ts'

/** The value of an own key: a name may be `constructor`. */
function own<T>(map: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined
}

/** What a written relation resolved to. */
export function resolveRelation(catalog: PostgresCatalog, written: string): PostgresRelation | Unmappable {
  return own(catalog.relations, written) ?? refusal('unresolved', `there is no relation \`${written}\` in the catalog`)
}

const hiddenWords = {
  rules: 'rules that rewrite what is asked of it',
  triggers: 'triggers that run code',
  children: 'children whose rows belong to it',
  'delete cascades': 'foreign keys that delete or change rows of other tables',
  'update cascades': 'foreign keys that change rows of other tables',
}

type Hidden = NonNullable<PostgresRelation['hidden']>[number]

/** Which hidden parts of a table matter to what is done to it. */
function matters(hidden: Hidden, ask: Extract<Ask, { on: 'relation' }>): boolean {
  const reachesRows = ask.use === 'read' || ask.use === 'write'
  if (hidden === 'rules') return reachesRows && ask.action !== 'truncate'
  // new rows go into the named table alone
  const staysInside = ask.only || ask.action === 'insert' || ask.action === 'copyFrom'
  if (hidden === 'children') {
    if (ask.action === 'analyze') return true // takes a sample of theirs too, ONLY or not
    return !staysInside && (reachesRows || ask.action === 'alterTable')
  }
  if (hidden === 'delete cascades') return ask.action === 'delete'
  if (hidden === 'update cascades') return ask.action === 'update'
  return ask.use === 'write' && ask.action !== 'selectForUpdate'
}

/** Why a relation cannot be decided on by its name and kind alone; `undefined` where it can. */
export function refuseRelation(
  ask: Extract<Ask, { on: 'relation' }>,
  relation: PostgresRelation,
): Unmappable | undefined {
  const { schema, name, kind, hidden = [] } = relation
  const called = `\`${schema}.${name}\``
  if (kind === 'temporary' || schema.startsWith('pg_temp')) {
    return refusal('unmapped', `${called} is temporary, it can stand before another name`)
  }
  if (schema === 'pg_catalog') {
    if (ask.use === 'read' && (kind === 'table' || kind === 'view')) return undefined
    return ask.use === 'maintain' && kind === 'table'
      ? undefined
      : refusal('unmapped', `${called} is the server's own, it is only read`)
  }
  const kinds = ask.kinds ?? ['table']
  if (!kinds.includes(kind)) {
    return refusal('unmapped', `${called} is a ${kind}, which \`${ask.action}\` is not mapped for`)
  }
  const reason = hidden.find(each => matters(each, ask))
  return reason && refusal('unmapped', `${called} has ${hiddenWords[reason]}, which no policy would see`)
}

/** Operators and types: what is not PostgreSQL's own could run code. */
export function refuseNames(catalog: PostgresCatalog, names: SqlNames): Unmappable | undefined {
  const operator = names.operators.find(each => catalog.foreignOperators.includes(each))
  if (operator !== undefined) {
    return refusal('unresolved', `the operator \`${operator}\` also exists outside pg_catalog`)
  }
  for (const written of names.types) {
    const type = own(catalog.types, written)
    if (type === undefined || type === null)
      return refusal('unresolved', `there is no type \`${written}\` in the catalog`)
    if (!type.startsWith('pg_catalog.')) return refusal('unresolved', `the type \`${type}\` is not built in`)
  }
  return undefined
}

/** Whether the settings that a call changes are asked for by name. A pg_settings of someone's own may name others. */
function isAsked(catalog: PostgresCatalog, { settingsFrom }: Call, builtin: BuiltinFunction): boolean {
  if (settingsFrom === undefined || builtin.name !== 'set_config') return false
  const { schema, name } = own(catalog.relations, settingsFrom) ?? {}
  return settingsFrom === 'nowhere' || (schema === 'pg_catalog' && name === 'pg_settings')
}

/** The functions that a call may mean and that a policy must allow. */
export function resolveCall(catalog: PostgresCatalog, call: Call): readonly BuiltinFunction[] | Unmappable {
  const candidates = own(catalog.functions, call.written)
  const optional = call.word || call.written.startsWith('.')
  if (candidates === undefined || (candidates.length === 0 && !optional)) {
    return refusal('unresolved', `there is no function \`${call.written}\` in the catalog`)
  }
  const meant: BuiltinFunction[] = []
  for (const signature of candidates) {
    const builtin = builtinFunction(signature)
    if (builtin === undefined) return refusal('unresolved', `\`${signature}\` is no built-in function`)
    if (builtin === 'harmless' || !accepts(builtin, call.count)) continue
    if (builtin.tags.includes('settings')) {
      if (isAsked(catalog, call, builtin)) continue
      return refusal('unmapped', `\`${signature}\` can change what later statements mean or as whom they run`)
    }
    meant.push(builtin)
  }
  return meant
}
