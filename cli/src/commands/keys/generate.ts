import { command, duration, list, type ReportOptions } from '../../command.ts'
import { exit } from '../../exit.ts'
import { print } from '../../report/print.ts'

interface Options extends ReportOptions {
  readonly for: 'bundle' | 'trail' | 'tls' | 'token'
  readonly out: string
  readonly host: readonly string[]
  readonly expiresIn: number
}

export const generate = () =>
  command('generate', 'make a key: for bundles, for trails, for TLS in development, for development tokens')
    .choice('--for <use>', 'what it is for', ['bundle', 'trail', 'tls', 'token'])
    .flag('--out <folder>', 'where to; nothing is overwritten', undefined, '.')
    .flag('--host <names>', 'for tls: names and addresses of the server', list, ['localhost', '127.0.0.1', '::1'])
    .flag('--expires-in <duration>', 'for tls: how long the certificate is valid', duration, 365 * 86_400_000)
    .reports()
    .examples(
      ['sign bundles', 'cedargate keys generate --for bundle --out keys'],
      ['a certificate for a gateway in development', 'cedargate keys generate --for tls --host gate.internal,10.0.0.7'],
      ['sign development tokens; prints what to paste into identities.yaml', 'cedargate keys generate --for token'],
    )
    .runs(async (options: Options) => {
      const { generateFiles, toKeysReport } = await import('../../keys/generate.ts')
      const { CliError } = await import('../../errors.ts')
      if (options.for === undefined)
        throw new CliError('ERR_USAGE', 'no use was named, next: add --for bundle, trail, tls or token')
      const made = await generateFiles(options.for, { ...options, expiresInMs: options.expiresIn }, Date.now())
      const { writeNew } = await import('../../keys/write-new.ts')
      await print(toKeysReport(options.for, made, writeNew(options.out, made.files)), options)
      return exit.ok
    })
