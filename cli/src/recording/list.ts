import type { Session, TrailEvent } from '@cedargate/policy-schema'
import type { Report } from '../report/report.ts'
import { counted, inert, type Style, table } from '../report/style.ts'
import { readRecordings, recordingFiles } from './read.ts'

export interface SessionSummary {
  readonly session: Session
  readonly source: string
  /** ISO 8601 */
  readonly started: string
  readonly ended?: string
  readonly reason?: string
  readonly operations: number
  readonly allowed: number
  readonly denied: number
  readonly pending: number
  readonly rows: number
  /** Under which policies it was decided. */
  readonly commits: readonly string[]
}

export interface SessionFilter {
  readonly role?: string
  readonly target?: string
  readonly principal?: string
  readonly denied?: boolean
}

export interface ListedSessions {
  /** Those that begin in these recordings, oldest first. */
  readonly sessions: readonly SessionSummary[]
  /** Lines that cannot be read: what they say is missing above. */
  readonly unreadable: number
}

/** Who was there. */
export async function listFrom(paths: readonly string[], filter: SessionFilter): Promise<ListedSessions> {
  let unreadable = 0
  const sessions = new Map<string, { -readonly [M in keyof SessionSummary]: SessionSummary[M] }>()
  for await (const line of readRecordings(recordingFiles(paths))) {
    if ('event' in line) note(line.event)
    else unreadable += 1
  }

  function note(event: TrailEvent): void {
    if (event.kind === 'session.started') {
      const { session, source, time } = event
      sessions.set(session.id, { session, source, started: time, ...nothing, commits: [] })
      return
    }
    if (event.kind !== 'decision' && event.kind !== 'result' && event.kind !== 'session.ended') return
    const summary = sessions.get(event.session)
    if (summary === undefined) return
    if (event.kind === 'result') summary.rows += event.rows ?? 0
    if (event.kind === 'session.ended') Object.assign(summary, { ended: event.time, reason: event.reason })
    if (event.kind !== 'decision') return
    summary.operations += 1
    summary[outcomes[event.refused === undefined ? (event.decision?.effect ?? 'deny') : 'deny']] += 1
    if (!summary.commits.includes(event.commit)) summary.commits = [...summary.commits, event.commit]
  }

  const wanted = [...sessions.values()].filter(
    ({ session, denied }) =>
      (filter.role ?? session.role) === session.role &&
      (filter.target ?? session.target) === session.target &&
      (filter.principal ?? session.principal.id) === session.principal.id &&
      !(filter.denied && denied === 0),
  )
  return { sessions: wanted, unreadable }
}

/** That something is missing, where it is. */
export function prettyUnreadable(lines: number, style: Style): string[] {
  if (lines === 0) return []
  return [style.yellow(`${counted(lines, 'line')} cannot be read, next: \`cedargate trail verify\``)]
}

const nothing = { operations: 0, allowed: 0, denied: 0, pending: 0, rows: 0 }
const outcomes = { allow: 'allowed', deny: 'denied', pending: 'pending' } as const

export function toListReport({ sessions, unreadable }: ListedSessions): Report {
  return {
    name: 'sessions',
    data: { sessions, unreadable },
    pretty: style => {
      const warning = prettyUnreadable(unreadable, style)
      if (sessions.length === 0) return [style.dim('no session'), ...warning].join('\n')
      const head = ['session', 'started', 'who', 'role', 'task', 'target', 'operations', 'denied', 'ended']
      const rows = sessions.map(one => [
        one.session.id.slice(0, 8),
        one.started.replace('T', ' ').slice(0, 19),
        inert(one.session.principal.id),
        inert(one.session.role),
        one.session.task === undefined ? '-' : inert(`${one.session.task.kind} ${one.session.task.id}`),
        inert(one.session.target),
        String(one.operations),
        String(one.denied),
        inert(one.reason ?? 'open'),
      ])
      const [top = '', ...lines] = table([head, ...rows])
      return [
        style.dim(top),
        ...lines.map((line, index) => (sessions[index]?.denied ? style.red(line) : line)),
        '',
        style.dim(counted(sessions.length, 'session')),
        ...warning,
      ].join('\n')
    },
  }
}
