import { join } from 'node:path'
import type { Logger } from 'pino'
import type { GatewayConfig } from './config/schema.ts'
import type { Checks } from './control/control.ts'
import { createMetrics, type Metrics } from './control/metrics.ts'
import { type Clock, createClock } from './core/clock.ts'
import { Counters } from './core/counters.ts'
import { Doors } from './core/door.ts'
import { Policies } from './core/policies.ts'
import type { Seats } from './core/seats.ts'
import { Turns } from './core/turns.ts'
import { createStaticCredentials, type StaticCredentials } from './credentials/static-credentials.ts'
import { gatewayTokens } from './identity/gateway-token.ts'
import { type Listeners, type Neighbourhood, openListeners } from './open-listeners.ts'
import { trailKey } from './state/state-folder.ts'
import type { Casts } from './trail/cast.ts'
import { openCasts } from './trail/casts.ts'
import type { Trail } from './trail/trail.ts'
import { openTrail } from './trail/writer.ts'

/** What a gateway does not find in its configuration. */
export interface Surroundings {
  /** Each line of the log carries the commit in force. */
  readonly logger: (commit: () => string) => Logger
  /** Where credentials of kind `env` are. */
  readonly environment: { readonly [name: string]: string | undefined }
  /** Of this package, for the trail. */
  readonly release: string
}

/** Whose data path it is. */
export interface Place {
  /** Path of the state folder. */
  readonly state: string
  readonly gateway: string
  /** 0 where one process is the whole gateway. */
  readonly worker: number
}

/** From a fresh connection to a recorded decision: one chain, one engine, one listener a protocol. */
export interface DataPath {
  readonly policies: Policies
  readonly trail: Trail
  readonly counters: Counters
  readonly credentials: StaticCredentials
  readonly metrics: Metrics
  readonly log: Logger
  readonly now: Clock
  readiness(): Checks
  /** Opens the ports; they close, and sessions drain, when the parts are disposed of. */
  listen(): Promise<Listeners>
  /** What the last line will say. */
  endsFor(reason: string): void
}

/** What a process has of the others, where there are several. */
export interface Shared extends Pick<Neighbourhood, 'pass'> {
  readonly seats: Seats
}

/** @param parts to which it adds what has to end, in the order in which it was begun */
export function openDataPath(
  config: GatewayConfig,
  { logger, environment, release }: Surroundings,
  place: Place,
  { seats, ...shared }: Shared,
  parts: AsyncDisposableStack,
): DataPath {
  const policies = new Policies()
  const counters = new Counters()
  const log = logger(() => policies.stamp.commit)
  const now = createGatewayClock(log)
  const chain = openChain(config, place, { inForce: () => policies.stamp, counters, log, now, release }, parts)
  const { trail, casts } = chain
  const credentials = createStaticCredentials(config.credentials, environment)
  const clockUs = () => performance.now() * 1000
  const doors = new Doors({
    ...{ policies, trail, casts, counters, credentials, seats, verifier: gatewayTokens },
    maxSessionMs: config.limits.maxSessionSeconds * 1000,
    maxCallsPerPrincipal: config.limits.maxCallsPerPrincipal,
    now,
    clockUs,
    turns: new Turns(clockUs),
  })
  return {
    ...{ policies, trail, counters, credentials, log, now },
    metrics: createMetrics({ counters, policies, trail, doors }, place.worker === 0 ? undefined : place.worker),
    readiness: () => readiness(policies, trail, doors, now),
    async listen() {
      const listeners = await openListeners(config, doors, log, now, { ...shared, worker: place.worker })
      parts.defer(async () => {
        doors.drain()
        await listeners.close(config.limits.drainSeconds * 1000)
        doors.close()
      })
      return listeners
    },
    endsFor(why) {
      chain.reason = why
    },
  }
}

interface ChainParts {
  readonly inForce: () => Policies['stamp']
  readonly counters: Counters
  readonly log: Logger
  readonly now: Clock
  readonly release: string
}

/** Opens the chain of one process of a gateway: its first line now, its last with what it says by then. */
export function openChain(
  { trail: config, state }: Pick<GatewayConfig, 'trail' | 'state'>,
  { gateway, worker }: Place,
  { inForce, counters, log, now, release }: ChainParts,
  parts: AsyncDisposableStack,
): { readonly trail: Trail; readonly casts: Casts; reason: string } {
  const folder = config.folder ?? join(state, 'trail')
  const trail = openTrail({
    ...config,
    folder,
    maxSegmentAgeMs: config.maxSegmentAgeSeconds * 1000,
    ...{ gateway, worker, inForce },
    key: trailKey(state, config.key),
    now,
    onFailure(error) {
      counters.trailFailures += 1
      log.error({ err: error }, 'the trail cannot be written: everything is denied')
    },
  })
  const casts = openCasts({
    ...{ folder, gateway, worker, trail, now, maxBytes: config.maxCastBytes },
    onFailure: error => log.error({ err: error }, 'a cast cannot be written: what it is of ends'),
  })
  const chain = { trail, casts, reason: 'failed to start' }
  parts.defer(() => trail.close())
  trail.note({ kind: 'gateway.started', release, node: process.version })
  parts.defer(() => trail.note({ kind: 'gateway.stopped', reason: chain.reason }))
  parts.defer(() => casts.close())
  return chain
}

/** The one clock of a process. */
export function createGatewayClock(log: Logger): Clock {
  return createClock({
    onSet: byMs => log.warn({ byMs }, 'the clock of the system was set: what has expired stays so'),
  })
}

function readiness(policies: Policies, trail: Trail, doors: Doors, now: Clock): Checks {
  return {
    policies: policiesCheck(policies.inForce, now),
    trail: trailCheck(trail),
    door: doors.draining ? 'the gateway is shutting down' : undefined,
  }
}

export function trailCheck({ healthy }: Trail): string | undefined {
  return healthy ? undefined : 'the trail cannot be written'
}

export function policiesCheck(inForce: { readonly expiresAt: number } | undefined, now: Clock): string | undefined {
  if (inForce === undefined) return 'no policies are in force yet'
  return now() >= inForce.expiresAt ? 'the policies have expired' : undefined
}
