/** Ends a session of which nothing is heard. */
import { maxTimerMs } from '../../core/clock.ts'
import type { Conversation } from './conversation.ts'
import { errorResponse } from './refusals.ts'
import type { SessionLimits } from './session-limits.ts'

export interface IdlenessParts {
  readonly conversation: Conversation
  readonly limits: Pick<SessionLimits, 'idleMs' | 'idleInTransactionMs'>
  /** The client does not take what is here for it. */
  readonly unread: () => boolean
  readonly end: (reason: string, last: Buffer) => void
}

export class Idleness {
  readonly #parts: IdlenessParts
  #heard = performance.now()
  #timer: NodeJS.Timeout | undefined

  constructor(parts: IdlenessParts) {
    this.#parts = parts
    this.#wait()
  }

  /** Something came, from either side. */
  heard(): void {
    this.#heard = performance.now()
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  /** One timer a session, which looks again when it is time: what is heard moves no timer. */
  #wait() {
    const { limits, end } = this.#parts
    const shortest = Math.min(limits.idleMs, limits.idleInTransactionMs, maxTimerMs)
    const state = this.#state()
    const left = state === 'busy' ? shortest : this.#heard + ends[state].of(limits) - performance.now()
    if (state === 'busy' || left > 0) {
      this.#timer = setTimeout(() => this.#wait(), Math.min(left, shortest)).unref()
      return
    }
    const { code, message } = ends[state]
    const detail = JSON.stringify({ code: state })
    end(`${state}: ${message}`, errorResponse({ severity: 'FATAL', code, message, detail }))
  }

  #state(): 'busy' | keyof typeof ends {
    const { conversation, unread } = this.#parts
    const { answers, copyIn, status, dirty } = conversation
    if (unread()) return 'client_not_reading'
    if (answers.length > 0 && !copyIn) return 'busy'
    return copyIn || dirty || status !== 'I' ? 'idle_in_transaction' : 'idle_session'
  }
}

type Limits = IdlenessParts['limits']
/** @see PostgreSQL 18, appendix A: as its own `idle_session_timeout` and `idle_in_transaction_session_timeout` end a session */
const ends = {
  idle_session: {
    of: (limits: Limits) => limits.idleMs,
    code: '57P05',
    message: 'terminating connection due to idle-session timeout',
  },
  idle_in_transaction: {
    of: (limits: Limits) => limits.idleInTransactionMs,
    code: '25P03',
    message: 'terminating connection due to idle-in-transaction timeout',
  },
  client_not_reading: {
    of: (limits: Limits) => limits.idleInTransactionMs,
    code: '08006',
    message: 'terminating connection because its client does not read',
  },
} as const
