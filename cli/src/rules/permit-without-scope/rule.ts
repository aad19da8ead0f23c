import { isOpen } from '../../linting/policy-json.ts'
import { at, type Rule } from '../../linting/rule.ts'

/** A permit that names nothing and asks for nothing allows everything. */
export const permitWithoutScope: Rule = {
  name: 'permit-without-scope',
  category: 'security',
  level: 'error',
  summary: 'a permit without a scope and without a condition',
  *check(policy) {
    const { effect, principal, action, resource, conditions } = policy.json
    if (effect === 'permit' && [principal, action, resource].every(isOpen) && conditions.length === 0)
      yield {
        message: `\`${policy.id}\` permits everything to everyone, next: name a role, an action and a resource`,
        at: at(policy),
      }
  },
}
