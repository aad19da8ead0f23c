/** What adapters and the core promise each other. Adapters know nothing else of the core; the core knows no protocol. */
import type { Socket } from 'node:net'
import type {
  DenyReason,
  Evaluation,
  GateReason,
  Operation,
  PolicyId,
  ProtocolName,
  Session,
  Target,
} from '@cedargate/policy-schema'
import type { Cast } from '../trail/cast.ts'

/** What a client presented, in the protocol's own words taken apart. */
export interface Login {
  readonly protocol: ProtocolName
  /** `role@target` taken apart; unverified. */
  readonly role: string
  readonly target: string
  /** The bearer token. Never logged, never recorded, never sent on. */
  readonly token: string
  readonly source: string
  /** Which login the target is shown for this role; `undefined`: it has none. Asked again after each reload. */
  shown(target: Target, role: string): Shown | undefined
  /**
   * One of many logins of one session, where clients have no connection to hold it by: it joins the one that runs for this
   * credential, role and target. The session ends once no login has held it for a while.
   */
  readonly joins?: true
}

export interface Shown {
  readonly user: string
  /** A name in `gateway.yaml`. */
  readonly credential: string
  readonly host: string
  /** Everything that says where the connection leads and how it is secured, as one text to compare. */
  readonly place: string
}

/** What the target is shown. `secret` is read when it is needed, and kept nowhere else. */
export interface Credential {
  readonly name: string
  readonly user: string
  readonly longLived: boolean
  secret(): Promise<string>
  /** Where it is a certificate, there is no secret. */
  certificate(): Promise<ClientCertificate | undefined>
}
/** PEM. */
export interface ClientCertificate {
  readonly cert: string
  readonly key: string
}

export interface Door<O extends Operation> {
  /**
   * Verifies a login and begins a session, or says why not. Records `auth.succeeded` and `session.started`, or `auth.failed`.
   * Never throws.
   */
  open(login: Login): Promise<Gate<O> | Refusal>
  /** Records bytes that never became a login: garbage, a missed deadline, plaintext where TLS is required. */
  rejected(source: string, code: string, detail: string): void
}

/** All that wire code may do. Every failure inside is a refusal, never a throw. */
export interface Gate<O extends Operation> {
  readonly session: Session
  readonly target: Target
  readonly credential: Credential
  /** Of the policies in force now; `none` once they have expired. Differs from an admission's: decide again before its forwarding. */
  readonly bundle: string
  /** Aborts when the session must end, also between operations (expiry, role no longer granted, drain); its `reason` is a Refusal. */
  readonly ended: AbortSignal
  /**
   * Evaluate, record, answer. A hot path answers at once, without a promise: test with `instanceof Promise`.
   * The decision line is in the trail before an admission that allows is given.
   */
  admit(operation: O, how: How): Admission<O> | Promise<Admission<O>>
  /**
   * What would be decided now, on no record: for what the adapter has to know before it asks the target anything of its own.
   * Nothing may be forwarded by it. `undefined`: nothing is decided, the session or its policies are over.
   */
  evaluate(operation: O, source: string): Evaluation | undefined | Promise<Evaluation | undefined>
  /** The client left, or the target did. Ends the session, or what joined it, and records `session.ended`. Idempotent. */
  end(reason: string): void
}

export interface How {
  /** The client's address. */
  readonly source: string
  /** `allow`: forward, open none (Parse only; its Bind is admitted). `refuse`: until approvals exist, `approval_unavailable`. */
  readonly whenPending: 'refuse' | 'allow'
  /** The answer has no end of its own: see {@link Admitted.ended}. */
  readonly goesOn?: true
  /** The wire can wait until this turn of the event loop is over: its line is written with those of others. */
  readonly together?: true
}

export type Admission<O extends Operation> = Admitted<O> | Refused
export interface Admitted<O extends Operation> {
  readonly allowed: true
  readonly operation: O
  readonly evaluation: Evaluation
  /** Of the policies that decided. */
  readonly bundle: string
  readonly commit: string
  /** Where the answer goes on: aborts when it is no longer allowed, or the session ends; its `reason` is a Refusal. */
  readonly ended?: AbortSignal
  /**
   * Keeps what a terminal shows and is told, beside the trail; at most once.
   *
   * @param title what was asked, for those who play it
   * @throws GatewayError with a `CastCode`: then nothing may be streamed
   */
  openCast(title: string): Cast
  /** Exactly once, when the target has answered. Leaves the `result` line. */
  finish(result: Result): void
}
export interface Refused {
  readonly allowed: false
  readonly refusal: Refusal
}

export interface Result {
  readonly rows?: number
  /** Sent to the client in answer. */
  readonly bytes: number
  /** Of a connection that went on both ways: from the client. */
  readonly received?: number
  /** `ok`, the target's error code, `aborted`, or `limit_exceeded`. */
  readonly status: string
  /** Which annotation was overrun. */
  readonly limit?: string
}

/** A deny that a machine and a person can act on. */
export interface Refusal {
  readonly code: DenyReason | GateReason | AuthReason
  /** One sentence. */
  readonly message: string
  /** The `@reason` of the policies that decided. */
  readonly reasons: readonly string[]
  readonly policies: readonly PolicyId[]
  readonly commit: string
  /** What to do next. */
  readonly next?: string
  /** Roles that would have to approve. */
  readonly approvers?: readonly string[]
}

export type AuthReason =
  | 'auth_failed' // the token: missing, malformed, bad signature, expired, wrong audience or issuer
  | 'role_not_granted'
  | 'unknown_target'
  | 'no_bundle'
  | 'too_many_sessions'
  | 'too_many_sessions_of_one'
  | 'too_many_calls_of_one'

export interface ProtocolAdapter<O extends Operation> {
  readonly protocol: O['protocol']
  /** Takes a fresh connection; returns at once. Never throws. Closes the socket itself. */
  serve(socket: Socket, door: Door<O>): void
}
