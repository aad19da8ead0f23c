/** One port: accepts, counts, closes. What is said on a connection is the adapter's. */
import { type AddressInfo, createServer, isIPv6, type Socket } from 'node:net'
import { GatewayError } from './errors.ts'

export type ListenerCode = 'ERR_LISTEN_IN_USE' | 'ERR_LISTEN_ADDRESS'

export interface ListenerSettings {
  readonly host: string
  /** 0: one that is free. */
  readonly port: number
  /** Connections at a time; more are closed at once. 1,000 unless given. */
  readonly maxConnections?: number
  readonly serve: (socket: Socket) => void
  /** A connection over the limit. */
  readonly refused?: (source: string) => void
}

export interface Listener {
  readonly host: string
  readonly port: number
  readonly connections: number
  /** Accepts no more. Resolves when the last connection has ended; with a deadline, those left are then cut. */
  close(deadlineMs?: number): Promise<void>
}

/** @throws GatewayError `ERR_LISTEN_IN_USE`, `ERR_LISTEN_ADDRESS` */
export async function listen(settings: ListenerSettings): Promise<Listener> {
  const { host, maxConnections = 1000 } = settings
  const open = new Set<Socket>()
  const server = createServer(
    { noDelay: true, keepAlive: true, keepAliveInitialDelay, pauseOnConnect: false },
    socket => {
      socket.on('error', ignored)
      if (open.size >= maxConnections) {
        settings.refused?.(sourceOf(socket))
        socket.destroy()
        return
      }
      open.add(socket)
      socket.once('close', () => open.delete(socket))
      settings.serve(socket)
    },
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause => reject(refusal(host, settings.port, cause)))
    server.listen({ host, port: settings.port }, resolve)
  })
  server.on('error', ignored)
  const { port } = server.address() as AddressInfo
  return {
    host,
    port,
    get connections() {
      return open.size
    },
    close(deadlineMs) {
      const cut = deadlineMs === undefined ? undefined : setTimeout(() => open.forEach(destroyed), deadlineMs)
      return new Promise(resolve =>
        server.close(() => {
          clearTimeout(cut)
          resolve()
        }),
      )
    },
  }
}

/** A client whose machine is gone says nothing: it is asked after this. The system's own delay is two hours. */
const keepAliveInitialDelay = 30_000

/** For the `error` of a socket: `close` follows, and whoever serves the connection hears that; an unheard `error` would end the process. */
export function ignored(): void {}

function destroyed(socket: Socket): void {
  socket.destroy()
}

function refusal(host: string, port: number, cause: Error): GatewayError<ListenerCode> {
  if ('code' in cause && cause.code === 'EADDRINUSE') {
    const text = `\`${host}:${port}\` is in use, next: stop what listens there or choose another port`
    return new GatewayError<ListenerCode>('ERR_LISTEN_IN_USE', text, { cause })
  }
  return new GatewayError<ListenerCode>(
    'ERR_LISTEN_ADDRESS',
    `cannot listen on \`${host}:${port}\`: ${cause.message}`,
    { cause },
  )
}

/** Whom a connection comes from: an IPv4 address as such, also where the listener speaks both. */
export function sourceOf(socket: Socket): string {
  return (socket.remoteAddress ?? 'unknown').replace(/^::ffff:/, '')
}

/** An IPv6 address as its network, `2001:db8:0:1::/64`, of which one host has all; an IPv4 address as such. */
export function networkOf(source: string): string {
  if (!isIPv6(source)) return source
  const [head = '', tail] = source.replace(/%.*$/, '').split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0')
  return `${[...front, ...zeros, ...back].slice(0, 4).join(':')}::/64`
}
