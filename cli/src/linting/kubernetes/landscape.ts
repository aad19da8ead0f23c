import {
  authoringModel,
  type EntityUid,
  environments,
  isShadow,
  type KnownResource,
  policyJson,
  type Repository,
  type SchemaModel,
  scopeOf,
  type Target,
  uidText,
} from '@cedargate/policy-schema'
import { verdict } from '../assumption.ts'
import { entity, literal, nodes, pathsIn } from '../expression.ts'
import { bodies, type LintPolicy, scopeEntities, toLintPolicy } from '../policy-json.ts'
import { anyOther, assumptionOf, type Call, isUnnamed, type KindOfCall } from './call.ts'
import { covers, meet, type Place, placeOf, segmentsOf } from './place.ts'

/** A policy that speaks of calls on objects. */
export interface ObjectPolicy {
  readonly policy: LintPolicy
  readonly place: Place
  /** `patch:scale`; those that its head admits. */
  readonly actions: ReadonlySet<string>
  /** What it reads of the context: `workload`. */
  readonly reads: ReadonlySet<string>
  /** Whether it may hold, by kinds of calls that were asked about. */
  readonly concerned: Map<string, boolean>
}

/**
 * The enforced policies of a repository as calls on objects meet them, and calls to try on them: in the namespaces and roles
 * that any policy names, and in one of each that none does.
 */
export class Landscape {
  readonly permits: readonly ObjectPolicy[]
  readonly forbids: readonly ObjectPolicy[]
  readonly namespaces: readonly string[]
  readonly #targets: ReadonlyMap<string, Target>
  readonly #schema: SchemaModel
  readonly #roles: readonly string[]
  readonly #principalTypes: readonly string[]

  constructor(repository: Repository) {
    this.#targets = new Map([...repository.targets].filter(([, target]) => target.protocol === 'kubernetes'))
    const enforced = this.#targets.size === 0 ? [] : repository.policies.filter(policy => !isShadow(policy.annotations))
    this.#schema = enforced.length === 0 ? { entities: {}, actions: {} } : authoringModel()
    const policies = enforced.map(toLintPolicy)
    const spoken = policies.flatMap(policy => objectPolicy(policy, this.#schema) ?? [])
    this.permits = spoken.filter(({ policy }) => policy.effect === 'permit')
    this.forbids = spoken.filter(({ policy }) => policy.effect === 'forbid')
    this.namespaces = [...new Set([anyOther, ...policies.flatMap(namespacesIn)])]
    this.#roles = [...new Set([anyOther, ...policies.flatMap(rolesIn)])]
    // where no policy tells them apart, one stands for both
    this.#principalTypes = policies.some(({ text }) => text.includes('Gate::User')) ? [agent, user] : [agent]
  }

  *#calls(place: Place, action: string, of: readonly KnownResource[]): Generator<Call> {
    const isNamed = !isUnnamed(action)
    if (place.name !== undefined && (place.name !== '') !== isNamed) return
    const types = place.principalType === undefined ? this.#principalTypes : [place.principalType]
    const roles = place.role === undefined ? this.#roles : [place.role]
    for (const kind of of) {
      const call = { ...place, ...(isNamed ? {} : { name: '' }), action, apiGroup: kind.group, resource: kind.resource }
      if (meet(place, call) === undefined) continue
      for (const target of place.target === undefined ? this.#targets.keys() : [place.target])
        for (const namespace of this.#namespacesOf(kind, place, action))
          for (const role of roles)
            for (const principalType of types) yield { ...call, target, namespace, role, principalType }
    }
  }

  #namespacesOf({ namespaced }: KnownResource, { namespace }: Place, action: string): readonly string[] {
    const all = [...(namespaced ? this.namespaces : []), ...(namespaced && !ofAll.has(action) ? [] : [''])]
    return namespace === undefined ? all : all.includes(namespace) ? [namespace] : []
  }

  /** A permit that names its actions: what one on any action grants is another rule's. */
  permit({ id, json }: LintPolicy): ObjectPolicy | undefined {
    return json.action.op === 'All' ? undefined : this.permits.find(({ policy }) => policy.id === id)
  }

  forbid({ id }: LintPolicy): ObjectPolicy | undefined {
    return this.forbids.find(({ policy }) => policy.id === id)
  }

  /**
   * What a permit grants of these actions on these kinds, as far as one knows.
   *
   * @param place where to look; all that its head admits, unless given
   */
  *granted(
    permit: ObjectPolicy,
    actions: readonly string[],
    of: readonly KnownResource[],
    place = permit.place,
  ): Generator<Call> {
    for (const action of actions)
      if (permit.actions.has(action))
        for (const call of this.#calls(place, action, of)) if (this.grants(permit, call)) yield call
  }

  /** Whether a permit may hold for a call, with no forbid that surely does. */
  grants(permit: ObjectPolicy, call: Call): boolean {
    return this.holds(permit, call) !== false && !this.forbids.some(forbid => this.holds(forbid, call) === true)
  }

  /** Whether a forbid may deny a call for what tells it from another one. */
  isKept(call: Call, other: Call): boolean {
    return this.forbids.some(forbid => this.holds(forbid, call) !== false && this.holds(forbid, other) === false)
  }

  /** Whether a permit or a forbid looks at what a call has in its context. */
  looks(policies: readonly ObjectPolicy[], call: Call, member: string): boolean {
    return policies.some(policy => policy.reads.has(member) && this.holds(policy, call) !== false)
  }

  /** Whether a policy holds for a call; `undefined` where that depends on more than the call. */
  holds(policy: ObjectPolicy, call: Call): boolean | undefined {
    if (!covers(policy.place, call) || !this.concerns(policy, call)) return false
    return this.#verdict(policy, call, this.#targets.get(call.target))
  }

  /** Whether a policy may hold for anybody's call of a kind. */
  concerns(policy: ObjectPolicy, { action, apiGroup, resource }: KindOfCall): boolean {
    if (!policy.actions.has(action)) return false
    const key = `${action} ${resource}.${apiGroup}`
    const known = policy.concerned.get(key)
    if (known !== undefined) return known
    const found = this.#verdict(policy, { action, apiGroup, resource }, undefined) !== false
    policy.concerned.set(key, found)
    return found
  }

  #verdict({ policy }: ObjectPolicy, call: KindOfCall & Place, target: Target | undefined): boolean | undefined {
    const groups = this.#schema.actions[uidText({ type: 'K8s::Action', id: call.action })]?.groups ?? []
    return verdict(policy.json.conditions, assumptionOf(call, target, groups))
  }
}

const [agent, user] = ['Gate::Agent', 'Gate::User'] as const

/** What may be asked of all namespaces at once. */
const ofAll: ReadonlySet<string> = new Set(['list', 'watch'])

/** Of a repository, made when a rule first looks. */
export function landscapeOf(repository: Repository): Landscape {
  const known = landscapes.get(repository) ?? new Landscape(repository)
  landscapes.set(repository, known)
  return known
}
const landscapes = new WeakMap<Repository, Landscape>()

function objectPolicy(policy: LintPolicy, schema: SchemaModel): ObjectPolicy | undefined {
  const place = placeOf(policy.json.principal, policy.json.resource)
  if (place === undefined) return undefined
  const actions = environments(scopeOf(policyJson(policy)), schema)
    .filter(({ resourceType }) => resourceType === 'K8s::Resource')
    .map(({ action }) => JSON.parse(action.slice('K8s::Action::'.length)) as string)
  const reads = bodies(policy)
    .flatMap(body => [...pathsIn(body)])
    .flatMap(path => (path.startsWith('context.') ? [path.split('.')[1] ?? ''] : []))
  return actions.length === 0
    ? undefined
    : { policy, place, actions: new Set(actions), reads: new Set(reads), concerned: new Map() }
}

function namespacesIn(policy: LintPolicy): readonly string[] {
  const named = entitiesIn(policy).flatMap(entity => segmentsOf(entity)?.namespace || [])
  const compares = bodies(policy).some(body => [...pathsIn(body)].includes('resource.namespace'))
  return compares ? [...named, ...textsIn(policy)] : named
}

function rolesIn(policy: LintPolicy): readonly string[] {
  return entitiesIn(policy).flatMap(({ type, id }) => (type === 'Gate::Role' ? id : []))
}

function entitiesIn(policy: LintPolicy): readonly EntityUid[] {
  const { principal, resource } = policy.json
  const literals = bodies(policy).flatMap(body => [...nodes(body)].flatMap(node => entity(node) ?? []))
  return [...scopeEntities(principal), ...scopeEntities(resource), ...literals]
}

/** Texts, and one that each pattern matches. */
function textsIn(policy: LintPolicy): readonly string[] {
  return bodies(policy).flatMap(body =>
    [...nodes(body)].flatMap(node => {
      const text = node.like === undefined ? literal(node) : example(node.like as { readonly pattern: Pattern })
      return typeof text === 'string' && text !== '' ? text : []
    }),
  )
}
type Pattern = readonly ('Wildcard' | { readonly Literal: string })[]

function example({ pattern }: { readonly pattern: Pattern }): string {
  return pattern.map(part => (part === 'Wildcard' ? anyOther : part.Literal)).join('')
}
