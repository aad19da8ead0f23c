import type { Session, TrailEvent } from '@cedargate/policy-schema'

/** The sessions of a recording, as they begin. A decision line names its session; this is where the whole of it stands. */
export interface Sessions {
  /** Takes note of beginnings and ends. */
  see(event: TrailEvent): void
  get(id: string): Session | undefined
}

/** How many sessions are remembered after their end. */
const maxEnded = 10_000

export function createSessions(): Sessions {
  const open = new Map<string, Session>()
  const ended = new Map<string, Session>()
  return {
    see(event) {
      if (event.kind === 'session.started') open.set(event.session.id, event.session)
      else if (event.kind === 'session.ended') end(event.session)
    },
    get: id => open.get(id) ?? ended.get(id),
  }

  /** What was under way may be recorded after the end, but a trail of a year must not fill memory. */
  function end(id: string): void {
    const session = open.get(id)
    if (session === undefined) return
    open.delete(id)
    ended.set(id, session)
    const [oldest] = ended.keys()
    if (ended.size > maxEnded && oldest !== undefined) ended.delete(oldest)
  }
}
