import { readFileSync } from 'node:fs'
import type { SchemaJson } from '@cedar-policy/cedar-wasm/nodejs'
import { PolicyError } from '../errors.ts'
import { protocols } from '../protocols/index.ts'
import { tools } from './instance.ts'

export type SchemaCode = 'ERR_SCHEMA'

const base = readFileSync(new URL('../base.cedarschema', import.meta.url), 'utf8')

/** The schema that policies are written and validated against: the common part and each protocol's namespace, as text. */
export function authoringSchema(): string {
  return [base, ...Object.values(protocols).map(protocol => protocol.cedarSchema)].filter(Boolean).join('\n')
}

/** A Cedar type with its names resolved. Plain data. */
export type CedarType =
  | { readonly kind: 'String' | 'Long' | 'Bool' }
  | { readonly kind: 'Set'; readonly element: CedarType }
  | { readonly kind: 'Record'; readonly attributes: Attributes }
  | { readonly kind: 'Entity'; readonly name: string }
  | { readonly kind: 'Extension'; readonly name: string }
export type Attributes = { readonly [name: string]: { readonly type: CedarType; readonly required: boolean } }

export interface EntityShape {
  readonly attributes: Attributes
  /** Types of its direct parents. */
  readonly parents: readonly string[]
}
export interface ActionShape {
  /** Groups that it is in, directly or not, as `Postgres::Action::"read"`. */
  readonly groups: readonly string[]
  readonly principals: readonly string[]
  readonly resources: readonly string[]
  readonly context: Attributes
}

/** The authoring schema as data, types resolved. */
export interface SchemaModel {
  readonly entities: { readonly [type: string]: EntityShape }
  /** By uid, `Postgres::Action::"select"`; a group is an action that applies to nothing. */
  readonly actions: { readonly [uid: string]: ActionShape }
}

let authoring: SchemaModel | undefined

/**
 * The authoring schema as data; read at the first call, which takes 50 to 200 ms.
 *
 * @throws PolicyError `ERR_SCHEMA`
 */
export function authoringModel(): SchemaModel {
  authoring ??= schemaModel(authoringSchema())
  return authoring
}

function schemaModel(text: string): SchemaModel {
  const answer = tools().call(wasm => wasm.schemaToJsonWithResolvedTypes(text))
  if (answer.type === 'failure')
    throw new PolicyError<SchemaCode>('ERR_SCHEMA', `schema does not parse: ${answer.errors[0]?.message ?? 'unknown'}`)
  const commons = commonTypes(answer.json)
  const entities: Record<string, EntityShape> = {}
  const actions: Record<string, ActionShape> = {}
  for (const [namespace, { entityTypes, actions: declared }] of Object.entries(answer.json)) {
    for (const [name, type] of Object.entries(entityTypes)) {
      const { memberOfTypes = [], shape } = type as { memberOfTypes?: string[]; shape?: JsonType }
      entities[qualify(namespace, name)] = { attributes: recordOf(shape, commons), parents: memberOfTypes }
    }
    for (const id of Object.keys(declared)) {
      const { appliesTo } = declared[id] as { appliesTo?: AppliesTo }
      actions[actionUid(namespace, id)] = {
        groups: groupsOf(answer.json, namespace, id),
        principals: appliesTo?.principalTypes ?? [],
        resources: appliesTo?.resourceTypes ?? [],
        context: recordOf(appliesTo?.context, commons),
      }
    }
  }
  return { entities, actions }
}

type JsonType = {
  readonly type: string
  readonly name?: string
  readonly element?: JsonType
  readonly attributes?: Readonly<Record<string, JsonType & { readonly required?: boolean }>>
}
interface AppliesTo {
  readonly principalTypes?: readonly string[]
  readonly resourceTypes?: readonly string[]
  readonly context?: JsonType
}
type Commons = ReadonlyMap<string, JsonType>

function commonTypes(json: SchemaJson<string>): Commons {
  const commons = new Map<string, JsonType>()
  for (const [namespace, { commonTypes = {} }] of Object.entries(json))
    for (const [name, type] of Object.entries(commonTypes)) commons.set(qualify(namespace, name), type as JsonType)
  return commons
}

const primitives: { readonly [name: string]: CedarType } = {
  String: { kind: 'String' },
  Long: { kind: 'Long' },
  Bool: { kind: 'Bool' },
  Boolean: { kind: 'Bool' },
}
const extensions = new Set(['ipaddr', 'decimal', 'datetime', 'duration'])

function resolve(type: JsonType, commons: Commons): CedarType {
  if (type.type === 'Record') return { kind: 'Record', attributes: recordOf(type, commons) }
  if (type.type === 'Set' && type.element) return { kind: 'Set', element: resolve(type.element, commons) }
  if (type.type === 'Entity' && type.name) return { kind: 'Entity', name: type.name }
  if (type.type === 'Extension' && type.name) return { kind: 'Extension', name: type.name }
  const name = (type.type === 'EntityOrCommon' ? type.name : type.type) ?? ''
  const known = primitives[name]
  if (known) return known
  if (extensions.has(name)) return { kind: 'Extension', name }
  const common = commons.get(name)
  if (common) return resolve(common, commons)
  throw new PolicyError<SchemaCode>('ERR_SCHEMA', `schema names an unknown type \`${name}\``)
}

function recordOf(type: JsonType | undefined, commons: Commons): Attributes {
  if (!type) return {}
  if (!type.attributes) {
    const resolved = resolve(type, commons)
    return resolved.kind === 'Record' ? resolved.attributes : {}
  }
  return Object.fromEntries(
    Object.entries(type.attributes).map(([name, attribute]) => [
      name,
      { type: resolve(attribute, commons), required: attribute.required !== false },
    ]),
  )
}

function groupsOf(json: SchemaJson<string>, namespace: string, id: string): readonly string[] {
  const groups = new Set<string>()
  const visit = (space: string, name: string) => {
    for (const group of json[space]?.actions[name]?.memberOf ?? []) {
      const groupSpace = group.type ? group.type.replace(/(::)?Action$/, '') : space
      const uid = actionUid(groupSpace, group.id)
      if (groups.has(uid)) continue
      groups.add(uid)
      visit(groupSpace, group.id)
    }
  }
  visit(namespace, id)
  return [...groups].sort()
}

function qualify(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}::${name}`
}

function actionUid(namespace: string, id: string): string {
  return `${qualify(namespace, 'Action')}::${JSON.stringify(id)}`
}
