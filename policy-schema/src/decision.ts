import type { Facts, Operation } from './operation.ts'
import type { UnmappableReason } from './protocol.ts'
import type { Work } from './work.ts'

export type PolicyId = string

export type Decision = Allow | Deny | Pending
export interface Allow {
  readonly effect: 'allow'
  /** The determining policies, sorted. */
  readonly policies: readonly PolicyId[]
}
export interface Deny {
  readonly effect: 'deny'
  readonly policies: readonly PolicyId[]
  readonly reason: DenyReason
  /** A sentence for a person: what was denied and, where known, why. Never a secret. */
  readonly detail: string
}
/** An approval would allow it. */
export interface Pending {
  readonly effect: 'pending'
  readonly policies: readonly PolicyId[]
  /** Roles, sorted; any one of them suffices. */
  readonly approvers: readonly string[]
  /** How many distinct people, all acting in one of those roles. */
  readonly approvals: number
  readonly ttlMs: number
}

/** Denied by the engine: re-decidable from the trail. `engine_failed` is not: replay answers *not replayable*. */
export type DenyReason =
  | 'forbidden'
  | 'no_permit'
  | 'policy_error'
  | 'request_invalid'
  | 'engine_failed'
  | UnmappableReason

/** Denied outside the engine: not re-decidable. */
export type GateReason =
  | 'approval_required'
  | 'approval_denied'
  | 'approval_expired'
  | 'approval_withdrawn'
  | 'approval_unavailable'
  | 'trail_unavailable'
  | 'bundle_expired'
  | 'session_ended'
  | 'draining'
  | 'budget_exceeded'
  | 'store_unavailable'

/** What Cedar answered to one request. */
export interface RequestAnswer {
  /** `Postgres::Action::"select"` */
  readonly action: string
  /** `Postgres::Table::"orders-db/orders/audit/events"` */
  readonly resource: string
  readonly effect: 'allow' | 'deny'
  /** Sorted. */
  readonly policies: readonly PolicyId[]
  /** Sorted by policy. */
  readonly errors?: readonly { readonly policy: PolicyId; readonly message: string }[]
}

/** The strictest value of each, over all policies that determined the answer. */
export interface Obligations {
  readonly maxRows?: number
  readonly maxBytes?: number
  readonly statementTimeoutMs?: number
}

export interface Evaluation {
  readonly decision: Decision
  /** In mapping order; empty where the operation could not be mapped. */
  readonly requests: readonly RequestAnswer[]
  /** SHA-256 of the canonical JSON of what the mapping gave. */
  readonly requestsDigest: string
  readonly obligations: Obligations
  /** What would have been decided with the shadow policies in force; only where the slice holds any. */
  readonly shadow?: Decision
}

/** Total: never throws, reads no clock, does no I/O. */
export interface Engine {
  /** `worktree` for a plain folder. */
  readonly commit: string
  readonly digest: string
  evaluate(operation: Operation, facts: Facts): Evaluation
  /** The same, in steps unless it is known: others may be evaluated in between. */
  begin(operation: Operation, facts: Facts): Evaluation | Work<Evaluation>
  policy(id: PolicyId): { readonly reason?: string; readonly owner?: string } | undefined
}
