import type { EntityUid } from '@cedargate/policy-schema'

/** Cedar's JSON form of an expression: one operator over its operands. */
export type Expression = { readonly [operator: string]: unknown }

interface Binary {
  readonly left: Expression
  readonly right: Expression
}
interface Access {
  readonly left: Expression
  /** `has` on a path holds a list. */
  readonly attr: string | readonly string[]
}

export function binary(expression: Expression, operator: string): Binary | undefined {
  return expression[operator] as Binary | undefined
}

/** The expression and all below it, outermost first. Text stays text: records and sets are gone through by member. */
export function* nodes(expression: Expression): Generator<Expression> {
  yield expression
  for (const [operator, operands] of Object.entries(expression)) {
    // Literals, names and the parts of a pattern hold no expressions.
    if (operator === 'Value' || operator === 'Var' || operator === 'Slot') continue
    yield* operandsOf(operator, operands)
  }
}

function* operandsOf(operator: string, operands: unknown): Generator<Expression> {
  if (typeof operands !== 'object' || operands === null) return
  for (const [name, operand] of Object.entries(operands)) {
    if (typeof operand !== 'object' || operand === null) continue
    if (operator !== 'Record' && (name === 'pattern' || name === 'attr')) continue
    yield* nodes(operand as Expression)
  }
}

/** `context.task.kind` of a chain of attributes on a variable; `undefined` for anything else. */
export function pathOf(expression: Expression): string | undefined {
  if (typeof expression.Var === 'string') return expression.Var
  const access = expression['.'] as Access | undefined
  if (access === undefined || typeof access.attr !== 'string') return undefined
  const left = pathOf(access.left)
  return left === undefined ? undefined : `${left}.${access.attr}`
}

/** Every attribute path that an expression reads or asks for by `has`. */
export function* pathsIn(expression: Expression): Generator<string> {
  for (const node of nodes(expression)) {
    const path = pathOf(node)
    if (path !== undefined) yield path
    const has = node.has as Access | undefined
    const left = has === undefined ? undefined : pathOf(has.left)
    if (has !== undefined && left !== undefined)
      yield [left, ...(typeof has.attr === 'string' ? [has.attr] : has.attr)].join('.')
  }
}

/** The parts of nested `&&` (or `||`), left to right. */
export function parts(expression: Expression, operator: '&&' | '||'): Expression[] {
  const both = binary(expression, operator)
  return both === undefined ? [expression] : [...parts(both.left, operator), ...parts(both.right, operator)]
}

/** A literal string, number, Boolean; entities and sets have none. */
export function literal(expression: Expression): string | number | boolean | undefined {
  const value = expression.Value
  return typeof value === 'object' || value === undefined ? undefined : (value as string | number | boolean)
}

/** A literal entity. */
export function entity(expression: Expression): EntityUid | undefined {
  const value = expression.Value
  return typeof value === 'object' && value !== null && '__entity' in value ? (value.__entity as EntityUid) : undefined
}

/** Sorted members, so that equal expressions are equal texts. */
export function key(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(key).join(',')}]`
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${key(member)}`).join(',')}}`
}
