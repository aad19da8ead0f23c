import { spawn } from 'node:child_process'
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where libpq connects to, and as whom. `user` is `role@target` for a gateway. */
export interface Connection {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database?: string
  /** PEM: TLS that verifies. Plaintext without it. */
  readonly ca?: string | undefined
  /** More of libpq's environment, `PGCLIENTENCODING` for one. */
  readonly env?: { readonly [name: string]: string }
}

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs psql, pgbench or another libpq program to its end; never throws for what it answers.
 *
 * @param input what it reads from its standard input
 */
export async function runClient(
  program: string,
  connection: Connection,
  args: readonly string[] = [],
  { input = '', timeoutMs = 60_000 }: { readonly input?: string; readonly timeoutMs?: number } = {},
): Promise<Ran> {
  const child = spawn(program, args, {
    env: { ...process.env, ...libpqEnv(connection) },
    stdio: 'pipe',
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      output[name] += chunk
    })
  }
  child.stdin.on('error', () => {}) // a client that was turned away does not read its input
  child.stdin.end(input)
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  if (code === null) throw new Error(`\`${program}\` was ended by ${signal} after ${timeoutMs} ms: ${output.stderr}`)
  return { code, ...output }
}

/** What psql prints for `sql`: rows unaligned, `|` between columns, no header; stops at the first error. */
export function runPsql(psql: string, connection: Connection, sql: string, args: readonly string[] = []): Promise<Ran> {
  return runClient(psql, connection, ['-X', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=verbose', ...args], {
    input: sql,
  })
}

/** libpq's environment variables. The password is no argument, so that a list of processes does not show it. */
export function libpqEnv({ host, port, user, password, database, ca, env }: Connection): {
  readonly [name: string]: string
} {
  const rootCert = join(clientFolder(), `${hash('sha256', ca ?? '')}.pem`)
  // another client may be reading it
  if (ca !== undefined && !existsSync(rootCert)) writeFileSync(rootCert, ca)
  return {
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: user,
    PGPASSWORD: password,
    PGPASSFILE: '/dev/null',
    PGCONNECT_TIMEOUT: '20',
    ...(database === undefined ? {} : { PGDATABASE: database }),
    ...(ca === undefined ? { PGSSLMODE: 'disable' } : { PGSSLMODE: 'verify-full', PGSSLROOTCERT: rootCert }),
    ...env,
  }
}

let folder: string | undefined

/** One for the process, gone with it. */
function clientFolder(): string {
  if (folder !== undefined) return folder
  const made = mkdtempSync(join(tmpdir(), 'cedargate-client-'))
  process.once('exit', () => rmSync(made, { recursive: true, force: true }))
  folder = made
  return made
}
