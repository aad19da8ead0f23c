import type { IncomingMessage, ServerResponse } from 'node:http'
import { GatewayError } from '../../core/errors.ts'
import type { Free, Room } from './room.ts'

export type BodyCode = 'ERR_BODY_TOO_LARGE' | 'ERR_BODY_DEADLINE' | 'ERR_BODY_CLOSED' | 'ERR_BODY_BUSY'

export interface BodyRules {
  readonly maxBytes: number
  /** From its first byte to its last, and before that for room to be found. */
  readonly deadlineMs: number
}

/** A body that is there, whole, until it is let go. */
export interface HeldBody {
  readonly bytes: Buffer
  readonly free: Free
}

/**
 * Waits for room, and then for the body: nothing of it is read before. Room is taken as for the longest that it may be.
 *
 * @throws GatewayError<BodyCode>
 */
export async function holdBody(
  request: IncomingMessage,
  response: ServerResponse,
  rules: BodyRules & { readonly room: Room },
  who: string,
): Promise<HeldBody> {
  const { maxBytes, deadlineMs, room } = rules
  const length = Number(request.headers['content-length'] ?? maxBytes)
  if (length > maxBytes) throw tooLarge(maxBytes)
  const waiting = new AbortController()
  const leaves = () => waiting.abort(left())
  const overdue = setTimeout(() => waiting.abort(busy()), deadlineMs)
  request.once('close', leaves)
  if (request.destroyed) leaves()
  const free = await room.wait(who, length, waiting.signal).finally(() => {
    clearTimeout(overdue)
    request.off('close', leaves)
  })
  try {
    if (request.headers.expect !== undefined) response.writeContinue()
    return { bytes: await receiveBody(request, rules), free }
  } catch (error) {
    free()
    throw error
  }
}

const tooLarge = (maxBytes: number) =>
  new GatewayError<BodyCode>('ERR_BODY_TOO_LARGE', `the body is larger than ${maxBytes} bytes, next: send less at once`)
const left = () => new GatewayError<BodyCode>('ERR_BODY_CLOSED', 'the client left before its body was read')
const busy = () =>
  new GatewayError<BodyCode>('ERR_BODY_BUSY', 'too many bodies are held to read this one, next: send it again later')

/** All of a body: it is decided on before any of it is passed on. @throws GatewayError<BodyCode> */
export async function receiveBody(from: IncomingMessage, { maxBytes, deadlineMs }: BodyRules): Promise<Buffer> {
  const length = from.headers['content-length']
  if (from.destroyed) throw left()
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const body = new Pieces(Number(length ?? firstBytes))
  const overdue = setTimeout(
    () => reject(new GatewayError<BodyCode>('ERR_BODY_DEADLINE', `the body took longer than ${deadlineMs} ms`)),
    deadlineMs,
  )
  from.on('data', (chunk: Buffer) => {
    if (body.length + chunk.length > maxBytes) {
      from.pause()
      reject(tooLarge(maxBytes))
    } else body.add(chunk)
  })
  from.once('end', () => resolve(body.whole))
  from.once('close', () => reject(left()))
  return await promise.finally(() => clearTimeout(overdue))
}

/** Of a body that does not say how long it is. */
const firstBytes = 16 * 1024

/** One piece of memory: a chunk holds on to what it was read with, and a body may come in chunks of a byte. */
class Pieces {
  #held: Buffer
  length = 0

  constructor(bytes: number) {
    this.#held = Buffer.allocUnsafeSlow(bytes)
  }

  add(chunk: Buffer): void {
    const needs = this.length + chunk.length
    if (needs > this.#held.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needs, 2 * this.#held.length))
      this.#held.copy(larger, 0, 0, this.length)
      this.#held = larger
    }
    chunk.copy(this.#held, this.length)
    this.length = needs
  }

  get whole(): Buffer {
    return this.#held.subarray(0, this.length)
  }
}
