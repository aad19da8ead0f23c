import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { CliError } from './errors.ts'
import { decodeText, refuseIrregular } from './text.ts'

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
  /**
   * The files of this folder at a commit that `wanted` accepts, by path below the folder. Where it accepts what is no
   * regular file, a link or a submodule, that is an error.
   */
  files(commit: string, wanted: Wanted): Map<string, string>
  /** `origin`'s address, if there is one. */
  origin(): string | undefined
}

/** @param regular whether it is a file, not a link or a submodule */
export type Wanted = (path: string, regular: boolean) => boolean

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

function readFiles(folder: string, prefix: string, commit: string, wanted: Wanted) {
  // A folder may be named like a flag.
  const args = ['ls-tree', '-r', '-z', '--full-tree', '--', commit, ...(prefix === '' ? [] : [prefix])]
  const entries = git(folder, args)
    .toString()
    .split('\0')
    .filter(line => line !== '')
    .map(toEntry)
    .map(entry => ({ ...entry, path: entry.path.slice(prefix.length) }))
    .filter(entry => wanted(entry.path, isRegular(entry)))
  // A link would mean another file in the work tree than in the commit.
  refuseIrregular(
    entries.filter(entry => !isRegular(entry)).map(({ path }) => path),
    ` at \`${commit.slice(0, 12)}\``,
  )
  const bodies = catFiles(folder, entries)
  return new Map(entries.map(({ path }, index) => [path, decodeText(path, bodies[index] ?? Buffer.alloc(0))]))
}

function isRegular({ mode }: TreeEntry): boolean {
  return mode === '100644' || mode === '100755'
}

function toEntry(line: string): TreeEntry {
  const [head = '', path = ''] = line.split('\t', 2)
  const [mode = '', , object = ''] = head.split(' ')
  return { mode, object, path }
}

/** One `git cat-file --batch` for all: `<object> blob <bytes>\n<content>\n` each. */
function catFiles(folder: string, entries: readonly TreeEntry[]): Buffer[] {
  if (entries.length === 0) return []
  const output = git(folder, ['cat-file', '--batch'], entries.map(entry => `${entry.object}\n`).join(''))
  let at = 0
  return entries.map(() => {
    const end = output.indexOf(0x0a, at)
    const size = Number(output.subarray(at, end).toString().split(' ')[2])
    at = end + 1 + size + 1
    return output.subarray(end + 1, end + 1 + size)
  })
}

/** A repository's own settings may name programs to run; none of them is needed here. */
const settings = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false']

/** What names another repository, or another content under the same names: `git rev-parse --local-env-vars`. */
const elsewhere = new Set([
  ...['GIT_DIR', 'GIT_COMMON_DIR', 'GIT_WORK_TREE', 'GIT_IMPLICIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX'],
  ...['GIT_OBJECT_DIRECTORY', 'GIT_ALTERNATE_OBJECT_DIRECTORIES', 'GIT_NAMESPACE', 'GIT_CEILING_DIRECTORIES'],
  ...['GIT_GRAFT_FILE', 'GIT_SHALLOW_FILE', 'GIT_REPLACE_REF_BASE'],
])

/** Inside a hook git says where its repository is; here the folder does. A commit is what its hash says, no stand-in. */
function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !elsewhere.has(name))
  const ours = { GIT_NO_REPLACE_OBJECTS: '1', GIT_LITERAL_PATHSPECS: '1', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' }
  return { ...Object.fromEntries(inherited), ...ours }
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
      throw new CliError('ERR_GIT', '`git` is not installed, next: install it', { cause })
    throw new CliError('ERR_GIT', toMessage(folder, args[0] ?? '', cause as { stderr?: Buffer }), { cause })
  }
}

function toMessage(folder: string, command: string, { stderr }: { readonly stderr?: Buffer }): string {
  if (!existsSync(folder)) return `no folder \`${folder}\`, next: name a policy repository`
  const lines = String(stderr ?? '')
    .trim()
    .split('\n')
  // What follows is advice, or a list of flags.
  const said = (lines.find(line => /^(fatal|error): /.test(line)) ?? lines.at(-1) ?? '').replace(/^\w+: /, '')
  if (said.startsWith('not a git repository'))
    return `\`${folder}\` is in no git repository, next: run \`git init\` there and commit, or name another folder`
  if (said.startsWith('detected dubious ownership'))
    return `git does not trust \`${folder}\`, which belongs to someone else, next: git config --global --add safe.directory`
  return `git ${command} failed in \`${folder}\`: ${said}`
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
