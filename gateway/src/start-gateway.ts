import { join } from 'node:path'
import { loadGrammars } from '@cedargate/policy-schema'
import type { Logger } from 'pino'
import type { GatewayConfig } from './config/schema.ts'
import { startControl } from './control/control.ts'
import { createMetrics } from './control/metrics.ts'
import { Counters } from './core/counters.ts'
import { Doors } from './core/door.ts'
import { Policies } from './core/policies.ts'
import { createSeats } from './core/seats.ts'
import { createStaticCredentials } from './credentials/static-credentials.ts'
import { followBundles } from './follow-bundles.ts'
import { gatewayTokens } from './identity/gateway-token.ts'
import { hostAndPort, openListeners } from './open-listeners.ts'
import { takeStateFolder, trailKey } from './state/state-folder.ts'
import { openStore } from './store/store.ts'
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

export interface RunningGateway {
  readonly addresses: {
    readonly postgres?: { readonly host: string; readonly port: number }
    /** `http://127.0.0.1:9464` */
    readonly control: string
  }
  /** The commit in force; `none` before the first bundle. */
  commit(): string
  /** Drains: a session ends after the operation under way, at the latest after `limits.drainSeconds`. Idempotent. */
  close(reason?: string): Promise<void>
}

/**
 * Starts a gateway and everything that it consists of. It runs, not ready, also where no valid bundle is there yet.
 *
 * @throws GatewayError or PolicyError with a stable code where it cannot start; nothing of it is left running then
 */
export async function startGateway(config: GatewayConfig, surroundings: Surroundings): Promise<RunningGateway> {
  const parts = new AsyncDisposableStack()
  try {
    return await assemble(config, surroundings, parts)
  } catch (error) {
    await parts.disposeAsync()
    throw error
  }
}

/** In the order in which the parts need each other; they end in the opposite one. */
async function assemble(
  config: GatewayConfig,
  { logger, environment, release }: Surroundings,
  parts: AsyncDisposableStack,
): Promise<RunningGateway> {
  await loadGrammars()
  const state = takeStateFolder(config.state)
  parts.defer(() => state.release())
  const store = await openStore(state.path)
  parts.defer(() => store.close())

  const policies = new Policies()
  const counters = new Counters()
  const log = logger(() => policies.stamp.commit)
  const trail = openGatewayTrail(config, state.path, await store.gatewayId(), { policies, counters, log })
  parts.defer(() => trail.close())
  let reason = 'failed to start'
  trail.note({ kind: 'gateway.started', release, node: process.version })
  parts.defer(() => trail.note({ kind: 'gateway.stopped', reason }))

  const credentials = createStaticCredentials(config.credentials, environment)
  const bundles = followBundles(config, { store, credentials, policies, trail, counters, log })
  parts.defer(() => bundles.close())
  await bundles.start()

  const doors = new Doors({
    ...{ policies, trail, counters, credentials, verifier: gatewayTokens },
    seats: createSeats(config.limits),
    now: Date.now,
    clockUs: () => performance.now() * 1000,
  })
  const control = await startControl(
    hostAndPort(config.control.address),
    () => readiness(policies, trail, doors),
    createMetrics({ counters, policies, trail, doors }),
    log,
  )
  parts.defer(() => control.close())

  const { postgres } = await openListeners(config, doors, log)
  parts.defer(async () => {
    doors.drain()
    await postgres?.close(config.limits.drainSeconds * 1000)
  })

  log.info({ postgres: postgres && `${postgres.host}:${postgres.port}`, control: control.address }, 'gateway started')
  return {
    addresses: {
      ...(postgres && { postgres: { host: postgres.host, port: postgres.port } }),
      control: control.address,
    },
    commit: () => policies.stamp.commit,
    async close(why = 'closed') {
      reason = why
      await parts.disposeAsync()
    },
  }
}

function openGatewayTrail(
  { trail: config }: GatewayConfig,
  state: string,
  gateway: string,
  { policies, counters, log }: { readonly policies: Policies; readonly counters: Counters; readonly log: Logger },
): Trail {
  return openTrail({
    ...config,
    folder: config.folder ?? join(state, 'trail'),
    maxSegmentAgeMs: config.maxSegmentAgeSeconds * 1000,
    gateway,
    worker: 0,
    key: trailKey(state, config.key),
    now: Date.now,
    inForce: () => policies.stamp,
    onFailure(error) {
      counters.trailFailures += 1
      log.error({ err: error }, 'the trail cannot be written: everything is denied')
    },
  })
}

/** Check → what is wrong. */
function readiness(policies: Policies, trail: Trail, doors: Doors): { readonly [check: string]: string | undefined } {
  const { inForce } = policies
  const expired = inForce !== undefined && Date.now() >= inForce.expiresAt
  return {
    policies:
      inForce === undefined ? 'no policies are in force yet' : expired ? 'the policies have expired' : undefined,
    trail: trail.healthy ? undefined : 'the trail cannot be written',
    door: doors.draining ? 'the gateway is shutting down' : undefined,
  }
}
