import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ran } from './run-client.ts'

/** Runs one program with one kubeconfig, kubectl or helm, as often as asked. */
export interface KubeClient {
  /** To its end; never throws for what it answers. */
  run(args: readonly string[], options?: RunOptions): Promise<Ran>
  /** With a terminal of 33 rows and 101 columns. Needs `script`. */
  runInTerminal(script: string, args: readonly string[]): Promise<Ran>
  /** For what ends only when it is told. */
  start(args: readonly string[]): ChildProcessWithoutNullStreams
}

export interface RunOptions {
  readonly input?: string
  /** A program that is given the file, for `edit`. */
  readonly editor?: string
}

/** @param kubeconfig its text; the program keeps its cache of discovery beside it */
export function createKubeClient(program: string, kubeconfig: string): KubeClient {
  const home = mkdtempSync(join(tmpdir(), 'cedargate-kube-client-'))
  writeFileSync(join(home, 'config'), kubeconfig, { mode: 0o600 })
  const env = { PATH: process.env.PATH ?? '', HOME: home, KUBECONFIG: join(home, 'config'), LC_ALL: 'C.UTF-8' }
  const start = (path: string, args: readonly string[], more = {}) =>
    spawn(path, args, { env: { ...env, ...more }, cwd: home, stdio: 'pipe', timeout: 60_000, killSignal: 'SIGKILL' })
  const finish = async (path: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> => {
    const { input = '', editor } = options
    const more = { GOGC: 'off', ...(editor !== undefined && { EDITOR: editor }) } // it ends before its garbage matters
    const child = start(path, args, more)
    const output = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        output[name] += chunk
      })
    child.stdin.on('error', () => {}) // it need not read its input
    child.stdin.end(input)
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
    if (code === null) throw new Error(`\`${args.join(' ')}\` was ended by ${signal}: ${output.stderr}`)
    return { code, ...output }
  }
  const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`
  return {
    run: (args, options) => finish(program, args, options),
    runInTerminal: (script, args) =>
      finish(script, ['-qefc', `stty cols 101 rows 33; ${[program, ...args].map(quote).join(' ')}`, '/dev/null']),
    start: args => start(program, args),
  }
}
