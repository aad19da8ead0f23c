import { type ChildProcess, fork } from 'node:child_process'
import cluster from 'node:cluster'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import type { Server } from 'node:net'
import { fileURLToPath } from 'node:url'

/** A server of the bench in a process of its own, as it would run: what others keep in memory does not slow it. */
export interface Apart {
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
}

/** Starts a program, which calls {@link serveApart}. */
export async function startApart<S extends object>(program: URL, settings: S): Promise<Apart> {
  const child = fork(fileURLToPath(program))
  child.send(settings)
  const port = await Promise.race([
    once(child, 'message').then(([message]) => message as number),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${program.pathname} ended with code ${code}`))),
  ])
  return { port, pid: pidOf(child), stop: () => end(child) }
}

/** The other side: what `start` answers is the port where it listens; with `workers` so many processes share it. */
export function serveApart<S extends object>(start: (settings: S) => Promise<number>): void {
  process.once('disconnect', () => process.exit())
  process.once('message', (settings: S & { readonly workers?: number }) => {
    const { workers = 1 } = settings
    const ready = cluster.isPrimary && workers > 1 ? startWorkers(settings, workers) : start(settings)
    ready.then(port => process.send?.(port))
  })
}

async function startWorkers(settings: object, count: number): Promise<number> {
  const ports = Array.from({ length: count }, async () => {
    const worker = cluster.fork()
    worker.send(settings)
    const [port] = await once(worker, 'message')
    return port as number
  })
  const [port] = await Promise.all(ports)
  return port ?? Number.NaN
}

/** Lets a server listen on 127.0.0.1. @returns its port */
export async function listening(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('the program did not start')
  return pid
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

/** µs of CPU that a process and its children have used, in steps of 10 ms; `undefined` where there is no `/proc`. */
export function cpuUs(pid: number): number | undefined {
  let used: number | undefined
  for (const each of processes()) {
    if (each.pid !== pid && each.parent !== pid) continue
    used = (used ?? 0) + each.ticks * 10_000
  }
  return used
}

/** Of one process, where there is a `/proc`; else not a number. */
export function residentBytes(pid: number): number {
  let status = ''
  try {
    status = readFileSync(`/proc/${pid}/status`, 'latin1')
  } catch {
    // not a Linux
  }
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
}

function* processes() {
  let names: readonly string[] = []
  try {
    names = readdirSync('/proc')
  } catch {
    return // not a Linux
  }
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue
    let stat: string
    try {
      stat = readFileSync(`/proc/${name}/stat`, 'latin1')
    } catch {
      continue // it has ended
    }
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    yield { pid: Number(name), parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) }
  }
}
