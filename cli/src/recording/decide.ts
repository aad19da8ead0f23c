import type { DecisionBody, Engine, Evaluation, Repository, Session, TrailEnvelope } from '@cedargate/policy-schema'

/** A repository and an engine over it. */
export interface Decider {
  readonly repository: Repository
  readonly engine: Engine
}

export type Outcome = { readonly evaluation: Evaluation } | { readonly notReplayable: NotReplayable }

/** Why a recorded operation cannot be decided again. */
export type NotReplayable =
  /** The gate refused before the engine was asked. */
  | 'not_decided'
  /** Redaction changed what the operation means. */
  | 'redacted'
  | 'no_session'
  /** The engine itself broke, then or now. */
  | 'engine_failed'
  /** The target is not in that repository. */
  | 'no_target'
  | 'no_commit'
  /** That repository is not valid for this version. */
  | 'invalid_repository'

/** What was recorded as decided, and can be compared. */
export function recordedOutcome(recorded: DecisionBody): Outcome {
  const { decision, requests, requestsDigest, obligations = {}, shadow } = recorded
  if (decision === undefined || requests === undefined || requestsDigest === undefined)
    return { notReplayable: 'not_decided' }
  if (recorded.replayable === false) return { notReplayable: 'redacted' }
  if (decision.effect === 'deny' && decision.reason === 'engine_failed') return { notReplayable: 'engine_failed' }
  return {
    evaluation: { decision, requests, requestsDigest, obligations, ...(shadow === undefined ? {} : { shadow }) },
  }
}

/** Decides a recorded operation again, with the facts of then. Replay and simulation both stand on this. */
export function decideAgain(
  recorded: Pick<TrailEnvelope, 'time'> & DecisionBody,
  session: Session | undefined,
  decider: Decider,
): Outcome {
  const { time, now = Date.parse(time), approval, operation, source, target } = recorded
  const before = recordedOutcome(recorded)
  if ('notReplayable' in before) return before
  if (session === undefined) return { notReplayable: 'no_session' }
  // The control plane's own target stands in no file.
  if (operation.protocol !== 'gate' && !decider.repository.targets.has(target)) return { notReplayable: 'no_target' }
  const evaluation = decider.engine.evaluate(operation, { session, source, now, ...(approval && { approval }) })
  const { decision } = evaluation
  return decision.effect === 'deny' && decision.reason === 'engine_failed'
    ? { notReplayable: 'engine_failed' }
    : { evaluation }
}
