import type {
  CastClosedBody,
  DecisionBody,
  ResultBody,
  Session,
  TrailEnvelope,
  TrailEvent,
} from '@cedargate/policy-schema'
import { CliError } from '../errors.ts'
import { operationWords, prettyDecision, prettyRequests } from '../report/decisions.ts'
import type { Report } from '../report/report.ts'
import { counted, inert, type Style } from '../report/style.ts'
import { prettyUnreadable } from './list.ts'
import { readRecordings, recordingFiles } from './read.ts'

export interface ShownSession {
  readonly session: Session
  readonly source: string
  readonly ended?: { readonly time: string; readonly reason: string }
  readonly operations: readonly ShownOperation[]
  /** Lines of these recordings that cannot be read: what they say is missing here. */
  readonly unreadable: number
}
export interface ShownOperation {
  readonly decision: DecisionBody & TrailEnvelope
  readonly result?: ResultBody & TrailEnvelope
  readonly cast?: CastClosedBody & TrailEnvelope
}

/**
 * One session with all its operations.
 *
 * @param id its id or the beginning of it
 * @throws CliError `ERR_UNKNOWN_SESSION` where no session or more than one begins so
 */
export async function showFrom(id: string, paths: readonly string[]): Promise<ShownSession> {
  let unreadable = 0
  const found = new Map<string, Omit<ShownSession, 'unreadable'> & { operations: ShownOperation[] }>()
  for await (const line of readRecordings(recordingFiles(paths))) {
    if ('event' in line) note(line.event)
    else unreadable += 1
  }
  // A whole id may be the beginning of another one.
  const exact = found.get(id)
  const [first, ...others] = exact === undefined ? [...found.values()] : [exact]
  if (first === undefined)
    throw new CliError('ERR_UNKNOWN_SESSION', `no session \`${id}\`, next: see \`cedargate sessions list\``)
  if (others.length > 0)
    throw new CliError(
      'ERR_UNKNOWN_SESSION',
      `${others.length + 1} sessions begin with \`${id}\`, next: give more of the id`,
    )
  return { ...first, unreadable }

  function note(event: TrailEvent): void {
    if (event.kind === 'session.started') {
      if (event.session.id.startsWith(id))
        found.set(event.session.id, { session: event.session, source: event.source, operations: [] })
      return
    }
    const shown = 'session' in event ? found.get(event.session) : undefined
    if (shown === undefined) return
    if (event.kind === 'decision') shown.operations.push({ decision: event })
    else if (event.kind === 'session.ended') Object.assign(shown, { ended: { time: event.time, reason: event.reason } })
    else if (event.kind === 'result' || event.kind === 'cast.closed') {
      const index = shown.operations.findIndex(one => one.decision.seq === event.decisionSeq)
      const operation = shown.operations[index]
      if (operation !== undefined)
        shown.operations[index] = { ...operation, ...(event.kind === 'result' ? { result: event } : { cast: event }) }
    }
  }
}

export function toShowReport(shown: ShownSession): Report {
  return { name: 'session', data: shown, pretty: style => pretty(shown, style) }
}

function pretty({ session, source, ended, operations, unreadable }: ShownSession, style: Style): string {
  const { principal, owner, role, task, target } = session
  return [
    `${style.bold(inert(principal.id))} as ${style.bold(role)} on ${style.bold(target)}${owner === undefined ? '' : `, owned by ${inert(owner.id)}`}`,
    style.dim(
      `${session.id} from ${source}, ${new Date(session.startedAt).toISOString()} ${ended === undefined ? 'to now' : `to ${ended.time} (${inert(ended.reason)})`}`,
    ),
    ...(task === undefined
      ? []
      : [style.dim(`task ${inert(task.kind)} ${inert(task.id)}${task.verified ? '' : ', not verified'}`)]),
    '',
    ...operations.flatMap(one => prettyOperation(one, style)),
    style.dim(counted(operations.length, 'operation')),
    ...prettyUnreadable(unreadable, style),
  ].join('\n')
}

function prettyOperation({ decision: line, result, cast }: ShownOperation, style: Style): string[] {
  const { decision, refused, requests, operation, commit, time, seq } = line
  const effect = decision === undefined ? style.red(`refused (${refused})`) : prettyDecision(decision, style)
  const answer =
    result === undefined
      ? ''
      : `, ${result.status}${result.rows === undefined ? '' : `, ${counted(result.rows, 'row')}`}`
  return [
    `${style.dim(time.slice(11, 23))} ${effect}${refused !== undefined && decision !== undefined ? style.red(`, refused (${refused})`) : ''}${style.dim(answer)}`,
    `    ${operationWords(operation, 140)}`,
    ...(decision?.effect === 'deny' ? [style.dim(`    ${inert(decision.detail)}`)] : []),
    ...((requests?.length ?? 0) > 1 ? prettyRequests(requests ?? [], style).map(request => `    ${request}`) : []),
    ...(cast === undefined
      ? []
      : [style.dim(`    ${inert(cast.path)}, ${cast.bytes} bytes${cast.truncated ? ', truncated' : ''}`)]),
    style.dim(`    line ${seq}, policies of ${commit.slice(0, 12)}`),
    '',
  ]
}
