import { once } from 'node:events'
import { appendFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import type { WireProtocolName } from '@cedargate/policy-schema'
import { spawnCedargate } from './cedargate.ts'
import { DemoError } from './errors.ts'

/** A gateway in a process of its own, as a deployment runs it. */
export interface GatewayProcess {
  readonly host: string
  readonly port: number
  /** SIGTERM: it drains, then ends. Idempotent. */
  stop(): Promise<void>
}

/** Its first word, with the address of each listener by the protocol's name. */
type Started = { readonly [protocol: string]: string }

/**
 * Runs `cedargate gateway --config file`; ready when it says where it listens.
 *
 * @param logFile gets its log, one JSON object a line
 * @param protocol whose listener's address is wanted
 * @throws DemoError `ERR_DEMO_START` with the end of its log
 */
export async function startGatewayProcess(
  configFile: string,
  logFile: string,
  protocol: WireProtocolName,
): Promise<GatewayProcess> {
  const child = spawnCedargate(dirname(configFile), ['gateway', '--config', configFile])
  const gone = once(child, 'close')
  const killOnExit = () => child.kill('SIGKILL')
  process.once('exit', killOnExit)
  const lines: string[] = []
  const started = new Promise<Started>((resolve, reject) => {
    const take = (line: string) => {
      lines.push(line)
      appendFileSync(logFile, `${line}\n`)
      if (line.startsWith('{') && line.includes('"gateway started"')) resolve(JSON.parse(line) as Started)
    }
    for (const input of [child.stdout, child.stderr]) if (input !== null) createInterface({ input }).on('line', take)
    child.once('close', code =>
      reject(new DemoError('ERR_DEMO_START', `the gateway ended with code ${code}: ${lines.slice(-5).join(' | ')}`)),
    )
  })
  const address = (await started)[protocol] ?? ''
  const at = address.lastIndexOf(':')
  return {
    host: address.slice(0, at),
    port: Number(address.slice(at + 1)),
    async stop() {
      process.removeListener('exit', killOnExit)
      child.kill('SIGTERM')
      await gone
    },
  }
}
