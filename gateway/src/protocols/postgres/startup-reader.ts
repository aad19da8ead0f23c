import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { GatewayError } from '../../core/errors.ts'
import { ignored } from '../../core/listener.ts'
import type { ServerTls } from '../../core/tls.ts'

export type StartupCode =
  | 'ERR_STARTUP_GARBAGE'
  | 'ERR_STARTUP_TLS_REQUIRED'
  | 'ERR_STARTUP_TLS_BUFFERED'
  | 'ERR_STARTUP_VERSION'
  | 'ERR_STARTUP_PARAMETER'
  | 'ERR_STARTUP_ENCODING'
  | 'ERR_STARTUP_USER'
  | 'ERR_STARTUP_TOKEN'
  | 'ERR_STARTUP_DEADLINE'
  | 'ERR_STARTUP_BUSY'
  | 'ERR_STARTUP_CLOSED'

/** Why a connection became no login. */
export class Rejection extends GatewayError<StartupCode> {
  /** What the client is told; nothing where it does not speak the protocol. */
  readonly answer: Buffer | undefined
  constructor(code: StartupCode, message: string, answer?: Buffer) {
    super(code, message)
    this.answer = answer
  }
}

export function garbage(detail: string): never {
  throw new Rejection('ERR_STARTUP_GARBAGE', detail)
}

/** Longest packet before the login, as PostgreSQL's own `MAX_STARTUP_PACKET_LENGTH`. */
export const startupBytes = 10_000

/** Without a request for TLS before it, TLS has to say that it is for us. @see PostgreSQL 18, 54.2.9 */
const alpn = 'postgresql'
/** As the handshake has it. A DataView, of which Node makes a copy by itself: one of bytes would keep a slab of 64 KiB from being freed. */
const offered = new DataView(Uint8Array.from([alpn.length, ...Buffer.from(alpn)]).buffer)

/** Takes bytes by count from a socket that may become a TLS socket on the way. */
export class StartupReader {
  socket: Socket
  secured = false
  #held: Buffer = Buffer.alloc(0)
  #wake: (() => void) | undefined
  #gone = false

  constructor(socket: Socket) {
    this.socket = socket
    this.#listen()
  }

  async take(bytes: number): Promise<Buffer> {
    await this.#until(bytes)
    const taken = this.#held.subarray(0, bytes)
    this.#held = this.#held.subarray(bytes)
    return taken
  }

  async peek(): Promise<number> {
    await this.#until(1)
    return this.#held[0] ?? 0
  }

  /** @param direct the handshake's first bytes are here already; otherwise whatever is here came before it, in the clear (CVE-2021-23214) */
  async secure(tls: ServerTls, direct: boolean): Promise<void> {
    const plain = this.socket
    if (!direct) {
      if (this.#held.length > 0)
        throw new Rejection('ERR_STARTUP_TLS_BUFFERED', 'plaintext came between the request for TLS and its handshake')
      plain.write('S')
      await this.peek() // given the first bytes by us, Node reads the rest into 16 KiB, and else into 64 that stay with the connection
    }
    plain.unshift(this.release())
    const secure = new TLSSocket(plain, {
      isServer: true,
      ...(tls.context === undefined ? {} : { secureContext: tls.context }),
      ALPNProtocols: offered, // who names others is refused by TLS itself
    })
    secure.once('close', () => plain.destroy()) // which otherwise never hears of it
    secure.on('error', ignored)
    await shaken(secure)
    if (direct && secure.alpnProtocol !== alpn) garbage(`TLS without the protocol name \`${alpn}\``)
    this.socket = secure
    this.secured = true
    this.#listen()
  }

  /** Stops listening. What was not taken is handed over. */
  release(): Buffer {
    this.socket.off('data', this.#data)
    this.socket.off('close', this.#closed)
    this.socket.pause()
    const held = this.#held
    this.#held = Buffer.alloc(0)
    return held
  }

  #listen(): void {
    this.socket.on('data', this.#data)
    this.socket.on('close', this.#closed)
    this.socket.resume()
  }

  readonly #data = (chunk: Buffer) => {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    if (this.#held.length > startupBytes) this.socket.pause()
    this.#wake?.()
  }
  readonly #closed = () => {
    this.#gone = true
    this.#wake?.()
  }

  async #until(bytes: number): Promise<void> {
    while (this.#held.length < bytes) {
      if (this.#gone) throw new Rejection('ERR_STARTUP_CLOSED', 'the client left before it logged in')
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      if (this.socket.isPaused()) this.socket.resume()
      await promise
    }
  }
}

function shaken(secure: TLSSocket): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const failed = (error?: Error) =>
    reject(new Rejection('ERR_STARTUP_GARBAGE', `the TLS handshake failed: ${error?.message ?? 'connection closed'}`))
  const closed = () => failed()
  secure.once('error', failed).once('close', closed).once('secure', resolve)
  return promise.finally(() => secure.off('error', failed).off('close', closed).off('secure', resolve))
}
