import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { begin } from '../begin.ts'
import { DemoError } from '../errors.ts'
import { freePort } from './free-port.ts'
import { npmPostgres, type Owner, reachableBinaries, reachableTemporary, serverOwner } from './postgres-binaries.ts'
import { configure, createFiles, type Files, initialise, spawnOptions } from './postgres-cluster.ts'

export interface PostgresOptions {
  /** TLS only, with a certificate for `localhost` and 127.0.0.1; plaintext only where false. True unless given. */
  readonly tls?: boolean
  /** The folder of `initdb` and `postgres`; npm's PostgreSQL 18 unless given. */
  readonly bin?: string
  /** Lines of `postgresql.conf`, over those that we set: every statement is logged, nothing is synced to disk. */
  readonly settings?: { readonly [name: string]: string }
  /** SQL that the superuser runs first, in database `postgres`. */
  readonly setup?: string
}

/** A real PostgreSQL that listens on 127.0.0.1 and takes SCRAM-SHA-256 only. */
export interface PostgresServer {
  readonly host: '127.0.0.1'
  readonly port: number
  readonly superuser: { readonly user: 'postgres'; readonly password: string }
  /** PEM of the authority behind the server's certificate; `undefined` without TLS. */
  readonly ca: string | undefined
  readonly pid: number
  /** What a node-postgres client needs, as the superuser unless told otherwise. */
  client(as?: Partial<pg.ClientConfig>): pg.ClientConfig
  /** Runs SQL as the superuser on a connection of its own; what the last statement gave. */
  query(
    sql: string,
    options?: { readonly database?: string; readonly values?: readonly unknown[] },
  ): Promise<readonly Row[]>
  /** Everything that the server logged, up to now for certain. */
  log(): Promise<string>
  /** Ends it at once, with its connections; nothing of it remains. Idempotent. */
  stop(): Promise<void>
}
export type Row = { readonly [column: string]: unknown }

const startMs = 30_000

/**
 * Starts a PostgreSQL in a temporary folder: about two seconds with `initdb`.
 *
 * @throws DemoError `ERR_DEMO_PLATFORM`, `ERR_DEMO_USER`, or `ERR_DEMO_START` with the end of its log
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  return await begin(undo => assemble(options, undo))
}

async function assemble(options: PostgresOptions, undo: AsyncDisposableStack): Promise<PostgresServer> {
  const owner = serverOwner()
  const folder = mkdtempSync(join(reachableTemporary(owner, tmpdir()), 'cedargate-postgres-'))
  alsoOnExit(undo, () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  chmodSync(folder, 0o711)
  const bin = reachableBinaries(options.bin ?? (await npmPostgres()), owner, folder)
  const files = createFiles(folder, owner)
  await initialise(bin, files, owner)
  const access = { password: files.password, ca: await configure(files, options) }
  const { child, port } = await launch(bin, files, owner, access)
  undo.defer(() => end(child))
  alsoOnExit(undo, () => void child.kill('SIGQUIT'))
  const server = describe(child, port, access, files.log, undo)
  if (options.setup !== undefined) await server.query(options.setup)
  return server
}

/** Also where the process ends without having been asked to take it down. */
function alsoOnExit(undo: AsyncDisposableStack, act: () => void): void {
  process.once('exit', act)
  undo.defer(() => {
    process.removeListener('exit', act)
    act()
  })
}

/** As whom, and by whose word, the superuser gets in. */
interface Access {
  readonly password: string
  readonly ca: string | undefined
}

interface Launched {
  readonly child: ChildProcess
  readonly port: number
}

/** Tries again on another port when someone took the free one before us. */
async function launch(bin: string, files: Files, owner: Owner | undefined, access: Access): Promise<Launched> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort()
    const log = openSync(files.log, 'a')
    const child = spawn(join(bin, 'postgres'), ['-D', files.data, '-p', String(port)], {
      ...spawnOptions(owner),
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    if (await answers(child, clientConfig(port, access))) return { child, port }
    await end(child)
    const logged = readFileSync(files.log, 'utf8')
    if (attempt === 3 || !logged.includes('Address already in use'))
      throw new DemoError(
        'ERR_DEMO_START',
        `PostgreSQL did not start: ${logged.trimEnd().split('\n').slice(-5).join(' | ')}`,
      )
  }
}

async function answers(child: ChildProcess, config: pg.ClientConfig): Promise<boolean> {
  const deadline = performance.now() + startMs
  while (child.exitCode === null && child.signalCode === null && performance.now() < deadline) {
    const client = new pg.Client(config)
    try {
      await client.connect()
      return true
    } catch {
      await sleep(25) // not listening yet, or still starting up
    } finally {
      await client.end()
    }
  }
  return false
}

function describe(
  child: ChildProcess,
  port: number,
  access: Access,
  logFile: string,
  undo: AsyncDisposableStack,
): PostgresServer {
  const client = (as: Partial<pg.ClientConfig> = {}) => ({ ...clientConfig(port, access), ...as })
  let marks = 0
  let stopped: Promise<void> | undefined
  const query: PostgresServer['query'] = async (sql, { database = 'postgres', values } = {}) => {
    const connection = new pg.Client(client({ database }))
    await connection.connect()
    try {
      const results: pg.QueryResult | pg.QueryResult[] =
        values === undefined ? await connection.query(sql) : await connection.query(sql, [...values])
      return (Array.isArray(results) ? results.at(-1)?.rows : results.rows) ?? []
    } finally {
      await connection.end()
    }
  }
  return {
    host: '127.0.0.1',
    port,
    superuser: { user: 'postgres', password: access.password },
    ca: access.ca,
    pid: child.pid ?? 0,
    client,
    query,
    async log() {
      marks += 1
      await query(`DO $$ BEGIN RAISE LOG 'cedargate-log-mark-${marks}'; END $$`) // what came before it is written before it
      return readFileSync(logFile, 'utf8')
    },
    stop() {
      stopped ??= undo.disposeAsync()
      return stopped
    },
  }
}

function clientConfig(port: number, { password, ca }: Access): pg.ClientConfig {
  return {
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password,
    database: 'postgres',
    ssl: ca === undefined ? false : { ca, rejectUnauthorized: true },
  }
}

/** SIGQUIT: at once, without waiting for its clients. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGQUIT')
  await gone
}
