/**
 * The client's half of a session: takes its messages one by one, each when it may be taken.
 *
 * Nothing here waits in a promise where the answer is at hand: frames are taken from a chunk, decided, and leave together.
 */
import { GatewayError } from '../../core/errors.ts'
import { flushMessage } from './catalog.ts'
import { ClientMessages, type MessageParts, types } from './client-messages.ts'
import { Decisions, type Wire, wires } from './decisions.ts'
import { ready } from './messages.ts'
import type { Overruns } from './overruns.ts'

export type ClientCode = 'ERR_CLIENT_COPY'

/** Messages that depend on how the target reads, and on what names stand for. */
const reads: ReadonlySet<number> = new Set([types.query, types.call, types.parse, types.bind, types.execute])

/** How long one client's messages are taken before it is another's turn, and after how many the clock is looked at. */
const sliceMs = 10
const sliceMessages = 16

export interface ClientParts extends MessageParts {
  readonly overruns: Overruns
  /**
   * Answers that the target may owe at a time. Messages of few bytes would otherwise cost us more than the target's buffers
   * hold back; it gives out its own before so many are in them.
   */
  readonly maxInFlight: number
  /** The client said that it leaves. */
  readonly goodbye: () => void
}

export class ClientSide {
  readonly #parts: ClientParts
  readonly #decisions: Decisions
  readonly #messages: ClientMessages
  /** Whether the present CopyData goes to the target. */
  #copying = false
  #resting = false

  constructor(parts: ClientParts) {
    this.#parts = parts
    this.#decisions = new Decisions(parts)
    this.#messages = new ClientMessages(parts, this.#decisions)
  }

  /** Whether messages are here that cannot be taken yet. */
  waiting = false

  /** What was forwarded has failed all the same. */
  fail(wire: Wire, error: Buffer): void {
    this.#decisions.deny(wire, error)
  }

  /** Takes what can be taken. @throws GatewayError with a {@link ClientCode} or a code of the framer: the session cannot go on */
  walk(): void {
    const { frames, goodbye } = this.#parts
    if (this.#resting) return
    this.waiting = false
    let until: number | undefined // most chunks hold so few messages that the clock need not be looked at
    for (let messages = 1; ; messages++) {
      if (messages % sliceMessages === 0) {
        const now = performance.now()
        until ??= now + sliceMs
        if (now > until) {
          this.#rest()
          return
        }
      }
      if (this.#decisions.busy) {
        if (this.#decisions.resume()) continue
        this.waiting = true
        return
      }
      if (!frames.next()) return
      if (frames.first && this.#early(frames.type)) {
        frames.back()
        this.waiting = true
        return
      }
      if (this.#decisions.doubtful && frames.first && reads.has(frames.type)) {
        frames.back()
        this.#decisions.check(frames.type === types.query || frames.type === types.call ? wires.query : wires.extended)
        continue
      }
      if (frames.type === types.terminate) {
        goodbye() // whatever stands behind it is nobody's
        return
      }
      this.#message()
    }
  }

  /** One that sends thousands of messages at once lets the others go on between them. */
  #rest() {
    this.#resting = this.waiting = true
    setImmediate(() => {
      this.#resting = false
      this.#parts.wake()
    })
  }

  /** Whether a message has to wait for what the target still owes: what it means depends on it. */
  #early(type: number): boolean {
    const { answers, copyIn, overrun } = this.#parts.conversation
    if (type === types.terminate || copyIn) return false
    if (overrun !== undefined || answers.owedHolds > 0) return true
    return answers.owedReady > 0 || answers.owedCopies > 0 || answers.length >= this.#parts.maxInFlight
  }

  #message() {
    const { conversation, frames } = this.#parts
    const { type } = frames
    if (!frames.first && type === types.copyData) return this.#copyPiece()
    this.#copying = false
    if (conversation.skip !== 'no' && type !== types.sync) return
    if (type === types.copyData || type === types.copyDone || type === types.copyFail) return this.#copy(type)
    if (conversation.copyIn) {
      // the server reads past these two here, for clients that send them behind every Execute
      if (type === types.sync || type === types.flush) return
      throw new GatewayError<ClientCode>('ERR_CLIENT_COPY', 'a message came in the middle of copied data')
    }
    const messages = this.#messages
    if (!frames.first || !frames.last || frames.large) return messages.oversized(type)
    if (type === types.query) return messages.query()
    if (type === types.parse) return messages.parse()
    if (type === types.bind) return messages.bind()
    if (type === types.execute) return messages.execute()
    if (type === types.call) return messages.call()
    if (type === types.describe || type === types.close) return messages.named(type)
    if (type === types.sync) return this.#sync()
    this.#messages.pass() // Flush
  }

  #sync() {
    const { conversation, targetSide } = this.#parts
    const { skip } = conversation
    conversation.skip = 'no'
    if (skip === 'ours') return targetSide.tell(ready[conversation.status])
    this.#messages.pass()
    conversation.answers.push({ kind: 'sync' })
  }

  /** Copied data goes on where the target takes it; where its COPY failed the rest is read past, as the server does. */
  #copy(type: number) {
    const { conversation, overruns } = this.#parts
    this.#copying = conversation.copyIn
    if (!conversation.copyIn) return
    if (type === types.copyData && !overruns.letsIn(this.#parts.frames.length + 1)) {
      this.#copying = false
      return
    }
    this.#messages.pass()
    if (type === types.copyData) return
    conversation.copyIn = false
    // its time runs until the target answers, which it does now
    const { head } = conversation.answers
    if (head?.kind === 'execute' && head.forwarded?.allowance !== undefined) this.#parts.target.add(flushMessage)
  }

  /** What was begun is sent to its end, also when the COPY has failed meanwhile: the target waits for as many bytes as were announced. */
  #copyPiece() {
    if (this.#copying) this.#messages.pass()
  }
}
