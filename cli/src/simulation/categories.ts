import { canonicalJson, type Decision, type Evaluation } from '@cedargate/policy-schema'
import type { Outcome } from '../recording/decide.ts'

/** What became of a recorded operation; what a reviewer must look at first comes first. */
export const categories = [
  'newly-allowed',
  'newly-denied',
  'newly-pending',
  'other-reason',
  'not-replayable',
  'unchanged',
] as const
export type Category = (typeof categories)[number]

/** What `--fail-on` knows: `error` is a line that could not be read. */
export const failureKinds = [
  'newly-allowed',
  'newly-denied',
  'newly-pending',
  'other-reason',
  'not-replayable',
  'error',
] as const
export type FailureKind = (typeof failureKinds)[number]

const newly = { allow: 'newly-allowed', deny: 'newly-denied', pending: 'newly-pending' } as const

export function categorise(before: Outcome, after: Outcome): Category {
  if ('notReplayable' in before || 'notReplayable' in after) return 'not-replayable'
  if (before.evaluation.decision.effect !== after.evaluation.decision.effect)
    return newly[after.evaluation.decision.effect]
  return essence(before.evaluation) === essence(after.evaluation) ? 'unchanged' : 'other-reason'
}

/** What a client or a reviewer would notice; a reworded detail is none of it. */
function essence({ decision, obligations }: Evaluation): string {
  const { detail: _, ...rest } = { detail: '', ...decision } as Decision & { readonly detail?: string }
  return canonicalJson({ decision: rest, obligations })
}
