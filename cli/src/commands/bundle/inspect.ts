import { command, type ReportOptions } from '../../command.ts'
import { exit } from '../../exit.ts'
import { print } from '../../report/print.ts'

export const inspect = () =>
  command('inspect', 'look at a bundle without verifying it')
    .argument('<file>', 'a bundle')
    .reports()
    .examples(['what is in it', 'cedargate bundle inspect policies.bundle'])
    .runs(async (file: string, options: ReportOptions) => {
      const { inspectBundle } = await import('@cedargate/policy-schema')
      const { readEnvelope, toInspectReport } = await import('../../bundles/sign.ts')
      await print(toInspectReport('unverified', file, inspectBundle(readEnvelope(file))), options)
      return exit.ok
    })
