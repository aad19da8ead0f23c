/** PostgreSQL at the gateway: from a fresh connection to a running session. */
import type { Socket } from 'node:net'
import type { PostgresOperation, PostgresTargetSettings, Target } from '@cedargate/policy-schema'
import type { Admitted, Door, Gate, ProtocolAdapter, Refusal, Shown } from '../../core/contract.ts'
import { GatewayError } from '../../core/errors.ts'
import { ignored, sourceOf } from '../../core/listener.ts'
import type { ServerTls } from '../../core/tls.ts'
import { type CancelRegistry, createCancelRegistry } from './cancel.ts'
import { createCatalogPool } from './catalog.ts'
import { createLongTexts } from './long-texts.ts'
import { authenticationOk, backendKeyData, parameterStatus, ready } from './messages.ts'
import { createReadings } from './readings.ts'
import { ended, errorResponse } from './refusals.ts'
import { closeSoon, Session } from './session.ts'
import { clientRulesOf, type SessionLimits, sessionLimits } from './session-limits.ts'
import { type Cancel, readStartup, type Startup } from './startup.ts'
import type { StartupCode } from './startup-reader.ts'
import { createTargetContexts } from './target-contexts.ts'
import { openUpstream, type Upstream } from './upstream.ts'

export interface PostgresAdapterSettings {
  readonly tls: ServerTls
  /** From the first byte to the token. 10 s unless given. */
  readonly handshakeMs?: number
  /** For dialling, verifying and logging in to the target. 10 s unless given. */
  readonly dialMs?: number
  /** How long an operation may go on when the gateway drains. 10 s unless given. */
  readonly drainMs?: number
  /** Connections that have not logged in yet; for a further one the oldest is closed. 200 unless given. */
  readonly maxHandshakes?: number
  /** {@link sessionLimits} unless given. */
  readonly limits?: Partial<SessionLimits>
  /** Where sessions leave their cancel keys; one of its own unless given. */
  readonly cancels?: CancelRegistry
  /** What an operator should know and no client may. */
  readonly log?: (event: string, detail: { readonly [key: string]: string | number }) => void
}

export function createPostgresAdapter(settings: PostgresAdapterSettings): ProtocolAdapter<PostgresOperation> {
  const { tls, handshakeMs = 10_000, dialMs = 10_000, drainMs = 10_000, maxHandshakes = 200, log = () => {} } = settings
  const readings = createReadings()
  const longTexts = createLongTexts()
  const catalogPool = createCatalogPool()
  const context = createTargetContexts()
  const { cancels = createCancelRegistry() } = settings
  const limits = { ...sessionLimits, ...settings.limits }
  const clientRules = clientRulesOf(limits)
  /** How to cut each connection that has not logged in yet, the oldest first. */
  const handshakes = new Set<(code: StartupCode, why: string) => void>()

  const greet = async (socket: Socket, door: Door<PostgresOperation>): Promise<void> => {
    const source = sourceOf(socket)
    let late: { readonly code: StartupCode; readonly why: string } | undefined
    const cut = (code: StartupCode, why: string) => {
      late = { code, why }
      handshakes.delete(cut)
      socket.destroy()
    }
    // not the newest: who says nothing on many connections would keep everybody else out
    const [oldest] = handshakes
    if (handshakes.size >= maxHandshakes)
      oldest?.('ERR_STARTUP_BUSY', `${maxHandshakes} newer connections had not logged in either`)
    handshakes.add(cut)
    const deadline = setTimeout(() => cut('ERR_STARTUP_DEADLINE', `no login within ${handshakeMs} ms`), handshakeMs)
    const startup = await readStartup(socket, tls).finally(() => {
      clearTimeout(deadline)
      handshakes.delete(cut)
    })
    if (startup.kind === 'login') return logIn(startup, source, door)
    if (startup.kind === 'cancel') await cancel(startup, source)
    else {
      const { code, message, answer } = startup.rejection
      if (answer !== undefined && startup.socket.writable) startup.socket.write(answer)
      door.rejected(source, late?.code ?? code, late?.why ?? message)
    }
    closeSoon(startup.socket)
    if (startup.socket !== socket) closeSoon(socket)
  }

  const cancel = async ({ key, origin }: Cancel, source: string): Promise<void> => {
    if (origin === undefined) return log('cancel', { source, outcome: await cancels.request(source, key) })
    log('cancel', { source, origin, outcome: await cancels.relayed(source, origin, key) })
  }

  const logIn = async (startup: Startup, source: string, door: Door<PostgresOperation>): Promise<void> => {
    const { socket, role, target, token } = startup
    const gate = await door.open({ protocol: 'postgres', role, target, token, source, shown })
    if (isRefusal(gate)) return turnAway(socket, ended(gate))
    try {
      await begin(startup, source, gate)
    } catch (error) {
      gate.end('ERR_INTERNAL')
      throw error
    }
  }

  const begin = async (startup: Startup, source: string, gate: Gate<PostgresOperation>): Promise<void> => {
    const { application_name: applicationName } = startup.parameters
    const { database } = gate.target.settings as PostgresTargetSettings
    const operation: PostgresOperation = {
      protocol: 'postgres',
      kind: 'connect',
      database: startup.database ?? database,
      ...(applicationName === undefined ? {} : { applicationName }),
    }
    const admission = await gate.admit(operation, { source, whenPending: 'refuse' })
    if (admission.allowed) return connect(startup, source, gate, admission, operation.database)
    gate.end('connect was denied')
    turnAway(startup.socket, ended(admission.refusal))
  }

  const connect = async (
    startup: Startup,
    source: string,
    gate: Gate<PostgresOperation>,
    admitted: Admitted<PostgresOperation>,
    database: string,
  ): Promise<void> => {
    const { socket, parameters } = startup
    const towardsTarget = towards(gate)
    let upstream: Upstream
    try {
      upstream = await openUpstream({ ...towardsTarget, context, database, parameters, deadlineMs: dialMs })
    } catch (error) {
      const code = error instanceof GatewayError ? error.code : 'ERR_INTERNAL'
      const message = error instanceof Error ? error.message : String(error)
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : ''
      log('target', { session: gate.session.id, target: gate.session.target, code, message, cause })
      admitted.finish({ bytes: 0, status: code })
      gate.end(`${code}: ${message}`)
      return turnAway(socket, unreachable(code, message))
    }
    if (socket.destroyed || gate.ended.aborted) {
      upstream.socket.destroy()
      admitted.finish({ bytes: 0, status: 'aborted' })
      gate.end('the client left')
      return gate.ended.aborted ? turnAway(socket, ended(gate.ended.reason as Refusal)) : undefined
    }
    const key = cancels.register(() => session.cancel(), startup.longKeys)
    const session = new Session({
      client: socket,
      upstream,
      gate,
      database,
      readings,
      longTexts,
      login: JSON.stringify([gate.session.target, towardsTarget.host, towardsTarget.port, towardsTarget.user]),
      catalogPool,
      source,
      drainMs,
      limits,
      clientRules,
      over: () => key.forget(),
    })
    const statuses = [...upstream.parameters].map(([name, value]) => parameterStatus(name, value))
    const welcome = Buffer.concat([authenticationOk, ...statuses, backendKeyData(key.process, key.secret), ready.I])
    socket.write(welcome)
    admitted.finish({ bytes: welcome.length, status: 'ok' })
    session.run(startup.rest)
  }

  return {
    protocol: 'postgres',
    serve(socket, door) {
      socket.on('error', ignored)
      greet(socket, door).catch(error => {
        log('failed', { message: error instanceof Error ? (error.stack ?? error.message) : String(error) })
        socket.destroy()
      })
    },
  }
}

/** Which login a target is shown for a role. */
export function shown(target: Target, role: string): Shown | undefined {
  const settings = target.settings as PostgresTargetSettings
  const { roles, host } = settings
  const login = Object.hasOwn(roles, role) ? roles[role] : undefined
  return login && { ...login, host, place: placeOf(settings) }
}

/** Long, where a target names its authorities: all its sessions have the same. */
const places = new WeakMap<PostgresTargetSettings, string>()
function placeOf(settings: PostgresTargetSettings): string {
  const { host, port, tls, auth } = settings
  const place = places.get(settings) ?? JSON.stringify([host, port, tls, auth])
  places.set(settings, place)
  return place
}

function towards({ target, credential }: Gate<PostgresOperation>) {
  const { host, port = 5432, tls, auth = ['scram'] } = target.settings as PostgresTargetSettings
  const { mode = 'verify-full', ...rest } = tls ?? {}
  const { user } = credential
  const shows = { user, auth, secret: () => credential.secret(), certificate: () => credential.certificate() }
  return { host, port, tls: { mode, ...rest }, ...shows }
}

function isRefusal(answer: Gate<PostgresOperation> | Refusal): answer is Refusal {
  return 'code' in answer
}

function turnAway(socket: Socket, answer: Buffer): void {
  if (socket.writable) socket.write(answer)
  closeSoon(socket)
}

function unreachable(code: string, message: string): Buffer {
  return errorResponse({ severity: 'FATAL', code: '08001', message, detail: JSON.stringify({ code }) })
}
