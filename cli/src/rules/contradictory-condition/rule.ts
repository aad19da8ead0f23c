import { binary, type Expression, entity, key, literal, parts } from '../../linting/expression.ts'
import { bodies } from '../../linting/policy-json.ts'
import { at, type Rule } from '../../linting/rule.ts'

/** A policy that can never hold protects nothing, and reads as if it did. */
export const contradictoryCondition: Rule = {
  name: 'contradictory-condition',
  category: 'correctness',
  level: 'error',
  summary: 'a condition that is never true',
  *check(policy) {
    const whens = policy.json.conditions.filter(({ kind }) => kind === 'when').map(({ body }) => body)
    const why = contradiction(whens.flatMap(body => parts(body, '&&')))
    const always = policy.json.conditions.find(({ kind, body }) => kind === 'unless' && literal(body) === true)
    if (why === undefined && always === undefined) return
    yield {
      message: `\`${policy.id}\` never applies: ${why ?? '`unless { true }`'}, next: correct it or remove the policy`,
      at: at(policy, bodies(policy).length > 0 ? policy.json.conditions[0]?.kind : undefined),
    }
  },
}

interface Range {
  least: number
  most: number
}

/** All of these hold together: which two cannot? */
function contradiction(all: readonly Expression[]): string | undefined {
  const equal = new Map<string, string>()
  const ranges = new Map<string, Range>()
  for (const part of all) {
    if (literal(part) === false) return '`false` is among its conditions'
    const same = comparison(part, '==')
    if (same !== undefined) {
      const [left, right] = [key(same.left), key(same.right)]
      if ((equal.get(left) ?? right) !== right) return 'one thing would have to equal two values'
      equal.set(left, right)
    }
    if (narrow(ranges, part)) return 'its range is empty'
  }
  return all.some(part => {
    const differs = comparison(part, '!=')
    return differs !== undefined && equal.get(key(differs.left)) === key(differs.right)
  })
    ? 'one thing would have to equal a value and differ from it'
    : undefined
}

/** A comparison with a constant, the constant on the right. */
function comparison(part: Expression, operator: '==' | '!=') {
  const both = binary(part, operator)
  if (both === undefined) return undefined
  if (isConstant(both.right)) return both
  return isConstant(both.left) ? { left: both.right, right: both.left } : undefined
}

function isConstant(expression: Expression): boolean {
  return literal(expression) !== undefined || entity(expression) !== undefined
}

/** True when no number is left between the bounds of a path. */
function narrow(ranges: Map<string, Range>, part: Expression): boolean {
  for (const [operator, bound] of Object.entries(bounds)) {
    const compared = binary(part, operator)
    const value = compared === undefined ? undefined : literal(compared.right)
    if (compared === undefined || typeof value !== 'number') continue
    const left = key(compared.left)
    const range = ranges.get(left) ?? { least: -Infinity, most: Infinity }
    bound(range, value)
    ranges.set(left, range)
    return range.least > range.most
  }
  return false
}

/** Cedar's numbers are whole. */
const bounds: Record<string, (range: Range, value: number) => void> = {
  '<': (range, value) => (range.most = Math.min(range.most, value - 1)),
  '<=': (range, value) => (range.most = Math.min(range.most, value)),
  '>': (range, value) => (range.least = Math.max(range.least, value + 1)),
  '>=': (range, value) => (range.least = Math.max(range.least, value)),
}
