import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { readConfig } from './config/read-config.ts'
import { GatewayError } from './core/errors.ts'
import { createLogger } from './logger.ts'
import { type RunningGateway, startGateway } from './start-gateway.ts'
import { startWorkers } from './workers/start-workers.ts'
import { runWorker } from './workers/worker.ts'

/**
 * Runs a gateway until SIGTERM or SIGINT: the one place that reads `gateway.yaml` and the environment.
 *
 * @param path of `gateway.yaml`
 * @param workers over what it says
 * @returns when it has drained; a second signal ends the process at once
 * @throws GatewayError or PolicyError where it cannot start
 */
export async function runGateway(path: string, workers?: number): Promise<void> {
  const environment = { ...process.env, ...(workers !== undefined && { CEDARGATE_WORKERS: String(workers) }) }
  const config = readConfig(read(path), environment, dirname(resolve(path)))
  const several = config.workers > 1
  const gateway = await (several ? startWorkers : startGateway)(config, {
    logger: createLogger(config, several ? 0 : undefined),
    environment,
    release: release(),
  })
  const signal = await firstSignal()
  await closeAtOnceOnSecond(gateway, signal)
}

/** Serves as one worker of a gateway that `runGateway` started in another process. */
export function runGatewayWorker(): void {
  runWorker(process, process.env)
}

function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise(resolve => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  })
}

async function closeAtOnceOnSecond(gateway: RunningGateway, signal: NodeJS.Signals): Promise<void> {
  for (const again of ['SIGTERM', 'SIGINT'] as const) process.once(again, () => process.exit(1))
  await gateway.close(signal)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new GatewayError('ERR_CONFIG_READ', `\`${path}\` cannot be read, next: give \`--config\``, { cause })
  }
}

function release(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return version
}
