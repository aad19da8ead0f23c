import type { SchemaModel } from '../cedar/schema.ts'
import type { Operation } from '../operation.ts'
import type { Repository } from '../repository/types.ts'
import { isWork, type Work } from '../work.ts'
import { isFrozenThroughout } from './frozen.ts'
import { Generations } from './generations.ts'
import { type Mapping, mapOperation, mayChange, type Protocols, protocolOf } from './mapping.ts'
import type { Resolved } from './resolved.ts'
import { field, type Subject } from './subject.ts'

/** A mapping, and what came of it for each subject. */
export interface Mapped {
  readonly protocol: string
  readonly targetName: string
  readonly mapping: Mapping
  readonly bySubject: ReadonlyMap<Subject, Resolved>
}
interface Held extends Mapped {
  readonly bySubject: Map<Subject, Resolved>
}

const maxEntries = 4_096
/** Keys hold whole statements and catalogs; what is asked of one is larger than its text where it asks much. */
const maxCharacters = 16 * 1024 * 1024
const requestCharacters = 1_000
/** As one subject asks it, with its answer. */
const askedCharacters = 500
const maxSubjects = 64
/** A text that asks more is not kept beside its catalog. */
const maxRequestsBeside = 64
/** A statement longer than this is mapped each time: it would push out too many others. */
const maxKeyCharacters = 64 * 1024
/** Statements that one catalog stands for: a few kinds of the same text. */
const maxPerCatalog = 64

const requestsOf = ({ mapping }: Mapped) => ('requests' in mapping ? mapping.requests.length : 0)
const weightOf = (mapped: Mapped) => requestsOf(mapped) * (requestCharacters + mapped.bySubject.size * askedCharacters)

/** Mappings by all that they depend on: protocol, target, and the protocol's own key. */
export class Mappings {
  readonly #targets: Repository['targets']
  readonly #schema: SchemaModel
  readonly #protocols: Protocols
  readonly #byKey = new Generations<Mapped>(maxEntries, maxCharacters, weightOf)
  /** Catalogs that came once; most never come again. */
  readonly #seen = new WeakSet<object>()
  /** A catalog that is frozen throughout is known by its identity, which spares writing it out as a key. */
  #byCatalog = new WeakMap<object, Map<string, Mapped>>()
  /** Of what was put beside catalogs since they were last all forgotten. */
  #besideWeight = 0

  constructor(targets: Repository['targets'], schema: SchemaModel, protocols: Protocols) {
    this.#protocols = protocols
    this.#targets = targets
    this.#schema = schema
  }

  of(operation: Operation, targetName: string): Mapped | Work<Mapped> {
    const protocol = protocolOf(operation, this.#protocols)
    const { catalog } = operation
    if (catalog === undefined || protocol?.shortKey === undefined) return this.#keyed(operation, targetName)
    const key = protocol.shortKey(operation)
    const known = this.#byCatalog.get(catalog)
    const found = known?.get(key)
    if (found?.targetName === targetName && found.protocol === operation.protocol) return found
    const begun = this.#keyed(operation, targetName)
    return isWork(begun) ? this.#keptLater(catalog, key, begun) : this.#kept(catalog, key, begun)
  }

  *#keptLater(catalog: object, key: string, work: Work<Mapped>): Work<Mapped> {
    return this.#kept(catalog, key, yield* work)
  }

  #kept(catalog: object, key: string, mapped: Mapped): Mapped {
    if (mayChange(mapped.mapping) || requestsOf(mapped) > maxRequestsBeside) return mapped
    const known = this.#byCatalog.get(catalog)
    if (known) {
      if (key.length > maxKeyCharacters) return mapped
      if (known.size >= maxPerCatalog) known.clear()
      known.set(key, mapped)
      this.#addBeside(key.length + weightOf(mapped))
    } else if (!this.#seen.has(catalog)) this.#seen.add(catalog)
    // A frozen object stays frozen, so this is asked once for each catalog that comes again.
    else if (isFrozenThroughout(catalog)) {
      this.#byCatalog.set(catalog, new Map([[key, mapped]]))
      this.#addBeside(key.length + weightOf(mapped))
    }
    return mapped
  }

  /** Keeps how one subject asks it. */
  resolved(mapped: Mapped, subject: Subject, resolved: Resolved): void {
    const { bySubject } = mapped as Held
    if (bySubject.size >= maxSubjects) bySubject.clear()
    bySubject.set(subject, resolved)
    const weight = requestsOf(mapped) * askedCharacters
    this.#byKey.grew(weight)
    this.#addBeside(weight)
  }

  /** A catalog lives as long as a session believes it, and nothing can be counted there; what is forgotten is still found by its key. */
  #addBeside(weight: number): void {
    this.#besideWeight += weight
    if (this.#besideWeight <= maxCharacters) return
    this.#byCatalog = new WeakMap()
    this.#besideWeight = 0
  }

  /** Maps without remembering. */
  *fresh(operation: Operation, targetName: string): Work<Mapped> {
    return {
      protocol: operation.protocol,
      targetName,
      mapping: yield* mapOperation(operation, targetName, this.#targets, this.#schema, this.#protocols),
      bySubject: new Map(),
    }
  }

  #keyed(operation: Operation, targetName: string): Mapped | Work<Mapped> {
    const protocol = protocolOf(operation, this.#protocols)
    if (!protocol) return this.fresh(operation, targetName)
    const key = `${operation.protocol}:${field(targetName)}${protocol.mappingKey(operation)}`
    const known = this.#byKey.get(key)
    if (known) return known
    return this.#made(key, operation, targetName)
  }

  *#made(key: string, operation: Operation, targetName: string): Work<Mapped> {
    const mapped = yield* this.fresh(operation, targetName)
    if (key.length <= maxKeyCharacters && !mayChange(mapped.mapping)) this.#byKey.set(key, mapped)
    return mapped
  }
}
