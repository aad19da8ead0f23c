import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const binary = fileURLToPath(new URL('../bin/cedargate.js', import.meta.url))

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the tool as a person would, in a process of its own, with no variable of the outside. */
export function cedargate(
  args: readonly string[],
  { cwd = tmpdir(), env = {} }: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Ran {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(CEDARGATE_|PG|FORCE_COLOR|NO_COLOR)/.test(name)),
  )
  const { status, stdout, stderr } = spawnSync(process.execPath, [binary, ...args], {
    cwd,
    env: { ...clean, NO_COLOR: '1', ...env },
    encoding: 'utf8',
    timeout: 60_000,
  })
  return { code: status, stdout, stderr }
}

/** A temporary folder with these files. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'cedargate-cli-'))

  constructor(files: ReadonlyMap<string, string> = new Map()) {
    this.write(Object.fromEntries(files))
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(this.file(file)), { recursive: true })
      writeFileSync(this.file(file), text)
    }
  }

  file(name: string): string {
    return join(this.path, name)
  }

  git(...args: readonly string[]): string {
    const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false']
    return execFileSync('git', ['-C', this.path, ...identity, ...args], { stdio: 'pipe' })
      .toString()
      .trim()
  }

  /** Commits all that is there. */
  commit(message = 'change'): string {
    this.git('add', '.')
    this.git('commit', '-q', '-m', message)
    return this.git('rev-parse', 'HEAD')
  }

  run(...args: readonly string[]): Ran {
    return cedargate(args, { cwd: this.path })
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

/** A git repository whose first commit holds these files. */
export function committed(files: ReadonlyMap<string, string>): Folder {
  const folder = new Folder(files)
  folder.git('init', '-q', '-b', 'main')
  folder.commit('first')
  return folder
}
