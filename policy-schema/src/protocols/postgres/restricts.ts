import type { A_Expr, CaseExpr, ColumnRef, Node, SelectStmt } from '@pgsql/types'
import { texts } from './names.ts'
import { columnsIn, maxDepth, print, readsColumn, sameAs } from './sameness.ts'

/** What tells rows of a table apart, where the columns are its own: one of `some`, each of `every`. */
export type Telling<Column> = Column | { readonly some: readonly Telling<Column>[] } | Every<Column>
interface Every<Column> {
  readonly every: readonly Telling<Column>[]
}

/**
 * What a condition does over all rows: `always` and `never` hold whatever they hold, `alike` is one answer for all of them
 * that is not known here, by columns it may differ. NULL counts as the other side of what it is compared with.
 */
type Verdict = 'always' | 'never' | 'alike' | Telling<ColumnRef>

const isByRow = (verdict: Verdict): verdict is Telling<ColumnRef> => typeof verdict === 'object'

/** What reads no column is one answer for all rows. */
function byRow(...roots: readonly (object | undefined)[]): Verdict {
  const columns = columnsIn(...roots)
  return columns.length > 0 ? { some: columns } : 'alike'
}

interface Literal {
  readonly node: Node
  readonly negated: boolean
}

/**
 * By which columns a WHERE keeps rows out: `nothing` for one that does not, such as `true`, `id = id`, `id = 5 OR $1`, `x IS
 * NULL OR x IS NOT NULL`; `all` for one that does whatever they hold. It proves no more than that: `length(x) >= 0` is
 * taken for a condition.
 */
export function restriction(condition: Node | undefined): 'nothing' | 'all' | Telling<ColumnRef> {
  if (condition && 'CurrentOfExpr' in condition) return 'all' // but one row
  if (!condition || !readsColumn(condition)) return 'nothing'
  const verdict = judge({ node: condition, negated: false }, true)
  return verdict === 'never' ? 'all' : isByRow(verdict) ? verdict : 'nothing'
}

/** Whether a WHERE keeps any row out by what any table of the query holds. */
export function restricts(condition: Node | undefined): boolean {
  return restriction(condition) !== 'nothing'
}

/** Operators of which one, or both, hold for every pair of values. */
const covering: { readonly [operator: string]: readonly string[] } = {
  '=': ['<>'],
  '<>': ['='],
  '<': ['>='],
  '>': ['<='],
  '<=': ['>', '>='],
  '>=': ['<', '<='],
  '~~': ['!~~'],
  '!~~': ['~~'],
  '~~*': ['!~~*'],
  '!~~*': ['~~*'],
  '~': ['!~'],
  '!~': ['~'],
}
const ordering = /^[<>]=?$/
const opposite = (operator: string) => covering[operator]?.[0]
const ofItself: { readonly [operator: string]: Verdict } = {
  ...{ '=': 'always', '>=': 'always', '<=': 'always', '~~': 'always', '~~*': 'always', '@>': 'always', '<@': 'always' },
  ...{ '<>': 'never', '<': 'never', '>': 'never', '!~~': 'never', '!~~*': 'never' },
}

const flipped = { always: 'never', never: 'always', alike: 'alike' } as const
const flip = (verdict: Verdict): Verdict => (isByRow(verdict) ? verdict : flipped[verdict])

const all = (verdicts: readonly Verdict[]): Verdict => {
  if (verdicts.includes('never')) return 'never'
  const some = verdicts.filter(isByRow)
  if (some.length > 0) return { some }
  return verdicts.includes('alike') ? 'alike' : 'always'
}
/** An arm that is true for every row, or may be, opens the whole. */
const any = (verdicts: readonly Verdict[]): Verdict => {
  for (const open of ['always', 'alike'] as const) if (verdicts.includes(open)) return open
  const every = verdicts.filter(isByRow)
  return every.length > 0 ? { every } : 'never'
}

const operatorOf = (expression: A_Expr) => {
  const operator = texts(expression.name)?.at(-1) ?? ''
  return operator === '!=' ? '<>' : operator
}

/** What an arm compares, and how: two arms of one subject may leave no row out. An OR with `<` or `>` has no template. */
function comparison({ node, negated }: Literal, blind: boolean): Comparison | undefined {
  if ('NullTest' in node) {
    const isNull = (node.NullTest.nulltesttype === 'IS_NULL') !== negated
    return { subject: ['null', print(node.NullTest.arg)], operator: isNull ? '=' : '<>' }
  }
  if ('BooleanTest' in node) {
    const [, not, what = ''] = /^IS_(NOT_)?(.*)$/.exec(node.BooleanTest.booltesttype ?? '') ?? []
    return { subject: [what, print(node.BooleanTest.arg)], operator: (not === undefined) !== negated ? '=' : '<>' }
  }
  if ('A_Expr' in node) {
    const { kind = '', lexpr, rexpr } = node.A_Expr
    const distinct = kind.endsWith('DISTINCT')
    const operator = distinct ? (kind === 'AEXPR_DISTINCT' ? '<>' : '=') : operatorOf(node.A_Expr)
    const simple = distinct || ['AEXPR_OP', 'AEXPR_IN', 'AEXPR_LIKE', 'AEXPR_ILIKE', 'AEXPR_SIMILAR'].includes(kind)
    const exact = !blind && ordering.test(operator)
    const subject = [print(lexpr, !exact), print(rexpr, !exact)]
    if (simple) return { subject, operator: negated ? opposite(operator) : operator }
  }
  if (!('BoolExpr' in node)) return { subject: [print(node)], operator: negated ? '<>' : '=' }
  const { boolop, args } = node.BoolExpr
  return boolop === 'NOT_EXPR' && args?.[0] ? comparison({ node: args[0], negated: !negated }, blind) : undefined
}

interface Comparison {
  readonly subject: readonly (string | undefined)[]
  readonly operator: string | undefined
}

function leaveNothingOut(arms: readonly Literal[], blind: boolean): boolean {
  const seen = new Map<string, Set<string>>()
  for (const arm of arms) {
    const { subject: parts = [undefined], operator } = comparison(arm, blind) ?? {}
    if (parts.includes(undefined) || operator === undefined) continue
    const subject = parts.join(' ')
    const operators = seen.get(subject) ?? new Set()
    if (covering[operator]?.some(other => operators.has(other))) return true
    seen.set(subject, operators.add(operator))
  }
  return false
}

function judge(literal: Literal, outermost: boolean, depth = 0): Verdict {
  if (depth > maxDepth) return 'alike'
  const { node, negated } = literal
  if ('BoolExpr' in node) {
    const { boolop, args = [] } = node.BoolExpr
    if (boolop === 'NOT_EXPR') {
      return args[0] ? judge({ node: args[0], negated: !negated }, outermost, depth + 1) : 'alike'
    }
    const arms = args.map(arg => ({ node: arg, negated }))
    const verdicts = arms.map(arm => judge(arm, outermost, depth + 1))
    if ((boolop === 'AND_EXPR') !== negated) return all(verdicts)
    return leaveNothingOut(arms, negated) ? 'always' : any(verdicts)
  }
  if ('TypeCast' in node && node.TypeCast.arg) {
    return judge({ node: node.TypeCast.arg, negated }, outermost, depth + 1)
  }
  if ('BooleanTest' in node && /^IS_(?:FALSE|NOT_TRUE)$/.test(node.BooleanTest.booltesttype ?? '')) {
    return node.BooleanTest.arg
      ? judge({ node: node.BooleanTest.arg, negated: !negated }, outermost, depth + 1)
      : 'alike'
  }
  const verdict = judgeLeaf(node, outermost, depth)
  if (!negated) return verdict
  const isMixed = 'CoalesceExpr' in node || 'CaseExpr' in node // of which an arm that is closed may be open now
  return isMixed && isByRow(verdict) ? { every: columnsIn(node) } : flip(verdict)
}

function judgeLeaf(node: Node, outermost: boolean, depth: number): Verdict {
  const inner = (arg: Node | undefined) => (arg ? judge({ node: arg, negated: false }, outermost, depth + 1) : 'alike')
  if ('A_Const' in node) {
    if (node.A_Const.isnull) return 'never'
    return node.A_Const.boolval ? (node.A_Const.boolval.boolval ? 'always' : 'never') : 'alike'
  }
  if ('CoalesceExpr' in node) {
    const given = (node.CoalesceExpr.args ?? []).filter(arg => !('A_Const' in arg && arg.A_Const.isnull)).map(inner)
    if (given[0] === 'always' || given[0] === 'alike') return given[0]
    const every = given.filter(isByRow)
    return every.length > 0 ? { every } : all(given)
  }
  if ('CaseExpr' in node) return judgeCase(node.CaseExpr, inner)
  if ('BooleanTest' in node) {
    const { arg, booltesttype = '' } = node.BooleanTest
    const verdict = inner(arg)
    if (isByRow(verdict) || verdict === 'alike') return verdict
    if (booltesttype.endsWith('UNKNOWN')) return booltesttype === 'IS_UNKNOWN' ? 'never' : 'always'
    return verdict
  }
  if ('NullTest' in node) {
    const { arg, nulltesttype } = node.NullTest
    if (!isNeverNull(arg)) return byRow(arg)
    return nulltesttype === 'IS_NULL' ? 'never' : 'always'
  }
  if ('SubLink' in node) {
    const { subLinkType, testexpr, subselect, operName } = node.SubLink
    const select = subselect && 'SelectStmt' in subselect ? subselect.SelectStmt : undefined
    if (subLinkType === 'EXISTS_SUBLINK') return select ? judgeExists(select, depth) : 'alike'
    const target = select?.targetList?.[0]
    const item = target && 'ResTarget' in target ? target.ResTarget.val : undefined
    const equals = subLinkType === 'ANY_SUBLINK' && (!operName || texts(operName)?.at(-1) === '=')
    if (equals && select && !select.fromClause && sameAs(testexpr, outermost)(item)) return 'always'
  }
  if ('A_Expr' in node) return judgeComparison(node.A_Expr, outermost)
  return byRow(node)
}

/** Where an arm is open, the choice between the arms has to be one between rows. */
function judgeCase({ arg, args: whens = [], defresult }: CaseExpr, inner: (arg: Node | undefined) => Verdict): Verdict {
  const results = whens.map(when => ('CaseWhen' in when ? inner(when.CaseWhen.result) : 'alike'))
  if (defresult) results.push(inner(defresult))
  const [first] = whens
  if (!arg && first && 'CaseWhen' in first && inner(first.CaseWhen.expr) === 'always') return results[0] ?? 'alike'
  const verdict = any(results)
  if (isByRow(verdict) || !results.some(isByRow)) return verdict
  const choice = arg ? byRow(arg) : any(whens.map(when => ('CaseWhen' in when ? inner(when.CaseWhen.expr) : 'alike')))
  return isByRow(choice) ? choice : verdict
}

const systemColumns = new Set(['ctid', 'tableoid', 'xmin', 'xmax', 'cmin', 'cmax'])

function isNeverNull(node: Node | undefined): boolean {
  if (!node) return false
  if ('A_Const' in node) return node.A_Const.isnull !== true
  if ('ColumnRef' in node) return systemColumns.has(texts(node.ColumnRef.fields)?.at(-1) ?? '')
  if ('CoalesceExpr' in node) return (node.CoalesceExpr.args ?? []).some(isNeverNull)
  return 'NullTest' in node || 'BooleanTest' in node || 'A_ArrayExpr' in node
}

const aggregates = /^(?:count|sum|min|max|avg|every|bool_and|bool_or|(?:array|string|jsonb?)_agg)$/

/** A query without a table has one row, an aggregate one even where there was none; the rest is said by its condition. */
function judgeExists(select: SelectStmt, depth: number): Verdict {
  if (depth > maxDepth) return 'alike'
  if (select.larg && select.rarg) {
    const sides = [judgeExists(select.larg, depth + 1), judgeExists(select.rarg, depth + 1)]
    return select.op === 'SETOP_UNION' ? any(sides) : all(sides)
  }
  if (select.limitCount || select.limitOffset || select.havingClause) return 'alike'
  if (select.valuesLists) return 'always'
  const isAggregate = (select.targetList ?? []).some(
    target =>
      'ResTarget' in target &&
      target.ResTarget.val &&
      'FuncCall' in target.ResTarget.val &&
      aggregates.test(texts(target.ResTarget.val.FuncCall.funcname)?.at(-1) ?? ''),
  )
  if (isAggregate && !select.groupClause) return 'always'
  const { whereClause: node, fromClause } = select
  const where = node ? judge({ node, negated: false }, false, depth + 1) : 'always'
  if (!fromClause) return where
  const from = byRow(...fromClause)
  return all([where, from])
}

/** Patterns that every text matches. */
const everyText: { readonly [kind: string]: RegExp } = {
  AEXPR_LIKE: /^%+$/,
  AEXPR_ILIKE: /^%+$/,
  AEXPR_SIMILAR: /^%+$/,
  AEXPR_OP: /^\^?(?:\.\*)?\$?$/,
}

/** The pattern of LIKE, SIMILAR TO or `~`, where it is a literal. */
function patternOf(node: Node | undefined): string | undefined {
  if (node && 'FuncCall' in node) return patternOf(node.FuncCall.args?.[0]) // similar_to_escape('…')
  return node && 'A_Const' in node ? node.A_Const.sval?.sval : undefined
}

const isNull = (node: Node | undefined) => node !== undefined && 'A_Const' in node && node.A_Const.isnull === true

function judgeComparison(expression: A_Expr, outermost: boolean): Verdict {
  const { kind = '', lexpr, rexpr } = expression
  const operator = operatorOf(expression)
  const same = sameAs(lexpr, outermost)
  const items = rexpr && 'List' in rexpr ? (rexpr.List.items ?? []) : []
  if (kind.startsWith('AEXPR_BETWEEN') && items.length > 0 && items.every(same)) return 'always'
  if (kind.startsWith('AEXPR_NOT_BETWEEN') && items.length > 0 && items.every(same)) return 'never'
  if (kind === 'AEXPR_DISTINCT' && same(rexpr)) return 'never'
  if (kind === 'AEXPR_NOT_DISTINCT' && same(rexpr)) return 'always'
  if (kind === 'AEXPR_IN' && items.some(same)) return operator === '=' ? 'always' : 'never'
  const elements = rexpr && 'A_ArrayExpr' in rexpr ? (rexpr.A_ArrayExpr.elements ?? []) : []
  if (kind === 'AEXPR_OP_ANY' && operator === '=' && elements.some(same)) return 'always'
  const pattern = patternOf(rexpr)
  const matches = kind !== 'AEXPR_OP' || /^!?~\*?$/.test(operator)
  if (pattern !== undefined && matches && everyText[kind]?.test(pattern)) {
    return operator.startsWith('!') ? 'never' : 'always'
  }
  const isPlain = kind === 'AEXPR_OP' || kind === 'AEXPR_LIKE' || kind === 'AEXPR_ILIKE'
  if (isPlain && readsColumn(lexpr) && same(rexpr)) return ofItself[operator] ?? byRow(lexpr)
  if (kind === 'AEXPR_OP' && (isNull(lexpr) || isNull(rexpr))) return 'never'
  return byRow(lexpr, rexpr)
}
