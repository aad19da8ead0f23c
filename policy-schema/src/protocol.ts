import type { EntityUid, Operation } from './operation.ts'
import type { Target } from './repository/types.ts'
import type { Work } from './work.ts'

/** A value in Cedar's JSON form: plain JSON, `{__entity: …}` or `{__extn: …}`. */
export type CedarValue =
  | boolean
  | number
  | string
  | { readonly __entity: EntityUid }
  | { readonly __extn: { readonly fn: string; readonly arg: string } }
  | readonly CedarValue[]
  | { readonly [key: string]: CedarValue }
export type Context = { readonly [key: string]: CedarValue }

export interface Entity {
  readonly uid: EntityUid
  readonly attrs: Context
  readonly parents: readonly EntityUid[]
}

/** One question to Cedar. The engine adds principal, session, source, target, task, approval and now. */
export interface AccessRequest {
  readonly action: EntityUid
  readonly resource: EntityUid
  /** The resource and its ancestors. */
  readonly entities: readonly Entity[]
  readonly context: Context
  /**
   * What of the context could not be read. A policy that looks at one of these members cannot be answered: the request is
   * denied as `unresolved`, or as `no_permit` where nothing would permit it anyway.
   */
  readonly unread?: { readonly members: readonly string[]; readonly detail: string }
  /** The principal acts in no role here: it only asks for one. */
  readonly roleless?: boolean
}

export interface Requests {
  readonly requests: readonly [AccessRequest, ...AccessRequest[]]
}
/** The operation ends a transaction or a session: it is recorded, asks nothing and is never denied. */
export interface Unconditional {
  readonly unconditional: true
}
export type UnmappableReason = 'unmapped' | 'unparseable' | 'unresolved' | 'too_large'
/** The operation has no Cedar requests: a deny. */
export interface Unmappable {
  readonly reason: UnmappableReason
  /** A sentence for a person, what was given in backticks. */
  readonly detail: string
  /** The parser was not there: another time it may be. The engine answers `engine_failed`. */
  readonly transient?: true
}

export type Mapped = Requests | Unconditional | Unmappable

/** The pure half of a protocol. */
export interface Protocol<O extends Operation> {
  readonly name: O['protocol']
  /** The text of the protocol's Cedar namespace; empty for `gate`, which `base.cedarschema` declares. */
  readonly cedarSchema: string
  /** JSON Schema of an operation as the trail records it. */
  readonly operationSchema: object
  /** JSON Schema of what `targets.yaml` says of a target beyond `protocol` and `tags`. */
  readonly targetSchema: object
  /** JSON Schema of the test shorthand (`sql:`, `connect:` …), as an object with just these keys. */
  readonly shorthandSchema: object
  /** The keys of a test that are this protocol's shorthand, `sql` for one. */
  readonly shorthands: readonly string[]
  /**
   * A test's or a person's shorthand as an operation; the operation's catalog is resolved from the snapshot.
   *
   * @throws PolicyError `ERR_SHORTHAND` with what is wrong
   */
  toOperation(shorthand: unknown, target: Target, snapshot?: object): O
  /** Never throws. Depends on nothing but `mappingKey(operation)` and the target. In steps where it may take long. */
  toRequests(operation: O, target: Target): Mapped | Work<Mapped>
  /** The operation as it may be recorded: without the literals of PASSWORD clauses. The same object where nothing had to go. */
  redact(operation: O): O
  /** The operation for a person: what stood in the statement or the call. Of any length, with whatever a client wrote. */
  toText(operation: O): string
  /** All that `toRequests` reads of an operation, as a cache key. */
  mappingKey(operation: O): string
  /** `mappingKey` without the catalog: the engine knows a catalog that is frozen throughout by its identity. Fast. */
  shortKey?(operation: O): string
}
