/**
 * CancelRequest by keys of our own: the client never learns the target's, and a key reaches one session.
 *
 * @see PostgreSQL 18, 54.2.8 Canceling Requests in Progress
 */
import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto'

export interface CancelKey {
  readonly process: number
  readonly secret: Buffer
}

export interface CancelRegistry {
  /** A random key for a session, valid until `forget`. */
  register(cancel: () => Promise<void>): CancelKey & { forget(): void }
  /** Cancels if the key is one of ours. Resolves when the target has heard of it, or at once. */
  request(source: string, key: CancelKey): Promise<'forwarded' | 'unknown' | 'limited'>
}

const windowMs = 10_000
const sources = 10_000

/** @param perSource how many requests of one address are heard in ten seconds */
export function createCancelRegistry(perSource = 20, now: () => number = Date.now): CancelRegistry {
  const sessions = new Map<number, { readonly secret: Buffer; readonly cancel: () => Promise<void> }>()
  const heard = new Map<string, { since: number; count: number }>()

  const limited = (source: string): boolean => {
    const time = now()
    const seen = heard.get(source)
    if (seen !== undefined && time - seen.since < windowMs) return ++seen.count > perSource
    if (heard.size >= sources) heard.clear()
    heard.set(source, { since: time, count: 1 })
    return false
  }

  return {
    register(cancel) {
      let process = 0
      do process = randomInt(1, 2 ** 31 - 1)
      while (sessions.has(process))
      const secret = randomBytes(4)
      sessions.set(process, { secret, cancel })
      return { process, secret, forget: () => sessions.delete(process) }
    },
    async request(source, key) {
      if (limited(source)) return 'limited'
      const session = sessions.get(key.process)
      if (session === undefined || key.secret.length !== 4 || !timingSafeEqual(session.secret, key.secret))
        return 'unknown'
      await session.cancel()
      return 'forwarded'
    },
  }
}
