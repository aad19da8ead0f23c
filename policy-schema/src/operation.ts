import type { GateOperation } from './protocols/gate/operation.ts'
import type { KubernetesOperation } from './protocols/kubernetes/operation.ts'
import type { PostgresOperation } from './protocols/postgres/operation.ts'

/** A Cedar entity's type and id. */
export interface EntityUid {
  readonly type: string
  readonly id: string
}

/** One thing that a client asks, with all that its meaning depends on. JSON, recorded whole in the trail. */
export type Operation = PostgresOperation | KubernetesOperation | GateOperation
export type ProtocolName = Operation['protocol']
/** The protocols that clients speak; `gate` is the control plane's own and has no adapter. */
export type WireProtocolName = Exclude<ProtocolName, 'gate'>
export type OperationOf<N extends ProtocolName> = Extract<Operation, { readonly protocol: N }>

/** Why the session exists; comes only from the token. `verified` when the issuer vouches for it. */
export interface Task {
  readonly id: string
  readonly kind: string
  readonly verified: boolean
}

/** One authenticated connection (Postgres, SSH), or one (credential, role, target) in Kubernetes. Times in ms since the epoch. */
export interface Session {
  readonly id: string
  readonly principal: EntityUid
  readonly owner?: EntityUid
  readonly issuer: string
  readonly role: string
  readonly task?: Task
  readonly target: string
  readonly credentialId: string
  readonly startedAt: number
  readonly expiresAt: number
}

/** A granted approval. `approvers` are user ids, `roles` the roles in which they acted. */
export interface Approval {
  readonly approvers: readonly string[]
  readonly roles: readonly string[]
  /** ms since the epoch */
  readonly grantedAt: number
  readonly reason?: string
}

/** Who asks and when: everything besides the operation that may change the answer. */
export interface Facts {
  readonly session: Session
  /** The client's address of this request, `127.0.0.1` or `::1`. */
  readonly source: string
  readonly approval?: Approval
  /** ms since the epoch */
  readonly now: number
}
