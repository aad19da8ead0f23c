import { markOf } from '@cedargate/policy-schema'
import type { GatewayConfig } from '../config/schema.ts'
import { type Checks, startControl } from '../control/control.ts'
import { createMetrics } from '../control/metrics.ts'
import { begin } from '../core/begin.ts'
import { Counters } from '../core/counters.ts'
import { listen } from '../core/listener.ts'
import { createSeats, type Seat, type Seats } from '../core/seats.ts'
import { createStaticCredentials } from '../credentials/static-credentials.ts'
import { createGatewayClock, openChain, policiesCheck, type Surroundings, trailCheck } from '../data-path.ts'
import { followBundles, trustOf } from '../follow-bundles.ts'
import { hostAndPort, written } from '../open-listeners.ts'
import type { RunningGateway } from '../start-gateway.ts'
import { takeStateFolder } from '../state/state-folder.ts'
import { openStore } from '../store/store.ts'
import type { Handed, PrimaryCalls } from './calls.ts'
import { createFleet, type Fleet } from './fleet.ts'
import { createFleetMetrics } from './fleet-metrics.ts'

/**
 * Starts a gateway of several processes: this one keeps the store, follows bundles, counts sessions and answers for all; its
 * workers serve. What this one has to record is chain 0.
 *
 * @throws GatewayError or PolicyError with a stable code where it cannot start; nothing of it is left running then
 */
export function startWorkers(config: GatewayConfig, surroundings: Surroundings): Promise<RunningGateway> {
  return begin(parts => assemble(config, surroundings, parts))
}

async function assemble(
  config: GatewayConfig,
  { logger, environment, release }: Surroundings,
  parts: AsyncDisposableStack,
): Promise<RunningGateway> {
  const state = takeStateFolder(config.state)
  parts.defer(() => state.release())
  const store = await openStore(state.path)
  parts.defer(() => store.close())
  const gateway = await store.gatewayId()

  const counters = new Counters()
  let inForce: { readonly handed: Handed; readonly expiresAt: number } | undefined
  let stamp = { commit: 'none', bundle: 'none' }
  const log = logger(() => stamp.commit)
  const now = createGatewayClock(log)
  const place = { state: state.path, gateway, worker: 0 }
  const chain = openChain(config, place, { inForce: () => stamp, counters, log, now, release }, parts)
  const { trail } = chain

  const seats = createSeats(config.limits)
  const trust = trustOf(config.bundle)
  const served = await toServed(config)
  const fleet = createFleet({
    workers: config.workers,
    start: worker => ({
      ...{ config: served, gateway, release, worker, trust },
      // one that has expired is no start; the next is handed over
      ...(inForce !== undefined && now() < inForce.expiresAt && { bundle: inForce.handed }),
    }),
    serve: () => serveWorker(seats, () => fleet),
    log,
    drainMs: config.limits.drainSeconds * 1000,
  })
  const credentials = createStaticCredentials(config.credentials, environment)
  const bundles = followBundles(config, {
    ...{ store, credentials, trail, counters, log, now },
    activate({ manifest }, _index, envelope) {
      const handed = { envelope, seen: markOf(manifest) }
      inForce = { handed, expiresAt: Date.parse(manifest.expiresAt) }
      stamp = { commit: manifest.commit, bundle: manifest.digest }
      fleet.hand(handed)
    },
  })
  parts.defer(() => bundles.close())
  await bundles.start()

  const measured = {
    ...{ counters, trail, doors: { openSessions: 0 } },
    policies: {
      get inForce() {
        return inForce
      },
      get stamp() {
        return stamp
      },
    },
  }
  const control = await startControl(
    hostAndPort(config.control.address),
    async () => ({
      policies: policiesCheck(inForce, now),
      trail: trailCheck(trail),
      ...(await workersCheck(config.workers, fleet, stamp.commit)),
    }),
    createFleetMetrics(createMetrics(measured, 0), fleet),
    log,
  )
  parts.defer(() => control.close())

  parts.defer(() => fleet.close(chain.reason))
  const addresses = await fleet.start()
  log.info({ ...written(addresses), control: control.address }, 'gateway started')
  return {
    addresses: { ...addresses, control: control.address },
    commit: () => stamp.commit,
    async close(why = 'closed') {
      chain.reason = why
      await parts.disposeAsync()
    },
  }
}

/** What one worker is answered. Its seats end with it. */
function serveWorker(seats: Seats, fleet: () => Fleet): { readonly calls: PrimaryCalls; ended(): void } {
  const taken = new Map<number, Seat>()
  return {
    calls: {
      async takeSeat({ id, sitter }) {
        const seat = await seats.take(sitter)
        if (typeof seat === 'string') return seat
        taken.set(id, seat)
        return 'taken'
      },
      freeSeat({ id }) {
        taken.get(id)?.free()
        taken.delete(id)
      },
      async cancel({ worker, key }) {
        const holder = fleet().members.find(member => member.worker === worker)
        return (await holder?.calls.ask('cancel', key)) ?? 'unknown'
      },
    },
    ended() {
      for (const seat of taken.values()) seat.free()
    },
  }
}

async function workersCheck(workers: number, fleet: Fleet, commit: string): Promise<Checks> {
  const numbers = Array.from({ length: workers }, (_, at) => at + 1)
  const checked = await Promise.all(numbers.map(worker => workerCheck(worker, fleet, commit)))
  return Object.assign({}, ...checked)
}

async function workerCheck(worker: number, fleet: Fleet, commit: string): Promise<Checks> {
  const name = `worker ${worker}`
  const member = fleet.members.find(of => of.worker === worker)
  if (member === undefined) return { [name]: 'it does not run' }
  try {
    const answer = await member.calls.ask('readiness', undefined, answerMs)
    const behind = answer.commit === commit ? undefined : `it decides by commit ${answer.commit}`
    const checks = Object.entries(answer.checks).map(([check, wrong]) => [`${name} ${check}`, wrong])
    return { [name]: behind, ...Object.fromEntries(checks) }
  } catch {
    return { [name]: 'it does not answer' }
  }
}

/** Whoever asks for readiness or metrics does not wait for a worker that hangs. */
const answerMs = 2_000

/**
 * What a worker serves by. Of what each counts by itself it has its share. Port 0 takes a free one: the same for all, also
 * for one that starts again.
 */
async function toServed(config: GatewayConfig): Promise<GatewayConfig> {
  const { limits, workers } = config
  const share = (of: number) => Math.ceil(of / workers)
  const { maxConnections, maxHandshakes } = limits
  const shares = { maxConnections: share(maxConnections), maxHandshakes: share(maxHandshakes) }
  const shared = { ...config, limits: { ...limits, ...shares } }
  const { postgres, kubernetes } = config.listen
  return {
    ...shared,
    listen: {
      ...(postgres && { postgres: { ...postgres, address: await fixed(postgres.address) } }),
      ...(kubernetes && { kubernetes: { ...kubernetes, address: await fixed(kubernetes.address) } }),
    },
  }
}

async function fixed(address: string): Promise<string> {
  const { host, port } = hostAndPort(address)
  const at = host.includes(':') ? `[${host}]` : host
  return port === 0 ? `${at}:${await freePort(host)}` : address
}

async function freePort(host: string): Promise<number> {
  const probe = await listen({ host, port: 0, serve: socket => socket.destroy() })
  await probe.close()
  return probe.port
}
