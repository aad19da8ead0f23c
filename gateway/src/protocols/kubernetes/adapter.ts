/** Kubernetes at the gateway: from a fresh connection to API calls that are answered. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type SecureContext, TLSSocket } from 'node:tls'
import type { KubernetesOperation } from '@cedargate/policy-schema'
import type { Door, ProtocolAdapter } from '../../core/contract.ts'
import { ignored, sourceOf } from '../../core/listener.ts'
import { type CallParts, type Incoming, send, serveCall } from './call.ts'
import { type Connection, Connections } from './connections.ts'
import { Logins } from './logins.ts'
import { failed } from './refusals.ts'
import { Room } from './room.ts'
import { createRelay } from './streams/relay-upgraded.ts'
import { Targets } from './targets.ts'
import { type RelayUpgraded, serveUpgrade } from './upgrade.ts'

export interface KubernetesAdapterSettings {
  readonly context: SecureContext
  /** From accept to the first call whose token is good. 15 s unless given. */
  readonly handshakeMs?: number
  /** Between two calls on a connection. 2 minutes unless given: clients close theirs after 90 s, and should be the first. */
  readonly idleMs?: number
  /** Connections that have not logged in yet; for a further one the oldest is closed. 200 unless given. */
  readonly maxHandshakes?: number
  /** Connections of one agent or user; for a further one that which is idle for the longest is closed. 256 unless given. */
  readonly maxConnectionsPerPrincipal?: number
  /** 3 MiB unless given, as API servers have it. */
  readonly maxBodyBytes?: number
  /** Of all bodies that are held at once, a quarter of it of one agent or user. 64 MiB unless given. */
  readonly maxHeldBodyBytes?: number
  /** For a body to come, whole, and for room for it. 60 s unless given. */
  readonly bodyMs?: number
  /** 64 KiB unless given. */
  readonly maxHeaderBytes?: number
  /** For connecting to the target. 10 s unless given. */
  readonly dialMs?: number
  /** Until the target begins to answer, and between two pieces of an answer that has an end. 2 minutes unless given. */
  readonly answerMs?: number
  /** A client that takes nothing of what waits for it, an answer or a stream, is cut after this. 10 minutes unless given. */
  readonly stallMs?: number
  /** Relays connections that go on after the answer; as `streams/` does unless given. */
  readonly relay?: RelayUpgraded
  /** ms since the epoch */
  readonly now?: () => number
  /** What an operator should know and no client may. */
  readonly log?: (event: string, detail: { readonly [key: string]: string | number }) => void
}

export interface KubernetesAdapter extends ProtocolAdapter<KubernetesOperation> {
  /** No further calls: connections are closed once nothing is under way on them. */
  drain(): void
  close(): Promise<void>
}

const mib = 1024 * 1024
/** More at a time on one connection is no client of the API. */
const maxPipelined = 8

interface Served {
  readonly connection: Connection
  readonly door: Door<KubernetesOperation>
}

export function createKubernetesAdapter(settings: KubernetesAdapterSettings): KubernetesAdapter {
  const { context, log = () => {} } = settings
  const connections = new Connections({
    handshakeMs: settings.handshakeMs ?? 15_000,
    idleMs: settings.idleMs ?? 120_000,
    stallMs: settings.stallMs ?? 600_000,
    maxHandshakes: settings.maxHandshakes ?? 200,
    maxPerPrincipal: settings.maxConnectionsPerPrincipal ?? 256,
  })
  const served = new WeakMap<Socket, Served>()
  const timeouts = { connectMs: settings.dialMs ?? 10_000, answerMs: settings.answerMs ?? 120_000 }
  const targets = new Targets(timeouts)
  const relay = settings.relay ?? createRelay(timeouts)
  const { maxBodyBytes: maxBytes = 3 * mib, maxHeldBodyBytes = 64 * mib } = settings
  const maxEach = Math.max(maxHeldBodyBytes / 4, maxBytes)
  const rules = { maxBytes: Math.max(maxHeldBodyBytes, maxBytes), maxEach }
  const parts: CallParts = {
    ...{ targets, log, logins: new Logins(settings.now ?? Date.now) },
    body: { maxBytes, deadlineMs: settings.bodyMs ?? 60_000, room: new Room(rules) },
    answers: new Room(rules),
  }

  const serveOne = (
    request: IncomingMessage,
    over: (ended: () => void) => void,
    work: (incoming: Incoming) => Promise<void>,
    fail: () => void,
  ): void => {
    const { connection, door } = served.get(request.socket) ?? {}
    if (connection === undefined || door === undefined) return void request.socket.destroy()
    connections.begun(connection)
    over(() => connections.over(connection))
    if (connection.underWay > maxPipelined) {
      door.rejected(connection.source, 'ERR_HTTP_PIPELINE', `more than ${maxPipelined} calls came at once`)
      return void request.socket.destroy()
    }
    const { source } = connection
    work({ request, door, source, loggedIn: ({ principal }) => connections.loggedIn(connection, principal) }).catch(
      error => {
        log('failed', { message: error instanceof Error ? (error.stack ?? error.message) : String(error) })
        fail()
      },
    )
  }
  const call = (request: IncomingMessage, response: ServerResponse): void => {
    response.on('error', ignored)
    if (connections.draining) response.shouldKeepAlive = false
    serveOne(
      request,
      ended => response.once('close', ended),
      incoming => serveCall(parts, incoming, response),
      () => send(response, failed('InternalError', 'ERR_INTERNAL', 'the gateway failed')),
    )
  }
  const upgrade = (request: IncomingMessage, socket: Socket, early: Buffer): void => {
    if (early.length > 0) socket.unshift(early)
    const { connection, door } = served.get(socket) ?? {}
    // its answer would stand before, or within, that of a call before it
    if (connection !== undefined && connection.underWay > 0) {
      door?.rejected(connection.source, 'ERR_HTTP_PIPELINE', 'an upgrade came behind a call that was not answered')
      return void socket.destroy()
    }
    serveOne(
      request,
      ended => socket.once('close', ended),
      incoming => serveUpgrade(parts, incoming, socket, relay),
      () => socket.destroy(),
    )
  }

  const turnedAway = (socket: Socket, code: string, why: string, answer?: string): void => {
    const { connection, door } = served.get(socket) ?? {}
    if (connection !== undefined) door?.rejected(connection.source, code, why)
    if (answer !== undefined && connection?.underWay === 0 && socket.writable) socket.write(answer)
    socket.destroySoon()
  }

  const server = createHttp(settings)
  server.on('request', call)
  server.on('checkContinue', call)
  server.on('checkExpectation', call)
  server.on('upgrade', upgrade)
  server.on('connect', (_request, socket: Socket) =>
    turnedAway(socket, 'ERR_HTTP_METHOD', 'a tunnel is none of the API', badRequest),
  )
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET') socket.destroy()
    else
      turnedAway(socket, 'ERR_HTTP_PARSE', `no HTTP that reads in one way (${error.code ?? error.message})`, badRequest)
  })

  return {
    protocol: 'kubernetes',
    serve(socket, door) {
      socket.on('error', ignored)
      const source = sourceOf(socket)
      // who offers other protocols only is refused by TLS itself
      const secure = new TLSSocket(socket, { isServer: true, secureContext: context, ALPNProtocols: ['http/1.1'] })
      const connection = connections.add(secure, source)
      served.set(secure, { connection, door })
      let why = 'connection closed'
      let shaken = false
      secure.on('error', error => {
        why = error.message
      })
      secure.once('close', () => {
        socket.destroy()
        if (connection.cut !== undefined) door.rejected(source, connection.cut.code, connection.cut.why)
        else if (!shaken) door.rejected(source, 'ERR_HTTP_TLS', `the TLS handshake failed: ${why}`)
      })
      secure.once('secure', () => {
        shaken = true
        server.emit('connection', secure)
      })
    },
    drain: () => connections.drain(),
    close: () => targets.close(),
  }
}

/** Never listens: it is given connections. */
function createHttp({ maxHeaderBytes = 64 * 1024 }: KubernetesAdapterSettings): Server {
  const server = createServer({
    ...{ insecureHTTPParser: false, requireHostHeader: false, joinDuplicateHeaders: false },
    ...{ maxHeaderSize: maxHeaderBytes, noDelay: true },
    // connections have a clock of their own: those of node are wound up by listening
    ...{ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 },
  })
  server.maxHeadersCount = 0 // a limit would drop those behind it; their bytes have one
  return server
}

const badRequest = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'
