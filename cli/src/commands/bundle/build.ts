import { command, count, duration, list, type ReportOptions } from '../../command.ts'
import { exit } from '../../exit.ts'
import { print } from '../../report/print.ts'

interface Options extends Omit<ReportOptions, 'output'> {
  readonly output: string
  readonly ref: string
  readonly repository?: string
  readonly audience: string
  readonly epoch: number
  readonly expiresIn: number
  readonly key?: readonly string[]
  readonly simulation?: string
}

export const build = () =>
  command('build', 'pack the policies of a commit, linted and tested, into a bundle')
    .argument('[folder]', 'a policy repository in git', '.')
    .requiredFlag('-o, --output <file>', 'the bundle')
    .flag('--ref <ref>', 'a branch or tag', undefined, 'HEAD')
    .flag('--repository <name>', 'what the gateway trusts; the name in cedargate.yaml unless given')
    .requiredFlag('--audience <name>', 'which gateways may load it')
    .flag('--epoch <number>', 'raised by hand when history was rewritten', count, 1)
    .flag('--expires-in <duration>', 'until it must be renewed', duration, 30 * 86_400_000)
    .flag('--key <files>', 'sign it at once', list)
    .flag('--simulation <file>', 'the JSON report of `simulate`, whose digest the manifest then holds')
    .reports()
    .examples(
      ['build, then sign elsewhere', 'cedargate bundle build --audience production -o policies.payload'],
      ['build and sign', 'cedargate bundle build --audience production --key bundle.key -o policies.bundle'],
    )
    .runs(async (folder: string, options: Options) => {
      const { buildBundle, toBuildReport } = await import('../../bundles/build.ts')
      const { writeWhole } = await import('../../bundles/write.ts')
      const built = await buildBundle(folder, { ...options, expiresInMs: options.expiresIn, now: Date.now() })
      if ('failed' in built) {
        await print(built.failed, { format: options.format, color: options.color })
        return built.code
      }
      writeWhole(options.output, built.bytes)
      await print(toBuildReport(built, options.output), { format: options.format, color: options.color })
      return exit.ok
    })
