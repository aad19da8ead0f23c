import { command, type ReportOptions } from '../command.ts'
import { exit } from '../exit.ts'
import { print } from '../report/print.ts'

interface Options extends ReportOptions {
  readonly template: string
  readonly force?: true
}

export const init = () =>
  command('init', 'begin a policy repository from a template')
    .argument('[folder]', 'where to', '.')
    .flag('--template <name>', 'which one: postgres, kubernetes', undefined, 'postgres')
    .flag('--force', 'also into a folder that holds something; files of the same name are overwritten')
    .reports()
    .examples(
      ['a repository with roles, policies and tests for PostgreSQL', 'cedargate init shop-policies'],
      ['one for a Kubernetes cluster', 'cedargate init cluster-policies --template kubernetes'],
    )
    .runs(async (folder: string, options: Options) => {
      const { createRepository, toInitReport } = await import('../init.ts')
      const files = createRepository(folder, options.template, options.force === true)
      await print(toInitReport(folder, options.template, files), options)
      return exit.ok
    })
