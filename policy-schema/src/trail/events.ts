import type { Decision, GateReason, Obligations, RequestAnswer } from '../decision.ts'
import type { Approval, Operation, ProtocolName, Session } from '../operation.ts'

/** Common to every line; the writer adds them. */
export interface TrailEnvelope {
  /** From 1, without a gap, in one chain (gateway, worker). */
  readonly seq: number
  /** ISO 8601, UTC, ms */
  readonly time: string
  readonly version: 1
  readonly gateway: string
  readonly worker: number
  /** Of the policies in force; `none` before the first bundle. */
  readonly commit: string
  /** Content digest of the bundle in force; `none` before the first. Not on a `decision` or `result`: their commit has one content. */
  readonly bundle?: string
  /** `hash` of the line before; 64 zeros for the first. */
  readonly previous: string
  /** SHA-256 (hex) of the text of the line without its last member, `hash`: see `createChain`. */
  readonly hash: string
}

export type TrailBody =
  | { readonly kind: 'gateway.started'; readonly release: string; readonly node: string }
  | { readonly kind: 'gateway.stopped'; readonly reason: string }
  /** After a crash: how many bytes of a torn last line were set aside, and where. */
  | {
      readonly kind: 'trail.recovered'
      readonly segment: string
      readonly tornBytes: number
      readonly tornDigest: string
    }
  | {
      readonly kind: 'session.started'
      readonly session: Session
      readonly protocol: ProtocolName
      readonly source: string
      readonly credential?: ShownCredential
    }
  | DecisionBody
  | ResultBody
  | { readonly kind: 'session.ended'; readonly session: string; readonly reason: string }
  | {
      readonly kind: 'auth.succeeded'
      readonly source: string
      readonly protocol: ProtocolName
      readonly issuer: string
      readonly subject: string
      readonly role: string
      readonly target: string
      readonly credentialId: string
    }
  | AuthFailedBody
  | {
      readonly kind: 'bundle.activated'
      readonly repository: string
      readonly ref: string
      readonly epoch: number
      readonly commits: number
      readonly issuedAt: string
      readonly expiresAt: string
      readonly keys: readonly string[]
      readonly policies: number
    }
  | {
      readonly kind: 'bundle.refused'
      readonly code: string
      readonly detail: string
      readonly source: string
      readonly offered?: string
    }
  | CastClosedBody
  /** The signed root of a segment. */
  | {
      readonly kind: 'checkpoint'
      readonly segment: string
      readonly lines: number
      readonly root: string
      readonly key: string
      readonly signature: string
    }

export interface AuthFailedBody {
  readonly kind: 'auth.failed'
  /** An address; of IPv6, where the line stands for several, its network; `many` where it stands for those of several. */
  readonly source: string
  readonly protocol: ProtocolName
  readonly code: string
  readonly detail: string
  /** How often, where that had no line each; `undefined`: once. */
  readonly times?: number
}

/** What the target is shown. A static password is `longLived`. */
export interface ShownCredential {
  readonly name: string
  readonly user: string
  readonly longLived: boolean
}

/** Who, in which role, for which task, at which target: on each line of what was asked. */
export interface Who {
  /** An id; the whole session stands in its `session.started`. */
  readonly session: string
  /** Its principal's id, where that is a `Gate::Agent`. */
  readonly agent?: string | undefined
  /** Where it is a `Gate::User`. */
  readonly user?: string | undefined
  readonly role: string
  /** An id. */
  readonly task?: string | undefined
  readonly target: string
}

/** What the engine said, also where the gate then refused. Where the engine was not asked, what it would have said is absent. */
export interface DecisionBody extends Who {
  readonly kind: 'decision'
  readonly source: string
  readonly operation: Operation
  /** The instant by which it was decided, ms since the epoch. Not written where it is the line's `time`. */
  readonly now?: number | undefined
  readonly approval?: Approval | undefined
  readonly requests?: readonly RequestAnswer[]
  readonly requestsDigest?: string
  readonly decision?: Decision
  /** Absent: none. */
  readonly obligations?: Obligations | undefined
  readonly shadow?: Decision | undefined
  readonly refused?: GateReason | undefined
  readonly replayable?: false | undefined
}

/** How a forwarded operation ended. */
export interface ResultBody extends Who {
  readonly kind: 'result'
  readonly decisionSeq: number
  readonly rows?: number | undefined
  readonly bytes: number
  /** Of a connection that went on both ways: bytes from the client. */
  readonly received?: number | undefined
  /** `ok`, the target's error code (SQLSTATE), `limit_exceeded`, or `aborted` where the answer never came. */
  readonly status: string
  /** The annotation that was overrun, `maxRows`. */
  readonly limit?: string | undefined
  readonly durationUs: number
}

/** A channel's terminal was kept, as a cast beside the trail. */
export interface CastClosedBody {
  readonly kind: 'cast.closed'
  readonly session: string
  readonly decisionSeq: number
  /** From the trail's folder: see `castPath`. */
  readonly path: string
  readonly bytes: number
  /** `sha256:<hex>` of the file. */
  readonly digest: string
  /** Whether it ends before its channel did. */
  readonly truncated: boolean
}

export type TrailEvent = TrailEnvelope & TrailBody
export type TrailKind = TrailBody['kind']
