import { canonicalJson, type Decision, type Evaluation } from '@cedargate/policy-schema'
import type { Outcome } from '../recording/decide.ts'
import type { Category } from './categories.ts'

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
