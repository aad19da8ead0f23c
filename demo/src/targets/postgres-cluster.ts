import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DemoError } from '../errors.ts'
import { createCertificateAuthority } from './certificates.ts'
import type { PostgresOptions } from './postgres.ts'
import type { Owner } from './postgres-binaries.ts'

/** The files of one server, owned by whom it runs as. */
export interface Files {
  /** Of the superuser. One of its own for each server, so that nobody takes another one at the same port for it. */
  readonly password: string
  readonly data: string
  readonly log: string
  write(name: string, text: string): void
}

export function createFiles(folder: string, owner: Owner | undefined): Files {
  const own = (path: string) => owner === undefined || chownSync(path, owner.uid, owner.gid)
  const data = mkdtempSync(join(folder, 'data-'))
  own(data)
  const write = (path: string, text: string, flag: string) => {
    writeFileSync(path, text, { mode: 0o600, flag })
    own(path)
  }
  const log = join(folder, 'server.log')
  write(log, '', 'a')
  const password = randomBytes(18).toString('base64url')
  return {
    password,
    data,
    log,
    write: (name, text) => write(join(data, name), text, name === 'postgresql.conf' ? 'a' : 'w'),
  }
}

/** `initdb`, about a second. */
export async function initialise(bin: string, files: Files, owner: Owner | undefined): Promise<void> {
  const passwordFile = `${files.data}.password`
  writeFileSync(passwordFile, `${files.password}\n`, { mode: 0o600 })
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
export async function configure(
  files: Files,
  { tls = true, settings = {} }: PostgresOptions,
): Promise<string | undefined> {
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

/** Nothing of our environment, so that none of it steers the server. */
export const spawnOptions = (owner: Owner | undefined) => ({
  ...owner,
  cwd: '/',
  env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' },
})
