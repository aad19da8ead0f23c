import type { CedarRequest } from '../cedar/authorize.ts'
import type { SchemaModel } from '../cedar/schema.ts'
import { type ScopeQuestion, uidText } from '../cedar/scope.ts'
import type { EntityUid, Facts } from '../operation.ts'
import type { AccessRequest, Entity } from '../protocol.ts'
import type { Target } from '../repository/types.ts'
import { prunedContext, type Writable, wholeContext } from './context.ts'
import type { Reads } from './reads.ts'
import { field, type Subject } from './subject.ts'

/** One request as one subject asks it, with all that finding its policies takes. */
export interface Question extends ScopeQuestion {
  readonly request: AccessRequest
  readonly subject: Subject
  /** The role that the subject acts in here; `undefined` where it only asks for one. */
  readonly role: EntityUid | undefined
  readonly resourceParents: readonly EntityUid[]
}

export function questionOf(request: AccessRequest, subject: Subject, schema: SchemaModel): Question {
  const role = request.roleless ? undefined : subject.role
  const action = uidText(request.action)
  const ancestors = ancestorsOf(request.resource, request.entities)
  return {
    request,
    subject,
    role,
    principalType: subject.principal.type,
    principal: subject.principalText,
    principalAncestors: role ? [subject.roleText] : [],
    action,
    actionGroups: schema.actions[action]?.groups ?? [],
    resourceType: request.resource.type,
    resource: uidText(request.resource),
    resourceAncestors: [...ancestors.keys()],
    resourceParents: [...ancestors.values()],
  }
}

/** All that its policies depend on, and the subject, as a key. */
export function scopeKey({ subject, role, action, resource, resourceAncestors }: Question): string {
  let key = `${role ? 'r' : '-'}${subject.key}${field(action)}${field(resource)}`
  for (const ancestor of resourceAncestors) key += field(ancestor)
  return key
}

/** An entity's parents, theirs, and so on, as far as the request names them; by uid. */
function ancestorsOf(uid: EntityUid, entities: readonly Entity[]): ReadonlyMap<string, EntityUid> {
  const found = new Map<string, EntityUid>()
  const open = [uid]
  for (let next = open.pop(); next; next = open.pop()) {
    const { type, id } = next
    for (const entity of entities) {
      if (entity.uid.id !== id || entity.uid.type !== type) continue
      for (const parent of entity.parents) {
        const text = uidText(parent)
        if (found.has(text)) continue
        found.set(text, parent)
        open.push(parent)
      }
    }
  }
  return found
}

/** What Cedar is asked. With `reads`, just what they name of context and entities; `everything`, all that there is. */
export function cedarRequest(
  question: Question,
  reads: Reads | 'everything',
  facts: Facts,
  target: Target,
  schema: SchemaModel,
): CedarRequest {
  const { request, subject } = question
  const declared = schema.actions[question.action]?.context ?? {}
  return {
    principal: subject.principal,
    action: request.action,
    resource: request.resource,
    context:
      reads === 'everything'
        ? wholeContext(request.context, declared, facts, target)
        : prunedContext(request.context, declared, facts, target, reads.context),
    entities: reads === 'everything' ? allEntities(question) : fewEntities(question, reads),
  }
}

/** The subject, its role, the resource and its ancestors; a role that is also the resource stands once. */
function allEntities({ request, subject, role }: Question): readonly Entity[] {
  const known = new Map(request.entities.map(entity => [uidText(entity.uid), entity]))
  if (role && !known.has(uidText(role))) known.set(uidText(role), { uid: role, attrs: {}, parents: [] })
  return [subjectEntity(subject, role), ...known.values()]
}

/** Only entities that are looked into, with their ancestors as parents: each entity that is sent costs 12 µs. */
function fewEntities(question: Question, reads: Reads): readonly Entity[] {
  if (reads.graph) return allEntities(question).map(entity => ({ ...entity, attrs: pruned(entity, reads.attributes) }))
  const entities: Entity[] = []
  const { request, subject, role } = question
  if (reads.principal) {
    const sought = role && (reads.ancestors === 'any' || reads.ancestors.includes(question.principalAncestors[0] ?? ''))
    const entity = subjectEntity(subject, sought ? role : undefined)
    entities.push({ ...entity, attrs: pruned(entity, reads.attributes) })
  }
  if (reads.resource) {
    const uid = request.resource
    const entity = request.entities.find(one => one.uid.id === uid.id && one.uid.type === uid.type)
    const attrs = entity ? pruned(entity, reads.attributes) : {}
    const { ancestors } = reads
    const parents =
      ancestors === 'any'
        ? question.resourceParents
        : question.resourceParents.filter((_, at) => ancestors.includes(question.resourceAncestors[at] ?? ''))
    if (entity) entities.push({ uid, attrs, parents })
  }
  return entities
}

function subjectEntity({ principal, issuer, owner }: Subject, role: EntityUid | undefined): Entity {
  const attrs = { issuer, ...(owner ? { owner: { __entity: owner } } : {}) }
  return { uid: principal, attrs, parents: role ? [role] : [] }
}

function pruned(entity: Entity, names: readonly string[]): Entity['attrs'] {
  const attrs: Writable<Entity['attrs']> = {}
  for (const name of names) {
    const value = Object.hasOwn(entity.attrs, name) ? entity.attrs[name] : undefined
    if (value !== undefined) attrs[name] = value
  }
  return attrs
}
