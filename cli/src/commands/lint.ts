import { command, count, list, type ReportOptions } from '../command.ts'
import { exit } from '../exit.ts'
import { print } from '../report/print.ts'

interface Options extends ReportOptions {
  readonly only?: readonly string[]
  readonly list?: true
  readonly strict?: true
  readonly maxWarnings?: number
}

export const lint = () =>
  command('lint', 'check a policy repository: syntax, strict schema validation, and what experience advises against')
    .argument('[folder]', 'a policy repository', '.')
    .flag('--only <rules>', 'run only these rules', list)
    .flag('--strict', 'warnings fail too')
    .flag('--max-warnings <count>', 'fail on more warnings than this', count)
    .flag('--list', 'say which rules there are')
    .reports()
    .examples(
      ['the repository in this folder', 'cedargate lint'],
      ['findings beside the lines of a pull request', 'cedargate lint --format github'],
      ['an exception, in a policy file', '// cedargate-ignore missing-owner: owned by everyone'],
    )
    .runs(async (folder: string, options: Options) => {
      const { lint, toLintReport, toRuleList, refuseUnknown } = await import('../linting/index.ts')
      if (options.list) {
        await print(toRuleList(), options)
        return exit.ok
      }
      refuseUnknown(options.only ?? [])
      const { readFolder } = await import('../repository.ts')
      const result = await lint(readFolder(folder), { commit: 'worktree' }, options)
      await print(toLintReport(result), options)
      const warnings = result.findings.filter(finding => finding.severity === 'warning').length
      const most = options.strict ? 0 : (options.maxWarnings ?? Number.POSITIVE_INFINITY)
      return warnings < result.findings.length || warnings > most ? exit.invalid : exit.ok
    })
