import { authorize, type CedarAnswer, type CedarRequest, preparse } from '../cedar/authorize.ts'
import { Cedar } from '../cedar/instance.ts'
import { type RuntimeSchema, runtimeSchema } from '../cedar/runtime-schema.ts'
import type { SchemaModel } from '../cedar/schema.ts'
import type { Environment } from '../cedar/scope.ts'
import type { IndexedPolicy } from './policy-index.ts'
import { mergeReads, type Reads } from './reads.ts'
import { field } from './subject.ts'

/** The policies that can answer one kind of request, with the schema of just what they read. */
export interface Slice {
  readonly serial: number
  readonly policies: readonly IndexedPolicy[]
  /** `everything`: the request is sent whole, as the authoring schema has it. */
  readonly reads: Reads | 'everything'
  readonly schema: RuntimeSchema | string
}

/** A slice, and the name under which wasm keeps it while it does. */
interface Held extends Slice {
  readonly signature: string
  /** `undefined`: wasm keeps it no longer. The only place that says so; nothing else holds a name. */
  name: string | undefined
}

/**
 * Slices, and the fixed number of names under which wasm keeps them, since it frees none.
 *
 * Two generations: a slice that is used moves to the younger; when that is full, what is left in the older loses its name
 * before any name is given again. So no entry ever leads to a name that means something else by now.
 */
export class Slices {
  readonly cedar = new Cedar()
  readonly #schema: SchemaModel
  readonly #limit: number
  readonly #free: string[]
  #young = new Map<string, Held>()
  #old = new Map<string, Held>()
  #generation = this.cedar.generation
  #serial = 0
  #preparsed = 0

  /** @param limit slices in one generation; wasm keeps at most twice as many */
  constructor(schema: SchemaModel, limit: number) {
    this.#schema = schema
    this.#limit = limit
    this.#free = names(limit)
  }

  /** How often wasm was given a slice. */
  get preparsed(): number {
    return this.#preparsed
  }

  /** The slice of these policies for this kind of request. Preparsed when it is first asked. */
  of(environment: Environment, policies: readonly IndexedPolicy[]): Slice {
    const { principalType, action, resourceType } = environment
    let signature = field(principalType) + field(action) + field(resourceType)
    for (const { id } of policies) signature += field(id)
    return this.#known(signature, () => {
      const reads = mergeReads(policies.map(policy => policy.reads))
      return { policies, reads, schema: runtimeSchema(environment, reads, this.#schema) }
    })
  }

  /** Policies with the whole authoring schema, for requests that are sent whole. */
  whole(label: string, policies: () => readonly IndexedPolicy[], schema: string): Slice {
    return this.#known(label, () => ({ policies: policies(), reads: 'everything', schema }))
  }

  #known(signature: string, make: () => Omit<Slice, 'serial'>): Held {
    const known = this.#young.get(signature) ?? this.#old.get(signature)
    return known ?? { ...make(), signature, serial: ++this.#serial, name: undefined }
  }

  /**
   * Asks a slice.
   *
   * @throws PolicyError `ERR_CEDAR_REQUEST`, `ERR_CEDAR_PREPARSE`, `ERR_CEDAR_TRAPPED`, `ERR_CEDAR_THREW`
   */
  ask(slice: Slice, request: CedarRequest): CedarAnswer {
    return authorize(this.cedar, this.#ready(slice as Held), request)
  }

  #ready(slice: Held): string {
    if (this.#generation !== this.cedar.generation) this.#forgetAll()
    if (slice.name !== undefined) {
      if (this.#old.delete(slice.signature)) this.#keep(slice)
      return slice.name
    }
    // Another slice object of the same signature may have been preparsed meanwhile.
    const twin = this.#young.get(slice.signature) ?? this.#old.get(slice.signature)
    if (twin?.name !== undefined) return this.#ready(twin)
    this.#makeRoom()
    const name = this.#free.pop()
    if (name === undefined) throw new Error('more slices are kept than there are names')
    try {
      preparse(this.cedar, name, Object.fromEntries(slice.policies.map(({ id, text }) => [id, text])), slice.schema)
    } catch (error) {
      this.#free.push(name)
      throw error
    }
    this.#preparsed++
    slice.name = name
    this.#keep(slice)
    return name
  }

  #keep(slice: Held): void {
    this.#makeRoom()
    this.#young.set(slice.signature, slice)
  }

  #makeRoom(): void {
    if (this.#young.size < this.#limit) return
    for (const slice of this.#old.values()) {
      if (slice.name !== undefined) this.#free.push(slice.name)
      slice.name = undefined
    }
    this.#old = this.#young
    this.#young = new Map()
  }

  /** The instance is a new one, which knows no name. */
  #forgetAll(): void {
    for (const generation of [this.#young, this.#old]) for (const slice of generation.values()) slice.name = undefined
    this.#young = new Map()
    this.#old = new Map()
    this.#free.splice(0, this.#free.length, ...names(this.#limit))
    this.#generation = this.cedar.generation
  }
}

function names(limit: number): string[] {
  return Array.from({ length: 2 * limit }, (_, index) => `slice${index}`)
}
