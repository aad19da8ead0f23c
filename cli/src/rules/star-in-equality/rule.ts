import { binary, literal, nodes } from '../../linting/expression.ts'
import { bodies, scopeEntities } from '../../linting/policy-json.ts'
import { at, type Rule } from '../../linting/rule.ts'

/** Only `like` knows `*`; elsewhere it is a star. */
export const starInEquality: Rule = {
  name: 'star-in-equality',
  category: 'correctness',
  level: 'error',
  summary: '`*` where it is no wildcard',
  *check(policy) {
    const { principal, action, resource } = policy.json
    const ids = [principal, action, resource].flatMap(scopeEntities).map(({ id }) => id)
    const compared = bodies(policy).flatMap(body => [...nodes(body)].flatMap(comparedTexts))
    for (const text of new Set([...ids, ...compared])) {
      if (text.includes('*'))
        yield {
          message: `\`*\` in \`${text}\` of \`${policy.id}\` stands for itself, next: use \`like\`, or name what holds it by \`in\``,
          at: at(policy, `"${text}"`),
        }
    }
  },
}

function comparedTexts(node: Parameters<typeof binary>[0]): string[] {
  const both = binary(node, '==') ?? binary(node, '!=')
  return both === undefined ? [] : [literal(both.left), literal(both.right)].filter(side => typeof side === 'string')
}
