import { inertJson } from '@cedargate/policy-schema'
import { type Logger, pino } from 'pino'
import type { GatewayConfig } from './config/schema.ts'

/**
 * The log on standard output: one JSON object a line, each with the commit in force.
 *
 * @param worker which of several processes writes
 */
export function createLogger({ log }: GatewayConfig, worker?: number): (commit: () => string) => Logger {
  return commit =>
    pino({
      level: log.level,
      mixin: () => ({ commit: commit(), ...(worker !== undefined && { worker }) }),
      // what targets and clients wrote must not act on whoever reads the log
      hooks: { streamWrite: inertJson },
    })
}
