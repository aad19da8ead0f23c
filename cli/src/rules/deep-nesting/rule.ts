import type { Expression } from '../../linting/expression.ts'
import { bodies } from '../../linting/policy-json.ts'
import { at, type Rule } from '../../linting/rule.ts'

const most = 24

/** Cedar's stack is small: a deep policy may parse here and overflow while it is authorised. */
export const deepNesting: Rule = {
  name: 'deep-nesting',
  category: 'operability',
  level: 'warning',
  summary: 'a condition that is nested too deep',
  *check(policy, { options }) {
    const limit = typeof options.most === 'number' ? options.most : most
    const depth = Math.max(0, ...bodies(policy).map(body => depthOf(body)))
    if (depth > limit)
      yield {
        message: `\`${policy.id}\` nests ${depth} deep, next: split it into several policies`,
        at: at(policy, 'when'),
      }
  },
}

/** Of the tree; a chain of one operator counts once, as it reads. */
function depthOf(expression: Expression, above = ''): number {
  let deepest = 0
  for (const [operator, operands] of Object.entries(expression)) {
    if (typeof operands !== 'object' || operands === null || operator === 'Value') continue
    for (const operand of Object.values(operands)) {
      if (typeof operand !== 'object' || operand === null) continue
      const chained = operator === above && (operator === '&&' || operator === '||') ? 0 : 1
      deepest = Math.max(deepest, chained + depthOf(operand as Expression, operator))
    }
  }
  return deepest
}
