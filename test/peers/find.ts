import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { delimiter } from 'node:path'
import { promisify } from 'node:util'
import { findProgram } from '@cedargate/demo'
import { skipMark } from '../runner/run-file.ts'

const execute = promisify(execFile)

/** Programs that npm cannot give, and the Debian package of each. */
export const packages = {
  psql: 'postgresql-client',
  pg_dump: 'postgresql-client',
  pg_restore: 'postgresql-client',
  pgbench: 'postgresql',
  initdb: 'postgresql',
  pgbouncer: 'pgbouncer',
  script: 'bsdutils',
  etcd: 'etcd-server',
  nginx: 'nginx-light',
  wrk: 'wrk',
} as const
export type PeerName = keyof typeof packages

/**
 * Paths of real programs. What is missing is installed where that is possible: on Debian, as root. Otherwise the file
 * that asks is skipped, which the runner says at its end, or fails where `CEDARGATE_REQUIRE_PEERS=1`.
 */
export async function requirePeers<N extends PeerName>(
  ...names: readonly N[]
): Promise<{ readonly [name in N]: string }> {
  const missing = names.filter(name => findPeer(name) === undefined)
  if (missing.length > 0) await install(missing)
  const lost = names.filter(name => findPeer(name) === undefined)
  if (lost.length > 0) giveUp(lost)
  return Object.fromEntries(names.map(name => [name, findPeer(name)])) as { [name in N]: string }
}

/** PostgreSQL's own folders first, the newest version first: what lies in Debian's PATH is a script around them. */
export function findPeer(name: PeerName, path = process.env.PATH ?? ''): string | undefined {
  const version = (folder: string) => Number(folder.split('/')[4])
  const own = globSync('/usr/lib/postgresql/*/bin').sort((a, b) => version(b) - version(a))
  return findProgram(name, [...own, path, '/usr/sbin'].join(delimiter))
}

/** Where Debian keeps `initdb` and `postgres` of each version that is installed, the newest first. */
export function debianServers(): readonly string[] {
  return globSync('/usr/lib/postgresql/*/bin')
    .filter(folder => findProgram('initdb', folder) !== undefined)
    .sort()
    .reverse()
}

async function install(names: readonly PeerName[]): Promise<void> {
  if (process.getuid?.() !== 0 || findProgram('apt-get', '/usr/bin') === undefined) return
  const wanted = names.map(name => packages[name]).join(' ')
  const apt = 'apt-get -qq -o DPkg::Lock::Timeout=240'
  const script = `${names.map(name => `command -v ${name}`).join(' && ')} || { ${apt} update && ${apt} install -y --no-install-recommends ${wanted}; }`
  try {
    // one file at a time: the second finds what the first installed
    await execute('flock', ['/run/cedargate-apt.lock', 'sh', '-c', script], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  } catch (error) {
    process.stderr.write(`could not install ${wanted}: ${(error as { stderr?: string }).stderr ?? error}\n`)
  }
}

function giveUp(names: readonly PeerName[]): never {
  const what = names.map(name => `\`${name}\``).join(' and ')
  const wanted = [...new Set(names.map(name => packages[name]))].join(' ')
  const sentence = `${what} ${names.length > 1 ? 'are' : 'is'} missing, next: apt-get install ${wanted}`
  skipFile(sentence)
}

/**
 * Ends the file that asks: skipped, which the runner says at its end, or failed where `CEDARGATE_REQUIRE_PEERS=1`.
 *
 * @param required false for what is no peer, but a thing that this machine does not let us do
 */
export function skipFile(sentence: string, required = process.env.CEDARGATE_REQUIRE_PEERS === '1'): never {
  if (required) throw new Error(sentence)
  process.stdout.write(`${skipMark}${sentence}\n`)
  process.exit(0)
}
