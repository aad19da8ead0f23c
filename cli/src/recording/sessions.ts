import type { Session, TrailEvent } from '@cedargate/policy-schema'

/** The sessions of a recording, as they begin. A decision line names its session; this is where the whole of it stands. */
export interface Sessions {
  /** Takes note of a `session.started`; forgets what has ended. */
  see(event: TrailEvent): void
  get(id: string): Session | undefined
}

export function createSessions(): Sessions {
  const open = new Map<string, Session>()
  return {
    see(event) {
      if (event.kind === 'session.started') open.set(event.session.id, event.session)
      // The lines of a session come before its end: a trail of a year must not fill memory.
      else if (event.kind === 'session.ended') open.delete(event.session)
    },
    get: id => open.get(id),
  }
}
