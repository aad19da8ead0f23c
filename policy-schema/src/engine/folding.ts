import type { Decision, Deny, DenyReason, PolicyId, RequestAnswer } from '../decision.ts'

/** What came of one request. `failure`: Cedar could not be asked. */
export interface Answered extends RequestAnswer {
  readonly failure?: { readonly reason: 'request_invalid' | 'engine_failed' | 'unresolved'; readonly detail: string }
}

/**
 * The worst first: an operation is denied for the worst that happened to any of its requests. `unresolved` is last: it says
 * that nothing else denies it.
 */
const severities = ['engine_failed', 'request_invalid', 'policy_error', 'forbidden', 'no_permit', 'unresolved'] as const
type Severity = (typeof severities)[number]

/** Every request must allow, and an error anywhere denies, since Cedar skips a policy that errs and a forbid would fail open. */
export function fold(answers: readonly Answered[]): Exclude<Decision, { effect: 'pending' }> {
  const denied = answers.filter(answer => answer.effect === 'deny')
  if (denied.length === 0) return { effect: 'allow', policies: union(answers.map(answer => answer.policies)) }
  const reasons = denied.map(reasonOf)
  const worst = severities.find(severity => reasons.includes(severity)) ?? 'no_permit'
  const because = denied.filter((_, at) => reasons[at] === worst)
  const [first] = because
  const policies = union(because.map(answer => policiesFor(worst, answer)))
  const more = because.length > 1 ? `, and ${because.length - 1} more like it` : ''
  return { effect: 'deny', policies, reason: worst, detail: `${first ? sentence(worst, first) : worst}${more}` }
}

export function deny(reason: DenyReason, detail: string): Deny {
  return { effect: 'deny', policies: [], reason, detail }
}

function reasonOf(answer: Answered): Severity {
  if (answer.failure) return answer.failure.reason
  if (answer.errors) return 'policy_error'
  return answer.policies.length > 0 ? 'forbidden' : 'no_permit'
}

function policiesFor(reason: Severity, answer: Answered): readonly PolicyId[] {
  return reason === 'policy_error' ? (answer.errors ?? []).map(error => error.policy) : answer.policies
}

function sentence(reason: Severity, answer: Answered): string {
  const asked = `${answer.action} on ${answer.resource}`
  if (answer.failure) return answer.failure.detail
  if (reason === 'forbidden') return `${asked} is forbidden by ${quoted(answer.policies)}`
  if (reason === 'no_permit') return `no policy permits ${asked}`
  const [error] = answer.errors ?? []
  return `policy \`${error?.policy}\` failed on ${asked}: ${error?.message}`
}

function quoted(ids: readonly string[]): string {
  return ids.map(id => `\`${id}\``).join(', ')
}

export function union(lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())].sort()
}
