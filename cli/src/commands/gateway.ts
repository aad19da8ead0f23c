import { command } from '../command.ts'
import { exit } from '../exit.ts'

export const gateway = () =>
  command('gateway', 'run the gateway in the foreground')
    .requiredFlag('--config <file>', 'gateway.yaml of this deployment')
    .examples([
      'with the policies of its bundle, until SIGTERM',
      'cedargate gateway --config /etc/cedargate/gateway.yaml',
    ])
    .runs(async ({ config }: { readonly config: string }) => {
      const { runGateway } = await import('@cedargate/gateway')
      await runGateway(config)
      return exit.ok
    })
