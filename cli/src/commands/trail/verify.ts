import { command, list, type ReportOptions } from '../../command.ts'
import { exit } from '../../exit.ts'
import { print } from '../../report/print.ts'

interface Options extends ReportOptions {
  readonly key?: readonly string[]
  readonly known?: readonly string[]
  readonly partial?: true
  readonly replay?: true
  readonly wholeSet?: true
  readonly repository: string
}

export const verify = () =>
  command('verify', 'check a trail: chain, signatures, gaps, casts; with --replay, every decision')
    .argument('<paths...>', 'trail folders or segments')
    .flag('--key <files>', 'public keys whose checkpoints count', list)
    .flag('--known <files>', 'checkpoints kept elsewhere, as trail lines: each must be in the trail', list)
    .flag('--partial', 'earlier segments lie elsewhere')
    .flag('--replay', 'decide every recorded operation again at the commit that its line cites')
    .pathFlag('--repository <folder>', 'for --replay: the policy repository in git', 'CEDARGATE_REPOSITORY_FOLDER', '.')
    .flag('--whole-set', 'for --replay: against all policies at once, without slices and caches')
    .reports()
    .examples(
      ['chain and checkpoints', 'cedargate trail verify /var/lib/cedargate/trail --key trail.pub'],
      ['re-derive each decision', 'cedargate trail verify trail/ --replay --repository ../shop-policies'],
    )
    .runs(async (paths: readonly string[], options: Options) => {
      const { verifyFiles, toTrailReport } = await import('../../recording/verify.ts')
      const verified = await verifyFiles(paths, options)
      await print(toTrailReport(verified), options)
      return verified.ok ? exit.ok : exit.provenance
    })
