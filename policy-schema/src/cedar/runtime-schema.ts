import type { SchemaJson, Type } from '@cedar-policy/cedar-wasm/nodejs'
import type { ReadTree } from '../engine/reads.ts'
import type { Attributes, CedarType, SchemaModel } from './schema.ts'
import { ancestorTypes, type Environment } from './scope.ts'

/** What a slice's policies look at, as far as a schema is concerned. */
export interface SchemaReads {
  readonly context: ReadTree
  readonly attributes: readonly string[]
  /** Uids that are looked for among ancestors and groups. */
  readonly ancestors: readonly string[] | 'any'
  readonly graph: boolean
}

export type RuntimeSchema = SchemaJson<string>

/**
 * The schema that the requests of one slice are validated against: one principal type, one action with its groups, one
 * resource type, and just the attributes that the slice reads, all optional. It stops a value from posing as an entity or
 * an extension, and lets `action in` a group hold.
 */
export function runtimeSchema(asked: Environment, reads: SchemaReads, schema: SchemaModel): RuntimeSchema {
  const draft: Record<string, { entityTypes: Record<string, object>; actions: Record<string, object> }> = {}
  const space = (name: string) => {
    draft[name] ??= { entityTypes: {}, actions: {} }
    return draft[name]
  }
  const action = schema.actions[asked.action]
  const context = prunedAttributes(action?.context ?? {}, reads.context)
  const sought = (uid: string) => reads.ancestors === 'any' || reads.ancestors.includes(uid)
  const soughtTypes = new Set(
    reads.ancestors === 'any'
      ? Object.keys(schema.entities)
      : reads.ancestors.map(uid => uid.slice(0, uid.indexOf('::"'))),
  )
  const wanted = [asked.principalType, asked.resourceType, ...entitiesIn(context)]
  for (let type = wanted.pop(); type !== undefined; type = wanted.pop()) {
    const [namespace, name] = apart(type)
    if (space(namespace).entityTypes[name]) continue
    const attributes = Object.fromEntries(
      Object.entries(schema.entities[type]?.attributes ?? {}).filter(([key]) => reads.attributes.includes(key)),
    )
    // Requests name as parents those ancestors that are looked for, which spares sending the ancestors.
    const memberOfTypes = ancestorTypes(type, schema).filter(ancestor => reads.graph || soughtTypes.has(ancestor))
    space(namespace).entityTypes[name] = { memberOfTypes, shape: recordJson(attributes) }
    wanted.push(...memberOfTypes, ...entitiesIn(attributes))
  }
  const groups = (action?.groups ?? []).filter(sought).map(group => {
    const [namespace, id] = actionApart(group)
    space(namespace).actions[id] = {}
    return { type: namespace === '' ? 'Action' : `${namespace}::Action`, id }
  })
  const [namespace, id] = actionApart(asked.action)
  space(namespace).actions[id] = {
    memberOf: groups,
    appliesTo: {
      principalTypes: [asked.principalType],
      resourceTypes: [asked.resourceType],
      context: recordJson(context),
    },
  }
  return draft as RuntimeSchema
}

function prunedAttributes(attributes: Attributes, tree: ReadTree): Attributes {
  if (tree.whole) return attributes
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, attribute]) => {
      const read = Object.hasOwn(tree.members, name) ? tree.members[name] : undefined
      if (!read) return []
      const { type } = attribute
      if (type.kind !== 'Record') return [[name, attribute]]
      const kept: CedarType = { kind: 'Record', attributes: prunedAttributes(type.attributes, read) }
      return [[name, { ...attribute, type: kept }]]
    }),
  )
}

function recordJson(attributes: Attributes): Type<string> {
  const members = Object.entries(attributes).map(([name, { type }]) => [name, { ...typeJson(type), required: false }])
  return { type: 'Record', attributes: Object.fromEntries(members) }
}

function typeJson(type: CedarType): Type<string> {
  switch (type.kind) {
    case 'Record':
      return recordJson(type.attributes)
    case 'Set':
      return { type: 'Set', element: typeJson(type.element) }
    case 'Entity':
    case 'Extension':
      return { type: type.kind, name: type.name }
    case 'Bool':
      return { type: 'Boolean' }
    default:
      return { type: type.kind }
  }
}

function entitiesIn(attributes: Attributes): string[] {
  return Object.values(attributes).flatMap(({ type }) => entitiesOf(type))
}

function entitiesOf(type: CedarType): string[] {
  if (type.kind === 'Entity') return [type.name]
  if (type.kind === 'Set') return entitiesOf(type.element)
  return type.kind === 'Record' ? entitiesIn(type.attributes) : []
}

/** `Postgres::Table` → `Postgres`, `Table` */
function apart(type: string): [namespace: string, name: string] {
  const at = type.lastIndexOf('::')
  return at < 0 ? ['', type] : [type.slice(0, at), type.slice(at + 2)]
}

/** `Postgres::Action::"select"` → `Postgres`, `select` */
function actionApart(uid: string): [namespace: string, id: string] {
  const at = uid.indexOf('Action::"')
  return [uid.slice(0, Math.max(at - 2, 0)), JSON.parse(uid.slice(at + 'Action::'.length)) as string]
}
