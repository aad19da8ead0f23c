import { clientLimits, type FrameRules, frameRules } from './frames.ts'

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
const mib = 1024 * 1024

/** As `gateway.yaml` has them unless it says otherwise. */
export const sessionLimits: SessionLimits = {
  idleMs: 60 * minuteMs,
  idleInTransactionMs: 10 * minuteMs,
  maxInFlight: 10_000,
  maxStatementBytes: mib,
  maxBindBytes: 16 * mib,
  stopMs: 10_000,
}

/** What a client of such a session may send. */
export function clientRulesOf({ maxStatementBytes, maxBindBytes }: SessionLimits): FrameRules {
  const statement = { whole: maxStatementBytes, max: 64 * mib }
  return frameRules({
    ...clientLimits,
    Q: statement,
    P: statement,
    B: { whole: maxBindBytes, max: maxBindBytes },
    F: { whole: maxBindBytes, max: maxBindBytes },
  })
}
