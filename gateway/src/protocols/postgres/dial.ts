/** An open connection to a target: in time, and inside TLS that verifies. */
import { isIP, connect as netConnect, type Socket } from 'node:net'
import { type SecureContext, type TLSSocket, connect as tlsConnect } from 'node:tls'
import { serialize } from 'pg-protocol'
import { GatewayError } from '../../core/errors.ts'
import { ignored } from '../../core/listener.ts'
import { createTargetContexts, type TargetTrust } from './target-contexts.ts'

export type UpstreamCode =
  | 'ERR_TARGET_UNREACHABLE'
  | 'ERR_TARGET_DEADLINE'
  | 'ERR_TARGET_TLS'
  | 'ERR_TARGET_AUTH'
  | 'ERR_TARGET_REFUSED'
  | 'ERR_TARGET_PROTOCOL'

export interface Address {
  readonly host: string
  readonly port: number
  readonly tls: TargetTrust & { readonly mode: 'verify-full' | 'disable'; readonly serverName?: string }
  /** Where many connections share what their TLS is made from. */
  readonly context?: (of: TargetTrust) => SecureContext
}

/** An open connection, inside verified TLS unless the target says `disable`. It is paused: nothing is lost before someone reads. */
export async function dial(to: Address, deadlineMs: number): Promise<Socket> {
  const plain = netConnect({ host: to.host, port: to.port, noDelay: true, keepAlive: true })
  const overdue = setTimeout(() => plain.destroy(deadline()), deadlineMs)
  try {
    await opened(plain, 'connect', 'ERR_TARGET_UNREACHABLE', `cannot reach \`${to.host}:${to.port}\``)
    if (to.tls.mode === 'disable') return plain
    plain.write(serialize.requestSsl())
    const answer = await firstBytes(plain)
    if (answer.length !== 1 || answer[0] !== 0x53) {
      const text = `the target does not speak TLS, next: enable ssl there, or say \`tls: {mode: disable}\` in targets.yaml`
      throw new GatewayError<UpstreamCode>('ERR_TARGET_TLS', text)
    }
    const name = to.tls.serverName ?? to.host
    const secure = inTls(plain, name, to)
    secure.once('close', () => plain.destroy())
    await opened(secure, 'secureConnect', 'ERR_TARGET_TLS', `the target's TLS does not verify as \`${name}\``)
    return secure
  } catch (error) {
    plain.destroy()
    throw error
  } finally {
    clearTimeout(overdue)
  }
}

function inTls(socket: Socket, name: string, { tls, context = createTargetContexts() }: Address): TLSSocket {
  try {
    return tlsConnect({
      socket,
      host: name,
      ...(isIP(name) ? {} : { servername: name }),
      secureContext: context(tls),
      rejectUnauthorized: true, // said, or an environment variable of Node's could take it away
    })
  } catch (cause) {
    const text = 'the certificates for the target do not read, next: check `tls.ca` and the credential'
    throw new GatewayError<UpstreamCode>('ERR_TARGET_TLS', text, { cause })
  }
}

export function deadline(): GatewayError<UpstreamCode> {
  return new GatewayError<UpstreamCode>('ERR_TARGET_DEADLINE', 'the target did not answer in time')
}

function opened(socket: Socket, event: 'connect' | 'secureConnect', code: UpstreamCode, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (cause: Error) =>
      reject(
        cause instanceof GatewayError
          ? cause
          : new GatewayError<UpstreamCode>(code, `${text}: ${cause.message}`, { cause }),
      )
    const closed = () => failed(new Error('connection closed'))
    socket.once('error', failed)
    socket.once('close', closed)
    socket.once(event, () => {
      socket.off('close', closed)
      socket.off('error', failed)
      socket.on('error', ignored)
      resolve()
    })
  })
}

function firstBytes(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const closed = () => reject(gone(socket))
    socket.once('close', closed)
    socket.once('data', bytes => {
      socket.off('close', closed)
      socket.pause()
      resolve(bytes)
    })
  })
}

/** Why a socket closed during the login. */
export function gone({ errored: cause }: Socket): GatewayError<string> {
  if (cause instanceof GatewayError) return cause
  const text = 'the target closed the connection during login'
  return new GatewayError<UpstreamCode>('ERR_TARGET_UNREACHABLE', text, cause === null ? {} : { cause })
}
