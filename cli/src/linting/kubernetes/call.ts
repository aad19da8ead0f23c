import {
  type EntityUid,
  type KnownResource,
  knownResources,
  readObject,
  type Target,
  uidText,
  type Verb,
} from '@cedargate/policy-schema'
import type { Assumption, Known } from '../assumption.ts'
import { covers, meet, type Place, segmentsOf } from './place.ts'

/** One call on an object, by somebody in one role, without an approval. */
export interface Call extends Place, KindOfCall {
  readonly principalType: string
  readonly role: string
  readonly target: string
  readonly namespace: string
  readonly apiGroup: string
  readonly resource: string
}

/** An action on a kind, whoever does it, wherever. */
export interface KindOfCall {
  /** `patch:scale` */
  readonly action: string
  readonly apiGroup: string
  readonly resource: string
}

/** A kind that no version of Kubernetes has. */
export const custom: KnownResource = {
  ...{ resource: 'widgets', group: 'example.com', version: 'v1', kind: 'Widget' },
  ...{ namespaced: true, shortNames: [] },
}
/** The kinds that calls are tried on. */
export const kinds: readonly KnownResource[] = [...knownResources, custom]

/** Stands for the namespaces and roles that no policy names: nothing can have this name. */
export const anyOther = '?'

const unnamed: ReadonlySet<string> = new Set(['list', 'watch', 'create', 'deletecollection'])

/** Whether a call goes to a whole collection. */
export function isUnnamed(action: string): boolean {
  return unnamed.has(action)
}

const writing: ReadonlySet<string> = new Set(['create', 'update', 'patch'])
const read: ReadonlySet<string> = new Set(['', 'scale', 'ephemeralcontainers', 'resize'])

/** Whether a call is of objects of all namespaces at once: it has no namespace itself. */
export function isOfAll({ namespace, apiGroup, resource }: Call): boolean {
  const kind = kinds.find(each => each.group === apiGroup && each.resource === resource)
  return namespace === '' && kind?.namespaced === true
}

/** What a call has in its context of the object that it would make. */
export function readingsOf({ apiGroup, resource, action }: KindOfCall): readonly string[] {
  const [verb = '', subresource = ''] = action.split(':')
  if (!writing.has(verb) || !read.has(subresource)) return []
  const info = { isResource: true, apiGroup, apiVersion: 'v1', namespace: '', resource, name: '', parts: [] } as const
  const reading = readObject({}, { ...info, verb: verb as Verb, subresource })
  return typeof reading === 'string' ? [] : Object.keys(reading)
}

/** The kinds that are pods, or make them. */
export const podKinds = kinds.filter(({ group, resource }) =>
  readingsOf({ apiGroup: group, resource, action: 'create' }).includes('workload'),
)

/** What is known of a call's request before anyone makes it. What the call does not say could be any. */
export function assumptionOf(
  call: KindOfCall & Place,
  target: Target | undefined,
  groups: readonly string[],
): Assumption {
  const readings = readingsOf(call)
  const values: { readonly [path: string]: Known | undefined } = {
    'resource.apiGroup': call.apiGroup,
    'resource.resource': call.resource,
    'resource.namespace': call.namespace || undefined,
    'resource.name': call.name || undefined,
    'context.target.name': target?.name,
    'context.target.tags': target?.tags,
    'context.dryRun': false,
  }
  return {
    value: path => values[path],
    has(path) {
      if (path === 'resource.namespace') return call.namespace === undefined ? undefined : call.namespace !== ''
      if (path === 'resource.name') return call.name !== '' && !isUnnamed(call.action)
      if (path === 'context.approval') return false
      if (values[path] !== undefined) return true
      const [, member = ''] = path.split('.')
      if (!path.startsWith('context.') || !maybeRead.has(member)) return undefined
      if (member.endsWith('Before')) return readings.includes(member.replace('Before', '')) ? undefined : false
      return readings.includes(member)
    },
    is(variable, entity) {
      if (variable === 'action') return isEntity(entity, 'K8s::Action', call.action)
      if (variable === 'resource') return isWithin(call, segmentsOf(entity))
      return call.principal === undefined ? undefined : isEntity(entity, call.principalType, call.principal)
    },
    isIn(variable, entity) {
      if (variable === 'action') return isEntity(entity, 'K8s::Action', call.action) || groups.includes(uidText(entity))
      if (variable === 'resource') return isWithin(call, segmentsOf(entity))
      if (entity.type !== 'Gate::Role') return this.is(variable, entity)
      return call.role === undefined ? undefined : entity.id === call.role
    },
    isOf(variable, type) {
      if (variable === 'principal') return call.principalType === undefined ? undefined : type === call.principalType
      return variable === 'resource' ? type === 'K8s::Resource' : undefined
    },
  }
}
const maybeRead: ReadonlySet<string> = new Set([
  ...['workload', 'workloadBefore', 'replicas', 'replicasBefore', 'secrets', 'grants', 'service'],
])

function isEntity(entity: EntityUid, type: string | undefined, id: string): boolean {
  return entity.type === type && entity.id === id
}

/** Whether a call's object is that of an id, or in it. */
function isWithin(call: Place, place: Place | undefined): boolean | undefined {
  if (place === undefined || meet(place, call) === undefined) return false
  return covers(place, call) ? true : undefined
}
