import { loadGrammars } from '@cedargate/policy-schema'
import { judgeCandidate } from '../bundles/candidate.ts'
import { type DataPath, openDataPath, type Surroundings } from '../data-path.ts'
import { checkCredentials, tellActivated, toInForce } from '../follow-bundles.ts'
import { createLogger } from '../logger.ts'
import type { Listeners } from '../open-listeners.ts'
import type { CancelKey } from '../protocols/postgres/cancel.ts'
import { takeChain } from '../state/chain-lock.ts'
import type { Handed, PrimaryCalls, Start, WorkerCalls } from './calls.ts'
import { openChannel, toLine } from './channel.ts'
import { createWorkerSeats } from './worker-seats.ts'

/** For a bundle that the primary has verified and tried. */
const judging = { deadlineMs: 60_000, maxHeapMb: 1024 }

interface Started {
  readonly path: DataPath
  readonly trust: Start['trust']
  readonly listeners: Listeners
}

/** One of several processes that serve one gateway's listeners: its own engine, its own chain. Ends with its primary. */
export function runWorker(process: NodeJS.Process, environment: Surroundings['environment']): void {
  const parts = new AsyncDisposableStack()
  const closing = new AbortController()
  const { promise: running, resolve: runs } = Promise.withResolvers<Started>()
  /** One bundle at a time, in the order in which they came. */
  let activating: Promise<unknown> = running

  const activate = async ({ envelope, seen }: Handed, { path, trust }: Omit<Started, 'listeners'>): Promise<void> => {
    const task = { envelope, trust, now: path.now(), seen }
    const { bundle, index } = await judgeCandidate(task, { ...judging, signal: closing.signal })
    checkCredentials(bundle, path.credentials)
    path.policies.activate(toInForce(bundle, index))
    tellActivated(bundle, path)
  }

  const pass = async (worker: number, key: CancelKey) => {
    const outcome = await primary.ask('cancel', { worker, key }).catch(() => 'unknown')
    return outcome === 'forwarded'
  }

  const primary = openChannel<PrimaryCalls>(toLine(process), {
    async start({ config, gateway, release, worker, trust, bundle }) {
      await loadGrammars()
      const chain = takeChain(config.state, worker)
      parts.defer(() => chain.release())
      const surroundings = { logger: createLogger(config, worker), environment, release }
      const place = { state: config.state, gateway, worker }
      const path = openDataPath(config, surroundings, place, { seats: createWorkerSeats(primary), pass }, parts)
      // also where nobody asked it to end: what waits is written
      process.once('exit', () => void path.trail.close())
      if (bundle !== undefined) await activate(bundle, { path, trust })
      const listeners = await path.listen()
      runs({ path, trust, listeners })
      return listeners.addresses
    },
    async activate(handed) {
      const before = activating
      const activated = before.then(async () => activate(handed, await running))
      activating = activated
      await activated
    },
    async cancel({ process, secret }) {
      const { listeners } = await running
      return await listeners.cancel({ process, secret: Buffer.from(secret) })
    },
    async readiness() {
      const { path } = await running
      return { commit: path.policies.stamp.commit, checks: path.readiness() }
    },
    async metrics() {
      return (await running).path.metrics.values()
    },
    async drain({ reason }) {
      closing.abort()
      const { path } = await running
      path.endsFor(reason)
      await parts.disposeAsync()
    },
  } satisfies WorkerCalls)

  // the primary is told by the same signal, and drains its workers
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => {})
}
