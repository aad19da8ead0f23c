import {
  createEngine,
  type ExplainedPolicy,
  type ExplainedRequest,
  explain,
  type Facts,
  type Operation,
  type Policy,
  type PolicyEngine,
  type Repository,
} from '@cedargate/policy-schema'
import { at } from '../linting/rule.ts'
import { type Condition, growing, toClauses } from './clauses.ts'

/** Why an operation is decided as it is, down to the condition. */
export interface ExplainedOperation {
  readonly operation: Operation
  readonly facts: Facts
  readonly evaluation: ReturnType<PolicyEngine['evaluate']>
  readonly requests: readonly (Omit<ExplainedRequest, 'candidates'> & { readonly candidates: readonly Candidate[] })[]
}
export interface Candidate extends ExplainedPolicy {
  readonly file: string
  readonly line: number
  readonly reason?: string
  readonly approvers?: string
  /** The first of its conditions that keeps it from applying: a `when` that does not hold, an `unless` that does. */
  readonly fails?: Condition
}

/** Decides an operation and asks each policy whose scope matches why it applied or did not. */
export function explainOperation(repository: Repository, operation: Operation, facts: Facts): ExplainedOperation {
  const { evaluation, requests } = explain(createEngine(repository), operation, facts)
  const policies = new Map(repository.policies.map(policy => [policy.id, policy]))
  const unsatisfied = new Set(
    requests.flatMap(({ candidates }) => candidates.filter(one => one.outcome !== 'satisfied').map(({ id }) => id)),
  )
  const failing = failingConditions(repository, [...unsatisfied], operation, facts)
  return {
    operation,
    facts,
    evaluation,
    requests: requests.map((request, at) => ({
      ...request,
      candidates: request.candidates.map(candidate => annotated(candidate, policies.get(candidate.id), failing[at])),
    })),
  }
}

function annotated(
  candidate: ExplainedPolicy,
  policy: Policy | undefined,
  failing: FailingConditions | undefined,
): Candidate {
  const { reason, approvers } = policy?.annotations ?? {}
  const { file, line } = policy === undefined ? { file: '', line: 1 } : at(policy)
  const fails = candidate.outcome === 'satisfied' ? undefined : failing?.get(candidate.id)
  return {
    ...candidate,
    file,
    line,
    ...(reason === undefined ? {} : { reason }),
    ...(approvers === undefined ? {} : { approvers }),
    ...(fails === undefined ? {} : { fails }),
  }
}

type FailingConditions = ReadonlyMap<string, Condition>

/** Request by request: policy → its first condition that does not hold. Policies are asked with ever more of themselves. */
function failingConditions(
  repository: Repository,
  ids: readonly string[],
  operation: Operation,
  facts: Facts,
): readonly FailingConditions[] {
  if (ids.length === 0) return []
  const grown = repository.policies
    .filter(policy => ids.includes(policy.id))
    .flatMap(policy =>
      growing(toClauses(policy.text)).map(({ text, adds }, step) => ({
        policy: { ...policy, id: `${policy.id}#${String(step).padStart(4, '0')}`, text },
        of: policy.id,
        adds,
      })),
    )
  const bySteps = new Map(grown.map(one => [one.policy.id, one]))
  const engine = createEngine({ ...repository, policies: grown.map(one => one.policy) })
  return explain(engine, operation, facts).requests.map(({ candidates }) => {
    const first = new Map<string, Condition>()
    for (const { id, outcome } of candidates.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
      const step = bySteps.get(id)
      if (step !== undefined && outcome !== 'satisfied' && !first.has(step.of)) first.set(step.of, step.adds)
    }
    return first
  })
}
