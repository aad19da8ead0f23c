/**
 * CancelRequest by keys of our own: the client never learns the target's, and a key reaches one session, wherever it is held.
 *
 * @see PostgreSQL 18, 54.2.8 Canceling Requests in Progress; 54.1.4 for what a key is in protocol 3.0 and 3.2
 */
import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import { networkOf } from '../../core/listener.ts'

export interface CancelKey {
  /** Names the holder, see {@link holderOf}; the rest of it is random. */
  readonly process: number
  /** Random: 4 bytes in protocol 3.0, {@link longSecretBytes} in 3.2. */
  readonly secret: Buffer
}

/** Who holds a session: one process of one gateway. Both from 0 to {@link maxHolder}. */
export interface Holder {
  readonly gateway: number
  readonly worker: number
}

/** Carries a request to whoever holds its key, when that is not this process. */
export interface CancelRouter {
  /**
   * Hands the key over once; another gateway does not pass it on. Never throws: a cancel is a wish.
   *
   * @param origin the address of the client that asked
   * @returns whether the holder is known
   */
  pass(holder: Holder, key: CancelKey, origin: string): Promise<boolean>
}

export type CancelOutcome = 'forwarded' | 'passed' | 'unknown' | 'limited'

export interface CancelRegistry {
  /** A random key for a session, valid until `forget`. @param long of protocol 3.2 */
  register(cancel: () => Promise<void>, long?: boolean): CancelKey & { forget(): void }
  /** What a client asked: cancelled here if the key is ours, passed on if another's. Resolves when the target has heard of it, or at once. */
  request(source: string, key: CancelKey): Promise<CancelOutcome>
  /** What a client asked another gateway: cancelled here if the key is this gateway's, in whichever process, and never passed on to a third. */
  relayed(source: string, origin: string, key: CancelKey): Promise<CancelOutcome>
  /** What another process of this gateway was asked, and has counted: ours or nobody's. */
  deliver(key: CancelKey): Promise<CancelOutcome>
}

export interface CancelSettings {
  /** Gateway 0, worker 0 unless given. */
  readonly holder?: Holder
  /** Nobody else holds keys unless given. */
  readonly router?: CancelRouter
  /**
   * How many requests of one address are heard in ten seconds, an IPv6 address counting as its network. 20 unless given. What an
   * address relays has an allowance of its own: as many for each origin, and {@link origins} times as many in all.
   */
  readonly perSource?: number
  readonly now?: () => number
}

/** Bits of the process number, which is positive and has 31: gateway, worker, and what is random. */
const bits = { worker: 6, session: 19 }
export const maxHolder = 63
export const longSecretBytes = 32

const windowMs = 10_000
const sources = 10_000
/** Whoever says that it relays may name origins as it likes, so they are bounded; a guess is one in 2^51. */
const origins = 50

/** Who made a key. Anybody can write one: it says whom to ask, not that it is valid. */
export function holderOf({ process }: CancelKey): Holder {
  return {
    gateway: (process >>> (bits.session + bits.worker)) & maxHolder,
    worker: (process >>> bits.session) & maxHolder,
  }
}

export function createCancelRegistry(settings: CancelSettings = {}): CancelRegistry {
  const { holder = { gateway: 0, worker: 0 }, router, perSource = 20, now = Date.now } = settings
  const prefix = (holder.gateway << (bits.session + bits.worker)) | (holder.worker << bits.session)
  const sessions = new Map<number, { readonly secret: Buffer; readonly cancel: () => Promise<void> }>()
  const heard = new Map<string, { since: number; count: number }>()

  const limited = (who: string, most = perSource): boolean => {
    const time = now()
    const seen = heard.get(who)
    if (seen !== undefined && time - seen.since < windowMs) return ++seen.count > most
    if (heard.size >= sources) heard.clear()
    heard.set(who, { since: time, count: 1 })
    return false
  }

  /** Asks without counting, so that whoever is over its allowance leaves no further traces here. */
  const isSpent = (who: string, most: number): boolean => {
    const seen = heard.get(who)
    return seen !== undefined && now() - seen.since < windowMs && seen.count >= most
  }

  const deliver = async ({ process, secret }: CancelKey): Promise<CancelOutcome> => {
    const session = sessions.get(process)
    if (session === undefined || secret.length !== session.secret.length) return 'unknown'
    if (!timingSafeEqual(session.secret, secret)) return 'unknown'
    await session.cancel()
    return 'forwarded'
  }

  const route = async (key: CancelKey, origin: string): Promise<CancelOutcome> => {
    const { gateway, worker } = holderOf(key)
    if (gateway === holder.gateway && worker === holder.worker) return await deliver(key)
    return (await router?.pass({ gateway, worker }, key, origin)) ? 'passed' : 'unknown'
  }

  return {
    register(cancel, long = false) {
      let process = 0
      do process = prefix | randomInt(1, 2 ** bits.session)
      while (sessions.has(process))
      const secret = randomBytes(long ? longSecretBytes : 4)
      sessions.set(process, { secret, cancel })
      return { process, secret, forget: () => sessions.delete(process) }
    },
    async request(source, key) {
      if (limited(networkOf(source))) return 'limited'
      return await route(key, source)
    },
    async relayed(source, origin, key) {
      const relay = networkOf(source)
      const all = `${relay} for all`
      if (isSpent(all, perSource * origins)) return 'limited' // before its next origin takes the place of others
      if (limited(`${relay} for ${networkOf(origin)}`)) return 'limited'
      if (limited(all, perSource * origins)) return 'limited'
      return holderOf(key).gateway === holder.gateway ? await route(key, origin) : 'unknown'
    },
    deliver,
  }
}
