import { join } from 'node:path'
import { GatewayError } from '../core/errors.ts'
import { type Lock, takeLock } from './lock.ts'
import type { StateCode } from './state-folder.ts'

/**
 * Takes a worker's chain for this process: a worker that outlives its primary for a moment, and the next gateway's worker of
 * the same number, must not write one chain.
 *
 * @throws GatewayError `ERR_STATE_IN_USE`
 */
export function takeChain(state: string, worker: number): Lock {
  const lock = takeLock(join(state, `worker-${worker}.lock`))
  if (lock !== undefined) return lock
  const text = `another process still writes the chain of worker ${worker}`
  throw new GatewayError<StateCode>('ERR_STATE_IN_USE', text)
}
