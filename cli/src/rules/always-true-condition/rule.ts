import { binary, type Expression, key, literal, parts } from '../../linting/expression.ts'
import { at, type Rule } from '../../linting/rule.ts'

/** A condition that always holds is a condition that someone believes in. */
export const alwaysTrueCondition: Rule = {
  name: 'always-true-condition',
  category: 'correctness',
  level: 'warning',
  summary: 'a condition that is always true',
  *check(policy) {
    for (const { kind, body } of policy.json.conditions) {
      const holds = kind === 'when' ? parts(body, '&&').some(isTrue) : literal(body) === false
      if (holds)
        yield {
          message: `a part of the \`${kind}\` of \`${policy.id}\` always holds, next: remove it or write what was meant`,
          at: at(policy, kind),
        }
    }
  },
}

function isTrue(part: Expression): boolean {
  if (literal(part) === true) return true
  const same = binary(part, '==')
  if (same !== undefined && key(same.left) === key(same.right)) return true
  const either = parts(part, '||').map(key)
  return either.some(one => either.includes(key({ '!': { arg: JSON.parse(one) } })))
}
