import { at, type Rule } from '../../linting/rule.ts'

/** A policy that nobody answers for is a policy that nobody dares to change. */
export const missingOwner: Rule = {
  name: 'missing-owner',
  category: 'operability',
  level: 'warning',
  summary: 'a policy without `@owner`',
  *check(policy) {
    if ((policy.annotations.owner ?? '').trim() === '')
      yield { message: `\`${policy.id}\` has no owner, next: add \`@owner("team")\``, at: at(policy) }
  },
}
