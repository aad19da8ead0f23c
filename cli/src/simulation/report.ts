import { decisionWords, requestWords } from '../report/decisions.ts'
import type { Finding, Report } from '../report/report.ts'
import { counted, inert, type Style } from '../report/style.ts'
import type { FailureKind } from './categories.ts'
import { categories, failureKinds } from './categories.ts'
import type { Answer, Group, Simulation } from './simulate.ts'

export interface SimulationContext {
  readonly base: string
  readonly head: string
  readonly recordings: readonly string[]
  readonly failOn: readonly FailureKind[]
  /** What a simulation cannot show. */
  readonly notes: readonly string[]
  /** How many groups of each category to show to a person. */
  readonly most: number
}

/** The kinds among `failOn` that did occur. */
export function exceeded({ counts }: Simulation, failOn: readonly FailureKind[]): FailureKind[] {
  return failureKinds.filter(kind => failOn.includes(kind) && counts[kind] > 0)
}

export function toSimulationReport(simulation: Simulation, context: SimulationContext): Report {
  const failed = exceeded(simulation, context.failOn)
  return {
    name: 'simulate',
    data: { ...context, ...simulation, exceeded: failed },
    findings: [...simulation.groups.map(group => toFinding(group, failed)), ...simulation.faults.map(toFault)],
    pretty: style => pretty(simulation, context, failed, style),
  }
}

function pretty(
  simulation: Simulation,
  context: SimulationContext,
  failed: readonly FailureKind[],
  style: Style,
): string {
  const { counts, groups, faults, unlisted, shadow } = simulation
  const total = categories.reduce((sum, category) => sum + counts[category], 0)
  const lines = [`${style.bold(counted(total, 'recorded operation'))}: ${context.base} → ${context.head}`, '']
  for (const category of categories) {
    const name = category.replace('-', ' ')
    const paint = counts[category] === 0 ? style.dim : (colours[category]?.(style) ?? String)
    lines.push(paint(`${String(counts[category]).padStart(7)}  ${name}`))
  }
  if (counts.error > 0) lines.push(style.red(`${String(counts.error).padStart(7)}  lines that cannot be read`))
  if (shadow > 0)
    lines.push(style.magenta(`${String(shadow).padStart(7)}  would be decided otherwise by shadow policies`))
  for (const [category, here] of Map.groupBy(groups, group => group.category)) {
    lines.push('', style.bold(category.replace('-', ' ')))
    for (const group of here.slice(0, context.most)) lines.push(...prettyGroup(group, style))
    if (here.length > context.most) lines.push(style.dim(`  and ${here.length - context.most} more kinds`))
  }
  if (unlisted > 0) lines.push('', style.dim(`${counted(unlisted, 'operation')} more of too many kinds to list`))
  for (const fault of faults.slice(0, context.most))
    lines.push(style.red(`${fault.file}:${fault.line} ${inert(fault.message)} ${style.dim(fault.code)}`))
  for (const note of [
    ...(total === 0 ? ['nothing was decided in these recordings, so this says nothing'] : []),
    ...context.notes,
  ])
    lines.push('', style.yellow(`note: ${note}`))
  if (failed.length > 0) lines.push('', style.red(`fails on ${failed.join(', ')}`))
  return lines.join('\n')
}

const colours: Partial<Record<Group['category'], (style: Style) => (text: string) => string>> = {
  'newly-allowed': style => style.red,
  'newly-denied': style => style.red,
  'newly-pending': style => style.yellow,
  'other-reason': style => style.yellow,
  'not-replayable': style => style.yellow,
}

function prettyGroup(group: Group, style: Style): string[] {
  const asked = group.requests.map(({ action, resource }) => requestWords(action, resource))
  const { example } = group
  return [
    `  ${String(group.count).padStart(5)}× ${style.bold(inert(group.role))} on ${inert(group.target)}: ${asked.slice(0, 3).join(', ')}${asked.length > 3 ? ` and ${asked.length - 3} more` : ''}`,
    `         ${words(group.before)} → ${words(group.after)}`,
    style.dim(`         ${inert(example.principal)}: ${example.operation} (${example.file}:${example.line})`),
  ]
}

function words(answer: Answer): string {
  if ('notReplayable' in answer) return `not replayable (${answer.notReplayable})`
  return `${decisionWords(answer)}${answer.policies.length === 0 ? '' : ` by ${answer.policies.join(', ')}`}`
}

function toFinding(group: Group, failed: readonly FailureKind[]): Finding {
  const asked = group.requests.map(({ action, resource }) => requestWords(action, resource)).join(', ')
  return {
    code: group.category,
    severity: failed.some(kind => kind === group.category) ? 'error' : 'warning',
    message: `${group.category.replace('-', ' ')}, ${counted(group.count, 'operation')}: ${group.role} on ${group.target}: ${asked}: ${words(group.before)} → ${words(group.after)}`,
    file: group.example.file,
    line: group.example.line,
    column: 1,
    length: 1,
  }
}

function toFault(fault: Simulation['faults'][number]): Finding {
  return { ...fault, severity: 'error', column: 1, length: 1 }
}
