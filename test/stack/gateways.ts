import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { readConfig, startGateway } from '@cedargate/gateway'
import { silentLogger } from './silent-logger.ts'

/** A gateway that runs by the `gateway.yaml` of a folder. */
export interface TestGateway {
  /** Of the protocol that it serves. */
  readonly port: number
  readonly pid: number
  /** `http://127.0.0.1:9464` */
  readonly control: string
  commit(): string
  /** What it logged, where it runs as a process of its own. */
  readonly log: readonly LogLine[]
  /** The same as it was written. */
  readonly output: readonly string[]
  /** Drains. Idempotent. */
  close(): Promise<void>
  /** As a crash does. */
  kill(): Promise<void>
}
export interface LogLine {
  readonly msg: string
  readonly commit?: string
  readonly [field: string]: unknown
}
type Environment = { readonly [name: string]: string }

/** The command line tool. */
export const cedargate = join(dirname(createRequire(import.meta.url).resolve('@cedargate/cli')), '../bin/cedargate.js')

export async function inThisProcess(folder: string, environment: Environment): Promise<TestGateway> {
  const yaml = readFileSync(join(folder, 'gateway.yaml'), 'utf8')
  const gateway = await startGateway(readConfig(yaml, {}, folder), {
    logger: silentLogger,
    environment,
    release: 'test',
  })
  return {
    port: (gateway.addresses.postgres ?? gateway.addresses.kubernetes)?.port ?? 0,
    pid: process.pid,
    control: gateway.addresses.control,
    commit: () => gateway.commit(),
    log: [],
    output: [],
    close: () => gateway.close(),
    kill: () => Promise.reject(new Error('a gateway in this process cannot be killed alone')),
  }
}

export async function asProcess(folder: string, environment: Environment): Promise<TestGateway> {
  const child = spawn(process.execPath, [cedargate, 'gateway', '--config', join(folder, 'gateway.yaml')], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const log: LogLine[] = []
  const output: string[] = []
  let started: (line: LogLine) => void = () => {}
  const start = new Promise<LogLine>(resolve => {
    started = resolve
  })
  createInterface({ input: child.stdout }).on('line', text => {
    const line: LogLine = JSON.parse(text)
    log.push(line)
    output.push(text)
    if (line.msg === 'gateway started') started(line)
  })
  const line = await Promise.race([
    start,
    exited.then(([code]) => Promise.reject(new Error(`it ended with code ${code}`))),
  ])
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await exited
  }
  return {
    pid: child.pid ?? Number.NaN,
    port: Number(
      String(line.postgres ?? line.kubernetes)
        .split(':')
        .at(-1),
    ),
    control: String(line.control),
    commit: () => log.at(-1)?.commit ?? 'none',
    log,
    output,
    close: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
}
