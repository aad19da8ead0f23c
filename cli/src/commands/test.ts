import { command, type ReportOptions } from '../command.ts'
import { CliError } from '../errors.ts'
import { exit } from '../exit.ts'
import { print } from '../report/print.ts'
import type { TestFilter } from '../testing/run.ts'

export const test = () =>
  command('test', 'decide every policy test as the gateway would')
    .argument('[folder]', 'a policy repository', '.')
    .flag('--name <text>', 'only tests whose name contains this')
    .flag('--policy <id>', 'only tests that this policy decides')
    .flag('--target <target>', 'only tests on this target')
    .flag('--role <role>', 'only tests in this role')
    .reports()
    .examples(
      ['all tests, and which policies no test reaches', 'cedargate test'],
      ['what one policy decides', 'cedargate test --policy audit-only-for-backup-jobs'],
      ['for a build server', 'cedargate test --format junit -o junit.xml'],
    )
    .runs(async (folder: string, options: ReportOptions & TestFilter) => {
      const { openFolder } = await import('../repository.ts')
      const { runTests } = await import('../testing/run.ts')
      const { toTestReport } = await import('../testing/report.ts')
      const repository = await openFolder(folder)
      const { name, policy, target, role } = options
      const filter = Object.fromEntries(
        Object.entries({ name, policy, target, role }).filter(([, value]) => value !== undefined),
      )
      const result = runTests(repository, filter)
      const filtered = Object.keys(filter).length > 0
      if (filtered && result.cases.length === 0)
        throw new CliError('ERR_USAGE', 'no test is like that, next: run `cedargate test` to see which there are')
      await print(toTestReport(repository, result, filtered), options)
      return result.cases.every(one => one.passed) ? exit.ok : exit.tests
    })
