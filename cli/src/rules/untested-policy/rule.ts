import { at, type Rule } from '../../linting/rule.ts'

/** A policy that decides no test can be broken without anyone noticing. */
export const untestedPolicy: Rule = {
  name: 'untested-policy',
  category: 'operability',
  level: 'warning',
  summary: 'a policy that decides no test',
  *check(policy, { coverage }) {
    if (policy.annotations.mode !== 'shadow' && coverage()?.get(policy.id) === 0)
      yield {
        message: `\`${policy.id}\` decides no test, next: add one to tests/ with \`by: [${policy.id}]\``,
        at: at(policy),
      }
  },
}
