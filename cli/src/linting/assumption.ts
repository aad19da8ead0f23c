import type { EntityUid } from '@cedargate/policy-schema'
import { type Expression, key, pathOf } from './expression.ts'

/** A value as far as it is known; sets in any order. */
export type Known = string | number | boolean | EntityUid | readonly Known[]

/** What is taken for granted about a request. `undefined` is: it could be either. */
export interface Assumption {
  readonly value: (path: string) => Known | undefined
  readonly has: (path: string) => boolean | undefined
  readonly isIn: (variable: string, entity: EntityUid) => boolean | undefined
  readonly isOf: (variable: string, type: string) => boolean | undefined
  readonly is: (variable: string, entity: EntityUid) => boolean | undefined
}

/** What an expression comes to under an assumption; `undefined` where that depends on more. */
export function evaluate(expression: Expression, assumed: Assumption): Known | undefined {
  const path = pathOf(expression)
  if (path !== undefined) return assumed.value(path)
  for (const [operator, operands] of Object.entries(expression)) {
    const compute = Object.hasOwn(operators, operator) ? operators[operator] : undefined
    return compute?.(operands as Operands, assumed)
  }
  return undefined
}

/** Whether all conditions of a policy hold. */
export function verdict(
  conditions: readonly { readonly kind: 'when' | 'unless'; readonly body: Expression }[],
  assumed: Assumption,
): boolean | undefined {
  return all(
    conditions.map(({ kind, body }) => {
      const held = evaluate(body, assumed)
      return kind === 'when' ? truth(held) : not(truth(held))
    }),
  )
}

/** As Cedar's JSON form has them; each operator has those that it needs. */
interface Operands {
  readonly left: Expression
  readonly right: Expression
  readonly arg: Expression
  readonly attr: string | readonly string[]
  readonly pattern: readonly ('Wildcard' | { readonly Literal: string })[]
  readonly entity_type: string
  readonly in?: Expression
}
type Compute = (operands: Operands, assumed: Assumption) => Known | undefined

const operators: { readonly [operator: string]: Compute } = {
  Value: value => literalOf(value as unknown),
  Set: (members, assumed) => known((members as unknown as Expression[]).map(member => evaluate(member, assumed))),
  '&&': ({ left, right }, assumed) => all([left, right].map(side => truth(evaluate(side, assumed)))),
  '||': ({ left, right }, assumed) => not(all([left, right].map(side => not(truth(evaluate(side, assumed)))))),
  '!': ({ arg }, assumed) => not(truth(evaluate(arg, assumed))),
  'if-then-else': (operands, assumed) => {
    const branches = operands as unknown as { readonly [branch in 'if' | 'then' | 'else']: Expression }
    const test = truth(evaluate(branches.if, assumed))
    return test === undefined ? undefined : evaluate(test ? branches.then : branches.else, assumed)
  },
  '==': equal,
  '!=': (operands, assumed) => not(equal(operands, assumed)),
  '<': compare((left, right) => left < right),
  '<=': compare((left, right) => left <= right),
  '>': compare((left, right) => left > right),
  '>=': compare((left, right) => left >= right),
  in: ({ left, right }, assumed) => {
    const variable = variableOf(left)
    const groups = entitiesIn(right)
    if (variable === undefined || groups === undefined) return undefined
    return any(groups.map(group => assumed.isIn(variable, group)))
  },
  is: ({ left, entity_type, in: within }, assumed) => {
    const variable = variableOf(left)
    const groups = within === undefined ? [] : entitiesIn(within)
    if (variable === undefined || groups === undefined) return undefined
    const inside = within === undefined ? true : any(groups.map(group => assumed.isIn(variable, group)))
    return all([assumed.isOf(variable, entity_type), inside])
  },
  has: ({ left, attr }, assumed) => {
    const path = pathOf(left)
    return path === undefined ? undefined : assumed.has([path, ...(typeof attr === 'string' ? [attr] : attr)].join('.'))
  },
  like: ({ left, pattern }, assumed) => {
    const text = evaluate(left, assumed)
    return typeof text === 'string' ? matches(text, pattern) : undefined
  },
  contains: sets((set, member) => set.includes(key(member))),
  containsAll: sets((set, other) => Array.isArray(other) && other.every(member => set.includes(key(member)))),
  containsAny: sets((set, other) => Array.isArray(other) && other.some(member => set.includes(key(member)))),
  isEmpty: ({ arg }, assumed) => {
    const set = evaluate(arg, assumed)
    return Array.isArray(set) ? set.length === 0 : undefined
  },
}

function equal({ left, right }: Operands, assumed: Assumption): boolean | undefined {
  for (const [one, other] of [
    [left, right],
    [right, left],
  ] as const) {
    const variable = variableOf(one)
    const [entity] = entitiesIn(other) ?? []
    if (variable !== undefined && entity !== undefined) return assumed.is(variable, entity)
  }
  const [one, other] = [evaluate(left, assumed), evaluate(right, assumed)]
  return one === undefined || other === undefined ? undefined : unordered(one) === unordered(other)
}

function compare(holds: (left: number, right: number) => boolean): Compute {
  return ({ left, right }, assumed) => {
    const [one, other] = [evaluate(left, assumed), evaluate(right, assumed)]
    return typeof one === 'number' && typeof other === 'number' ? holds(one, other) : undefined
  }
}

function sets(holds: (set: readonly string[], other: Known) => boolean): Compute {
  return ({ left, right }, assumed) => {
    const [set, other] = [evaluate(left, assumed), evaluate(right, assumed)]
    return Array.isArray(set) && other !== undefined ? holds(set.map(key), other) : undefined
  }
}

function matches(text: string, pattern: Operands['pattern']): boolean {
  const source = pattern
    .map(part => (part === 'Wildcard' ? '.*' : part.Literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('')
  return new RegExp(`^${source}$`, 's').test(text)
}

function unordered(value: Known): string {
  return Array.isArray(value) ? value.map(key).sort().join() : key(value)
}

function variableOf(expression: Expression): string | undefined {
  return typeof expression.Var === 'string' ? expression.Var : undefined
}

/** Of a literal entity, or a set of them. */
function entitiesIn(expression: Expression): readonly EntityUid[] | undefined {
  const members = 'Set' in expression ? (expression.Set as Expression[]) : [expression]
  const entities = members.map(({ Value: value }) => literalOf(value)).filter(isEntity)
  return entities.length === members.length ? entities : undefined
}

function literalOf(value: unknown): Known | undefined {
  if (Array.isArray(value)) return known(value.map(literalOf))
  if (typeof value === 'object' && value !== null)
    return '__entity' in value ? (value.__entity as EntityUid) : undefined
  return value as Known | undefined
}

function isEntity(value: Known | undefined): value is EntityUid {
  return typeof value === 'object' && !Array.isArray(value)
}

function known(values: readonly (Known | undefined)[]): readonly Known[] | undefined {
  const found = values.filter(value => value !== undefined)
  return found.length === values.length ? found : undefined
}

function truth(value: Known | undefined): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}
function not(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value
}
function all(values: readonly (boolean | undefined)[]): boolean | undefined {
  return values.includes(false) ? false : values.includes(undefined) ? undefined : true
}
function any(values: readonly (boolean | undefined)[]): boolean | undefined {
  return not(all(values.map(not)))
}
