/** What each message of a client asks: read, held against the names that the session knows, decided, and forwarded or refused. */
import { createHash, type Hash } from 'node:crypto'
import type { Oversize, PostgresParameter } from '@cedargate/policy-schema'
import { serialize } from 'pg-protocol'
import type { Answer } from './answers.ts'
import { flushMessage } from './catalog.ts'
import { badName, foreignType, noPortal, noStatement, notUtf8, tooLarge, tooMany } from './client-errors.ts'
import { type DecisionParts, type Decisions, type Draft, wires } from './decisions.ts'
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
import type { Readings, Statement } from './readings.ts'
import { errorResponse, type WireError } from './refusals.ts'
import { type Forwarded, type Portal, reserved } from './statements.ts'

const letter = (text: string) => text.charCodeAt(0)
export const types = {
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

const emptyQuery = serialize.query('')

export interface MessageParts extends DecisionParts {
  readonly frames: Frames
  readonly readings: Readings
  readonly longTexts: LongTexts
  /** The session is, and what it still waits for is nobody's. */
  readonly isOver: () => boolean
}

/** Each method takes the message that the framer stands at. */
export class ClientMessages {
  readonly #parts: MessageParts
  readonly #decisions: Decisions
  /** Of a statement that is too large to be held. */
  #digest: Hash | undefined

  constructor(parts: MessageParts, decisions: Decisions) {
    this.#parts = parts
    this.#decisions = decisions
  }

  /** A long text is read beside the event loop first; its message is taken again then. */
  #readsLong(sql: string): boolean {
    const { longTexts, isOver } = this.#parts
    const reading = longTexts.read(sql, isOver)
    if (reading === undefined) return false
    this.#parts.frames.back()
    this.#decisions.wait(reading)
    return true
  }

  /** So is one behind a name that a statement runs, where it was forgotten since it was made. */
  #readsStored(statement: Statement): boolean {
    if (statement.uses.length === 0) return false
    const { prepared, cursors } = this.#parts.conversation.complete(statement).stored ?? {}
    return [prepared, cursors].some(texts => Object.values(texts ?? {}).some(sql => this.#readsLong(sql)))
  }

  /** However many statements: all of it or nothing. */
  query() {
    const { conversation, readings, targetSide } = this.#parts
    const { buffer, start, end } = this.#parts.frames
    const sql = readQuery(buffer, start, end)
    if (sql === undefined) return this.#unreadable(types.query, buffer.subarray(start + 5, end))
    if (this.#readsLong(sql)) return
    const statement = readings(sql)
    if (this.#readsStored(statement)) return
    if (statement.empty) {
      if (conversation.dirty)
        return this.#forward({ kind: 'query', forwarded: undefined, names: undefined }, emptyQuery)
      conversation.statements.closed('') // as the server does at each Query
      targetSide.tell(emptyQueryResponse)
      return targetSide.tell(ready[conversation.status])
    }
    const draft: Draft = catalog => ({ protocol: 'postgres', kind: 'query', sql, catalog })
    this.#decisions.decide(wires.query, statement, draft, forwarded => {
      this.pass(buffer, start, end)
      const names = conversation.ran(statement, forwarded, false)
      conversation.answers.push({ kind: 'query', forwarded, names })
    })
  }

  parse() {
    const { conversation, readings } = this.#parts
    const { buffer, start, end } = this.#parts.frames
    const { name, sql, types: typeBytes } = readParse(buffer, start, end)
    if (!this.#usable(name)) return
    if (sql === undefined) return this.#unreadable(types.parse, buffer.subarray(start + 5, end))
    const { statements } = conversation
    if (statements.full) return this.#deny(tooMany('prepared statements'))
    if (this.#readsLong(sql)) return
    const statement = readings(sql)
    if (this.#readsStored(statement)) return
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
      this.pass(buffer, start, end)
      this.#flushTimed(forwarded)
      forward(forwarded)
    })
  }

  /** One Bind is one operation: the statement with its parameters. */
  bind() {
    const { conversation } = this.#parts
    const { buffer, start, end } = this.#parts.frames
    const { portal: name, statement: statementName, parameters } = readBind(buffer, start, end)
    if (!this.#usable(name) || !this.#usable(statementName)) return
    const statement = conversation.statements.get(statementName)
    if (statement === undefined) return this.#deny(noStatement(statementName))
    if (this.#readsLong(statement.sql) || this.#readsStored(statement)) return
    if (conversation.portals.full) return this.#deny(tooMany('portals'))
    const forward = (forwarded: Forwarded | undefined) => {
      if (name !== '') conversation.renamings++
      const { renamings } = conversation
      const portal: Portal = { statement, parameters, changes: conversation.catalogs.changes, renamings, forwarded }
      this.pass(buffer, start, end)
      this.#flushTimed(forwarded)
      conversation.answers.push({ kind: 'bind', name, portal })
      conversation.dirty = true
      conversation.portals.ask(name, portal)
    }
    if (statement.empty) return forward(undefined)
    this.#decisions.decide(wires.extended, statement, execution(statement, parameters), forward)
  }

  /** Was decided at its Bind, and is again where the policies have changed since, or what the session's names stand for. */
  execute() {
    const { conversation, gate } = this.#parts
    const { buffer, start, end } = this.#parts.frames
    const name = readExecute(buffer, start, end)
    if (!this.#usable(name)) return
    const portal = conversation.portals.get(name)
    if (portal === undefined) return this.#deny(noPortal(name))
    const { statement, parameters, forwarded: before } = portal
    const forward = (forwarded: Forwarded | undefined) => {
      this.pass(buffer, start, end)
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
    if (this.#readsLong(statement.sql) || this.#readsStored(statement)) return
    this.#decisions.decide(wires.extended, statement, execution(statement, parameters), forwarded => {
      before?.leave()
      if (before?.allowance !== undefined) forwarded.allowance?.goOn(before.allowance)
      portal.changes = changes
      portal.renamings = renamings
      forward(forwarded)
    })
  }

  /** Ends what was not synced, as a Query does, and leaves the unnamed statement. */
  call() {
    const { buffer, start, end } = this.#parts.frames
    const { oid, parameters } = readFunctionCall(buffer, start, end)
    this.#decisions.decideCall(oid, parameters, forwarded => {
      this.pass(buffer, start, end)
      this.#parts.conversation.answers.push({ kind: 'call', forwarded })
    })
  }

  /** Describe and Close: of what was admitted when it was made. */
  named(type: number) {
    const { conversation } = this.#parts
    const { buffer, start, end } = this.#parts.frames
    const { what, name } = readNamed(buffer, start, end)
    if (!this.#usable(name)) return
    if (type === types.describe) {
      if (what === 'S' && conversation.statements.get(name) === undefined) return this.#deny(noStatement(name))
      if (what === 'P' && conversation.portals.get(name) === undefined) return this.#deny(noPortal(name))
    }
    this.pass()
    conversation.dirty = true
    if (type === types.close) conversation.renamings++
    conversation.answers.push(type === types.close ? { kind: 'close', what, name } : { kind: 'describe' })
  }

  /** Read past, never held: its size and digest stand in for it. */
  oversized(type: number) {
    const { buffer, start, end, first, last, length } = this.#parts.frames
    if (first) this.#digest = createHash('sha256')
    const digest = this.#digest?.update(buffer.subarray(first ? start + 5 : start, end))
    if (!last || digest === undefined) return
    this.#digest = undefined
    this.#stoodIn(type, { bytes: length - 4, digest: digest.digest('hex') }, tooLarge)
  }

  #unreadable(type: number, body: Buffer) {
    const digest = createHash('sha256').update(body).digest('hex')
    this.#stoodIn(type, { bytes: body.length, digest, notUtf8: true }, notUtf8)
  }

  #stoodIn(type: number, oversize: Oversize, error: WireError) {
    const wire = type === types.query ? wires.query : wires.extended
    const kind = type === types.query ? 'query' : 'parse'
    const catalog = this.#parts.conversation.nothing()
    this.#decisions.refuse(wire, { protocol: 'postgres', kind, sql: '', oversize, catalog }, errorResponse(error))
  }

  /** The target is to answer at once, so that only its own time counts. */
  #flushTimed(forwarded: Forwarded | undefined) {
    if (forwarded?.allowance?.msLeft !== undefined) this.#parts.target.add(flushMessage)
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

  /** Passes a message on as it came: this one, unless given. */
  pass(buffer = this.#parts.frames.buffer, start = this.#parts.frames.start, end = this.#parts.frames.end) {
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
