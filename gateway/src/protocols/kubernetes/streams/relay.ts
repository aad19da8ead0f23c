/** An upgraded connection: from the target's answer to the end of both sides. */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import type { Refusal, Result } from '../../../core/contract.ts'
import { GatewayError } from '../../../core/errors.ts'
import type { Cast } from '../../../trail/cast.ts'
import { type Dial, type Dialled, dial } from './dial.ts'
import type { Side } from './observer.ts'
import { type Offer, observerOf, offerHeaders, readAnswer } from './offer.ts'
import { createTerminal } from './terminal.ts'

export interface Relay {
  readonly client: Socket
  readonly offer: Offer
  /** Without those of the offer. */
  readonly dial: Omit<Dial, 'signal'>
  /** Aborts when it is no longer allowed, or its session ends. */
  readonly ended: AbortSignal
  /** Where a terminal is kept; `undefined` where there is none. */
  readonly cast: Cast | undefined
  /** What of the target's headers the client may see. */
  readonly answerHeaders: (headers: readonly string[]) => readonly string[]
  /** Answers the client where the target did not: why, or why it is no longer allowed. */
  readonly refuse: (why: GatewayError | Refusal) => void
  /** What a command says of how it ended, where it is ended for this. */
  readonly farewell: (why: GatewayError | Refusal) => Buffer
}

/** What became of it. `received`: from the client. */
export interface Relayed extends Pick<Result, 'status' | 'bytes'> {
  readonly received: number
}

/** After the target has closed, for the client to do so too. */
const lingerMs = 5000
/** For a client to take what it is told when it is cut. */
const farewellMs = 1000

/**
 * Passes a connection on, every byte as it came, and reads it meanwhile. Ends both sides where it cannot be read, its
 * terminal cannot be kept, or it is no longer allowed. Never throws.
 */
export async function relay(relayed: Relay): Promise<Relayed> {
  const { client, cast } = relayed
  client.on('error', () => {})
  const status = await upgrade(relayed)
  cast?.mark(status.status)
  await cast?.close()
  return status
}

async function upgrade(relayed: Relay): Promise<Relayed> {
  const { client, offer, ended, refuse } = relayed
  const refused = (why: GatewayError | Refusal): Relayed => {
    refuse(why)
    return { status: why.code, bytes: 0, received: 0 }
  }
  const waiting = waits(client)
  let dialled: Dialled
  try {
    const headers = [...offerHeaders(offer), ...relayed.dial.headers]
    dialled = await dial({ ...relayed.dial, headers, signal: AbortSignal.any([ended, waiting.signal]) })
  } catch (error) {
    if (ended.aborted) return refused(ended.reason)
    const { reason } = waiting.signal
    if (reason === left) client.destroy()
    return reason === left ? { status: left, bytes: 0, received: 0 } : refused(reason ?? error)
  } finally {
    waiting.over()
  }
  if (!dialled.upgraded) return await passAnswer(relayed, dialled)
  const taken = readAnswer(offer, dialled.response.rawHeaders)
  if (typeof taken === 'string') {
    dialled.socket.destroy()
    return refused(new GatewayError('ERR_TARGET_ANSWER', `the target's answer is none to what was asked: ${taken}`))
  }
  client.write(head(101, 'Switching Protocols', taken.headers))
  return await pass(relayed, dialled, taken.protocol)
}

/** A client that has left wants no answer. */
const left = 'aborted'

/** Nothing comes from a client before it is answered: it cannot know yet what the connection will speak. */
function waits(client: Socket): { readonly signal: AbortSignal; over(): void } {
  const waiting = new AbortController()
  const leaves = () => waiting.abort(left)
  const speaks = () =>
    waiting.abort(new GatewayError('ERR_STREAM_EARLY', 'the client goes on before it has been answered'))
  client.once('close', leaves).once('end', leaves).once('data', speaks)
  if (client.destroyed) leaves()
  return {
    signal: waiting.signal,
    over: () => void client.off('close', leaves).off('end', leaves).off('data', speaks).pause(),
  }
}

/** Its client may ask in another way then. What follows on this connection is nobody's (CVE-2018-1002105). */
async function passAnswer({ client, answerHeaders, ended }: Relay, { response, socket }: Dialled): Promise<Relayed> {
  const { statusCode = 502, statusMessage = '', rawHeaders } = response
  let bytes = 0
  const headers = [...answerHeaders(rawHeaders), 'Connection', 'close']
  try {
    client.write(head(statusCode, statusMessage, headers))
    await pipeline(
      response,
      async function* (pieces: AsyncIterable<Buffer>) {
        for await (const piece of pieces) {
          bytes += piece.length
          yield piece
        }
      },
      client,
      { signal: AbortSignal.any([ended, AbortSignal.timeout(answerMs)]) },
    )
    return { status: String(statusCode), bytes, received: 0 }
  } catch {
    return { status: 'aborted', bytes, received: 0 }
  } finally {
    socket.destroy()
    client.destroySoon()
  }
}
const answerMs = 30_000

async function pass(relayed: Relay, { socket: target }: Dialled, protocol: string | undefined): Promise<Relayed> {
  const { client, offer, cast, ended } = relayed
  const terminal = cast && createTerminal(cast)
  const observer = observerOf(offer, protocol, terminal ?? { bytes() {} })
  const bytes = { client: 0, target: 0 }
  client.allowHalfOpen = true
  client.setNoDelay(true)

  async function* tap(from: Side, pieces: AsyncIterable<Buffer>) {
    for await (const piece of pieces) {
      await observer?.observe(from, piece)
      await cast?.written()
      bytes[from] += piece.length
      yield piece
    }
  }
  const farewell = (why: GatewayError | Refusal) => observer?.farewell?.(relayed.farewell(why))
  const failed = await bothWays(client, target, tap, { ended, farewell })
  observer?.close()
  const said = terminal?.status() ?? 'ok'
  // its client leaves as soon as it has heard how the command ended
  const status = failed === undefined || (failed === 'aborted' && terminal && said !== failed) ? said : failed
  return { status, bytes: bytes.target, received: bytes.client }
}

interface Ending {
  readonly ended: AbortSignal
  /** What the client still hears, after all that the target said. */
  readonly farewell: (why: GatewayError | Refusal) => Buffer | undefined
}

/** @returns what ended it before its time */
async function bothWays(
  client: Socket,
  target: Socket,
  tap: (from: Side, pieces: AsyncIterable<Buffer>) => AsyncIterable<Buffer>,
  { ended, farewell }: Ending,
): Promise<string | undefined> {
  let why: string | undefined
  const cut = (error: unknown) => {
    why ??= error instanceof GatewayError ? error.code : 'aborted'
    client.destroy()
    target.destroy()
  }
  let timer: NodeJS.Timeout | undefined
  let over = false
  let stopped: GatewayError | Refusal | undefined
  /** Nothing reaches the target any more; the client hears why, if it listens. */
  const stop = (reason: GatewayError | Refusal) => {
    if (over) return void client.destroy()
    if (stopped !== undefined) return
    stopped = reason
    why ??= reason.code
    target.destroy()
    timer = setTimeout(() => client.destroy(), farewellMs)
  }
  async function* answers() {
    try {
      yield* tap('target', target)
    } catch (error) {
      if (stopped === undefined || error instanceof GatewayError) throw error
    }
    const last = stopped && farewell(stopped)
    if (last !== undefined) yield last
  }
  const onEnded = () => stop(ended.reason)
  if (ended.aborted) onEnded()
  else ended.addEventListener('abort', onEnded, { once: true })
  const out = pipeline(tap('client', client.iterator({ destroyOnReturn: false })), target).catch(error => {
    const broken = error instanceof GatewayError
    if (broken && !over) stop(error)
    else if (broken || (!over && stopped === undefined)) cut(error)
  })
  const back = pipeline(answers(), client)
    .then(() => {
      over = true // however its client takes that
      // what it still sends is nobody's, and unread would take from it what it has been told
      if (stopped !== undefined) client.resume()
      else timer = setTimeout(() => client.destroy(), lingerMs)
    })
    .catch(cut)
  await Promise.all([out, back])
  ended.removeEventListener('abort', onEnded)
  if (stopped !== undefined && !client.readableEnded && !client.destroyed) await once(client, 'close').catch(() => {})
  clearTimeout(timer)
  client.destroySoon()
  target.destroySoon()
  return why
}

function head(status: number, message: string, headers: readonly string[]): string {
  let text = `HTTP/1.1 ${status} ${message}\r\n`
  for (let at = 0; at + 1 < headers.length; at += 2) text += `${headers[at]}: ${headers[at + 1]}\r\n`
  return `${text}\r\n`
}
