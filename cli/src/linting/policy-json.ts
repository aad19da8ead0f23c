import { type EntityUid, type Policy, policyJson } from '@cedargate/policy-schema'
import type { Expression } from './expression.ts'

/** Cedar's JSON form of a policy, as far as rules read it. */
export interface PolicyJson {
  readonly effect: 'permit' | 'forbid'
  readonly principal: Scope
  readonly action: Scope
  readonly resource: Scope
  readonly conditions: readonly { readonly kind: 'when' | 'unless'; readonly body: Expression }[]
}
export interface Scope {
  readonly op: 'All' | '==' | 'in' | 'is'
  readonly entity?: JsonEntity
  readonly entities?: readonly JsonEntity[]
  readonly entity_type?: string
  readonly in?: { readonly entity: JsonEntity }
}
type JsonEntity = EntityUid | { readonly __entity: EntityUid }

/** A policy with its syntax tree. */
export interface LintPolicy extends Policy {
  readonly json: PolicyJson
}

export function toLintPolicy(policy: Policy): LintPolicy {
  return { ...policy, json: policyJson(policy) as unknown as PolicyJson }
}

/** The entities that a scope names. */
export function scopeEntities(scope: Scope): EntityUid[] {
  return [scope.entity, ...(scope.entities ?? []), scope.in?.entity]
    .filter(found => found !== undefined)
    .map(found => ('__entity' in found ? found.__entity : found))
}

/** True where a scope names no entity, whether or not it names a type. */
export function isOpen(scope: Scope): boolean {
  return scopeEntities(scope).length === 0
}

/** All condition bodies. */
export function bodies(policy: LintPolicy): Expression[] {
  return policy.json.conditions.map(({ body }) => body)
}
