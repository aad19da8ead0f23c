import type { AuthFailedBody } from '@cedargate/policy-schema'
import type { Clock } from './clock.ts'
import { networkOf } from './listener.ts'

export interface FailedLoginsOptions {
  readonly note: (body: AuthFailedBody) => void
  readonly now: Clock
  /** Of one address in a minute, that get a line each. 60 unless given. */
  readonly perSource?: number
  /** Of all. 600 unless given. */
  readonly perMinute?: number
}

const minuteMs = 60_000
/** Characters of what was wrong: a stranger may have written them. */
const maxDetail = 300
/** Lines of what got none, in a minute; whatever is left shares one. */
const maxSums = 100

type Failure = Omit<AuthFailedBody, 'kind' | 'times'>

/**
 * Puts failed logins on the record, however many strangers make of them: the first of an address in each minute with a line each,
 * the rest as one line that says how often. An IPv6 address counts as its network, of which one host has them all.
 */
export class FailedLogins {
  readonly #options: FailedLoginsOptions
  #until = 0
  #lines = 0
  readonly #bySource = new Map<string, number>()
  readonly #sums = new Map<string, { readonly failure: Failure; times: number }>()
  #others = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: FailedLoginsOptions) {
    this.#options = options
  }

  failed(failure: Failure): void {
    const { note, now, perSource = 60, perMinute = 600 } = this.#options
    if (now() >= this.#until) this.#turn(now())
    const source = networkOf(failure.source)
    const before = this.#bySource.get(source) ?? 0
    if (this.#lines < perMinute && before < perSource) {
      this.#lines++
      this.#bySource.set(source, before + 1)
      note({ kind: 'auth.failed', ...failure, detail: failure.detail.slice(0, maxDetail) })
      return
    }
    this.#timer ??= setTimeout(() => this.sum(), minuteMs).unref()
    const key = JSON.stringify([source, failure.protocol, failure.code])
    const sum = this.#sums.get(key)
    if (sum !== undefined) sum.times++
    else if (this.#sums.size < maxSums) this.#sums.set(key, { failure: { ...failure, source }, times: 1 })
    else this.#others++
  }

  /** Says what got no line of its own. */
  sum(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const { note } = this.#options
    for (const { failure, times } of this.#sums.values())
      note({ kind: 'auth.failed', ...failure, detail: `as before, ${times} times more`, times })
    const [last] = this.#sums.values()
    if (last !== undefined && this.#others > 0) {
      const detail = `of further addresses, ${this.#others} times`
      const { protocol } = last.failure
      note({ kind: 'auth.failed', source: 'many', protocol, code: 'many', detail, times: this.#others })
    }
    this.#sums.clear()
    this.#others = 0
  }

  #turn(now: number) {
    this.sum()
    this.#until = now + minuteMs
    this.#lines = 0
    this.#bySource.clear()
  }
}
