import { hash } from 'node:crypto'
import type { Operation } from '@cedargate/policy-schema'
import type { Admission, AuthReason, Gate, How, Login, Refusal } from './contract.ts'
import type { SessionGate } from './gate.ts'
import { nameOf, Shares } from './shares.ts'

/** Tokens that were verified and need not be again. */
const maxKnown = 10_000

export interface JoinsOptions {
  readonly now: () => number
  /** Nobody has asked anything in a session for so long: it ends. 15 minutes unless given. */
  readonly idleMs?: number | undefined
  /** Logins of one principal that hold a session at once, of whatever role and target. 256 unless given. */
  readonly maxCallsPerPrincipal?: number | undefined
}
export type NoCall = Extract<AuthReason, 'too_many_calls_of_one'>

/** Sessions that many logins share: each API call logs in again, and pays for no signature where its token is known. */
export class Joins {
  readonly #now: () => number
  readonly #idleMs: number
  readonly #running = new Map<string, Promise<Shared | Refusal>>()
  /** By what was presented; what is over is forgotten when it is met again. */
  readonly #known = new Map<string, Shared>()
  readonly #idle = new Set<Shared>()
  readonly #calls: Shares

  constructor({ now, idleMs = 15 * 60_000, maxCallsPerPrincipal = 256 }: JoinsOptions) {
    this.#now = now
    this.#idleMs = idleMs
    this.#calls = new Shares({ each: maxCallsPerPrincipal })
  }

  /** Joins by a token that opened or joined this session before. */
  known<O extends Operation>(login: Login): Gate<O> | NoCall | undefined {
    const presented = presentedBy(login)
    const shared = this.#known.get(presented)
    if (shared === undefined) return undefined
    const { gate } = shared
    if (!shared.over && this.#now() < gate.session.expiresAt) return this.#join(shared)
    this.#known.delete(presented)
    return undefined
  }

  /**
   * Joins the session of this key, or opens it.
   *
   * @param key all that the session says of whom it belongs to
   */
  async join<O extends Operation>(
    key: string,
    login: Login,
    open: () => Promise<SessionGate<O> | Refusal>,
  ): Promise<Gate<O> | NoCall | Refusal> {
    const running = this.#running.get(key)
    const shared = await (running ?? this.#begin(key, open))
    if ('code' in shared) return shared
    if (this.#known.size >= maxKnown) this.#known.delete(this.#known.keys().next().value ?? '')
    this.#known.set(presentedBy(login), shared)
    return this.#join(shared)
  }

  /** Makes room: ends the session that nobody has held for the longest. @returns whether there was one */
  endIdle(isOne: (gate: SessionGate<never>) => boolean): boolean {
    for (const shared of this.#idle)
      if (isOne(shared.gate)) {
        this.#end(shared, 'others needed its place')
        return true
      }
    return false
  }

  #begin<O extends Operation>(key: string, open: () => Promise<SessionGate<O> | Refusal>): Promise<Shared | Refusal> {
    const begun = open().then(gate => {
      if ('code' in gate) return gate
      const principal = nameOf(gate.session.principal)
      const none = { holders: 0, over: false, since: 0 }
      const shared: Shared = { key, principal, gate: gate as unknown as SessionGate<never>, ...none }
      const stopped = () => this.#stopped(shared)
      if (gate.ended.aborted) stopped()
      else gate.ended.addEventListener('abort', stopped, { once: true })
      return shared
    })
    this.#running.set(key, begun)
    const forget = (answer?: Shared | Refusal) => {
      if (answer === undefined || 'code' in answer || answer.over) this.#running.delete(key)
    }
    begun.then(forget, () => forget())
    return begun
  }

  #join<O extends Operation>(shared: Shared): Gate<O> | NoCall {
    const free = this.#calls.take(shared.principal)
    if (typeof free !== 'function') {
      this.#unheld(shared)
      return 'too_many_calls_of_one'
    }
    shared.holders += 1
    this.#idle.delete(shared)
    return new Joined<O>(shared.gate as unknown as SessionGate<O>, () => {
      free()
      shared.holders -= 1
      this.#unheld(shared)
    })
  }

  #unheld(shared: Shared): void {
    if (shared.holders > 0) return
    if (shared.over) shared.gate.end(reasonOf(shared))
    else {
      shared.since = this.#now()
      this.#idle.add(shared)
      shared.timer ??= this.#endLater(shared, this.#idleMs)
    }
  }

  /** One timer a session, not one a call: it looks at how long it has been idle when it comes. */
  #endLater(shared: Shared, ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      shared.timer = undefined
      if (!this.#idle.has(shared)) return
      const left = shared.since + this.#idleMs - this.#now()
      if (left <= 0) this.#end(shared, 'it was idle')
      else shared.timer = this.#endLater(shared, left)
    }, ms).unref()
  }

  /** Nobody joins it any more; those that hold it are told by the gate. */
  #stopped(shared: Shared): void {
    if (shared.holders === 0) this.#end(shared, reasonOf(shared))
    else this.#over(shared)
  }

  #end(shared: Shared, reason: string): void {
    this.#over(shared)
    shared.gate.end(reason)
  }

  #over(shared: Shared): void {
    shared.over = true
    clearTimeout(shared.timer)
    this.#idle.delete(shared)
    this.#running.delete(shared.key)
  }
}

interface Shared {
  readonly key: string
  readonly principal: string
  readonly gate: SessionGate<never>
  holders: number
  /** Joined by nobody any more. */
  over: boolean
  /** When the last one left. */
  since: number
  timer?: NodeJS.Timeout | undefined
}

/** One login's hold on a session that others have too. */
class Joined<O extends Operation> implements Gate<O> {
  readonly #gate: SessionGate<O>
  readonly #left: () => void
  #over = false

  constructor(gate: SessionGate<O>, left: () => void) {
    this.#gate = gate
    this.#left = left
  }

  get session() {
    return this.#gate.session
  }
  get target() {
    return this.#gate.target
  }
  get credential() {
    return this.#gate.credential
  }
  get bundle() {
    return this.#gate.bundle
  }
  get ended() {
    return this.#gate.ended
  }
  admit(operation: O, how: How): Admission<O> | Promise<Admission<O>> {
    return this.#gate.admit(operation, how)
  }
  evaluate(operation: O, source: string) {
    return this.#gate.evaluate(operation, source)
  }
  end(): void {
    if (this.#over) return
    this.#over = true
    this.#left()
  }
}

function reasonOf({ gate }: Shared): string {
  const { reason } = gate.ended
  return (reason as Refusal | undefined)?.message ?? 'it was left'
}

/** Never the token itself: what is kept would be worth stealing. */
function presentedBy({ protocol, role, target, token }: Login): string {
  return hash('sha256', `${JSON.stringify([protocol, role, target])}${token}`, 'base64')
}
