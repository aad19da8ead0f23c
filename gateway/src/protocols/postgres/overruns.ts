/**
 * What becomes of a statement that has overrun what its policies let it have: the client gets no more of it, the target a
 * cancel, and its transaction fails.
 *
 * A cancel hits whatever the target does when it arrives. So nothing of the client's is sent on before the target has answered
 * that statement **and** has closed the connection that the cancel came over: it has been delivered then, or came too late.
 *
 * @see README.md, "What policies oblige to"
 */

import { serialize } from 'pg-protocol'
import { maxTimerMs } from '../../core/clock.ts'
import type { LimitName } from './allowance.ts'
import type { Answer } from './answers.ts'
import type { Conversation } from './conversation.ts'
import { type Wire, wires } from './decisions.ts'
import { ready } from './messages.ts'
import type { Output } from './output.ts'
import { errorResponse, type WireError } from './refusals.ts'
import type { Forwarded } from './statements.ts'

export interface Overrun {
  readonly answer: Answer
  readonly forwarded: Forwarded
  limit: LimitName
  /** Nothing more of it reaches the client. What is late, and ends well before its cancel comes, may still end well. */
  cut: boolean
  /** The client has its error. */
  told: boolean
  /** The target has answered. */
  answered: boolean
  /** The target has heard of the cancel. */
  heard: boolean
}

export interface OverrunParts {
  readonly conversation: Conversation
  readonly target: Output
  readonly client: Output
  /** How long the target may take to stop. */
  readonly stopMs: number
  /** The target waits for the rest of a message of copied data. */
  readonly insideCopyData: () => boolean
  /** Resolves with whether the target has heard of it. */
  readonly cancel: () => Promise<boolean>
  /** Tells the client an error, and makes the target's transaction fail by it. */
  readonly fail: (wire: Wire, error: Buffer) => void
  /** Runs what comes from a timer as what comes from a socket. */
  readonly step: (work: () => void) => void
  /** The client's messages may go on. */
  readonly wake: () => void
  /** Ends the session. */
  readonly giveUp: (reason: string, error: Buffer) => void
}

export class Overruns {
  readonly #parts: OverrunParts
  /** The last one, whose cancel may still show itself until what it was in has ended. */
  #last: Overrun | undefined
  #watched: Answer | undefined
  #since = 0
  #timer: NodeJS.Timeout | undefined
  #stop: NodeJS.Timeout | undefined

  constructor(parts: OverrunParts) {
    this.#parts = parts
  }

  /** Whether a row or a piece of copied data, as it begins, may go to the client. */
  lets(answer: Answer, bytes: number): boolean {
    const forwarded = forwardedOf(answer)
    const limit = forwarded?.allowance?.row(bytes)
    if (forwarded === undefined || limit === undefined) return true
    this.#over(answer, forwarded, limit)
    return false
  }

  /** Whether copied data of the client's, as its message begins, may go to the target. */
  letsIn(bytes: number): boolean {
    const { head } = this.#parts.conversation.answers
    const forwarded = head && forwardedOf(head)
    const limit = forwarded?.allowance?.data(bytes)
    if (head === undefined || forwarded === undefined || limit === undefined) return true
    this.#over(head, forwarded, limit, false)
    return false
  }

  /** Whether the target's error is told as ours: what it says is that it was cancelled, or nobody is to see more of it. */
  replaces(answer: Answer | undefined, code: string): boolean {
    const overrun = this.#last
    if (overrun === undefined || overrun.told) return false
    return code === canceled || (overrun.cut && overrun.answer === answer)
  }

  /** In place of the target's error. */
  tell(): void {
    const overrun = this.#last
    if (overrun === undefined || overrun.told) return
    overrun.told = true
    overrun.forwarded.exceed(overrun.limit)
    this.#parts.client.add(exceeded(overrun, true))
  }

  /** The target has answered all of it. Where its cancel came too late, it has to fail all the same. */
  answered(answer: Answer): void {
    const { conversation, client, fail } = this.#parts
    const { overrun, status } = conversation
    if (overrun === undefined || overrun.answer !== answer || overrun.answered) return
    overrun.answered = true
    if (overrun.cut && !overrun.told) {
      overrun.told = true
      if (answer.kind !== 'query' && answer.kind !== 'call') fail(wires.extended, exceeded(overrun, true))
      else if (status === 'T') fail(wires.query, exceeded(overrun, true))
      else {
        client.add(exceeded(overrun, false))
        client.add(ready[status])
      }
    }
    this.#settle()
  }

  /** What was under way has been committed or taken back. */
  synced(): void {
    if (this.#parts.conversation.overrun === undefined) this.#last = undefined
  }

  /** Keeps the time of what the target is at. */
  watch(): void {
    const { head } = this.#parts.conversation.answers
    if (head === this.#watched) return
    this.#look(head)
  }

  close(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#stop)
  }

  #look(head: Answer | undefined) {
    if (this.#timer !== undefined && this.#watched !== undefined) {
      clearTimeout(this.#timer)
      this.#timer = undefined
      const had = forwardedOf(this.#watched)?.allowance
      if (had !== undefined) had.ms += performance.now() - this.#since
    }
    this.#watched = head
    const forwarded = head && forwardedOf(head)
    const left = forwarded?.allowance?.msLeft
    if (head === undefined || forwarded === undefined || left === undefined) return
    this.#since = performance.now()
    const late = () => this.#parts.step(() => this.#over(head, forwarded, 'statementTimeout'))
    this.#timer = setTimeout(late, Math.min(left, maxTimerMs))
  }

  #over(answer: Answer, forwarded: Forwarded, limit: LimitName, inside = this.#parts.insideCopyData()) {
    const { conversation } = this.#parts
    const before = conversation.overrun
    const cut = limit !== 'statementTimeout'
    if (cut) forwarded.exceed(limit)
    if (before !== undefined) {
      // it is late already, and is being stopped
      if (!cut) return
      Object.assign(before, { limit, cut })
      // its data has a gap now: should the cancel come too late, it must not end well
      if (!inside) this.#failCopy()
      return
    }
    const overrun: Overrun = { answer, forwarded, limit, cut, told: false, answered: false, heard: false }
    conversation.overrun = this.#last = overrun
    this.#stop = setTimeout(() => this.#gone(overrun), this.#parts.stopMs)
    // it waits for data, in which it hears of no cancel
    if (!inside && this.#failCopy()) overrun.heard = true
    else void this.#cancel(overrun)
  }

  /** @returns whether the target took copied data until now */
  #failCopy(): boolean {
    const { conversation, target } = this.#parts
    if (!conversation.copyIn) return false
    conversation.copyIn = false
    target.add(copyFail)
    return true
  }

  async #cancel(overrun: Overrun): Promise<void> {
    overrun.heard = await this.#parts.cancel()
    if (!overrun.heard) return this.#gone(overrun)
    this.#settle()
    this.#parts.wake()
  }

  /** What cannot be stopped, or may still be by a cancel under way, is left to the target alone. */
  #gone(overrun: Overrun) {
    overrun.forwarded.exceed(overrun.limit)
    const error = exceeded(overrun, true, 'FATAL')
    this.#parts.giveUp('limit_exceeded: the target did not stop a statement that was cancelled', error)
  }

  #settle() {
    const { conversation } = this.#parts
    const { overrun } = conversation
    if (overrun === undefined || !overrun.answered || !overrun.heard) return
    clearTimeout(this.#stop)
    conversation.overrun = undefined
  }
}

/** @see PostgreSQL 18, appendix A: query_canceled */
const canceled = '57014'
const copyFail = serialize.copyFail('cedargate: more than the policies allow')

function forwardedOf(answer: Answer): Forwarded | undefined {
  if (answer.kind === 'bind') return answer.portal.forwarded
  return 'forwarded' in answer ? answer.forwarded : undefined
}

const states = { maxRows: '54000', maxBytes: '54000', statementTimeout: canceled } as const

/** @param failed whether the target's transaction failed by it; otherwise the statement had run to its end */
function exceeded({ limit, forwarded }: Overrun, failed: boolean, severity: WireError['severity'] = 'ERROR'): Buffer {
  const { evaluation, commit } = forwarded.admitted
  const { maxRows, maxBytes, statementTimeoutMs } = evaluation.obligations
  const [message, next] = {
    maxRows: [`the answer has more than ${maxRows} rows`, `add LIMIT ${maxRows}, or a narrower WHERE`],
    maxBytes: [`the data are more than ${maxBytes} bytes`, 'ask for fewer rows or columns'],
    statementTimeout: [`the statement took longer than ${statementTimeoutMs} ms`, 'ask for less at once'],
  }[limit]
  const { policies } = evaluation.decision
  const detail = { code: 'limit_exceeded', limit, policies: policies.slice(0, 32), commit, failed }
  const kept = failed ? '' : '; it had run to its end before it could be cancelled, and what it changed is kept'
  return errorResponse({
    severity,
    code: states[limit],
    message: `${message} (@${limit})${kept}`,
    detail: JSON.stringify(detail),
    hint: `next: ${next}`,
  })
}
