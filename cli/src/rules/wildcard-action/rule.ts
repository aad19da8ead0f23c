import { at, type Rule } from '../../linting/rule.ts'

/** A permit on any action also permits those that a later version of a protocol adds. */
export const wildcardAction: Rule = {
  name: 'wildcard-action',
  category: 'security',
  level: 'error',
  summary: 'a permit that names no action',
  *check(policy) {
    if (policy.effect === 'permit' && policy.json.action.op === 'All')
      yield {
        message: `\`${policy.id}\` permits every action, next: name actions, or a group such as \`action in Postgres::Action::"read"\``,
        at: at(policy, 'action'),
      }
  },
}
