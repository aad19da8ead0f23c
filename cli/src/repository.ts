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
import { openGit } from './git.ts'

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
    if (entry.isDirectory() && searched.has(path.split('/')[0] ?? '')) yield* filesBelow(root, full)
    else if (isRepositoryFile(path)) yield [path, readText(full, path, entry.isFile())]
  }
}

const searched = new Set(['policies', 'tests', 'snapshots'])

function readText(full: string, path: string, regular: boolean): string {
  // What git would store as a link is another file in a commit than here.
  if (!regular) throw new CliError('ERR_FILE', `\`${path}\` is not a regular file, next: put its content there`)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(full))
  } catch (cause) {
    throw new CliError('ERR_FILE', `\`${path}\` cannot be read as UTF-8, next: save it so`, { cause })
  }
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
  return openFiles(git.files(commit, isRepositoryFile), commit)
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
