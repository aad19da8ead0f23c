import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// Colours are decided when the library is loaded.
process.env.NO_COLOR = '1'
delete process.env.FORCE_COLOR
const { run } = await import('../src/main.ts')

export interface Ran {
  readonly code: number | string | null | undefined
  readonly stdout: string
  readonly stderr: string
}

export interface Surroundings {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Runs a command line in this process: what a person would see and the exit code, at a fifth of the cost of a process.
 * `spawned` is for what only a process of its own shows.
 */
export async function cedargate(
  args: readonly string[],
  { cwd = tmpdir(), env = {} }: Surroundings = {},
): Promise<Ran> {
  const before = { cwd: process.cwd(), env: process.env, exitCode: process.exitCode }
  const output = { stdout: '', stderr: '' }
  const restore = (['stdout', 'stderr'] as const).map(name => capture(name, text => (output[name] += text)))
  process.env = { ...withoutOurs(process.env), ...env }
  process.exitCode = undefined
  process.chdir(cwd)
  try {
    await run(args)
    return { code: process.exitCode ?? 0, ...output }
  } finally {
    process.chdir(before.cwd)
    process.env = before.env
    process.exitCode = before.exitCode
    for (const put of restore) put()
  }
}

function capture(name: 'stdout' | 'stderr', take: (text: string) => void): () => void {
  const stream = process[name]
  const original = stream.write
  stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
    take(chunk.toString())
    const done = rest.find(one => typeof one === 'function') as (() => void) | undefined
    done?.()
    return true
  }) as typeof stream.write
  return () => {
    stream.write = original
  }
}

/** In a process of its own. */
export function spawned(args: readonly string[], { cwd = tmpdir(), env = {} }: Surroundings = {}): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [binary, ...args], {
    cwd,
    env: { ...withoutOurs(process.env), ...env },
    encoding: 'utf8',
    timeout: 100_000,
  })
  return { code: status, stdout, stderr }
}

export const binary = fileURLToPath(new URL('../bin/cedargate.js', import.meta.url))

/** A flag that is set outside must not steer a test. */
function withoutOurs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(CEDARGATE_|PG)/.test(name)))
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

  run(...args: readonly string[]): Promise<Ran> {
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
