import { command, type ReportOptions } from '../../command.ts'
import { exit } from '../../exit.ts'
import { print } from '../../report/print.ts'

interface Options extends ReportOptions {
  readonly url?: string
  readonly repository: string
}

export const pull = () =>
  command('pull', 'read what names resolve to, from the target itself, into snapshots/<target>.json')
    .argument('<target>', 'a target of targets.yaml')
    .flag('--url <url>', 'how to reach it; the variables PGHOST, PGUSER, PGPASSWORD and so on unless given')
    .pathFlag('--repository <folder>', 'the policy repository', 'CEDARGATE_REPOSITORY_FOLDER', '.')
    .reports()
    .examples([
      'as the role whose view of the catalog the tests should have',
      'CEDARGATE_URL="postgres://reporting@db.internal/orders?sslmode=verify-full" PGPASSWORD=… cedargate snapshot pull orders-db',
    ])
    .runs(async (target: string, options: Options) => {
      const { pullSnapshot, toPullReport } = await import('../../snapshots/pull.ts')
      const pulled = await pullSnapshot(options.repository, target, options.url)
      await print(toPullReport(pulled), options)
      return exit.ok
    })
