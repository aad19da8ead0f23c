import { authorizeOnce, type CedarRequest } from '../cedar/authorize.ts'
import { Cedar } from '../cedar/instance.ts'
import type { Evaluation, PolicyId, RequestAnswer } from '../decision.ts'
import type { Facts, Operation } from '../operation.ts'
import type { PolicyEngine } from './engine.ts'
import type { IndexedPolicy, PolicyIndex } from './policy-index.ts'
import { cedarRequest } from './question.ts'

/** Why an operation is decided as it is. */
export interface Explanation {
  readonly evaluation: Evaluation
  /** In mapping order; empty where nothing is asked. */
  readonly requests: readonly ExplainedRequest[]
}

export interface ExplainedRequest {
  /** All that Cedar could be told: the whole context, every entity. */
  readonly asked: CedarRequest
  readonly answer: RequestAnswer
  /** Every policy whose scope matches, by id. */
  readonly candidates: readonly ExplainedPolicy[]
}

export interface ExplainedPolicy {
  readonly id: PolicyId
  readonly effect: 'permit' | 'forbid'
  /** In shadow: it does not count. */
  readonly shadow: boolean
  /** Whether its conditions hold, alone and with the facts given. */
  readonly outcome: 'satisfied' | 'not satisfied' | 'error'
  /** What Cedar says of the error. */
  readonly message?: string
}

/**
 * Evaluates an operation and says which policies were looked at, and what each of them said. A few ms for each policy.
 *
 * @throws PolicyError `ERR_CEDAR_TRAPPED`, `ERR_CEDAR_THREW` where Cedar breaks, `ERR_CEDAR_REQUEST` where a request does not fit
 */
export function explain(engine: PolicyEngine, operation: Operation, facts: Facts): Explanation {
  const evaluation = engine.evaluate(operation, facts)
  // Where the facts cannot be shown to Cedar there are no answers to explain either.
  const { mapped, resolved } = evaluation.requests.length > 0 ? engine.resolve(operation, facts) : {}
  if (!mapped || !resolved || 'evaluation' in mapped.mapping) return { evaluation, requests: [] }
  const { target } = mapped.mapping
  const cedar = new Cedar()
  const requests = resolved.asked.flatMap(({ question, scoped }, at) => {
    const answer = evaluation.requests[at]
    if (!answer) return []
    const asked = cedarRequest(question, 'everything', facts, target, engine.index.schema)
    return {
      asked,
      answer,
      candidates: scoped.matching.proposed.map(policy => explainPolicy(policy, asked, engine.index, cedar)),
    }
  })
  return { evaluation, requests }
}

function explainPolicy(policy: IndexedPolicy, asked: CedarRequest, index: PolicyIndex, cedar: Cedar): ExplainedPolicy {
  const { id, effect, shadow } = policy
  const answer = authorizeOnce(cedar, { [id]: policy.text }, index.authoringSchema, asked)
  const [error] = answer.errors
  if (error) return { id, effect, shadow, outcome: 'error', message: error.message }
  return { id, effect, shadow, outcome: answer.policies.includes(id) ? 'satisfied' : 'not satisfied' }
}
