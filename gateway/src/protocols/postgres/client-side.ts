/**
 * The client's half of a session: takes its messages one by one, has each operation decided, forwards it or refuses it.
 *
 * Nothing here waits in a promise where the answer is at hand: frames are taken from a chunk, decided, and leave together.
 */
import { createHash, type Hash } from 'node:crypto'
import type { PostgresParameter } from '@cedargate/policy-schema'
import { serialize } from 'pg-protocol'
import { GatewayError } from '../../core/errors.ts'
import type { Answer } from './answers.ts'
import { flushMessage } from './catalog.ts'
import { badName, foreignType, noPortal, noStatement, notUtf8, tooLarge, tooMany } from './client-errors.ts'
import { type DecisionParts, Decisions, type Draft, type Wire, wires } from './decisions.ts'
import type { Frames } from './frames.ts'
import type { LongTexts } from './long-texts.ts'
import {
  emptyQueryResponse,
  hasForeignType,
  message,
  readBind,
  readExecute,
  readFunctionCall,
  readNamed,
  readParse,
  readQuery,
  ready,
} from './messages.ts'
import type { Overruns } from './overruns.ts'
import type { Readings, Statement } from './readings.ts'
import { errorResponse, type WireError } from './refusals.ts'
import { type Forwarded, type Portal, reserved } from './statements.ts'

export type ClientCode = 'ERR_CLIENT_COPY'

const letter = (text: string) => text.charCodeAt(0)
const types = {
  query: letter('Q'),
  parse: letter('P'),
  call: letter('F'),
  bind: letter('B'),
  describe: letter('D'),
  execute: letter('E'),
  close: letter('C'),
  flush: letter('H'),
  sync: letter('S'),
  terminate: letter('X'),
  copyData: letter('d'),
  copyDone: letter('c'),
  copyFail: letter('f'),
} as const

/** Messages that depend on how the target reads, and on what names stand for. */
const reads: ReadonlySet<number> = new Set([types.query, types.call, types.parse, types.bind, types.execute])

/** How long one client's messages are taken before it is another's turn, and after how many the clock is looked at. */
const sliceMs = 10
const sliceMessages = 16

const emptyQuery = serialize.query('')

export interface ClientParts extends DecisionParts {
  readonly frames: Frames
  readonly readings: Readings
  readonly longTexts: LongTexts
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
  /** Whether the present CopyData goes to the target. */
  #copying = false
  #resting = false
  /** Of a statement that is too large to be held. */
  #digest: Hash | undefined

  constructor(parts: ClientParts) {
    this.#parts = parts
    this.#decisions = new Decisions(parts)
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
    if (!frames.first || !frames.last || frames.large) return this.#oversized(type)
    if (type === types.query) return this.#query()
    if (type === types.parse) return this.#parse()
    if (type === types.bind) return this.#bind()
    if (type === types.execute) return this.#execute()
    if (type === types.call) return this.#call()
    if (type === types.describe || type === types.close) return this.#named(type)
    if (type === types.sync) return this.#sync()
    this.#pass() // Flush
  }

  /** A long text is read beside the event loop first; its message is taken again then. */
  #readsLong(sql: string): boolean {
    const reading = this.#parts.longTexts.read(sql)
    if (reading === undefined) return false
    this.#parts.frames.back()
    this.#decisions.wait(reading)
    return true
  }

  /** However many statements: all of it or nothing. */
  #query() {
    const { conversation, readings, targetSide } = this.#parts
    const { buffer, start, end } = this.#parts.frames
    const sql = readQuery(buffer, start, end)
    if (sql === undefined) return this.#unreadable(types.query, buffer.subarray(start + 5, end))
    if (this.#readsLong(sql)) return
    const statement = readings(sql)
    if (statement.empty) {
      if (conversation.dirty)
        return this.#forward({ kind: 'query', forwarded: undefined, names: undefined }, emptyQuery)
      conversation.statements.closed('') // as the server does at each Query
      targetSide.tell(emptyQueryResponse)
      return targetSide.tell(ready[conversation.status])
    }
    const draft: Draft = catalog => ({ protocol: 'postgres', kind: 'query', sql, catalog })
    this.#decisions.decide(wires.query, statement, draft, forwarded => {
      this.#pass(buffer, start, end)
      const names = conversation.ran(statement, forwarded, false)
      conversation.answers.push({ kind: 'query', forwarded, names })
    })
  }

  #parse() {
    const { conversation, readings } = this.#parts
    const { buffer, start, end } = this.#parts.frames
    const { name, sql, types: typeBytes } = readParse(buffer, start, end)
    if (!this.#usable(name)) return
    if (sql === undefined) return this.#unreadable(types.parse, buffer.subarray(start + 5, end))
    const { statements } = conversation
    if (statements.full) return this.#deny(tooMany('prepared statements'))
    if (this.#readsLong(sql)) return
    const statement = readings(sql)
    const wire = name === '' ? wires.parseUnnamed : wires.extended
    const draft: Draft = catalog => ({ protocol: 'postgres', kind: 'parse', sql, catalog })
    if (typeBytes.length > 2 && hasForeignType(typeBytes))
      return this.#decisions.refuse(wire, draft(conversation.nothing()), errorResponse(foreignType))
    const forward = (forwarded: Forwarded | undefined) => {
      const parsed = forwarded?.admitted.operation.catalog?.relations
      // what runs others by their names is not analysed before it is run
      const prepared = parsed === undefined || statement.uses.length > 0 ? statement : { ...statement, parsed }
      if (name !== '') conversation.renamings++
      conversation.answers.push({ kind: 'parse', forwarded, name, statement: prepared })
      conversation.dirty = true
      statements.ask(name, prepared)
    }
    if (statement.empty) {
      // what is no statement to us must be none to the target
      this.#parts.target.add(message('P', Buffer.concat([Buffer.from(`${name}\0\0`, 'latin1'), typeBytes])))
      return forward(undefined)
    }
    this.#decisions.decide(wire, statement, draft, forwarded => {
      this.#pass(buffer, start, end)
      this.#flushTimed(forwarded)
      forward(forwarded)
    })
  }

  /** One Bind is one operation: the statement with its parameters. */
  #bind() {
    const { conversation } = this.#parts
    const { buffer, start, end } = this.#parts.frames
    const { portal: name, statement: statementName, parameters } = readBind(buffer, start, end)
    if (!this.#usable(name) || !this.#usable(statementName)) return
    const statement = conversation.statements.get(statementName)
    if (statement === undefined) return this.#deny(noStatement(statementName))
    if (this.#readsLong(statement.sql)) return
    if (conversation.portals.full) return this.#deny(tooMany('portals'))
    const forward = (forwarded: Forwarded | undefined) => {
      if (name !== '') conversation.renamings++
      const { renamings } = conversation
      const portal: Portal = { statement, parameters, changes: conversation.catalogs.changes, renamings, forwarded }
      this.#pass(buffer, start, end)
      this.#flushTimed(forwarded)
      conversation.answers.push({ kind: 'bind', name, portal })
      conversation.dirty = true
      conversation.portals.ask(name, portal)
    }
    if (statement.empty) return forward(undefined)
    this.#decisions.decide(wires.extended, statement, execution(statement, parameters), forward)
  }

  /** Was decided at its Bind, and is again where the policies have changed since, or what the session's names stand for. */
  #execute() {
    const { conversation, gate } = this.#parts
    const { buffer, start, end } = this.#parts.frames
    const name = readExecute(buffer, start, end)
    if (!this.#usable(name)) return
    const portal = conversation.portals.get(name)
    if (portal === undefined) return this.#deny(noPortal(name))
    const { statement, parameters, forwarded: before } = portal
    const forward = (forwarded: Forwarded | undefined) => {
      this.#pass(buffer, start, end)
      portal.forwarded = forwarded
      const names = conversation.ran(statement, forwarded, true)
      const { copiesIn } = statement
      const holds = forwarded?.allowance !== undefined && !copiesIn
      if (holds) this.#parts.target.add(flushMessage)
      conversation.answers.push({ kind: 'execute', forwarded, names, copyOpen: copiesIn, holds })
      conversation.dirty = true
      if (!statement.bare) {
        conversation.executed = true
        conversation.widened = false
      }
    }
    const { renamings, catalogs } = conversation
    const { changes } = catalogs
    const renamed = statement.uses.length > 0 && portal.renamings !== renamings
    const decided = before?.admitted.bundle === gate.bundle && portal.changes === changes && !renamed
    if (statement.empty || decided) return forward(before)
    if (this.#readsLong(statement.sql)) return
    this.#decisions.decide(wires.extended, statement, execution(statement, parameters), forwarded => {
      before?.leave()
      if (before?.allowance !== undefined) forwarded.allowance?.goOn(before.allowance)
      portal.changes = changes
      portal.renamings = renamings
      forward(forwarded)
    })
  }

  /** Ends what was not synced, as a Query does, and leaves the unnamed statement. */
  #call() {
    const { buffer, start, end } = this.#parts.frames
    const { oid, parameters } = readFunctionCall(buffer, start, end)
    this.#decisions.decideCall(oid, parameters, forwarded => {
      this.#pass(buffer, start, end)
      this.#parts.conversation.answers.push({ kind: 'call', forwarded })
    })
  }

  /** Describe and Close: of what was admitted when it was made. */
  #named(type: number) {
    const { conversation } = this.#parts
    const { buffer, start, end } = this.#parts.frames
    const { what, name } = readNamed(buffer, start, end)
    if (!this.#usable(name)) return
    if (type === types.describe) {
      if (what === 'S' && conversation.statements.get(name) === undefined) return this.#deny(noStatement(name))
      if (what === 'P' && conversation.portals.get(name) === undefined) return this.#deny(noPortal(name))
    }
    this.#pass()
    conversation.dirty = true
    if (type === types.close) conversation.renamings++
    conversation.answers.push(type === types.close ? { kind: 'close', what, name } : { kind: 'describe' })
  }

  #sync() {
    const { conversation, targetSide } = this.#parts
    const { skip } = conversation
    conversation.skip = 'no'
    if (skip === 'ours') return targetSide.tell(ready[conversation.status])
    this.#pass()
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
    this.#pass()
    if (type === types.copyData) return
    conversation.copyIn = false
    // its time runs until the target answers, which it does now
    const { head } = conversation.answers
    if (head?.kind === 'execute' && head.forwarded?.allowance !== undefined) this.#parts.target.add(flushMessage)
  }

  /** The target is to answer at once, so that only its own time counts. */
  #flushTimed(forwarded: Forwarded | undefined) {
    if (forwarded?.allowance?.msLeft !== undefined) this.#parts.target.add(flushMessage)
  }

  /** What was begun is sent to its end, also when the COPY has failed meanwhile: the target waits for as many bytes as were announced. */
  #copyPiece() {
    if (this.#copying) this.#pass()
  }

  /** Read past, never held: its size and digest stand in for it. */
  #oversized(type: number) {
    const { buffer, start, end, first, last, length } = this.#parts.frames
    if (first) this.#digest = createHash('sha256')
    const digest = this.#digest?.update(buffer.subarray(first ? start + 5 : start, end))
    if (!last || digest === undefined) return
    this.#digest = undefined
    this.#stoodIn(type, { bytes: length - 4, digest: digest.digest('hex') }, tooLarge)
  }

  #unreadable(type: number, body: Buffer) {
    this.#stoodIn(type, { bytes: body.length, digest: createHash('sha256').update(body).digest('hex') }, notUtf8)
  }

  #stoodIn(type: number, oversize: { readonly bytes: number; readonly digest: string }, error: WireError) {
    const wire = type === types.query ? wires.query : wires.extended
    const kind = type === types.query ? 'query' : 'parse'
    const catalog = this.#parts.conversation.nothing()
    this.#decisions.refuse(wire, { protocol: 'postgres', kind, sql: '', oversize, catalog }, errorResponse(error))
  }

  /**
   * Two names to us must be two to the target: longer ones it cuts, and some encodings of databases have one byte sequence for
   * several characters. Reserved ones are ours.
   */
  #usable(name: string): boolean {
    if (name === '' || (/^[ -~]{1,63}$/.test(name) && !name.startsWith(reserved))) return true
    this.#deny(badName)
    return false
  }

  #deny(error: WireError) {
    this.#decisions.deny(wires.extended, errorResponse(error))
  }

  #pass(buffer = this.#parts.frames.buffer, start = this.#parts.frames.start, end = this.#parts.frames.end) {
    this.#parts.target.pass(buffer, start, end)
  }

  #forward(answer: Answer, bytes: Buffer) {
    this.#parts.target.add(bytes)
    this.#parts.conversation.answers.push(answer)
  }
}

function execution({ sql }: Statement, parameters: readonly PostgresParameter[]): Draft {
  return catalog => ({ protocol: 'postgres', kind: 'execute', sql, parameters, catalog })
}
