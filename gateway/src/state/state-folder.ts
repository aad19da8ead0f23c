import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { generateSigningKey, type SigningKey, signingKey } from '@cedargate/policy-schema'
import { readConfigured } from '../config/read-file.ts'
import { GatewayError } from '../core/errors.ts'

export type StateCode = 'ERR_STATE_FOLDER' | 'ERR_STATE_IN_USE'

export interface StateFolder {
  readonly path: string
  /** Lets another gateway have it. */
  release(): void
}

/**
 * Takes the state folder for this process: two gateways on one chain would fork it.
 *
 * @throws GatewayError `ERR_STATE_FOLDER`, `ERR_STATE_IN_USE`
 */
export function takeStateFolder(path: string): StateFolder {
  const lock = join(path, 'gateway.pid')
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    chmodSync(path, 0o700)
    if (!tryLock(lock)) {
      const holder = Number(readFileSync(lock, 'utf8'))
      if (isRunning(holder)) throw inUse(path, holder)
      rmSync(lock, { force: true })
      if (!tryLock(lock)) throw inUse(path, holder)
    }
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause
    throw new GatewayError<StateCode>('ERR_STATE_FOLDER', `the state folder \`${path}\` cannot be used`, { cause })
  }
  return { path, release: () => rmSync(lock, { force: true }) }
}

/** The key that vouches for the trail; made on the first start where none is configured. Its public half lies beside it. */
export function trailKey(state: string, configured: string | undefined): SigningKey {
  if (configured !== undefined) return signingKey(readConfigured(configured, 'trail.key'))
  const path = join(state, 'trail.key')
  try {
    return signingKey(readFileSync(path, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const pair = generateSigningKey()
  writeFileSync(path, pair.privatePem, { mode: 0o600, flag: 'wx' })
  writeFileSync(join(state, 'trail.pub'), pair.publicPem, { mode: 0o644 })
  return signingKey(pair.privatePem)
}

function tryLock(lock: string): boolean {
  try {
    const fd = openSync(lock, 'wx', 0o600)
    writeSync(fd, String(process.pid))
    closeSync(fd)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** A process that may not be signalled runs all the same. */
function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function inUse(path: string, holder: number): GatewayError<StateCode> {
  return new GatewayError(
    'ERR_STATE_IN_USE',
    `another gateway (process \`${holder}\`) uses the state folder \`${path}\`, next: stop it or choose another \`state\``,
  )
}
