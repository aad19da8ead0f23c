import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { DemoError } from '../errors.ts'
import { createCertificateAuthority } from './certificates.ts'
import { npmPostgres, type Owner, reachableBinaries, reachableTemporary, serverOwner } from './postgres-binaries.ts'

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

const password = 'the-superuser-of-a-throwaway-server'
const startMs = 30_000

/**
 * Starts a PostgreSQL in a temporary folder: about two seconds with `initdb`.
 *
 * @throws DemoError `ERR_DEMO_PLATFORM`, `ERR_DEMO_USER`, or `ERR_DEMO_START` with the end of its log
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const owner = serverOwner()
  const folder = mkdtempSync(join(reachableTemporary(owner, tmpdir()), 'cedargate-postgres-'))
  const removeFolder = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  process.once('exit', removeFolder)
  try {
    chmodSync(folder, 0o711)
    const bin = reachableBinaries(options.bin ?? (await npmPostgres()), owner, folder)
    const files = createFiles(folder, owner)
    await initialise(bin, files, owner)
    const ca = await configure(files, options)
    const { child, port } = await launch(bin, files, owner, ca)
    const server = describe(child, port, ca, files.log, async () => {
      process.removeListener('exit', removeFolder)
      removeFolder()
    })
    if (options.setup !== undefined) await server.query(options.setup)
    return server
  } catch (error) {
    process.removeListener('exit', removeFolder)
    removeFolder()
    throw error
  }
}

interface Files {
  readonly data: string
  readonly log: string
  write(name: string, text: string): void
}

function createFiles(folder: string, owner: Owner | undefined): Files {
  const own = (path: string) => owner === undefined || chownSync(path, owner.uid, owner.gid)
  const data = mkdtempSync(join(folder, 'data-'))
  own(data)
  const write = (path: string, text: string, flag: string) => {
    writeFileSync(path, text, { mode: 0o600, flag })
    own(path)
  }
  const log = join(folder, 'server.log')
  write(log, '', 'a')
  return { data, log, write: (name, text) => write(join(data, name), text, name === 'postgresql.conf' ? 'a' : 'w') }
}

async function initialise(bin: string, files: Files, owner: Owner | undefined): Promise<void> {
  const passwordFile = `${files.data}.password`
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  if (owner !== undefined) chownSync(passwordFile, owner.uid, owner.gid)
  const args = ['--auth=scram-sha-256', '--username=postgres', '--encoding=UTF8', '--locale=C', '--no-sync']
  const child = spawn(join(bin, 'initdb'), ['-D', files.data, `--pwfile=${passwordFile}`, ...args], {
    ...spawnOptions(owner),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let problem = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    problem += chunk
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new DemoError('ERR_DEMO_START', `initdb ended with code ${code}: ${problem.trim()}`)
}

/** Writes its configuration; gives the PEM of the authority behind its certificate. */
async function configure(files: Files, { tls = true, settings = {} }: PostgresOptions): Promise<string | undefined> {
  const authority = tls ? await createCertificateAuthority('Cedargate target CA') : undefined
  const issued = await authority?.issue(['localhost', '127.0.0.1'])
  if (issued !== undefined) {
    files.write('server.crt', issued.certPem)
    files.write('server.key', issued.keyPem)
  }
  const all: { readonly [name: string]: string } = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    ssl: tls ? 'on' : 'off',
    password_encryption: 'scram-sha-256',
    fsync: 'off',
    log_statement: 'all',
    log_min_duration_statement: '0', // with it a Parse that is never executed is logged too
    log_connections: 'on',
    log_line_prefix: '%m [%p] %q%u@%d ',
    lc_messages: 'C',
    ...settings,
  }
  const line = ([name, value]: readonly [string, string]) => `${name} = '${value.replaceAll("'", "''")}'\n`
  files.write('postgresql.conf', `\n${Object.entries(all).map(line).join('')}`)
  files.write('pg_hba.conf', `${tls ? 'hostssl' : 'host'} all all 127.0.0.1/32 scram-sha-256\n`)
  return authority?.pem
}

interface Launched {
  readonly child: ChildProcess
  readonly port: number
}

/** Tries again on another port when someone took the free one before us. */
async function launch(bin: string, files: Files, owner: Owner | undefined, ca: string | undefined): Promise<Launched> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort()
    const log = openSync(files.log, 'a')
    const child = spawn(join(bin, 'postgres'), ['-D', files.data, '-p', String(port)], {
      ...spawnOptions(owner),
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    if (await answers(child, clientConfig(port, ca))) return { child, port }
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
  ca: string | undefined,
  logFile: string,
  remove: () => Promise<void>,
): PostgresServer {
  const client = (as: Partial<pg.ClientConfig> = {}) => ({ ...clientConfig(port, ca), ...as })
  const killOnExit = () => child.kill('SIGQUIT')
  process.once('exit', killOnExit)
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
    superuser: { user: 'postgres', password },
    ca,
    pid: child.pid ?? 0,
    client,
    query,
    async log() {
      marks += 1
      await query(`DO $$ BEGIN RAISE LOG 'cedargate-log-mark-${marks}'; END $$`) // what came before it is written before it
      return readFileSync(logFile, 'utf8')
    },
    stop() {
      stopped ??= end(child).then(async () => {
        process.removeListener('exit', killOnExit)
        await remove()
      })
      return stopped
    },
  }
}

function clientConfig(port: number, ca: string | undefined): pg.ClientConfig {
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

const spawnOptions = (owner: Owner | undefined) => ({
  ...owner,
  cwd: '/',
  env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' },
})

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
