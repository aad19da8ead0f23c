/**
 * Between a client's message and its forwarding: what its names resolve to, what the gate says, and what a deny does to the
 * transaction. One at a time: what comes behind waits.
 */
import type { PostgresCatalog, PostgresOperation, PostgresParameter, SqlNames } from '@cedargate/policy-schema'
import { serialize } from 'pg-protocol'
import type { Admission, Gate, How } from '../../core/contract.ts'
import type { Lookup } from './answers.ts'
import { catalogOf, syncMessage } from './catalog.ts'
import { behindEnd } from './client-errors.ts'
import type { Conversation } from './conversation.ts'
import { functionQuestion, readFunction } from './function-calls.ts'
import { ready } from './messages.ts'
import type { Output } from './output.ts'
import type { Statement } from './readings.ts'
import { denied, errorResponse } from './refusals.ts'
import { checkSettings, settingsQuestion } from './settings.ts'
import { Forwarded, reserved } from './statements.ts'
import type { TargetSide } from './target-side.ts'

/** What the target gets in place of what was denied, so that its transaction ends as after any error. No grammar takes it. */
export const failingText = 'cedargate: denied here, this only fails the transaction'
const failingParse = serialize.parse({ name: `${reserved}denied`, text: failingText, types: [] })
const failingQuery = serialize.query(failingText)

/** How a message fails: the simple protocol ends each with ReadyForQuery, the extended one skips to Sync. */
export interface Wire {
  readonly simple: boolean
  /** Also one that fails takes the unnamed statement with it. */
  readonly dropsUnnamed: boolean
}
export const wires = {
  query: { simple: true, dropsUnnamed: true },
  call: { simple: true, dropsUnnamed: false },
  parseUnnamed: { simple: false, dropsUnnamed: true },
  extended: { simple: false, dropsUnnamed: false },
} as const satisfies { readonly [message: string]: Wire }

/** An operation before its catalog is known. */
export type Draft = (catalog: PostgresCatalog) => PostgresOperation

export type Forward = (forwarded: Forwarded) => void

export interface DecisionParts {
  readonly conversation: Conversation
  readonly target: Output
  readonly targetSide: TargetSide
  readonly gate: Gate<PostgresOperation>
  readonly source: string
  /** What was waited for has come. */
  readonly wake: () => void
}

export class Decisions {
  readonly #parts: DecisionParts
  readonly #refuse: How
  readonly #allow: How
  #resume: (() => void) | undefined
  /** Why the target did not say how it reads. */
  #unsaid: string | undefined
  /** A lookup or a decision is under way: nothing further may be taken. */
  busy = false

  constructor(parts: DecisionParts) {
    this.#parts = parts
    this.#refuse = { source: parts.source, whenPending: 'refuse' }
    this.#allow = { source: parts.source, whenPending: 'allow' }
  }

  /** Goes on with what was waited for. @returns whether there was something */
  resume(): boolean {
    const resume = this.#resume
    if (resume === undefined) return false
    this.#resume = undefined
    this.busy = false
    resume()
    return true
  }

  /** Nothing further is taken until this has come. It does not fail. */
  wait(what: Promise<void>): void {
    this.busy = true
    void what.then(() => {
      this.#resume = () => {}
      this.#parts.wake()
    })
  }

  /** The target is asked how it reads now; the message that waits for it is taken again then. */
  check(wire: Wire) {
    const { conversation } = this.#parts
    const sync = this.#alone(wire)
    const { question, closings } = settingsQuestion(sync)
    this.#ask(question, sync, closings, ({ failure, rows }) => {
      if (failure === undefined) return conversation.certain(checkSettings(rows))
      if (failure === 'aborted') return this.#missed()
      this.#unsaid = failure
      if (conversation.skip === 'no') return
      conversation.skip = 'no' // the target waits for a Sync
      this.#ask(syncMessage, true, 0, () => {})
    })
  }

  /** Whether something has to be asked before a message is looked at. */
  get doubtful(): boolean {
    const { doubtful, status, skip } = this.#parts.conversation
    return doubtful && status !== 'E' && skip === 'no' && this.#unsaid === undefined
  }

  /** Refuses what waited for the target to say how it reads, where that was not to be had. */
  #refusedUnsaid(wire: Wire, draft: Draft): boolean {
    const failure = this.#unsaid
    if (failure === undefined) return false
    this.#unsaid = undefined
    this.#unanswered(wire, failure, draft)
    return true
  }

  /** Looks up, has it decided, and forwards it or refuses it. */
  decide(wire: Wire, written: Statement, draft: Draft, forward: Forward) {
    const { conversation } = this.#parts
    if (this.#refusedUnsaid(wire, draft)) return
    if (wire.simple && conversation.widened) {
      // a Query that follows what was not synced ends it; our own lookup there would keep it open, so it is ended first
      return this.#ask(syncMessage, true, 0, ({ failure }) => {
        if (failure === undefined) this.decide(wire, written, draft, forward)
        else this.#missed()
      })
    }
    const statement = conversation.complete(written)
    const { names, ends, single, key } = statement
    if (conversation.catalogs.moving && ends && !single && key !== '')
      return this.refuse(wire, draft(conversation.nothing()), errorResponse(behindEnd))
    const known = conversation.catalogs.known(statement, conversation.transaction)
    if (known !== undefined || names === undefined)
      return this.#admit(wire, draft(catalogOf(known ?? conversation.nothing(), statement)), forward)

    this.#lookUp(wire, statement, names, draft, forward)
  }

  #lookUp(wire: Wire, statement: Statement, names: SqlNames, draft: Draft, forward: Forward) {
    const { catalogs } = this.#parts.conversation
    const sync = this.#alone(wire)
    const { question, closings } = catalogs.ask(names, sync)
    this.#ask(question, sync, closings, ({ failure, rows }) => {
      if (failure !== undefined) return this.#unanswered(wire, failure, draft)
      const catalog = catalogs.learn(statement, rows, this.#parts.conversation.transaction)
      if (catalog === undefined) this.#lookUp(wire, statement, names, draft, forward)
      else this.#admit(wire, draft(catalogOf(catalog, statement)), forward)
    })
  }

  /** A function by its OID: asks what it is, has the call decided, and forwards it or refuses it. */
  decideCall(oid: number, parameters: readonly PostgresParameter[], forward: Forward) {
    const { conversation } = this.#parts
    const wire = wires.call
    const draft = (name: string | null): Draft => {
      return catalog => ({ protocol: 'postgres', kind: 'functionCall', function: name, parameters, catalog })
    }
    if (this.#refusedUnsaid(wire, draft(null))) return
    const admit = (name: string | null) => this.#admit(wire, draft(name)(conversation.nothing()), forward)
    if (conversation.status === 'E') return admit(null)
    const sync = this.#alone(wire)
    const { question, closings } = functionQuestion(oid, sync)
    this.#ask(question, sync, closings, ({ failure, rows }) => {
      if (failure === undefined) admit(readFunction(rows))
      else this.#unanswered(wire, failure, draft(null))
    })
  }

  /** Has something decided of which nothing can be forwarded, for the record and its reason; `error` where nothing denies it. */
  refuse(wire: Wire, operation: PostgresOperation, error: Buffer) {
    this.#admit(wire, operation, forwarded => {
      forwarded.finish('aborted')
      this.deny(wire, error)
    })
  }

  /**
   * The client's error, in its turn. Where a transaction would have ended by it, implicit or explicit, the target's does:
   * it gets a statement that fails.
   */
  deny(wire: Wire, error: Buffer) {
    const { conversation, target, targetSide } = this.#parts
    const { status, dirty, answers, skip } = conversation
    if (skip !== 'no') return // the pipeline has failed already, and its error was told
    if (dirty || status === 'T') {
      target.add(wire.simple ? failingQuery : failingParse)
      answers.push({ kind: 'deny', simple: wire.simple, dropsUnnamed: wire.simple || wire.dropsUnnamed, error })
      conversation.dirty = true
      if (!wire.simple) conversation.skip = 'theirs'
      return
    }
    if (wire.dropsUnnamed) conversation.statements.closed('')
    targetSide.tell(error)
    if (wire.simple) targetSide.tell(ready[status])
    else conversation.skip = 'ours'
  }

  /** Whether a question of ours may end with a Sync, as one of its own. */
  #alone(wire: Wire): boolean {
    const { conversation } = this.#parts
    // a Query ends what was not synced, so where nothing was executed yet our Sync takes nothing from the client
    const untouched = !conversation.dirty || (wire.simple && !conversation.executed)
    const sync = conversation.status === 'I' && untouched
    if (!sync && conversation.status === 'I' && !conversation.executed) conversation.widened = true
    return sync
  }

  #ask(question: Buffer, sync: boolean, closings: number, then: (lookup: Lookup) => void) {
    const lookup: Lookup = {
      rows: [],
      bytes: 0,
      closings,
      done: () => {
        this.#resume = () => then(lookup)
      },
    }
    this.busy = true
    this.#parts.target.add(question)
    this.#parts.conversation.answers.push({ kind: 'lookup', lookup, sync })
  }

  /** A question of ours has failed. */
  #unanswered(wire: Wire, failure: string, draft: Draft) {
    const { conversation } = this.#parts
    if (failure === 'aborted') return this.#missed()
    conversation.catalogs.forgotten()
    const refuse = () => this.refuse(wire, draft(conversation.nothing()), unresolved(failure))
    if (conversation.skip === 'no') return refuse()
    // it failed inside the client's transaction, and the target waits for a Sync: its answer says how that stands
    conversation.skip = 'no'
    this.#ask(syncMessage, true, 0, refuse)
  }

  /** An earlier message failed: the target reads past this one too, or would if our Sync had not told it to go on. */
  #missed() {
    const { conversation } = this.#parts
    if (conversation.skip === 'no') conversation.skip = 'ours'
  }

  #admit(wire: Wire, operation: PostgresOperation, forward: Forward) {
    const { gate, wake } = this.#parts
    const admission = gate.admit(operation, operation.kind === 'parse' ? this.#allow : this.#refuse)
    if (!(admission instanceof Promise)) return this.#admitted(wire, admission, forward)
    this.busy = true
    const settled = (resume: () => void) => {
      this.#resume = resume
      wake()
    }
    admission.then(
      answer => settled(() => this.#answered(wire, answer, operation, forward)),
      error =>
        settled(() => {
          throw error
        }),
    )
  }

  /** What was decided while the disk was busy; where the policies have changed meanwhile it is decided again. */
  #answered(wire: Wire, answer: Admission<PostgresOperation>, operation: PostgresOperation, forward: Forward) {
    if (!answer.allowed || answer.bundle === this.#parts.gate.bundle) return this.#admitted(wire, answer, forward)
    new Forwarded(answer).finish('aborted')
    this.#admit(wire, operation, forward)
  }

  #admitted(wire: Wire, admission: Admission<PostgresOperation>, forward: Forward) {
    const { conversation } = this.#parts
    if (!admission.allowed) return this.deny(wire, denied(admission.refusal, conversation.status === 'E'))
    const forwarded = new Forwarded(admission)
    if (conversation.skip === 'no') forward(forwarded)
    else forwarded.finish('aborted') // while it was decided an earlier message failed
  }
}

function unresolved(state: string): Buffer {
  return errorResponse({
    severity: 'ERROR',
    code: '42501',
    message: `what the statement names could not be looked up (${state})`,
    detail: JSON.stringify({ code: 'unresolved', state }),
  })
}
