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
  if (Number(from.headers['content-length'] ?? 0) > maxBytes) throw tooLarge()
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const chunks: Buffer[] = []
  let bytes = 0
  const overdue = setTimeout(
    () => reject(new GatewayError<BodyCode>('ERR_BODY_DEADLINE', `the body took longer than ${deadlineMs} ms`)),
    deadlineMs,
  )
  from.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > maxBytes) {
      from.pause()
      reject(tooLarge())
    } else chunks.push(chunk)
  })
  from.once('end', () => resolve(Buffer.concat(chunks)))
  from.once('close', () =>
    reject(new GatewayError<BodyCode>('ERR_BODY_CLOSED', 'the client left before its body was read')),
  )
  return await promise.finally(() => clearTimeout(overdue))
}
