import { command } from '../command.ts'
import { exit } from '../exit.ts'

export const demo = () =>
  command('demo', 'see it decide: a real PostgreSQL, a gateway, an agent, a changed policy, the trail')
    .flag('--once', 'end after the script')
    .examples(['watch, then try psql yourself', 'cedargate demo'], ['as a check', 'cedargate demo --once'])
    .runs(async ({ once = false }: { readonly once?: boolean }) => {
      const { runDemo } = await import('@cedargate/demo')
      await runDemo({ once })
      return exit.ok
    })
