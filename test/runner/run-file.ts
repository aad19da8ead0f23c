import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestFile } from './find-test-files.ts'

/** What a file's run came to. It failed when `failures` holds anything. */
export interface FileResult {
  readonly path: string
  readonly total: number
  readonly passed: number
  /** Why a peer that is not here let the whole file be skipped. */
  readonly skipped?: string
  /** What a named fake stood in for. */
  readonly faked?: string
  /** What is wrong with the run, besides the tests that its output names. */
  readonly failures: readonly string[]
  readonly durationMs: number
  readonly output: string
}

/** How long a file may take to end once its last test is done. */
const leakMs = 4_000
/** A file prints this at the start of a line, and ends, when a peer is missing that it cannot do without. */
export const skipMark = 'cedargate-test-skipped: '
/** A file prints this at the start of a line when a named fake runs in place of a real server. */
export const fakeMark = 'cedargate-test-fake: '
const summary = /\n {2}Total: {5}(\d+)\n {2}Passed: {4}(\d+)\n {2}Skipped: {3}(\d+)\n {2}Duration: /g
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
const colour = /\x1b\[[0-9;]*m/g

const running = new Set<ChildProcess>()

/** Kills every file that still runs, with all that it started in its process group. */
export function endAll(): void {
  for (const child of running) killGroup(child)
}

/** Runs one file in a process group and a temporary folder of its own; neither outlives it. */
export async function runFile(root: string, file: TestFile): Promise<FileResult> {
  const begun = performance.now()
  const folder = mkdtempSync(join(tmpdir(), 'cedargate-test-'))
  chmodSync(folder, 0o711) // a server that refuses to run as root must be able to enter it
  const run = await watch(root, file, folder)
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  return { ...judge(file, run), path: file.path, durationMs: performance.now() - begun, output: run.output.trimEnd() }
}

interface Run {
  readonly output: string
  readonly code: number | null
  readonly ended: 'itself' | 'timeout' | 'leaked handle' | 'leaked process'
}

function watch(root: string, file: TestFile, folder: string): Promise<Run> {
  const child = spawn(process.execPath, [file.path], {
    cwd: root,
    detached: true, // its own process group
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...withoutColours(process.env), TMPDIR: folder },
  })
  running.add(child)
  let output = ''
  let done = false
  let ended: Run['ended'] = 'itself'
  let leak: NodeJS.Timeout | undefined
  const end = (why: Run['ended']) => {
    ended = why
    killGroup(child)
  }
  const timeout = setTimeout(end, file.timeoutMs, 'timeout')
  const take = (chunk: string) => {
    output += chunk
    done ||= counts(output.slice(-chunk.length - 500)).runs > 0
    clearTimeout(leak)
    if (done) leak = setTimeout(end, leakMs, 'leaked handle')
  }
  child.stdout.setEncoding('utf8').on('data', take)
  child.stderr.setEncoding('utf8').on('data', take)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => {
      clearTimeout(leak)
      leak = setTimeout(end, leakMs, 'leaked process') // the pipes close only when its children are gone too
    })
    child.once('close', code => {
      clearTimeout(timeout)
      clearTimeout(leak)
      killGroup(child)
      running.delete(child)
      resolve({ output, code, ended })
    })
  })
}

/** Who runs the tests, a CI or a terminal, does not decide whether what they start prints colours; `CI` is heeded by picocolors. */
function withoutColours(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { CI: _ci, FORCE_COLOR: _force, NO_COLOR: _no, ...rest } = env
  return rest
}

function judge(file: TestFile, run: Run): Pick<FileResult, 'total' | 'passed' | 'failures' | 'skipped' | 'faked'> {
  const { runs, total, passed, left } = counts(run.output)
  const marked = (mark: string) =>
    run.output
      .split('\n')
      .find(line => line.startsWith(mark))
      ?.slice(mark.length)
  const [skipped, faked] = [marked(skipMark), marked(fakeMark)]
  if (skipped !== undefined && runs === 0 && run.code === 0) return { total: 0, passed: 0, failures: [], skipped }
  const failures: string[] = []
  if (run.ended === 'timeout') failures.push(`timeout: it did not end within ${file.timeoutMs / 1000} s`)
  else if (run.ended !== 'itself')
    failures.push(`${run.ended}: it did not end within ${leakMs / 1000} s of its last test, next: close what it opened`)
  else if (runs === 0 && run.code !== 0) failures.push(`it ended with code ${run.code} before any test ran`)
  else if (total === 0) failures.push('it ran no test, next: end the file with `.run()`')
  else if (run.code !== 0 && passed === total) failures.push(`it ended with code ${run.code} though its tests passed`)
  if (left > 0) failures.push(`${left} tests were left out by \`.only\` or \`.skip\``)
  if (passed < total) failures.push(`${total - passed} of ${total} tests failed`)
  return { total, passed, failures, ...(faked !== undefined && { faked }) }
}

/** uvu prints a summary each time that its queue is done: more than once in a file that awaits between its suites. */
function counts(output: string): { runs: number; total: number; passed: number; left: number } {
  const sum = { runs: 0, total: 0, passed: 0, left: 0 }
  for (const [, total, passed, left] of output.replace(colour, '').matchAll(summary)) {
    sum.runs += 1
    sum.total += Number(total)
    sum.passed += Number(passed)
    sum.left += Number(left)
  }
  return sum
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // gone already is what is wanted
  }
}
