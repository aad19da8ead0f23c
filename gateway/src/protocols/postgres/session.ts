/**
 * One logged-in client and its target, until one of them leaves or the gate ends it. Bytes come in here, go through the two
 * sides, and leave in one write each; whoever reads slowly slows down whoever writes.
 */
import type { Socket } from 'node:net'
import { PolicyError, type PostgresOperation } from '@cedargate/policy-schema'
import type { Gate, Refusal } from '../../core/contract.ts'
import { GatewayError } from '../../core/errors.ts'
import { type CatalogPool, Catalogs } from './catalog.ts'
import { ClientSide } from './client-side.ts'
import { Conversation } from './conversation.ts'
import { type FrameRules, Frames } from './frames.ts'
import { Idleness } from './idleness.ts'
import type { LongTexts } from './long-texts.ts'
import { Output } from './output.ts'
import { Overruns } from './overruns.ts'
import type { Readings } from './readings.ts'
import { ended, errorResponse, type WireError } from './refusals.ts'
import type { SessionLimits } from './session-limits.ts'
import { TargetSide } from './target-side.ts'
import type { Upstream } from './upstream.ts'

export interface SessionParts {
  readonly client: Socket
  readonly upstream: Upstream
  readonly gate: Gate<PostgresOperation>
  readonly database: string
  readonly readings: Readings
  readonly longTexts: LongTexts
  /** Where and as whom the target was logged in to; tells it from others. */
  readonly login: string
  readonly catalogPool: CatalogPool
  readonly source: string
  /** How long an operation may go on when the gateway drains. */
  readonly drainMs: number
  readonly limits: SessionLimits
  /** What the client may send within them. */
  readonly clientRules: FrameRules
  /** The session is over, and both sockets will be closed. */
  readonly over: () => void
}

/** A client that sends on while it has to wait is read beyond this by one chunk at a time only, up to the most: its end stands behind what it sent. */
const heldBytes = { soon: 256 * 1024, most: 16 * 1024 * 1024 }
const chunkMs = 100
const terminate = Buffer.from([0x58, 0, 0, 0, 4])

export class Session {
  readonly #parts: SessionParts
  readonly #conversation: Conversation
  readonly #frames: Frames
  readonly #toClient: Output
  readonly #toTarget: Output
  readonly #clientSide: ClientSide
  readonly #targetSide: TargetSide
  readonly #overruns: Overruns
  readonly #idleness: Idleness
  #over = false
  /** Drained: to end once nothing is under way. */
  #leaving: Refusal | undefined
  #deadline: NodeJS.Timeout | undefined
  /** Reads on of a client that waits. */
  #slow: NodeJS.Timeout | undefined

  constructor(parts: SessionParts) {
    const { client, upstream, gate, readings, longTexts, source, limits } = parts
    this.#parts = parts
    this.#frames = new Frames(parts.clientRules)
    const encoding = upstream.parameters.get('server_encoding') ?? 'unknown'
    this.#conversation = new Conversation(
      new Catalogs({ database: parts.database, login: parts.login, encoding }, parts.catalogPool),
    )
    this.#toClient = new Output(client)
    this.#toTarget = new Output(upstream.socket)
    const wake = () => this.#step(() => this.#walk())
    this.#overruns = new Overruns({
      conversation: this.#conversation,
      target: this.#toTarget,
      client: this.#toClient,
      stopMs: limits.stopMs,
      insideCopyData: () => this.#frames.inside,
      cancel: () => upstream.cancel(),
      fail: (wire, error) => this.#clientSide.fail(wire, error),
      step: work => this.#step(work),
      wake,
      giveUp: (reason, error) => this.#end(reason, error),
    })
    this.#targetSide = new TargetSide(
      this.#conversation,
      upstream.frames,
      this.#toClient,
      upstream.parameters,
      this.#overruns,
    )
    this.#clientSide = new ClientSide({
      conversation: this.#conversation,
      frames: this.#frames,
      target: this.#toTarget,
      targetSide: this.#targetSide,
      overruns: this.#overruns,
      gate,
      readings,
      longTexts,
      isOver: () => this.#over,
      source,
      maxInFlight: limits.maxInFlight,
      goodbye: () => this.#end('the client said goodbye'),
      wake,
    })
    this.#idleness = new Idleness({
      conversation: this.#conversation,
      limits,
      unread: () => this.#toClient.full,
      end: (reason, last) => this.#end(reason, last),
    })
  }

  /** @param early what the client had sent behind its token */
  run(early: Buffer) {
    const { client, upstream, gate } = this.#parts
    client.on('data', this.#fromClient)
    client.on('drain', this.#flow)
    client.on('close', () => this.#end('the client left'))
    upstream.socket.on('data', this.#fromTarget)
    upstream.socket.on('drain', this.#goOn)
    upstream.socket.on('close', () => {
      this.#end('the target closed the connection', this.#targetSide.saidGoodbye ? undefined : targetGone)
    })
    if (upstream.socket.destroyed) return this.#end('the target closed the connection', targetGone) // and said so to nobody
    if (gate.ended.aborted) return this.#gateEnded()
    gate.ended.addEventListener('abort', this.#gateEnded)
    if (upstream.frames.pending > 0) this.#fromTarget(Buffer.alloc(0))
    if (early.length > 0) this.#fromClient(early)
    client.resume()
    upstream.socket.resume()
  }

  /** A CancelRequest with this session's key. What the gateway itself asks is not the client's to cancel. */
  async cancel(): Promise<void> {
    const { head } = this.#conversation.answers
    if (!this.#over && head !== undefined && head.kind !== 'lookup') await this.#parts.upstream.cancel()
  }

  readonly #fromClient = (chunk: Buffer) => {
    this.#step(() => {
      this.#frames.feed(chunk)
      this.#walk()
    })
  }

  readonly #fromTarget = (chunk: Buffer) => {
    this.#step(() => {
      this.#targetSide.take(chunk)
      if (this.#clientSide.waiting) this.#walk()
    })
  }

  readonly #goOn = () => {
    this.#step(() => {
      if (this.#clientSide.waiting) this.#walk()
    })
  }

  /** What the target does not take yet stays here, and is read on for a while: who does not read does not hear that the client left. */
  #walk() {
    if (this.#toTarget.full) this.#clientSide.waiting = true
    else this.#clientSide.walk()
  }

  /** Every entry: what it causes leaves at its end, and what it breaks ends the session. */
  #step(work: () => void) {
    if (this.#over) return
    try {
      work()
    } catch (error) {
      return this.#broken(error)
    }
    if (this.#over) return
    this.#idleness.heard()
    this.#overruns.watch()
    this.#toTarget.flush()
    this.#toClient.flush()
    if (this.#leaving !== undefined && this.#conversation.settled) return this.#leave(this.#leaving)
    this.#flow()
  }

  readonly #flow = () => {
    if (this.#over) return
    const { client, upstream } = this.#parts
    const held = this.#clientSide.waiting && this.#frames.pending > heldBytes.soon
    flow(client, !held && !this.#toClient.full)
    if (held) this.#slow ??= setTimeout(this.#readOn, chunkMs)
    flow(upstream.socket, !this.#toClient.full)
  }

  /** The next chunk comes back to `#flow`, which holds it again. */
  readonly #readOn = () => {
    this.#slow = undefined
    if (this.#over || this.#toClient.full || this.#frames.pending > heldBytes.most) return
    this.#parts.client.resume()
  }

  readonly #gateEnded = () => {
    const refusal = this.#parts.gate.ended.reason as Refusal
    if (refusal.code !== 'draining' || this.#conversation.settled) return this.#leave(refusal)
    this.#leaving = refusal
    this.#deadline = setTimeout(() => this.#leave(refusal), this.#parts.drainMs)
  }

  #leave(refusal: Refusal) {
    this.#stop()
    this.#end(`${refusal.code}: ${refusal.message}`, ended(refusal))
  }

  #broken(error: unknown) {
    const coded = error instanceof GatewayError || error instanceof PolicyError
    const code = coded ? error.code : 'ERR_INTERNAL'
    const why = coded ? error.message : 'the gateway failed'
    const told = error instanceof Error ? error.message : String(error)
    this.#stop()
    this.#end(`${code}: ${told}`, errorResponse(protocolError(code, why)))
  }

  /** What is under way must not go on behind our back. */
  #stop() {
    if (this.#conversation.answers.length > 0) void this.#parts.upstream.cancel()
  }

  #end(reason: string, last?: Buffer) {
    if (this.#over) return
    this.#over = true
    const { client, upstream, gate, over } = this.#parts
    clearTimeout(this.#deadline)
    clearTimeout(this.#slow)
    this.#overruns.close()
    this.#idleness.close()
    gate.ended.removeEventListener('abort', this.#gateEnded)
    this.#conversation.abandon()
    this.#toTarget.flush()
    if (last !== undefined && !this.#targetSide.insideMessage) this.#toClient.add(last)
    this.#toClient.flush()
    closeSoon(client)
    if (upstream.socket.writable && !this.#frames.inside) {
      upstream.socket.end(terminate, () => upstream.socket.destroy())
      cutLater(upstream.socket) // one that does not read would keep it for ever
    } else upstream.socket.destroy()
    gate.end(reason)
    over()
  }
}

const targetGone = errorResponse({
  severity: 'FATAL',
  code: '08006',
  message: 'the target closed the connection',
  detail: JSON.stringify({ code: 'ERR_TARGET_GONE' }),
})

function protocolError(code: string, message: string): WireError {
  const state = code.startsWith('ERR_TARGET') ? '08006' : code === 'ERR_INTERNAL' ? 'XX000' : '08P01'
  return { severity: 'FATAL', code: state, message, detail: JSON.stringify({ code }) }
}

function flow(socket: Socket, open: boolean): void {
  if (open === !socket.isPaused()) return
  if (open) socket.resume()
  else socket.pause()
}

const lingerMs = 2000

/**
 * Closes so that the last message is read: what the client still sends is taken and thrown away, since a reset would take
 * that message back. Not for ever.
 */
export function closeSoon(socket: Socket): void {
  if (socket.destroyed) return
  cutLater(socket)
  socket.removeAllListeners('data')
  socket.resume()
  socket.end()
}

function cutLater(socket: Socket): void {
  const cut = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(cut))
}
