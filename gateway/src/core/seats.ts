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
export type NoSeat = Extract<AuthReason, 'too_many_sessions'>

/** Counts the sessions of the whole gateway, whichever worker they are at. Asked once a login, never for an operation. */
export interface Seats {
  /** Takes a place at once, so that many logins together do not pass a limit. Throws nothing: who cannot ask says no. */
  take(sitter: Sitter): Seat | NoSeat | Promise<Seat | NoSeat>
}

export interface SeatLimits {
  /** Open sessions, over all protocols. */
  readonly maxSessions: number
}

/** Seats that are counted in this process. */
export function createSeats({ maxSessions }: SeatLimits): Seats & { take(sitter: Sitter): Seat | NoSeat } {
  let taken = 0
  return {
    take() {
      if (taken >= maxSessions) return 'too_many_sessions'
      taken += 1
      let free = false
      return {
        free() {
          if (free) return
          free = true
          taken -= 1
        },
      }
    },
  }
}
