/**
 * The target's half of a session: passes on what it says, keeps count, and puts the gateway's own answers where they belong.
 * Rows are never decoded: their frames are walked in place and leave in one write a chunk.
 */
import { GatewayError } from '../../core/errors.ts'
import { type Answer, allows, endsWithReady } from './answers.ts'
import type { Conversation } from './conversation.ts'
import type { Frames } from './frames.ts'
import { Body, readError, readRows } from './messages.ts'
import type { Output } from './output.ts'
import type { Overruns } from './overruns.ts'
import { settingChanged } from './settings.ts'
import { pinned } from './upstream.ts'

export type TargetCode = 'ERR_TARGET_OUT_OF_TURN' | 'ERR_TARGET_CHANGED'

const letter = (text: string) => text.charCodeAt(0)
const types = {
  parsed: letter('1'),
  bound: letter('2'),
  closed: letter('3'),
  complete: letter('C'),
  copyData: letter('d'),
  copyOut: letter('H'),
  copyIn: letter('G'),
  empty: letter('I'),
  error: letter('E'),
  functionResult: letter('V'),
  noData: letter('n'),
  notice: letter('N'),
  notification: letter('A'),
  parameterStatus: letter('S'),
  ready: letter('Z'),
  row: letter('D'),
  rowDescription: letter('T'),
  suspended: letter('s'),
} as const

/** A lookup's rows are few; more than this is no answer to it. */
const lookupBytes = 4 * 1024 * 1024

export class TargetSide {
  readonly #conversation: Conversation
  readonly #frames: Frames
  readonly #client: Output
  /** As the target last reported them. */
  readonly #parameters: Map<string, string>
  readonly #overruns: Overruns
  /** What is copied out is binary: then its last two bytes are a message of their own, and no row. */
  #binary = false
  /** Whether the present message goes to the client. */
  #passing = true
  /** It sent a FATAL error, which the client has got. */
  saidGoodbye = false

  constructor(
    conversation: Conversation,
    frames: Frames,
    client: Output,
    parameters: Map<string, string>,
    overruns: Overruns,
  ) {
    this.#conversation = conversation
    this.#frames = frames
    this.#client = client
    this.#parameters = parameters
    this.#overruns = overruns
  }

  /** Whether the client has the beginning of a message and not its end. */
  get insideMessage(): boolean {
    return this.#passing && this.#frames.inside
  }

  /** @throws GatewayError with a {@link TargetCode} or a code of the framer: the session cannot go on */
  take(chunk: Buffer): void {
    const frames = this.#frames
    frames.feed(chunk)
    while (frames.next()) {
      if (frames.first) this.#passing = this.#passes()
      const { buffer, start, end } = frames
      const head = this.#conversation.answers.head
      if (this.#passing) {
        this.#client.pass(buffer, start, end)
        if (head !== undefined) count(head, end - start)
      } else if (head?.kind === 'lookup' && frames.type === types.row) gather(head, buffer.subarray(start, end))
      if (frames.last) this.#heard()
    }
  }

  /** Ours to tell, after what the target still owes. */
  tell(bytes: Buffer): void {
    const { answers } = this.#conversation
    if (answers.length === 0) this.#client.add(bytes)
    else answers.push({ kind: 'local', bytes })
  }

  /** Whether the message that begins here is for the client. */
  #passes(): boolean {
    const { type, buffer, start, end, length } = this.#frames
    if (type === types.notification || type === types.parameterStatus) return true
    if (type === types.notice) return !isOurs(this.#conversation.answers.head)
    const failure = type === types.error ? readError(buffer, start, end) : undefined
    if (failure !== undefined && failure.severity !== 'ERROR') {
      this.saidGoodbye = true
      return true
    }
    const { answers, overrun, dirty } = this.#conversation
    const { head } = answers
    // a cancel between an Execute's answer and the next message: what was not synced fails
    if (head === undefined && failure !== undefined && dirty) return !this.#overruns.replaces(head, failure.code)
    if (head === undefined || allows[head.kind][type] === 0) {
      const text = `the target sent \`${String.fromCharCode(type)}\` where ${head === undefined ? 'nothing was asked' : `the answer to a ${head.kind} was due`}`
      throw new GatewayError<TargetCode>('ERR_TARGET_OUT_OF_TURN', text)
    }
    if (head.kind === 'lookup') return false
    if (head.kind === 'deny') return type === types.ready
    if (failure !== undefined && this.#overruns.replaces(head, failure.code)) return false
    if (overrun?.cut === true && overrun.answer === head) return overrun.told && type === types.ready
    const copied = type === types.copyData && !(this.#binary && length === 6)
    if (type === types.row || copied || type === types.functionResult) return this.#overruns.lets(head, length + 1)
    return true
  }

  /** The message has come to its end; what it changes, changes. */
  #heard() {
    const { type, buffer, start, end } = this.#frames
    if (type === types.parameterStatus) return this.#parameter(new Body(buffer, start + 5, end))
    if (type === types.row || type === types.notice || type === types.notification) return
    const { head } = this.#conversation.answers
    if (type === types.error) return this.#failed(head)
    if (head === undefined) return
    if (type === types.ready) return this.#ready(head, buffer[start + 5] ?? 0)
    if (type === types.copyOut) this.#binary = buffer[start + 5] === 1
    if (type === types.complete) this.#completed(head, readRows(buffer, start + 5, end))
    else if (type === types.copyIn) {
      this.#conversation.copyIn = true
      this.#conversation.answers.copyDecided(head)
    } else if (type === types.closed && head.kind === 'lookup') head.lookup.closings--
    if (answered(head, type)) this.#settle(head)
  }

  #completed(head: Answer, rows: number | undefined) {
    this.#conversation.copyIn = false
    if (head.kind === 'query' || head.kind === 'execute') head.forwarded?.count(rows)
  }

  #settle(head: Answer) {
    const { statements, portals } = this.#conversation
    if (head.kind === 'parse') {
      statements.made(head.name, head.statement)
      head.forwarded?.finish('ok')
    } else if (head.kind === 'bind') {
      portals.made(head.name, head.portal)?.forwarded?.leave()
    } else if (head.kind === 'execute' && head.forwarded !== undefined) {
      head.forwarded.answered = true
      if (this.#frames.type !== types.suspended) head.forwarded.finish('ok')
      head.names?.()
    } else if (head.kind === 'close') {
      if (head.what === 'S') statements.closed(head.name)
      else portals.closed(head.name)?.forwarded?.leave()
    } else if (head.kind === 'lookup') head.lookup.done()
    this.#shift()
  }

  #failed(head: Answer | undefined) {
    const { buffer, start, end } = this.#frames
    const { severity, code } = readError(buffer, start, end)
    if (severity !== 'ERROR') return
    this.#conversation.copyIn = false
    if (head?.kind !== 'lookup' && this.#overruns.replaces(head, code)) this.#overruns.tell()
    if (head === undefined) return this.#skipToSync()
    if (head.kind === 'deny') {
      this.#client.add(head.error)
      if (head.dropsUnnamed) this.#conversation.statements.closed('')
    }
    if (head.kind === 'parse' && head.name === '') this.#conversation.statements.closed('')
    if (head.kind === 'lookup') head.lookup.failure = code
    if (head.kind === 'bind') head.portal.forwarded?.finish(code)
    if (head.kind === 'query' || head.kind === 'call') head.failure = code
    else if ('forwarded' in head) head.forwarded?.finish(code)
    if (endsWithReady(head)) return
    this.#skipToSync()
    this.#overruns.answered(head)
  }

  /** The target reads nothing more until a Sync, not even a Query: what was sent to it before one is not answered. */
  #skipToSync() {
    const { answers, statements, portals } = this.#conversation
    for (let head = answers.head; head !== undefined && head.kind !== 'sync'; head = answers.head) {
      if (head.kind === 'lookup') {
        head.lookup.failure ??= 'aborted'
        if (head.sync) break
        head.lookup.done()
      } else if (head.kind === 'bind') head.portal.forwarded?.finish('aborted')
      else if ('forwarded' in head) head.forwarded?.finish('aborted')
      answers.shift()
    }
    statements.failed()
    portals.failed()
    if (answers.head === undefined) this.#conversation.skip = 'theirs'
  }

  #ready(head: Answer, status: number) {
    const conversation = this.#conversation
    conversation.status = status === letter('T') ? 'T' : status === letter('E') ? 'E' : 'I'
    conversation.dirty = conversation.executed = conversation.widened = false
    conversation.copyIn = false
    if (head.kind === 'query') {
      head.forwarded?.finish(head.failure ?? 'ok')
      conversation.statements.closed('') // the server drops it at each Query
      if (head.failure === undefined) head.names?.()
    }
    if (head.kind === 'call') head.forwarded.finish(head.failure ?? 'ok')
    if (head.kind === 'lookup') head.lookup.done()
    if (conversation.status === 'I') conversation.outside()
    this.#shift()
    this.#overruns.synced()
  }

  #shift() {
    const { answers, overrun } = this.#conversation
    const answer = answers.shift()
    if (overrun !== undefined && answer === overrun.answer) this.#overruns.answered(answer)
    for (let head = answers.head; head?.kind === 'local'; head = answers.head) {
      this.#client.add(head.bytes)
      answers.shift()
    }
  }

  /** The second tripwire: what the reading of statements stands on must not move, by whatever road. */
  #parameter(body: Body) {
    const name = body.name()
    const value = body.text() ?? ''
    if (name === 'search_path') this.#conversation.catalogs.changed()
    const must = pinned[name] ?? (name === 'session_authorization' ? this.#parameters.get(name) : undefined)
    if (must === undefined || must === value) return
    throw settingChanged(name, value, must)
  }
}

/** Whether the client knows nothing of what was asked: it hears no notice of it either, which says what that was. */
function isOurs(head: Answer | undefined): boolean {
  return head?.kind === 'lookup' || head?.kind === 'deny'
}

/** Whether a message ends the answer: a query, a sync, and what we deny end with ReadyForQuery alone. */
function answered(head: Answer, type: number): boolean {
  switch (head.kind) {
    case 'parse':
    case 'bind':
    case 'close':
      return true
    case 'describe':
      return type === types.rowDescription || type === types.noData
    case 'execute':
      return type === types.complete || type === types.empty || type === types.suspended
    case 'lookup':
      return type === types.closed && !head.sync && head.lookup.closings === 0
    default:
      return false
  }
}

function count(head: Answer, bytes: number): void {
  if ('forwarded' in head && head.forwarded !== undefined) head.forwarded.bytes += bytes
}

function gather(head: Answer & { kind: 'lookup' }, piece: Buffer): void {
  head.lookup.bytes += piece.length
  if (head.lookup.bytes > lookupBytes)
    throw new GatewayError<TargetCode>('ERR_TARGET_OUT_OF_TURN', 'the answer to a catalog lookup has no end')
  head.lookup.rows.push(piece)
}
