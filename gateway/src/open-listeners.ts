import { protocols } from '@cedargate/policy-schema'
import type { Logger } from 'pino'
import { readConfigured } from './config/read-file.ts'
import type { GatewayConfig, PostgresListen, PostgresPeer } from './config/schema.ts'
import type { Doors } from './core/door.ts'
import { type Listener, listen } from './core/listener.ts'
import { createTlsContext, type ServerTls } from './core/tls.ts'
import { adapters } from './protocols/index.ts'
import { type CancelKey, type CancelOutcome, createCancelRegistry } from './protocols/postgres/cancel.ts'
import { type CancelPeer, createCancelPeers } from './protocols/postgres/cancel-peers.ts'

export interface Listeners {
  readonly postgres?: Listener
  /** A cancel request that another worker was asked, and has counted. */
  cancel(key: CancelKey): Promise<CancelOutcome>
}

/** Who holds a session, where several processes serve. */
export interface Neighbourhood {
  readonly worker: number
  /** Passes a cancel request to another worker. @returns whether there is one */
  readonly pass?: (worker: number, key: CancelKey) => Promise<boolean>
}

/** Opens one port for each protocol that is configured. @throws GatewayError where one cannot be opened */
export async function openListeners(
  config: GatewayConfig,
  doors: Doors,
  log: Logger,
  { worker, pass = async () => false }: Neighbourhood,
): Promise<Listeners> {
  const { postgres } = config.listen
  if (postgres === undefined) return { cancel: async () => 'unknown' }
  const { limits } = config
  const { gateway } = postgres.cancel
  const peers = createCancelPeers(postgres.cancel.peers.map(cancelPeer))
  const cancels = createCancelRegistry({
    holder: { gateway, worker },
    router: {
      pass: async (holder, key, origin) =>
        holder.gateway === gateway ? await pass(holder.worker, key) : await peers.pass(holder, key, origin),
    },
    perSource: Math.ceil(cancelsPerSource / config.workers),
  })
  const adapter = adapters.postgres({
    tls: serverTls(postgres),
    maxHandshakes: limits.maxHandshakes,
    handshakeMs: limits.handshakeSeconds * 1000,
    drainMs: limits.drainSeconds * 1000,
    cancels,
    limits: {
      idleMs: limits.idleSeconds * 1000,
      idleInTransactionMs: limits.idleInTransactionSeconds * 1000,
      maxInFlight: limits.maxInFlight,
      maxStatementBytes: limits.maxStatementBytes,
      maxBindBytes: limits.maxBindBytes,
    },
    log: (event, detail) => log.info(detail, event),
  })
  const door = doors.of(protocols.postgres)
  const listener = await listen({
    ...hostAndPort(postgres.address),
    maxConnections: limits.maxConnections,
    serve: socket => adapter.serve(socket, door),
    refused: source => door.rejected(source, 'ERR_LISTEN_FULL', 'too many connections'),
  })
  return { postgres: listener, cancel: key => cancels.deliver(key) }
}

/** In ten seconds, over all workers. */
const cancelsPerSource = 20

function serverTls({ tls }: PostgresListen): ServerTls {
  const mode = tls.required ? 'required' : 'optional'
  if (tls.certificate === undefined || tls.key === undefined) return { mode }
  const cert = readConfigured(tls.certificate, 'listen.postgres.tls.certificate')
  return { mode, context: createTlsContext({ cert, key: readConfigured(tls.key, 'listen.postgres.tls.key') }) }
}

/** Another gateway's listener, in TLS that is verified. */
function cancelPeer({ gateway, address, ca, serverName }: PostgresPeer): CancelPeer {
  const tls = {
    mode: 'verify-full' as const,
    ...(ca !== undefined && { ca: readConfigured(ca, 'listen.postgres.cancel.peers.ca') }),
    ...(serverName !== undefined && { serverName }),
  }
  return { gateway, address: { ...hostAndPort(address), tls } }
}

/** `host:port` taken apart; an IPv6 address stands in brackets. */
export function hostAndPort(address: string): { readonly host: string; readonly port: number } {
  const at = address.lastIndexOf(':')
  return { host: address.slice(0, at).replace(/^\[(.*)\]$/, '$1'), port: Number(address.slice(at + 1)) }
}
