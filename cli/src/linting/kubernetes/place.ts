import { type EntityUid, unsegment } from '@cedargate/policy-schema'
import { type Scope, scopeEntities } from '../policy-json.ts'

/** Whom and what a policy's head admits of calls on objects; what is missing is any. */
export interface Place {
  readonly principalType?: string
  /** By name. */
  readonly principal?: string
  readonly role?: string
  readonly target?: string
  /** Empty: of the cluster. */
  readonly namespace?: string
  readonly apiGroup?: string
  readonly resource?: string
  /** Empty: all of them, or one that has no name yet. */
  readonly name?: string
}
const parts = [
  ...(['principalType', 'principal', 'role'] as const),
  ...(['target', 'namespace', 'apiGroup', 'resource', 'name'] as const),
] satisfies readonly (keyof Place)[]

/** Where a head speaks of calls on objects; `undefined` where it speaks of none. */
export function placeOf(principal: Scope, resource: Scope): Place | undefined {
  const [who] = scopeEntities(principal)
  const [what] = scopeEntities(resource)
  const where = what === undefined ? {} : segmentsOf(what)
  if (where === undefined || (resource.op === 'is' && resource.entity_type !== 'K8s::Resource')) return undefined
  return {
    ...(principal.op === 'is' && { principalType: principal.entity_type ?? '' }),
    ...(who && (who.type === 'Gate::Role' ? { role: who.id } : { principalType: who.type, principal: who.id })),
    ...where,
  }
}

/** The parts of an id of a cluster, a namespace or an object. */
export function segmentsOf({ type, id }: EntityUid): Place | undefined {
  const [target = '', namespace = '', apiGroup = '', resource = '', name = ''] = id.split('/').map(unsegment)
  if (type === 'K8s::Cluster') return { target }
  if (type === 'K8s::Namespace') return { target, namespace }
  if (type === 'K8s::Resource') return { target, namespace, apiGroup, resource, name }
  return undefined
}

/** What both admit; `undefined` where that is nothing. */
export function meet(one: Place, other: Place): Place | undefined {
  const differs = parts.some(part => one[part] !== undefined && other[part] !== undefined && one[part] !== other[part])
  return differs ? undefined : { ...one, ...other }
}

/** Whether one admits all that the other does. */
export function covers(outer: Place, inner: Place): boolean {
  return parts.every(part => outer[part] === undefined || outer[part] === inner[part])
}
