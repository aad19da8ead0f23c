import type { PolicyId, Repository } from '@cedargate/policy-schema'
import { decided, type TestCase } from './run.ts'

/** Policy → how many tests it decided. Every policy is in it; shadow policies decide none. */
export function coverageOf(repository: Repository, cases: readonly TestCase[]): ReadonlyMap<PolicyId, number> {
  const counts = new Map(repository.policies.map(policy => [policy.id, 0]))
  for (const id of cases.flatMap(decided)) counts.set(id, (counts.get(id) ?? 0) + 1)
  return counts
}
