import type { IncomingMessage } from 'node:http'
import { GatewayError } from '../../core/errors.ts'

export type BodyCode = 'ERR_BODY_TOO_LARGE' | 'ERR_BODY_DEADLINE' | 'ERR_BODY_CLOSED'

export interface BodyRules {
  readonly maxBytes: number
  /** From its first byte to its last. */
  readonly deadlineMs: number
}

/** All of a body: it is decided on before any of it is passed on. @throws GatewayError<BodyCode> */
export async function receiveBody(from: IncomingMessage, { maxBytes, deadlineMs }: BodyRules): Promise<Buffer> {
  const tooLarge = () =>
    new GatewayError<BodyCode>(
      'ERR_BODY_TOO_LARGE',
      `the body is larger than ${maxBytes} bytes, next: send less at once`,
    )
  const left = () => new GatewayError<BodyCode>('ERR_BODY_CLOSED', 'the client left before its body was read')
  const length = from.headers['content-length']
  if (Number(length ?? 0) > maxBytes) throw tooLarge()
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
      reject(tooLarge())
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
