import { pathsIn } from '../../linting/expression.ts'
import { bodies } from '../../linting/policy-json.ts'
import { at, type Rule } from '../../linting/rule.ts'

/** DESIGN §4, law 4: whom to ask stands in `@approvers`, that they were asked in the condition. One without the other is a mistake. */
export const approversIffApproval: Rule = {
  name: 'approvers-iff-approval',
  category: 'correctness',
  level: 'error',
  summary: '`@approvers` without `context.approval`, or the other way round',
  *check(policy) {
    const named = policy.annotations.approvers !== undefined
    const reads = bodies(policy).some(body =>
      [...pathsIn(body)].some(path => path === 'context.approval' || path.startsWith('context.approval.')),
    )
    if (named && !reads)
      yield {
        message: `\`${policy.id}\` names approvers and holds without an approval, next: add \`context has approval && context.approval.roles.contains(…)\``,
        at: at(policy, '@approvers'),
      }
    if (reads && !named)
      yield {
        message: `\`${policy.id}\` asks for an approval and names nobody to give it, next: add \`@approvers("role")\``,
        at: at(policy, 'approval'),
      }
  },
}
