import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { GatewayError } from '../../../core/errors.ts'

export interface Dial {
  readonly host: string
  readonly port: number
  /** Who is verified, and what we show of ourselves. */
  readonly tls: ConnectionOptions
  readonly method: string
  /** Path and query, as they were decided on. */
  readonly target: string
  /** Names and values, by turns. */
  readonly headers: readonly string[]
  readonly connectMs: number
  /** Until the target has answered. */
  readonly answerMs: number
  readonly signal: AbortSignal
}

export type DialCode = 'ERR_TARGET_UNREACHABLE' | 'ERR_TARGET_TIMEOUT' | 'ERR_TARGET_ANSWER'

/** The target's answer, on a connection that nothing else uses. `upgraded`: it goes on with `socket`. */
export interface Dialled {
  readonly response: IncomingMessage
  readonly socket: TLSSocket
  readonly upgraded: boolean
}

const maxHeaderBytes = 64 * 1024

/**
 * Asks the target to go on with a connection of its own.
 *
 * @throws GatewayError with a `DialCode`; where the signal aborts, the connection is closed at once
 */
export async function dial(asked: Dial): Promise<Dialled> {
  try {
    return await ask(asked)
  } catch (error) {
    if (error instanceof GatewayError) throw error
    // as a certificate that does not read makes Node throw
    throw new GatewayError<DialCode>('ERR_TARGET_UNREACHABLE', 'the target cannot be reached', { cause: error })
  }
}

function ask(asked: Dial): Promise<Dialled> {
  const { host, port, tls, method, target, headers, connectMs, answerMs, signal } = asked
  const { promise, resolve, reject } = Promise.withResolvers<Dialled>()
  const socket = connect({ ...tls, host, port, ALPNProtocols: ['http/1.1'] })
  socket.allowHalfOpen = true
  socket.setNoDelay(true)
  socket.setKeepAlive(true, keepAliveMs)
  let connected = false
  let deadline = setTimeout(
    () => fail('ERR_TARGET_TIMEOUT', `the target took no connection in ${connectMs} ms`),
    connectMs,
  )
  const aborted = () => fail('ERR_TARGET_ANSWER', 'the call ended before the target answered')
  const settled = () => {
    clearTimeout(deadline)
    signal.removeEventListener('abort', aborted)
  }
  const fail = (code: DialCode, message: string, cause?: unknown) => {
    settled()
    socket.destroy()
    reject(new GatewayError(code, message, { cause }))
  }
  /** Node throws where a header has what no header holds. */
  const orFail = (begin: () => ClientRequest): ClientRequest | undefined => {
    try {
      return begin()
    } catch (cause) {
      fail('ERR_TARGET_UNREACHABLE', 'the target cannot be asked', cause)
      return undefined
    }
  }
  signal.addEventListener('abort', aborted, { once: true })
  socket.once('secureConnect', () => {
    connected = true
    clearTimeout(deadline)
    deadline = setTimeout(() => fail('ERR_TARGET_TIMEOUT', `the target did not answer in ${answerMs} ms`), answerMs)
  })
  // also after the answer: whoever reads the socket then hears of it by its end
  socket.on('error', () => {})

  const request = orFail(() =>
    httpRequest({
      ...{ method, path: target, setHost: false, maxHeaderSize: maxHeaderBytes, joinDuplicateHeaders: false },
      // else node makes a POST chunked, and its last chunk is read as what the connection goes on with
      headers: [...headers, ...(method === 'GET' ? [] : ['Content-Length', '0'])] as never, // it takes names and values by turns, which its types do not say
      createConnection: () => socket,
    }),
  )
  if (request === undefined) return promise
  request.on('error', cause =>
    connected
      ? fail('ERR_TARGET_ANSWER', 'the target gave no answer that reads', cause)
      : fail('ERR_TARGET_UNREACHABLE', 'the target cannot be reached', cause),
  )
  request.once('upgrade', (response, _socket, head: Buffer) => {
    settled()
    if (head.length > 0) socket.unshift(head)
    resolve({ response, socket, upgraded: true })
  })
  request.once('response', response => {
    settled()
    resolve({ response, socket, upgraded: false })
  })
  if (signal.aborted) aborted()
  else request.end()
  return promise
}

const keepAliveMs = 30_000
