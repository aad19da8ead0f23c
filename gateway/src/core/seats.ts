import type { EntityUid } from '@cedargate/policy-schema'
import type { AuthReason } from './contract.ts'

/** Who wants to sit. Plain data: with several workers it travels to the process that counts. */
export interface Sitter {
  readonly principal: EntityUid
}

/** One open session's place. */
export interface Seat {
  /** Idempotent. */
  free(): void
}
export type NoSeat = Extract<AuthReason, 'too_many_sessions' | 'too_many_sessions_of_one'>

/** Counts the sessions of the whole gateway, whichever worker they are at. Asked once a login, never for an operation. */
export interface Seats {
  /** Takes a place at once, so that many logins together do not pass a limit. Throws nothing: who cannot ask says no. */
  take(sitter: Sitter): Seat | NoSeat | Promise<Seat | NoSeat>
}

export interface SeatLimits {
  /** Open sessions, over all protocols. */
  readonly maxSessions: number
  /** Of them, of one principal; as many as there are unless given. */
  readonly maxSessionsPerPrincipal?: number
}

/** Seats that are counted in this process. */
export function createSeats(limits: SeatLimits): Seats & { take(sitter: Sitter): Seat | NoSeat } {
  const { maxSessions, maxSessionsPerPrincipal = maxSessions } = limits
  let taken = 0
  const takenBy = new Map<string, number>()
  return {
    take({ principal: { type, id } }) {
      const who = JSON.stringify([type, id])
      const theirs = takenBy.get(who) ?? 0
      if (taken >= maxSessions) return 'too_many_sessions'
      if (theirs >= maxSessionsPerPrincipal) return 'too_many_sessions_of_one'
      taken += 1
      takenBy.set(who, theirs + 1)
      let free = false
      return {
        free() {
          if (free) return
          free = true
          taken -= 1
          const left = (takenBy.get(who) ?? 1) - 1
          if (left > 0) takenBy.set(who, left)
          else takenBy.delete(who)
        },
      }
    },
  }
}
