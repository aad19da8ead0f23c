import { type Expression, nodes, pathOf } from '../../linting/expression.ts'
import { bodies } from '../../linting/policy-json.ts'
import { at, type Rule } from '../../linting/rule.ts'

const arithmetic: Record<string, string> = { '+': '+', '-': '-', '*': '*', neg: '-' }
const constructors = new Set(['ip', 'decimal', 'datetime', 'duration'])

/** A forbid that errors denies everything in its scope with `policy_error`: that is safe, and an outage. */
export const forbidCanError: Rule = {
  name: 'forbid-can-error',
  category: 'correctness',
  level: 'error',
  summary: 'a forbid whose condition can fail to evaluate',
  *check(policy) {
    if (policy.effect !== 'forbid') return
    for (const node of bodies(policy).flatMap(body => [...nodes(body)])) {
      const why = risk(node)
      if (why === undefined) continue
      yield {
        message: `\`${policy.id}\` errors, and then denies all in its scope, when ${why.when}, next: ${why.next}`,
        at: at(policy, why.snippet),
      }
    }
  },
}

function risk(node: Expression): { when: string; next: string; snippet: string } | undefined {
  for (const [operator, operands] of Object.entries(node)) {
    const sign = arithmetic[operator]
    if (sign !== undefined)
      return { when: `\`${sign}\` overflows`, next: 'compare with a literal instead of computing', snippet: ` ${sign}` }
    if (
      constructors.has(operator) &&
      Array.isArray(operands) &&
      operands.some(operand => (operand as Expression).Value === undefined)
    )
      return {
        when: `\`${operator}()\` is given a text that is none`,
        next: 'give it a literal',
        snippet: `${operator}(`,
      }
  }
  // The gateway sends no entity for an owner, so its attributes are never there.
  const path = pathOf(node)
  return path?.startsWith('principal.owner.')
    ? {
        when: `\`${path}\` is read of an entity that is not sent`,
        next: 'compare `principal.owner` itself',
        snippet: path,
      }
    : undefined
}
