import type { EntityUid } from '@cedargate/policy-schema'
import type { AuthReason } from './contract.ts'
import { nameOf, Shares } from './shares.ts'

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
  const shares = new Shares({ all: limits.maxSessions, each: limits.maxSessionsPerPrincipal ?? limits.maxSessions })
  return {
    take({ principal }) {
      const free = shares.take(nameOf(principal))
      if (typeof free === 'function') return { free }
      return free === 'all' ? 'too_many_sessions' : 'too_many_sessions_of_one'
    },
  }
}
