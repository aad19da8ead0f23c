/** Memory for what is held whole while it is decided on: bodies, and what targets say of objects. */
import { Shares } from '../../core/shares.ts'

export interface RoomRules {
  readonly maxBytes: number
  /** Of one agent or user. */
  readonly maxEach: number
}
/** Gives back what was taken. Idempotent. */
export type Free = () => void

interface Waiting {
  readonly who: string
  readonly bytes: number
  readonly give: (free: Free) => void
}

/** So many bytes at once. Who finds none waits in turn; who has too much already keeps nobody else waiting. */
export class Room {
  readonly #shares: Shares
  readonly #waiting = new Set<Waiting>()

  constructor({ maxBytes, maxEach }: RoomRules) {
    this.#shares = new Shares({ all: maxBytes, each: maxEach })
  }

  /** @returns `undefined`: there is none now */
  take(who: string, bytes: number): Free | undefined {
    const free = this.#shares.take(who, bytes)
    if (typeof free !== 'function') return undefined
    return () => {
      free()
      this.#next()
    }
  }

  /** @param until nobody wants it any more. @throws its reason */
  wait(who: string, bytes: number, until: AbortSignal): Promise<Free> {
    const { promise, resolve, reject } = Promise.withResolvers<Free>()
    const waiting: Waiting = { who, bytes, give: resolve }
    const gaveUp = () => {
      this.#waiting.delete(waiting)
      reject(until.reason)
      this.#next() // it may have stood before somebody who finds room
    }
    if (until.aborted) gaveUp()
    else {
      this.#waiting.add(waiting)
      until.addEventListener('abort', gaveUp, { once: true })
      this.#next()
    }
    return promise.finally(() => until.removeEventListener('abort', gaveUp))
  }

  #next(): void {
    for (const waiting of this.#waiting) {
      const { who, bytes, give } = waiting
      const free = this.#shares.take(who, bytes)
      if (free === 'all') return
      if (free === 'theirs') continue
      this.#waiting.delete(waiting)
      give(() => {
        free()
        this.#next()
      })
    }
  }
}
