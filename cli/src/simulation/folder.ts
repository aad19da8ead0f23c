import type { Repository } from '@cedargate/policy-schema'
import { type Git, inGit, openGit } from '../git.ts'
import { toDecider } from '../recording/commits.ts'
import { type RecordedLine, readRecordings, recordingFiles } from '../recording/read.ts'
import { openCommit, openFolder } from '../repository.ts'
import { type FailureKind, failureKinds } from './categories.ts'
import { type Simulation, simulate } from './simulate.ts'

export interface FolderSimulation {
  readonly simulation: Simulation
  readonly base: string
  readonly head: string
  readonly notes: readonly string[]
  /** What `cedargate.yaml` of the head says. */
  readonly failOn: readonly FailureKind[]
}

/**
 * Simulates the policies of a folder, at two commits or as they lie there, over recordings.
 *
 * @throws CliError where a commit, a recording or a repository is missing or not valid
 */
export async function simulateFolder(
  folder: string,
  recordings: readonly string[],
  refs: { readonly base?: string; readonly head?: string },
): Promise<FolderSimulation> {
  const files = recordingFiles(recordings)
  const base = refs.base === undefined ? undefined : await openCommit(folder, refs.base)
  const head = refs.head === undefined ? await openFolder(folder) : await openCommit(folder, refs.head)
  const cited = new Set<string>()
  const simulation = await simulate(
    noting(readRecordings(files), cited),
    base === undefined ? 'recorded' : toDecider(base),
    toDecider(head),
  )
  const limits = head.config.simulate?.failOn ?? []
  return {
    simulation,
    base: base === undefined ? 'as recorded' : named(refs.base ?? '', base),
    head: named(refs.head ?? 'work tree', head),
    notes: identityNotes(head, base === undefined ? citedIdentities(folder, cited) : [identitiesOf(base.files)]),
    failOn: failureKinds.filter(kind => limits.includes(kind)),
  }
}

function named(ref: string, { commit }: Repository): string {
  return commit === 'worktree' ? ref : `${ref} (${commit.slice(0, 12)})`
}

/** Principal and role are those of the recording, so what identities.yaml would grant otherwise does not show. */
function identityNotes(head: Repository, before: readonly (string | undefined)[]): string[] {
  const now = identitiesOf(head.files)
  return before.some(text => text !== undefined && text !== now)
    ? [
        'identities.yaml differs, and who would get which role is not simulated: principal and role are those of the recording',
      ]
    : []
}

function identitiesOf(files: ReadonlyMap<string, string>): string | undefined {
  return files.get('identities.yaml')
}

function citedIdentities(folder: string, cited: ReadonlySet<string>): (string | undefined)[] {
  if (!inGit(folder)) return []
  const git: Git = openGit(folder)
  return [...cited]
    .filter(commit => git.has(commit))
    .map(commit => identitiesOf(git.files(commit, path => path === 'identities.yaml')))
}

async function* noting(lines: AsyncIterable<RecordedLine>, cited: Set<string>): AsyncGenerator<RecordedLine> {
  for await (const line of lines) {
    if ('event' in line && /^[0-9a-f]{40,64}$/.test(line.event.commit)) cited.add(line.event.commit)
    yield line
  }
}
