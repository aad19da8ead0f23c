import { type Operation, protocols } from '@cedargate/policy-schema'
import type { Logger } from 'pino'
import { readConfigured } from './config/read-file.ts'
import type { GatewayConfig, KubernetesListen, PostgresListen, PostgresPeer } from './config/schema.ts'
import type { Door, ProtocolAdapter } from './core/contract.ts'
import type { Doors } from './core/door.ts'
import { type Listener, listen } from './core/listener.ts'
import { createTlsContext, type ServerTls } from './core/tls.ts'
import { adapters } from './protocols/index.ts'
import {
  type CancelKey,
  type CancelOutcome,
  type CancelRegistry,
  createCancelRegistry,
} from './protocols/postgres/cancel.ts'
import { type CancelPeer, createCancelPeers } from './protocols/postgres/cancel-peers.ts'

/** Where each protocol that is configured is served. */
export interface Addresses {
  readonly postgres?: Address
  readonly kubernetes?: Address
}
export interface Address {
  readonly host: string
  readonly port: number
}

export interface Listeners {
  readonly addresses: Addresses
  /** Accepts no more; connections that are left after the deadline are cut. */
  close(deadlineMs: number): Promise<void>
  /** A cancel request that another worker was asked, and has counted. */
  cancel(key: CancelKey): Promise<CancelOutcome>
}

/** Who holds a session, where several processes serve. */
export interface Neighbourhood {
  readonly worker: number
  /** Passes a cancel request to another worker. @returns whether there is one */
  readonly pass?: (worker: number, key: CancelKey) => Promise<boolean>
}

interface Opened {
  readonly address: Address
  close(deadlineMs: number): Promise<void>
}

/** Opens one port for each protocol that is configured. @throws GatewayError where one cannot be opened */
export async function openListeners(
  config: GatewayConfig,
  doors: Doors,
  log: Logger,
  now: () => number,
  neighbours: Neighbourhood,
): Promise<Listeners> {
  const { postgres, kubernetes } = config.listen
  const opened: Opened[] = []
  try {
    const forPostgres = postgres && (await openPostgres(postgres, config, doors, log, neighbours))
    if (forPostgres) opened.push(forPostgres)
    const forKubernetes = kubernetes && (await openKubernetes(kubernetes, config, doors, log, now))
    if (forKubernetes) opened.push(forKubernetes)
    return {
      addresses: {
        ...(forPostgres && { postgres: forPostgres.address }),
        ...(forKubernetes && { kubernetes: forKubernetes.address }),
      },
      close: async deadlineMs => {
        await Promise.all(opened.map(each => each.close(deadlineMs)))
      },
      cancel: async key => (await forPostgres?.cancels.deliver(key)) ?? 'unknown',
    }
  } catch (error) {
    await Promise.all(opened.map(each => each.close(0)))
    throw error
  }
}

async function openPostgres(
  postgres: PostgresListen,
  config: GatewayConfig,
  doors: Doors,
  log: Logger,
  { worker, pass = async () => false }: Neighbourhood,
): Promise<Opened & { readonly cancels: CancelRegistry }> {
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
  const listener = await serve(postgres.address, limits, adapter, doors.of(protocols.postgres))
  return { address: addressOf(listener), close: deadlineMs => listener.close(deadlineMs), cancels }
}

async function openKubernetes(
  { address, tls }: KubernetesListen,
  { limits }: GatewayConfig,
  doors: Doors,
  log: Logger,
  now: () => number,
): Promise<Opened> {
  const adapter = adapters.kubernetes({
    context: createTlsContext({
      cert: readConfigured(tls.certificate, 'listen.kubernetes.tls.certificate'),
      key: readConfigured(tls.key, 'listen.kubernetes.tls.key'),
    }),
    maxHandshakes: limits.maxHandshakes,
    maxConnectionsPerPrincipal: limits.maxCallsPerPrincipal,
    handshakeMs: limits.handshakeSeconds * 1000,
    maxBodyBytes: limits.maxBodyBytes,
    maxHeldBodyBytes: limits.maxHeldBodyBytes,
    maxHeaderBytes: limits.maxHeaderBytes,
    stallMs: limits.idleInTransactionSeconds * 1000,
    now,
    log: (event, detail) => log.info(detail, event),
  })
  const listener = await serve(address, limits, adapter, doors.of(protocols.kubernetes))
  return {
    address: addressOf(listener),
    async close(deadlineMs) {
      adapter.drain()
      await listener.close(deadlineMs)
      await adapter.close()
    },
  }
}

function serve<O extends Operation>(
  address: string,
  { maxConnections }: GatewayConfig['limits'],
  adapter: ProtocolAdapter<O>,
  door: Door<O>,
): Promise<Listener> {
  return listen({
    ...hostAndPort(address),
    maxConnections,
    serve: socket => adapter.serve(socket, door),
    refused: source => door.rejected(source, 'ERR_LISTEN_FULL', 'too many connections'),
  })
}

function addressOf({ host, port }: Listener): Address {
  return { host, port }
}

/** `127.0.0.1:6432`, for the log. */
export function written(addresses: Addresses): { readonly [protocol: string]: string } {
  return Object.fromEntries(
    Object.entries(addresses).map(([protocol, { host, port }]) => [protocol, `${host}:${port}`]),
  )
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
