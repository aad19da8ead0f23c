import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { GatewayError } from '../core/errors.ts'
import type { StateCode } from './state-folder.ts'

/**
 * Takes a worker's chain for this process. The system itself lets go of it when the process ends in whatever way: a worker
 * that outlives its primary for a moment, and the next gateway's worker of the same number, must not write one chain.
 *
 * @throws GatewayError `ERR_STATE_IN_USE`
 */
export function takeChain(state: string, worker: number): { release(): void } {
  const path = join(state, `worker-${worker}.lock`)
  // Node has no lock of its own; SQLite's goes with the process that holds it
  const lock = new DatabaseSync(path)
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    throw new GatewayError<StateCode>(
      'ERR_STATE_IN_USE',
      `another process still writes the chain of worker ${worker}`,
      {
        cause,
      },
    )
  }
  return { release: () => lock.close() }
}
