import { command, list, type ReportOptions } from '../../command.ts'
import { exit } from '../../exit.ts'
import { print } from '../../report/print.ts'

interface Options extends Omit<ReportOptions, 'output'> {
  readonly output?: string
  readonly key: readonly string[]
}

export const sign = () =>
  command('sign', 'sign a payload, or add a signature to a bundle')
    .argument('<file>', 'what `bundle build` wrote')
    .requiredFlag('--key <files>', 'private keys, by `cedargate keys generate --for bundle`', list)
    .flag('-o, --output <file>', 'the signed bundle; the same file unless given')
    .reports()
    .examples(
      ['sign', 'cedargate bundle sign policies.payload --key bundle.key -o policies.bundle'],
      ['a second person, where two must sign', 'cedargate bundle sign policies.bundle --key other.key'],
    )
    .runs(async (file: string, options: Options) => {
      const { signFile, toInspectReport } = await import('../../bundles/sign.ts')
      const { writeWhole } = await import('../../bundles/write.ts')
      const { envelope, inspected } = signFile(file, options.key)
      const output = options.output ?? file
      writeWhole(output, envelope)
      await print(toInspectReport('signed', output, inspected), { format: options.format, color: options.color })
      return exit.ok
    })
