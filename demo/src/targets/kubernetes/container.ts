import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import type { RemoteCommand } from './remote-command.ts'

/** The main process of a container: a program of this machine, whatever the image. */
export interface Container {
  readonly name: string
  readonly image: string
  readonly isEphemeral: boolean
  readonly startedAt: string
  /** The last lines that it printed, and all that it will. */
  log(follow: boolean, lines: number): NodeJS.ReadableStream
  attach(streams: RemoteCommand): void
  readonly exited: Promise<number>
  /** `undefined` while it runs. */
  readonly exitCode: number | undefined
  kill(): void
}

/** What a pod says of it. */
interface ContainerSpec {
  readonly name: string
  readonly image: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly stdinOnce?: boolean
}

/** Without a command it prints what it is told, for ever. */
export function startContainer(spec: ContainerSpec, isEphemeral: boolean): Container {
  const { name, image, command, args = [], stdinOnce } = spec
  const child = start(command === undefined ? ['cat'] : [...command, ...args], true)
  const printed: Buffer[] = []
  const followers = new Set<PassThrough>()
  for (const output of [child.stdout, child.stderr])
    output?.on('data', (chunk: Buffer) => {
      printed.push(chunk)
      for (const follower of followers) follower.write(chunk)
    })
  const exited = ended(child)
  let exitCode: number | undefined
  void exited.then(code => {
    exitCode = code
    for (const follower of followers) follower.end()
  })
  return {
    ...{ name, image, isEphemeral, startedAt: now() },
    get exitCode() {
      return exitCode
    },
    log(follow, lines) {
      const text = new PassThrough()
      const all = Buffer.concat(printed)
        .toString('latin1')
        .split(/(?<=\n)/)
      text.write(all.slice(Math.max(0, all.length - lines)).join(''), 'latin1')
      if (!follow || child.exitCode !== null || child.signalCode !== null) return text.end()
      followers.add(text)
      text.once('close', () => followers.delete(text))
      return text
    },
    attach({ stdin, stdout, exit, gone }) {
      const copy = (chunk: Buffer) => void stdout?.write(chunk)
      child.stdout?.on('data', copy)
      gone.addEventListener('abort', () => child.stdout?.off('data', copy))
      stdin?.on('data', chunk => child.stdin?.write(chunk))
      if (stdinOnce) stdin?.once('end', () => child.stdin?.end())
      void exited.then(exit)
    },
    exited,
    kill: () => void child.kill('SIGKILL'),
  }
}

/** Runs a program of this machine beside a container's own, as `kubectl exec` does. */
export async function execute({
  command,
  tty,
  stdin,
  stdout,
  stderr,
  resize,
  exit,
  gone,
}: RemoteCommand): Promise<void> {
  const size = tty && resize !== undefined ? await firstSize(resize, gone) : undefined
  const child = start(tty ? inTerminal(command, size) : command, stdin !== undefined)
  gone.addEventListener('abort', () => child.kill('SIGKILL'))
  if (stdin !== undefined && child.stdin !== null) stdin.pipe(child.stdin)
  if (stdout !== undefined) child.stdout?.pipe(stdout, { end: false })
  else child.stdout?.resume()
  if (stderr !== undefined) child.stderr?.pipe(stderr, { end: false })
  else child.stderr?.resume()
  exit(await ended(child))
}

/** `script` gives it a terminal; the size is set from within. */
function inTerminal(command: readonly string[], size: string | undefined): readonly string[] {
  const quoted = command.map(word => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
  return ['script', '-qefc', `${size === undefined ? '' : `stty ${size}; `}exec ${quoted}`, '/dev/null']
}

async function firstSize(resize: NodeJS.ReadableStream, gone: AbortSignal): Promise<string | undefined> {
  try {
    const signal = AbortSignal.any([gone, AbortSignal.timeout(1000)])
    const [chunk] = (await once(resize, 'data', { signal })) as [Buffer]
    const { Width, Height } = JSON.parse(chunk.toString('utf8').split('\n')[0] ?? '')
    return `cols ${Number(Width)} rows ${Number(Height)}`
  } catch {
    return undefined // it said none: the terminal keeps its own
  }
}

function start([program = '', ...args]: readonly string[], hasInput: boolean): ChildProcess {
  const env = { PATH: process.env.PATH ?? '', LC_ALL: 'C.UTF-8', TERM: 'xterm', HOSTNAME: 'fake-node' }
  const child = spawn(program, args, { cwd: '/', env, stdio: 'pipe' })
  child.on('error', () => {}) // `ended` tells
  child.stdin?.on('error', () => {}) // it need not read what it is sent
  if (!hasInput) child.stdin?.end()
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('close', () => process.off('exit', kill))
  return child
}

/** 127 where there is no such program, 128 and the signal where one ended it. */
async function ended(child: ChildProcess): Promise<number> {
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    return code ?? 137
  } catch {
    return 127
  }
}

export function now(): string {
  return new Date().toISOString().replace(/\.\d+/, '')
}
