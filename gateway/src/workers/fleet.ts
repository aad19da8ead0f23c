import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { beside } from '../core/beside.ts'
import type { Addresses } from '../open-listeners.ts'
import type { Handed, PrimaryCalls, Start, WorkerCalls } from './calls.ts'
import { openChannel, type Remote, toLine } from './channel.ts'

/** One worker that runs. */
export interface Member {
  readonly worker: number
  readonly calls: Remote<WorkerCalls>
}

export interface FleetOptions {
  readonly workers: number
  /** Asked when a worker starts, and when it starts again. */
  start(worker: number): Start
  /** What one of them may ask, and what to do when it has ended. */
  serve(worker: number): { readonly calls: PrimaryCalls; ended(): void }
  readonly log: Logger
  readonly drainMs: number
}

export interface Fleet {
  /**
   * Starts them, and from then on starts again each that dies.
   *
   * @returns the addresses on which they all serve
   * @throws GatewayError with the code of the first that could not start; none is left running then
   */
  start(): Promise<Addresses>
  readonly members: readonly Member[]
  readonly restarts: ReadonlyMap<number, number>
  /** Hands policies to every worker. One that does not take them is ended: it must not go on deciding by older ones. */
  hand(bundle: Handed): void
  /** Drains all of them. Idempotent. */
  close(reason: string): Promise<void>
}

/** For a worker to start; it tries its policies first. */
const startMs = 120_000
/** For a worker to take policies. */
const activateMs = 90_000
const backoffMs = { first: 100, last: 10_000 }
/** A worker that ran for so long has not failed to start. */
const soundMs = 60_000

/** The workers of a gateway, by `node:cluster`: connections are accepted here, and given to them by turns. */
export function createFleet(options: FleetOptions): Fleet {
  const { workers, log, drainMs } = options
  const members = new Map<number, Member & { readonly process: Worker; readonly exited: Promise<unknown> }>()
  const restarts = new Map<number, number>()
  const timers = new Set<NodeJS.Timeout>()
  let closing: Promise<void> | undefined
  const exec = fileURLToPath(beside(import.meta.url, 'worker-process'))
  cluster.schedulingPolicy = cluster.SCHED_RR
  cluster.setupPrimary({ exec, args: [], serialization: 'advanced' })

  const run = async (worker: number, failures: number) => {
    const process = cluster.fork()
    const began = performance.now()
    const { calls: ours, ended } = options.serve(worker)
    const exited = once(process, 'exit').then(([code, signal]) => {
      members.delete(worker)
      ended()
      if (closing !== undefined) return
      log.error({ worker, code, signal }, 'a worker has ended')
      if (member.started) again(worker, performance.now() - began < soundMs ? failures + 1 : 0)
    })
    const calls = openChannel<WorkerCalls>(toLine(process.process), ours)
    const member = { worker, calls, process, exited, started: false }
    members.set(worker, member)
    try {
      const addresses = await calls.ask('start', options.start(worker), startMs)
      member.started = true
      return addresses
    } catch (error) {
      process.process.kill('SIGKILL')
      await exited
      throw error
    }
  }

  const again = (worker: number, failures: number) => {
    const delay = Math.min(backoffMs.first * 2 ** failures, backoffMs.last)
    const timer = setTimeout(() => {
      timers.delete(timer)
      restarts.set(worker, (restarts.get(worker) ?? 0) + 1)
      run(worker, failures).catch((error: unknown) => {
        if (closing !== undefined) return
        log.error({ worker, err: error }, 'a worker could not start again')
        again(worker, failures + 1)
      })
    }, delay)
    timers.add(timer)
  }

  const drain = async (
    member: Member & { readonly process: Worker; readonly exited: Promise<unknown> },
    reason: string,
  ) => {
    await member.calls.ask('drain', { reason }, drainMs + graceMs).catch(() => {}) // one that does not is ended all the same
    member.process.process.disconnect() // which ends it
    const late = setTimeout(() => member.process.process.kill('SIGKILL'), graceMs)
    await member.exited
    clearTimeout(late)
  }
  const close = async (reason: string) => {
    for (const timer of timers) clearTimeout(timer)
    await Promise.all([...members.values()].map(member => drain(member, reason)))
  }

  return {
    async start() {
      const started = await Promise.allSettled(Array.from({ length: workers }, (_, at) => run(at + 1, 0)))
      for (const one of started) if (one.status === 'rejected') throw one.reason
      return started[0]?.status === 'fulfilled' ? started[0].value : {}
    },
    get members() {
      return [...members.values()]
    },
    restarts,
    hand(bundle) {
      for (const { worker, calls, process } of members.values())
        calls.ask('activate', bundle, activateMs).catch((error: unknown) => {
          if (closing !== undefined) return // it drains, and takes nothing up any more
          log.error({ worker, err: error }, 'a worker could not take the policies in force, and is ended')
          process.process.kill('SIGKILL')
        })
    },
    close(reason) {
      closing ??= close(reason)
      return closing
    },
  }
}

/** What a worker may take to end, beyond what its sessions may. */
const graceMs = 5_000
