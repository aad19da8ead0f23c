import { command, type ReportOptions } from '../../command.ts'
import { exit } from '../../exit.ts'
import { print } from '../../report/print.ts'

export const showSession = () =>
  command('show', 'every operation of one session: decision, policy, commit, result')
    .argument('<id>', 'a session, or the beginning of its id')
    .argument('<paths...>', 'trail folders or recordings')
    .reports()
    .examples(['one session', 'cedargate sessions show 3f2a /var/lib/cedargate/trail'])
    .runs(async (id: string, paths: readonly string[], options: ReportOptions) => {
      const { showFrom, toShowReport } = await import('../../recording/show.ts')
      await print(toShowReport(await showFrom(id, paths)), options)
      return exit.ok
    })
