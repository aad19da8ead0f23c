import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateSigningKey, type SigningKey, signingKey } from '@cedargate/policy-schema'
import { readConfigured } from '../config/read-file.ts'
import { GatewayError } from '../core/errors.ts'
import { takeLock } from './lock.ts'
import { makeFolder } from './make-folder.ts'

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
  try {
    makeFolder(path)
    chmodSync(path, 0o700)
    const lock = takeLock(join(path, 'gateway.lock'))
    if (lock !== undefined) return { path, release: () => lock.release() }
  } catch (cause) {
    throw new GatewayError<StateCode>('ERR_STATE_FOLDER', `the state folder \`${path}\` cannot be used`, { cause })
  }
  const text = `another gateway uses the state folder \`${path}\`, next: stop it or choose another \`state\``
  throw new GatewayError<StateCode>('ERR_STATE_IN_USE', text)
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
