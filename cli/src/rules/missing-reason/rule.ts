import { at, type Rule } from '../../linting/rule.ts'

/** `@reason` is what a denied client reads: an agent that knows why can do it right. */
export const missingReason: Rule = {
  name: 'missing-reason',
  category: 'operability',
  level: 'warning',
  summary: 'a forbid, or a permit by approval, without `@reason`',
  *check(policy) {
    const denies = policy.effect === 'forbid' || policy.annotations.approvers !== undefined
    if (denies && (policy.annotations.reason ?? '').trim() === '')
      yield {
        message: `\`${policy.id}\` denies without saying why, next: add \`@reason("…")\` with what to do instead`,
        at: at(policy),
      }
  },
}
