import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DemoError } from './errors.ts'

/** A git repository of policies that the demo makes and changes. */
export interface PolicyRepository {
  readonly folder: string
  /** Replaces the one line that matches. @throws DemoError where there is none */
  replaceLine(file: string, line: RegExp, by: string): void
  append(file: string, text: string): void
  /** Commits all; gives the full SHA. */
  commit(message: string): string
  /** What git prints. */
  git(...args: readonly string[]): string
}

/** Whoever runs the demo may have no identity in git, or sign commits: neither may matter here. */
const identity = [
  'user.name=Cedargate demo',
  'user.email=demo@example.com',
  'commit.gpgSign=false',
  'core.hooksPath=/dev/null',
]

/** Makes a git repository of the folder on branch `main`; nothing is committed yet. */
export function createPolicyRepository(folder: string): PolicyRepository {
  const git = (...args: readonly string[]) => {
    try {
      return execFileSync('git', ['-C', folder, ...identity.flatMap(pair => ['-c', pair]), ...args], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...withoutGit(process.env), GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' },
      }).trimEnd()
    } catch (cause) {
      const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
      const said = String((cause as { stderr?: string }).stderr ?? '').trim()
      throw new DemoError(
        'ERR_DEMO_GIT',
        missing ? '`git` is missing, next: install git' : `git ${args[0]} failed: ${said}`,
        {
          cause,
        },
      )
    }
  }
  git('init', '-q', '-b', 'main')
  return {
    folder,
    git,
    replaceLine(file, line, by) {
      const text = readFileSync(join(folder, file), 'utf8')
      if (!line.test(text)) throw new DemoError('ERR_DEMO_GIT', `\`${file}\` has no line \`${line.source}\``)
      writeFileSync(
        join(folder, file),
        text.replace(line, () => by),
      )
    },
    append: (file, text) => writeFileSync(join(folder, file), text, { flag: 'a' }),
    commit(message) {
      git('add', '--all')
      git('commit', '-q', '-m', message)
      return git('rev-parse', 'HEAD')
    },
  }
}

/** `GIT_DIR` and its kin, set while a hook runs us, would lead into another repository. */
function withoutGit(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('GIT_')))
}
