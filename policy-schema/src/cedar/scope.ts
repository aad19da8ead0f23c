import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs'
import type { EntityUid } from '../operation.ts'
import type { SchemaModel } from './schema.ts'

/** What a policy's head admits. Uids are in Cedar's text form. Plain data. */
export interface Scope {
  readonly principal: EntityScope
  /** `undefined`: every action. Otherwise any of these, themselves or (`deep`) as a group. */
  readonly actions: readonly string[] | undefined
  readonly deepActions: boolean
  readonly resource: EntityScope
}
export interface EntityScope {
  /** `is` */
  readonly type?: string
  /** `==` */
  readonly equals?: string
  /** `in`, which includes the entity itself. */
  readonly within?: string
}

/** Who asks what of what, with all that `in` could lead to. */
export interface ScopeQuestion {
  readonly principalType: string
  readonly principal: string
  readonly principalAncestors: readonly string[]
  readonly action: string
  readonly actionGroups: readonly string[]
  readonly resourceType: string
  readonly resource: string
  readonly resourceAncestors: readonly string[]
}

/** `Gate::Role::"backup"`, with Cedar's escapes where JSON has the same ones. */
export function uidText(uid: EntityUid): string {
  return `${uid.type}::${JSON.stringify(uid.id)}`
}

/** The head of a policy. */
export function scopeOf(json: PolicyJson): Scope {
  const { action } = json
  return {
    principal: entityScope(json.principal),
    actions:
      'entities' in action ? action.entities.map(wrapped) : 'entity' in action ? [wrapped(action.entity)] : undefined,
    deepActions: action.op === 'in',
    resource: entityScope(json.resource),
  }
}

/** Whether a policy's head holds; its conditions may not. The same answer as Cedar's own. */
export function scopeMatches(scope: Scope, asked: ScopeQuestion): boolean {
  return (
    entityMatches(scope.principal, asked.principalType, asked.principal, asked.principalAncestors) &&
    actionMatches(scope, asked.action, asked.actionGroups) &&
    entityMatches(scope.resource, asked.resourceType, asked.resource, asked.resourceAncestors)
  )
}

function entityMatches(scope: EntityScope, type: string, uid: string, ancestors: readonly string[]): boolean {
  if (scope.type !== undefined && scope.type !== type) return false
  if (scope.equals !== undefined) return scope.equals === uid
  return scope.within === undefined || scope.within === uid || ancestors.includes(scope.within)
}

export function actionMatches(
  scope: Pick<Scope, 'actions' | 'deepActions'>,
  action: string,
  groups: readonly string[],
): boolean {
  if (scope.actions === undefined || scope.actions.includes(action)) return true
  return scope.deepActions && scope.actions.some(named => groups.includes(named))
}

/** One kind of request that a policy could ever apply to. */
export interface Environment {
  readonly principalType: string
  readonly action: string
  readonly resourceType: string
}

/** Every (principal type, action, resource type) of the schema that a policy's head admits. */
export function environments(scope: Scope, schema: SchemaModel): readonly Environment[] {
  return Object.entries(schema.actions).flatMap(([action, shape]) =>
    actionMatches(scope, action, shape.groups)
      ? shape.principals
          .filter(type => typeAdmitted(scope.principal, type, schema))
          .flatMap(principalType =>
            shape.resources
              .filter(type => typeAdmitted(scope.resource, type, schema))
              .map(resourceType => ({ principalType, action, resourceType })),
          )
      : [],
  )
}

function typeAdmitted(scope: EntityScope, type: string, schema: SchemaModel): boolean {
  if (scope.type !== undefined && scope.type !== type) return false
  if (scope.equals !== undefined) return typeOf(scope.equals) === type
  if (scope.within === undefined) return true
  const wanted = typeOf(scope.within)
  return wanted === type || ancestorTypes(type, schema).includes(wanted)
}

/** Types of an entity's parents, theirs, and so on. */
export function ancestorTypes(type: string, schema: SchemaModel): readonly string[] {
  const found = new Set<string>()
  const open = [type]
  for (let next = open.pop(); next !== undefined; next = open.pop())
    for (const parent of schema.entities[next]?.parents ?? [])
      if (!found.has(parent)) {
        found.add(parent)
        open.push(parent)
      }
  return [...found]
}

function typeOf(uid: string): string {
  return uid.slice(0, uid.indexOf('::"'))
}

function entityScope(json: PolicyJson['principal'] | PolicyJson['resource']): EntityScope {
  if (json.op === '==' && 'entity' in json) return { equals: wrapped(json.entity) }
  if (json.op === 'in' && 'entity' in json) return { within: wrapped(json.entity) }
  if (json.op !== 'is') return {}
  const inside = json.in && 'entity' in json.in ? { within: wrapped(json.in.entity) } : {}
  return { type: json.entity_type, ...inside }
}

function wrapped(uid: { __entity: EntityUid } | EntityUid): string {
  return uidText('__entity' in uid ? uid.__entity : uid)
}
