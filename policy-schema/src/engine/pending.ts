import type { Deny, Pending } from '../decision.ts'
import type { Approval } from '../operation.ts'
import type { Work } from '../work.ts'
import { type Answered, union } from './folding.ts'
import type { IndexedPolicy } from './policy-index.ts'

const defaultTtlMs = 15 * 60_000

/**
 * Ids that stand for people who have not approved yet. No user has one of them: a segment of an id has its `/` escaped.
 */
export function reservedApprovers(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `reserved/${index + 1}`)
}

/** A request that was denied, and the policies whose scope matches it. */
export interface Refused {
  readonly answer: Answered
  readonly matching: readonly IndexedPolicy[]
}

/** What would be answered to refused requests with an approval; `undefined` unless every request would then be allowed. */
type Trial = (approval: Approval) => Work<readonly Answered[] | undefined>

/**
 * Law 4: whether an approval would turn a deny into an allow.
 *
 * Named are the policies that it depends on: a forbid that the approval lifts, a permit that holds with it. How many people
 * and how long is for these to say: one whose scope matches and whose condition does not hold says nothing here.
 */
export function* pendingOr(denied: Deny, refused: readonly Refused[], now: number, trial: Trial): Work<Deny | Pending> {
  const matching = [...new Set(refused.flatMap(request => request.matching))]
  const roles = union(matching.map(policy => policy.approvers))
  if (roles.length === 0) return denied
  const most = people(matching)
  const { approvers, answers } = yield* sufficing(roles, most, now, trial)
  if (approvers.length === 0) return denied
  const deciding = decidingOf(matching, approvers, [...refused.map(request => request.answer), ...answers])
  const fewer = people(deciding)
  // conditions may count people whom no annotation counts
  const isEnough =
    fewer < most && (yield* sufficing(approvers, fewer, now, trial)).approvers.length === approvers.length
  const ttls = deciding.flatMap(policy => policy.approvalTtlMs ?? [])
  return {
    effect: 'pending',
    policies: union([deciding.map(policy => policy.id)]),
    approvers,
    approvals: isEnough ? fewer : most,
    ttlMs: ttls.length > 0 ? Math.min(...ttls) : defaultTtlMs,
  }
}

/** The roles under which everything is allowed if so many people approve in one of them, and what is answered then. */
function* sufficing(roles: readonly string[], count: number, now: number, trial: Trial) {
  const people = reservedApprovers(count)
  const approvers: string[] = []
  const answers: Answered[] = []
  for (const role of roles) {
    const answered = yield* trial({ approvers: people, roles: [role], grantedAt: now })
    if (answered === undefined) continue
    approvers.push(role)
    answers.push(...answered)
  }
  return { approvers, answers }
}

/** Those that name a role which suffices, and determined an answer: the deny, since all of it is gone, or the allow. */
function decidingOf(
  matching: readonly IndexedPolicy[],
  roles: readonly string[],
  answers: readonly Answered[],
): readonly IndexedPolicy[] {
  const naming = matching.filter(policy => policy.approvers.some(role => roles.includes(role)))
  const determining = new Set(
    answers.flatMap(({ policies, errors = [] }) => [...policies, ...errors.map(error => error.policy)]),
  )
  const deciding = naming.filter(policy => determining.has(policy.id))
  // what allows then may name nobody, and it is these whom somebody is asked for
  return deciding.length > 0 ? deciding : naming
}

function people(policies: readonly IndexedPolicy[]): number {
  return Math.max(1, ...policies.flatMap(policy => policy.approvals ?? []))
}
