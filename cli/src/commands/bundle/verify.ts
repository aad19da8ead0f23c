import { type TrustOptions, toTrustRoot, trusting } from '../../bundles/trust.ts'
import { command, type ReportOptions } from '../../command.ts'
import { exit } from '../../exit.ts'
import { print } from '../../report/print.ts'

interface Options extends ReportOptions, TrustOptions {
  readonly after?: string
}

export const verify = () =>
  trusting(command('verify', 'check a bundle as the gateway will').argument('<file>', 'a bundle'))
    .flag('--after <file>', 'a bundle that was in force: an older one is refused')
    .reports()
    .examples([
      'before it is published',
      'cedargate bundle verify policies.bundle --trust bundle.pub --audience production --repository shop-policies',
    ])
    .runs(async (file: string, options: Options) => {
      const { verifyFile, toVerifyReport } = await import('../../bundles/verify.ts')
      const verified = await verifyFile(file, toTrustRoot(options), Date.now(), options.after)
      await print(toVerifyReport(file, verified), options)
      return exit.ok
    })
