import type { Attributes, CedarType, SchemaModel } from '../cedar/schema.ts'
import { uidText } from '../cedar/scope.ts'
import type { EntityUid } from '../operation.ts'
import type { AccessRequest, Entity } from '../protocol.ts'
import type { Work } from '../work.ts'

/** What one operation may ask. Cedar throws at about 120 levels; nothing here needs ten. */
const limits = { requests: 1_000, depth: 16, values: 50_000, characters: 4 * 1024 * 1024 }

/** The attributes of a context that the engine gives, whatever the protocol. */
export const ownAttributes = ['session', 'source', 'now', 'target', 'task', 'approval'] as const
export type OwnAttribute = (typeof ownAttributes)[number]

const principalTypes = new Set(['Gate::Agent', 'Gate::User'])

/**
 * Says why requests may not be shown to Cedar; `undefined` where they may. What Cedar's wasm throws at (lone surrogates,
 * BigInt, cycles, deep nesting) is found here, and whatever the authoring schema does not declare, so that leaving out
 * what a slice does not read hides nothing.
 */
export function* judgeRequests(requests: readonly AccessRequest[], schema: SchemaModel): Work<string | undefined> {
  if (requests.length > limits.requests) return `more than ${limits.requests} requests`
  const judge = new Judge(schema)
  for (const request of requests) {
    const problem = judge.request(request)
    if (problem !== undefined) return problem
    yield
  }
  return undefined
}

class Judge {
  readonly #schema: SchemaModel
  #values = 0
  #characters = 0

  constructor(schema: SchemaModel) {
    this.#schema = schema
  }

  request({ action, resource, entities, context }: AccessRequest): string | undefined {
    const shape = own(this.#schema.actions, uidText(action))
    if (!shape) return `no action \`${uidText(action)}\``
    if (!shape.resources.includes(resource.type)) return `\`${uidText(action)}\` is not asked on a \`${resource.type}\``
    const clash = Object.keys(context).find(isOwn)
    if (clash !== undefined) return `\`context.${clash}\` is not the protocol's to give`
    return (
      this.#uid(action) ??
      this.#uid(resource) ??
      this.#record(context, shape.context, 'context', 0, isOwn) ??
      first(entities, entity => this.#entity(entity.uid, entity.attrs, entity.parents)) ??
      this.#repeated(entities)
    )
  }

  /** Of two entities with one uid a slice would be sent one, and the whole set both. */
  #repeated(entities: readonly Entity[]): string | undefined {
    const uids = new Set(entities.map(({ uid }) => uidText(uid)))
    return uids.size < entities.length ? 'an entity is given twice' : undefined
  }

  #entity(uid: EntityUid, attrs: unknown, parents: readonly EntityUid[]): string | undefined {
    if (principalTypes.has(uid.type)) return `a \`${uid.type}\` is not the protocol's to give`
    const shape = own(this.#schema.entities, uid.type)
    if (!shape) return `no entity type \`${uid.type}\``
    const stray = parents.find(parent => !shape.parents.includes(parent.type))
    if (stray) return `a \`${uid.type}\` is in no \`${stray.type}\``
    return (
      this.#uid(uid) ??
      first(parents, parent => this.#uid(parent)) ??
      this.#record(attrs, shape.attributes, uid.type, 0)
    )
  }

  #uid(uid: EntityUid): string | undefined {
    return this.#string(uid.id, 'an id') ?? this.#string(uid.type, 'a type')
  }

  #record(
    value: unknown,
    attributes: Attributes,
    path: string,
    depth: number,
    given: (name: string) => boolean = () => false,
  ): string | undefined {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return `\`${path}\` is no record`
    const members = value as Readonly<Record<string, unknown>>
    for (const name in attributes)
      if (attributes[name]?.required && !given(name) && (!Object.hasOwn(members, name) || members[name] === undefined))
        return `\`${path}.${name}\` is missing`
    return first(Object.keys(members), name => {
      if (members[name] === undefined) return undefined
      const attribute = own(attributes, name)
      if (!attribute) return `\`${path}\` has no \`${name}\``
      return this.#value(members[name], attribute.type, `${path}.${name}`, depth + 1)
    })
  }

  #value(value: unknown, type: CedarType, path: string, depth: number): string | undefined {
    if (depth > limits.depth) return `\`${path}\` nests deeper than ${limits.depth}`
    if (++this.#values > limits.values) return `more than ${limits.values} values`
    switch (type.kind) {
      case 'String':
        return this.#string(value, `\`${path}\``)
      case 'Bool':
        return typeof value === 'boolean' ? undefined : `\`${path}\` is no Bool`
      case 'Long':
        return Number.isSafeInteger(value) ? undefined : `\`${path}\` is no integer that JSON carries exactly`
      case 'Record':
        return this.#record(value, type.attributes, path, depth)
      case 'Set':
        if (!Array.isArray(value)) return `\`${path}\` is no set`
        return first(value, element => this.#value(element, type.element, path, depth + 1))
      case 'Entity':
        return this.#reference(value, type.name, path)
      default:
        return this.#extension(value, type.name, path)
    }
  }

  #reference(value: unknown, type: string, path: string): string | undefined {
    const uid = only(value, '__entity') as Partial<EntityUid> | undefined
    if (uid?.type !== type) return `\`${path}\` is no \`${type}\``
    return this.#string(uid.id, `\`${path}\``)
  }

  #extension(value: unknown, type: string, path: string): string | undefined {
    const call = only(value, '__extn') as { readonly fn?: unknown; readonly arg?: unknown } | undefined
    if (call?.fn !== (type === 'ipaddr' ? 'ip' : type)) return `\`${path}\` is no \`${type}\``
    return this.#string(call.arg, `\`${path}\``)
  }

  #string(value: unknown, path: string): string | undefined {
    if (typeof value !== 'string') return `${path} is no String`
    this.#characters += value.length
    if (this.#characters > limits.characters) return `more than ${limits.characters} characters`
    return value.isWellFormed() ? undefined : `${path} is not well-formed Unicode`
  }
}

function only(value: unknown, key: string): object | undefined {
  if (value === null || typeof value !== 'object') return undefined
  const inner: unknown = Object.keys(value).length === 1 ? (value as Readonly<Record<string, unknown>>)[key] : undefined
  return inner !== null && typeof inner === 'object' ? inner : undefined
}

function own<T>(record: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

function isOwn(name: string): boolean {
  return (ownAttributes as readonly string[]).includes(name)
}

function first<T>(all: readonly T[], judge: (one: T) => string | undefined): string | undefined {
  for (const one of all) {
    const problem = judge(one)
    if (problem !== undefined) return problem
  }
  return undefined
}
