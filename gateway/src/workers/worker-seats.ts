import type { Seat, Seats } from '../core/seats.ts'
import type { PrimaryCalls } from './calls.ts'
import type { Remote } from './channel.ts'

/** Seats that the primary counts, for all workers together. One that cannot be asked for is not given. */
export function createWorkerSeats(primary: Remote<PrimaryCalls>): Seats {
  let last = 0
  const free = (id: number) => {
    primary.ask('freeSeat', { id }).catch(() => {}) // a primary that is gone counts nothing any more
  }
  return {
    async take(sitter) {
      const id = ++last
      try {
        const answer = await primary.ask('takeSeat', { id, sitter })
        return answer === 'taken' ? seat(() => free(id)) : answer
      } catch {
        free(id) // it may have been given too late
        return 'too_many_sessions'
      }
    },
  }
}

function seat(free: () => void): Seat {
  let done = false
  return {
    free() {
      if (done) return
      done = true
      free()
    },
  }
}
