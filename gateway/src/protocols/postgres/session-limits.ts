import { type FrameLimits, type FrameRules, frameRules, kib, mib } from './frames.ts'

/** What one session may have of the gateway. */
export interface SessionLimits {
  /** Without a message, outside of a transaction. */
  readonly idleMs: number
  /** Without a message, within one: it keeps locks, and old rows from being cleaned away. */
  readonly idleInTransactionMs: number
  /** Answers that the target may owe at a time; messages beyond wait. */
  readonly maxInFlight: number
  /** A larger Query or Parse is denied and not held. */
  readonly maxStatementBytes: number
  /** A larger Bind or FunctionCall ends the session. */
  readonly maxBindBytes: number
  /** For a target to stop what overran a limit of its policies. Not in `gateway.yaml`. */
  readonly stopMs: number
}

const minuteMs = 60_000

/** As `gateway.yaml` has them unless it says otherwise. */
export const sessionLimits: SessionLimits = {
  idleMs: 60 * minuteMs,
  idleInTransactionMs: 10 * minuteMs,
  maxInFlight: 10_000,
  maxStatementBytes: mib,
  maxBindBytes: 16 * mib,
  stopMs: 10_000,
}

/** What a client may send once it is logged in. A statement over `whole` is read past and denied `too_large`; nothing is buffered for it. */
export function clientLimitsOf({ maxStatementBytes, maxBindBytes }: SessionLimits): FrameLimits {
  return {
    Q: { whole: maxStatementBytes, max: 64 * mib }, // Query
    P: { whole: maxStatementBytes, max: 64 * mib }, // Parse
    B: { whole: maxBindBytes, max: maxBindBytes }, // Bind
    F: { whole: maxBindBytes, max: maxBindBytes }, // FunctionCall
    D: { whole: kib, max: kib }, // Describe
    E: { whole: kib, max: kib }, // Execute
    C: { whole: kib, max: kib }, // Close
    H: { whole: 4, max: 4 }, // Flush
    S: { whole: 4, max: 4 }, // Sync
    X: { whole: 4, max: 4 }, // Terminate
    d: { whole: 0, max: 1024 * mib }, // CopyData: passed on in pieces, never held
    c: { whole: 4, max: 4 }, // CopyDone
    f: { whole: 64 * kib, max: 64 * kib }, // CopyFail
  }
}

/** {@link clientLimitsOf} as the framer wants them. */
export function clientRulesOf(limits: SessionLimits): FrameRules {
  return frameRules(clientLimitsOf(limits))
}
