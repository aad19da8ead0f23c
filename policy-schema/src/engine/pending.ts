import type { Deny, Pending } from '../decision.ts'
import type { Approval } from '../operation.ts'
import type { Work } from '../work.ts'
import { union } from './folding.ts'
import type { IndexedPolicy } from './policy-index.ts'

const defaultTtlMs = 15 * 60_000

/**
 * Ids that stand for people who have not approved yet. No user has one of them: a segment of an id has its `/` escaped.
 */
export function reservedApprovers(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `reserved/${index + 1}`)
}

/**
 * Law 4: whether an approval would turn a deny into an allow.
 *
 * @param matching policies whose scope matches a request that denied
 * @param allows whether every request would be allowed with this approval
 */
export function* pendingOr(
  denied: Deny,
  matching: readonly IndexedPolicy[],
  now: number,
  allows: (approval: Approval) => Work<boolean>,
): Work<Deny | Pending> {
  const roles = union(matching.map(policy => policy.approvers))
  if (roles.length === 0) return denied
  const approvals = Math.max(1, ...matching.flatMap(policy => policy.approvals ?? []))
  const people = reservedApprovers(approvals)
  const approvers: string[] = []
  for (const role of roles)
    if (yield* allows({ approvers: people, roles: [role], grantedAt: now })) approvers.push(role)
  if (approvers.length === 0) return denied
  const ttls = matching.flatMap(policy => policy.approvalTtlMs ?? [])
  const naming = matching.filter(policy => policy.approvers.some(role => approvers.includes(role)))
  return {
    effect: 'pending',
    policies: union([naming.map(policy => policy.id)]),
    approvers,
    approvals,
    ttlMs: ttls.length > 0 ? Math.min(...ttls) : defaultTtlMs,
  }
}
