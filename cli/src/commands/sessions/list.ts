import { command, type ReportOptions } from '../../command.ts'
import { exit } from '../../exit.ts'
import { print } from '../../report/print.ts'

interface Options extends ReportOptions {
  readonly role?: string
  readonly target?: string
  readonly principal?: string
  readonly denied?: true
}

export const listSessions = () =>
  command('list', 'who was there, in which role and why, and what was denied')
    .argument('<paths...>', 'trail folders or recordings')
    .flag('--role <role>', 'only this role')
    .flag('--target <target>', 'only this target')
    .flag('--principal <id>', 'only this agent or user')
    .flag('--denied', 'only sessions with a deny')
    .reports()
    .examples(['who was denied', 'cedargate sessions list /var/lib/cedargate/trail --denied'])
    .runs(async (paths: readonly string[], options: Options) => {
      const { listFrom, toListReport } = await import('../../recording/list.ts')
      await print(toListReport(await listFrom(paths, options)), options)
      return exit.ok
    })
