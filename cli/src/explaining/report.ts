import { type EntityUid, type Obligations, uidText } from '@cedargate/policy-schema'
import { operationWords, prettyDecision, requestWords } from '../report/decisions.ts'
import type { Report } from '../report/report.ts'
import { inert, type Style, shortened } from '../report/style.ts'
import type { Candidate, ExplainedOperation } from './explain.ts'

export function toExplainReport(explained: ExplainedOperation): Report {
  return { name: 'explain', data: explained, pretty: style => pretty(explained, style) }
}

function pretty({ operation, facts, evaluation, requests }: ExplainedOperation, style: Style): string {
  const { principal, role, task, target } = facts.session
  const { decision, shadow, obligations } = evaluation
  return [
    prettyDecision(decision, style),
    ...(decision.effect === 'deny' ? [`  ${inert(decision.detail)}`] : []),
    ...(Object.keys(obligations).length === 0 ? [] : [`  ${style.yellow(limitWords(obligations))}`]),
    // what says itself what to do needs no more
    ...(decision.effect === 'deny' && decision.reason === 'unresolved' && !decision.detail.includes('next: ')
      ? [
          style.dim(
            `  next: correct the name, or run \`cedargate snapshot pull ${inert(target)}\` where the target has it by now`,
          ),
        ]
      : []),
    ...(shadow === undefined
      ? []
      : [`  ${style.magenta('with the shadow policies:')} ${prettyDecision(shadow, style)}`]),
    '',
    `${style.bold(inert(principal.id))} as ${style.bold(role)} on ${style.bold(target)}${task === undefined ? '' : `, task ${inert(task.kind)} ${inert(task.id)}`}`,
    `  ${operationWords(operation, 400)}`,
    '',
    ...(requests.length === 0 ? [style.dim('nothing was asked of Cedar')] : [style.underline('what Cedar was asked')]),
    ...requests.flatMap(request => prettyRequest(request, style)),
  ].join('\n')
}

function limitWords({ maxRows, maxBytes, statementTimeoutMs }: Obligations): string {
  const limits = [
    ...(maxRows === undefined ? [] : [`${maxRows} rows`]),
    ...(maxBytes === undefined ? [] : [`${maxBytes} bytes`]),
    ...(statementTimeoutMs === undefined ? [] : [`${statementTimeoutMs / 1000} s`]),
  ]
  return `at most ${limits.join(', ')}`
}

function prettyRequest({ asked, answer, candidates }: ExplainedOperation['requests'][number], style: Style): string[] {
  const paint = answer.effect === 'allow' ? style.green : style.red
  return [
    '',
    `${paint(answer.effect)}  ${style.bold(requestWords(answer.action, answer.resource))}`,
    ...Object.entries(asked.context as object)
      .filter(([name]) => !unsurprising.has(name))
      .map(([name, value]) => style.dim(`  context.${name} ${shortened(plain(value), 160)}`)),
    ...(candidates.length === 0 ? [style.dim('  no policy speaks of this')] : []),
    ...candidates.flatMap(candidate => prettyCandidate(candidate, style)),
  ]
}

/** In every request, and above already. */
const unsurprising = new Set(['session', 'now', 'source', 'target'])

const marks = { satisfied: '●', 'not satisfied': '○', error: '✗' } as const

function prettyCandidate(candidate: Candidate, style: Style): string[] {
  const { id, effect, shadow, outcome, message, fails, reason, approvers, file, line } = candidate
  const applied = outcome === 'satisfied'
  const paint = outcome === 'error' ? style.red : applied ? (effect === 'permit' ? style.green : style.red) : style.dim
  return [
    `  ${paint(`${marks[outcome]} ${effect} ${id}`)}${shadow ? style.magenta(' in shadow') : ''} ${style.dim(`${applied ? 'applies' : outcome === 'error' ? 'errs' : 'does not apply'}, ${file}:${line}`)}`,
    ...(fails === undefined
      ? []
      : [
          `      ${style.dim(fails.kind === 'when' ? 'since this does not hold:' : 'since its exception holds:')} ${shortened(fails.text, 200)}`,
        ]),
    ...(message === undefined ? [] : [`      ${style.red(inert(message))}`]),
    ...(approvers === undefined || applied ? [] : [`      ${style.yellow(`an approval by ${approvers} may do`)}`]),
    ...(reason === undefined || !(applied && effect === 'forbid')
      ? []
      : [`      ${style.dim('reason:')} ${inert(reason)}`]),
  ]
}

/** Cedar's JSON as one would write it. */
function plain(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(plain).join(', ')}]`
  if ('__entity' in value) {
    return uidText(value.__entity as EntityUid)
  }
  if ('__extn' in value) {
    const { fn, arg } = value.__extn as { fn: string; arg: string }
    return `${fn}(${JSON.stringify(arg)})`
  }
  return `{ ${Object.entries(value)
    .map(([name, member]) => `${name}: ${plain(member)}`)
    .join(', ')} }`
}
