import { limitAnnotations } from '@cedargate/policy-schema'
import { key } from '../../linting/expression.ts'
import { at, type Rule } from '../../linting/rule.ts'

const telling = ['approvers', 'approvals', 'mode', ...limitAnnotations]

/** Of two policies that say the same, one will be changed and the other forgotten. */
export const duplicateBody: Rule = {
  name: 'duplicate-body',
  category: 'correctness',
  level: 'warning',
  summary: 'two policies that say the same',
  *checkAll({ policies }) {
    const seen = new Map<string, string>()
    for (const policy of policies) {
      const { effect, principal, action, resource, conditions } = policy.json
      // Policies that ask different people, or oblige to other limits, are not the same.
      const meant = telling.map(name => policy.annotations[name])
      const body = key({ effect, principal, action, resource, conditions, meant })
      const first = seen.get(body)
      if (first === undefined) seen.set(body, policy.id)
      else
        yield {
          message: `\`${policy.id}\` says the same as \`${first}\`, next: keep one`,
          at: at(policy),
        }
    }
  },
}
