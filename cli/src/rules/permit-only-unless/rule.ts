import { at, type Rule } from '../../linting/rule.ts'

/** What a list of exceptions forgets is permitted. */
export const permitOnlyUnless: Rule = {
  name: 'permit-only-unless',
  category: 'security',
  level: 'warning',
  summary: 'a permit whose conditions are all exceptions',
  *check(policy) {
    const kinds = policy.json.conditions.map(condition => condition.kind)
    if (policy.effect === 'permit' && kinds.length > 0 && kinds.every(kind => kind === 'unless'))
      yield {
        message: `\`${policy.id}\` permits whatever its exceptions forget, next: say by \`when\` what is permitted, and forbid the rest in a policy of its own`,
        at: at(policy, 'unless'),
      }
  },
}
