import { command, count } from '../command.ts'
import { exit } from '../exit.ts'

export const gateway = () =>
  command('gateway', 'run the gateway in the foreground')
    .requiredFlag('--config <file>', 'gateway.yaml of this deployment')
    .flag('--workers <number>', 'processes that serve its listeners, over `workers` of gateway.yaml', count)
    .examples(
      ['with the policies of its bundle, until SIGTERM', 'cedargate gateway --config /etc/cedargate/gateway.yaml'],
      ['on four cores', 'cedargate gateway --config /etc/cedargate/gateway.yaml --workers 4'],
    )
    .runs(async ({ config, workers }: { readonly config: string; readonly workers?: number }) => {
      const { runGateway } = await import('@cedargate/gateway')
      await runGateway(config, workers)
      return exit.ok
    })
