import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import {
  type Diagnostic,
  isRepositoryFile,
  loadGrammars,
  openRepository,
  type Repository,
  validateRepository,
} from '@cedargate/policy-schema'
import { CliError } from './errors.ts'
import { type Git, openGit, type Wanted } from './git.ts'
import { decodeText, refuseIrregular } from './text.ts'

/**
 * The files of a policy repository as they lie in a folder, whether committed or not.
 *
 * @returns path below the folder → text
 * @throws CliError `ERR_FILE` where there is no such folder, or no `cedargate.yaml` in it
 */
export function readFolder(folder: string): Map<string, string> {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new CliError('ERR_FILE', `no folder \`${folder}\`, next: name a policy repository`)
  if (statSync(join(folder, 'cedargate.yaml'), { throwIfNoEntry: false }) === undefined)
    throw new CliError(
      'ERR_FILE',
      `\`${folder}\` is no policy repository, it has no cedargate.yaml, next: name one, or make one with \`cedargate init\``,
    )
  return new Map([...filesBelow(folder, folder)].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function* filesBelow(root: string, folder: string): Generator<[string, string]> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const full = join(folder, entry.name)
    const path = relative(root, full).split(sep).join('/')
    if (entry.isDirectory()) {
      if (isSearched(path)) yield* filesBelow(root, full)
    } else if (isWanted(path, entry.isFile())) {
      // What git would store as a link is another file in a commit than here.
      if (!entry.isFile()) refuseIrregular([path])
      yield [path, decodeText(path, readFileSync(full))]
    }
  }
}

/** What a policy repository is read from, and what may hide a part of it. */
const isWanted: Wanted = (path, regular) => isRepositoryFile(path) || (!regular && isSearched(path))

function isSearched(path: string): boolean {
  return /^(policies|tests|snapshots)(\/|$)/.test(path)
}

/** The files of a policy repository at a commit, whatever lies in the work tree. */
export function readCommit(git: Git, commit: string): Map<string, string> {
  return git.files(commit, isWanted)
}

/**
 * The repository in a folder, found valid.
 *
 * @throws CliError `ERR_REPOSITORY` with all that is wrong
 */
export function openFolder(folder: string): Promise<Repository> {
  return openFiles(readFolder(folder), 'worktree')
}

/** The repository in a folder at a commit. */
export function openCommit(folder: string, ref: string): Promise<Repository> {
  const git = openGit(folder)
  const commit = git.commit(ref)
  return openFiles(readCommit(git, commit), commit)
}

/** @throws CliError `ERR_REPOSITORY` */
export async function openFiles(files: ReadonlyMap<string, string>, commit: string): Promise<Repository> {
  await loadGrammars()
  const { repository, diagnostics } = openRepository(files, { commit })
  const all = [...diagnostics, ...(repository === undefined ? [] : validateRepository(repository))]
  const errors = all.filter((found: Diagnostic) => found.severity === 'error')
  if (repository !== undefined && errors.length === 0) return repository
  const where = commit === 'worktree' ? '' : ` at \`${commit.slice(0, 12)}\``
  throw new CliError('ERR_REPOSITORY', `the policy repository${where} is not valid, next: correct the above`, {
    diagnostics: errors,
  })
}
