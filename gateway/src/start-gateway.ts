import { loadGrammars } from '@cedargate/policy-schema'
import type { GatewayConfig } from './config/schema.ts'
import { startControl } from './control/control.ts'
import { begin } from './core/begin.ts'
import { createSeats } from './core/seats.ts'
import { openDataPath, type Surroundings } from './data-path.ts'
import { followBundles, toInForce } from './follow-bundles.ts'
import { type Addresses, hostAndPort, written } from './open-listeners.ts'
import { takeStateFolder } from './state/state-folder.ts'
import { openStore } from './store/store.ts'

export interface RunningGateway {
  readonly addresses: Addresses & {
    /** `http://127.0.0.1:9464` */
    readonly control: string
  }
  /** The commit in force; `none` before the first bundle. */
  commit(): string
  /** Drains: a session ends after the operation under way, at the latest after `limits.drainSeconds`. Idempotent. */
  close(reason?: string): Promise<void>
}

/**
 * Starts a gateway in this process, and everything that it consists of. It runs, not ready, also where no valid bundle is
 * there yet.
 *
 * @throws GatewayError or PolicyError with a stable code where it cannot start; nothing of it is left running then
 */
export function startGateway(config: GatewayConfig, surroundings: Surroundings): Promise<RunningGateway> {
  return begin(parts => assemble(config, surroundings, parts))
}

/** In the order in which the parts need each other; they end in the opposite one. */
async function assemble(
  config: GatewayConfig,
  surroundings: Surroundings,
  parts: AsyncDisposableStack,
): Promise<RunningGateway> {
  await loadGrammars()
  const state = takeStateFolder(config.state)
  parts.defer(() => state.release())
  const store = await openStore(state.path)
  parts.defer(() => store.close())

  const place = { state: state.path, gateway: await store.gatewayId(), worker: 0 }
  const path = openDataPath(config, surroundings, place, { seats: createSeats(config.limits) }, parts)
  const { policies, metrics, log } = path
  const bundles = followBundles(config, {
    ...path,
    store,
    activate: (bundle, index) => policies.activate(toInForce(bundle, index)),
  })
  parts.defer(() => bundles.close())
  await bundles.start()

  const control = await startControl(hostAndPort(config.control.address), path.readiness, metrics, log)
  parts.defer(() => control.close())

  const { addresses } = await path.listen()
  log.info({ ...written(addresses), control: control.address }, 'gateway started')
  return {
    addresses: { ...addresses, control: control.address },
    commit: () => policies.stamp.commit,
    async close(why = 'closed') {
      path.endsFor(why)
      await parts.disposeAsync()
    },
  }
}
