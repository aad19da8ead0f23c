import { execFileSync } from 'node:child_process'
import { CliError } from './errors.ts'

const maxBytes = 256 * 1024 * 1024

/** A folder inside a git repository. Everything is asked of the `git` binary; nothing is cached. */
export interface Git {
  /** Of a branch, tag, `HEAD~1` or SHA. */
  commit(ref: string): string
  /** Whether the repository has this commit. */
  has(commit: string): boolean
  /** `refs/heads/main` of a name or of what is checked out. */
  fullRef(ref: string): string
  /** `git rev-list --count`: it grows with every fast-forward. */
  commits(commit: string): number
  isShallow(): boolean
  /** What differs from the commit checked out, untracked files included, in this folder. */
  changes(): readonly string[]
  /** The regular files of this folder at a commit that `wanted` accepts, by path below the folder. */
  files(commit: string, wanted: (path: string) => boolean): Map<string, string>
  /** `origin`'s address, if there is one. */
  origin(): string | undefined
}

/**
 * @throws CliError `ERR_GIT` where the folder is in no git repository
 */
export function openGit(folder: string): Git {
  const prefix = text(folder, ['rev-parse', '--show-prefix'])
  const commit = (ref: string) => {
    const found = attempt(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`])
    if (found === undefined)
      throw new CliError('ERR_GIT_REF', `no commit \`${ref}\` here, next: fetch it or name a branch, a tag or a SHA`)
    return found
  }
  return {
    commit,
    has: sha => attempt(folder, ['cat-file', '-e', `${sha}^{commit}`]) !== undefined,
    fullRef(ref) {
      const full = attempt(folder, ['rev-parse', '--symbolic-full-name', '--end-of-options', ref])?.split('\n').at(-1)
      // What a remote-tracking ref follows is a branch there, and that is what a gateway pins.
      if (full?.startsWith('refs/')) return full.replace(/^refs\/remotes\/[^/]+\//, 'refs/heads/')
      throw new CliError('ERR_GIT_REF', `\`${ref}\` is on no branch or tag, next: name one with --ref`)
    },
    commits: sha => Number(text(folder, ['rev-list', '--count', sha])),
    isShallow: () => text(folder, ['rev-parse', '--is-shallow-repository']) === 'true',
    changes: () =>
      git(folder, ['status', '--porcelain', '--untracked-files=all', '-z', '--', '.'])
        .toString()
        .split('\0')
        .filter(entry => entry.length > 3)
        .map(entry => entry.slice(3)),
    files: (sha, wanted) => readFiles(folder, prefix, sha, wanted),
    origin: () => attempt(folder, ['remote', 'get-url', 'origin']),
  }
}

/** Whether a folder lies in a git repository at all. */
export function inGit(folder: string): boolean {
  return attempt(folder, ['rev-parse', '--git-dir']) !== undefined
}

interface TreeEntry {
  readonly mode: string
  readonly object: string
  readonly path: string
}

function readFiles(folder: string, prefix: string, commit: string, wanted: (path: string) => boolean) {
  const entries = git(folder, ['ls-tree', '-r', '-z', '--full-tree', commit, ...(prefix === '' ? [] : [prefix])])
    .toString()
    .split('\0')
    .filter(line => line !== '')
    .map(toEntry)
    .map(entry => ({ ...entry, path: entry.path.slice(prefix.length) }))
    .filter(entry => wanted(entry.path))
  for (const { mode, path } of entries) {
    // A link would mean another file in the work tree than in the commit.
    if (mode !== '100644' && mode !== '100755')
      throw new CliError(
        'ERR_GIT',
        `\`${path}\` is not a regular file at \`${commit.slice(0, 12)}\`, next: commit its content`,
      )
  }
  const bodies = catFiles(folder, entries)
  return new Map(entries.map((entry, index) => [entry.path, bodies[index] ?? '']))
}

function toEntry(line: string): TreeEntry {
  const [head = '', path = ''] = line.split('\t', 2)
  const [mode = '', , object = ''] = head.split(' ')
  return { mode, object, path }
}

/** One `git cat-file --batch` for all: `<object> blob <bytes>\n<content>\n` each. */
function catFiles(folder: string, entries: readonly TreeEntry[]): string[] {
  if (entries.length === 0) return []
  const output = git(folder, ['cat-file', '--batch'], entries.map(entry => `${entry.object}\n`).join(''))
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let at = 0
  return entries.map(({ path }) => {
    const end = output.indexOf(0x0a, at)
    const size = Number(output.subarray(at, end).toString().split(' ')[2])
    at = end + 1 + size + 1
    try {
      return utf8.decode(output.subarray(end + 1, end + 1 + size))
    } catch (cause) {
      throw new CliError('ERR_FILE', `\`${path}\` is not UTF-8`, { cause })
    }
  })
}

/** A repository's own settings may name programs to run; none of them is needed here. */
const settings = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false']

/** Inside a hook git says where its repository is; here the folder does. */
function environment(): NodeJS.ProcessEnv {
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, GIT_PREFIX: _prefix, ...env } = process.env
  return { ...env, LC_ALL: 'C' }
}

function git(folder: string, args: readonly string[], input?: string): Buffer {
  try {
    return execFileSync('git', ['-C', folder, ...settings, ...args], {
      input: input ?? '',
      maxBuffer: maxBytes,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: environment(),
    })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new CliError('ERR_GIT', '`git` is not installed or the folder is missing, next: install git', { cause })
    const said =
      String((cause as { stderr?: Buffer }).stderr ?? '')
        .trim()
        .split('\n')
        .at(-1) ?? ''
    throw new CliError('ERR_GIT', `git ${args[0]} failed in \`${folder}\`: ${said}`, { cause })
  }
}

function text(folder: string, args: readonly string[]): string {
  return git(folder, args).toString().trimEnd()
}

/** `undefined` where git says no. */
function attempt(folder: string, args: readonly string[]): string | undefined {
  try {
    return text(folder, args)
  } catch (error) {
    if (error instanceof CliError && (error.cause as { status?: number | null }).status != null) return undefined
    throw error
  }
}
