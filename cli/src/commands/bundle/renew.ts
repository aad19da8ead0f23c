import { type TrustOptions, toTrustRoot, trusting } from '../../bundles/trust.ts'
import { command, duration, list, type ReportOptions } from '../../command.ts'
import { exit } from '../../exit.ts'
import { print } from '../../report/print.ts'

interface Options extends Omit<ReportOptions, 'output'>, TrustOptions {
  readonly output?: string
  readonly key: readonly string[]
  readonly expiresIn: number
}

export const renew = () =>
  trusting(command('renew', 'sign the same policies anew, with a later expiry').argument('<file>', 'a bundle'))
    .requiredFlag('--key <files>', 'private keys', list)
    .flag('--expires-in <duration>', 'from now', duration, 30 * 86_400_000)
    .flag('-o, --output <file>', 'the renewed bundle; the same file unless given')
    .reports()
    .examples([
      'in a scheduled workflow',
      'cedargate bundle renew policies.bundle --trust bundle.pub --audience production --repository shop-policies --key bundle.key',
    ])
    .runs(async (file: string, options: Options) => {
      const { encodeEnvelope, inspectBundle, loadGrammars, renewBundle } = await import('@cedargate/policy-schema')
      const { readSecret } = await import('../../keys/read.ts')
      const { readEnvelope, toInspectReport } = await import('../../bundles/sign.ts')
      const { writeWhole } = await import('../../bundles/write.ts')
      await loadGrammars()
      const lifetime = { issuedAt: Date.now(), expiresInMs: options.expiresIn }
      const renewed = renewBundle(readEnvelope(file), toTrustRoot(options), options.key.map(readSecret), lifetime)
      const envelope = encodeEnvelope(renewed)
      const output = options.output ?? file
      writeWhole(output, envelope)
      const report = toInspectReport('renewed', output, inspectBundle(envelope))
      await print(report, { format: options.format, color: options.color })
      return exit.ok
    })
