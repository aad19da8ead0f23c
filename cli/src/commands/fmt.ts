import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { command, type ReportOptions } from '../command.ts'
import { exit } from '../exit.ts'
import { print } from '../report/print.ts'

interface Options extends ReportOptions {
  readonly check?: true
}

export const fmt = () =>
  command('fmt', 'lay policy files out in one form')
    .argument('[folder]', 'a policy repository', '.')
    .flag('--check', 'change nothing, fail where something would change')
    .reports()
    .examples(['all policies of this folder', 'cedargate fmt'], ['in a pipeline', 'cedargate fmt --check'])
    .runs(async (folder: string, options: Options) => {
      const { formatFiles, toFormatReport } = await import('../linting/format.ts')
      const { readFolder } = await import('../repository.ts')
      const changed = formatFiles(readFolder(folder))
      if (!options.check) for (const { file, text } of changed) await writeFile(join(folder, file), text)
      await print(toFormatReport(changed, options.check === true), options)
      return options.check && changed.length > 0 ? exit.invalid : exit.ok
    })
