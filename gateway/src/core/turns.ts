import type { Work } from '@cedargate/policy-schema'

/** What one turn of the event loop may take for work that others wait behind, µs. */
const turnUs = 2_000

/**
 * Lets work that takes long go on in turns, one at a time over all sessions, so that everybody else is served in between. Who
 * is not done goes behind the others that wait.
 */
export class Turns {
  readonly #clockUs: () => number
  readonly #next: (turn: () => void) => void
  /** Each says whether it is done. */
  readonly #waiting: (() => boolean)[] = []

  /** @param next when the next turn comes: once the event loop has looked at its sockets */
  constructor(clockUs: () => number, next: (turn: () => void) => void = setImmediate) {
    this.#clockUs = clockUs
    this.#next = next
  }

  /**
   * Begins at once. A promise only where it is not done within a turn; it fails with what the work throws.
   *
   * @param isOver whether nobody waits for it any more: then it is given up, and its promise resolves to `undefined`
   */
  take<T>(work: Work<T>, isOver: () => boolean): T | Promise<T | undefined> {
    const done = this.#turn(work)
    if (done !== undefined) return done.value
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          const done = isOver() ? { value: undefined } : this.#turn(work)
          if (done !== undefined) resolve(done.value)
          return done !== undefined
        } catch (error) {
          reject(error)
          return true
        }
      })
      if (this.#waiting.length === 1) this.#next(this.#one)
    })
  }

  readonly #one = () => {
    const first = this.#waiting.shift()
    if (first !== undefined && !first()) this.#waiting.push(first)
    if (this.#waiting.length > 0) this.#next(this.#one)
  }

  #turn<T>(work: Work<T>): { readonly value: T } | undefined {
    const until = this.#clockUs() + turnUs
    do {
      const { done, value } = work.next()
      if (done) return { value }
    } while (this.#clockUs() < until)
    return undefined
  }
}
