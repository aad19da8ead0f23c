import { join } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { command, count, list, type ReportOptions } from '../command.ts'
import { exit } from '../exit.ts'
import { print } from '../report/print.ts'
import { type FailureKind, failureKinds } from '../simulation/categories.ts'

interface Options extends ReportOptions {
  readonly base?: string
  readonly head?: string
  readonly recordings?: readonly string[]
  readonly failOn?: readonly FailureKind[]
  readonly most: number
}

export const simulate = () =>
  command('simulate', 'what would this change of policies have done to recorded sessions?')
    .argument('[folder]', 'a policy repository', '.')
    .flag('--base <ref>', 'compare with the policies of this commit; with what was recorded unless given')
    .flag('--head <ref>', 'the policies to judge; the work tree unless given')
    .flag('--recordings <paths>', 'recordings or trail folders; recordings/ of the repository unless given', list)
    .flag('--fail-on <kinds>', `end with 5 on any of ${failureKinds.join(', ')}`, kinds)
    .flag('--most <count>', 'how many kinds of change to show of each category', count, 20)
    .reports()
    .examples(
      ['the work tree against what happened', 'cedargate simulate --recordings /var/lib/cedargate/trail'],
      ['a pull request', 'cedargate simulate --base origin/main --head HEAD --fail-on newly-allowed,newly-denied'],
    )
    .runs(async (folder: string, options: Options) => {
      const { simulateFolder } = await import('../simulation/folder.ts')
      const { exceeded, toSimulationReport } = await import('../simulation/report.ts')
      const recordings = options.recordings ?? [join(folder, 'recordings')]
      const { simulation, base, head, notes, failOn } = await simulateFolder(folder, recordings, options)
      const limits = options.failOn ?? failOn
      await print(
        toSimulationReport(simulation, { base, head, recordings, failOn: limits, notes, most: options.most }),
        options,
      )
      return exceeded(simulation, limits).length > 0 ? exit.simulation : exit.ok
    })

function kinds(value: string, before: readonly FailureKind[] | undefined): readonly FailureKind[] {
  return list(value, before).map(name => {
    const kind = failureKinds.find(known => known === name)
    if (kind === undefined) throw new InvalidArgumentError(`\`${name}\` is none of ${failureKinds.join(', ')}`)
    return kind
  })
}
