import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { DemoError } from './errors.ts'

export interface Ran {
  readonly code: number
  /** Standard output and error as they came, without the last newline. */
  readonly output: string
}

/** The command line tool, a program for Node. */
export const cedargateProgram = fileURLToPath(new URL('../bin/cedargate.js', import.meta.resolve('@cedargate/cli')))

/** Starts the command line tool as a person would, in a folder. */
export function spawnCedargate(folder: string, args: readonly string[], color = false): ChildProcess {
  return spawn(process.execPath, [cedargateProgram, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...withoutFlags(process.env), ...(color ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }) },
  })
}

/** Runs it to its end, whatever its exit code. */
export async function runCedargate(folder: string, args: readonly string[], color = false): Promise<Ran> {
  const child = spawnCedargate(folder, args, color)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
  }
  const [code] = (await once(child, 'close')) as [number | null]
  return { code: code ?? 1, output: output.trimEnd() }
}

/** As `runCedargate`, for what has to succeed; gives its output. */
export async function mustCedargate(folder: string, args: readonly string[]): Promise<string> {
  const { code, output } = await runCedargate(folder, args)
  if (code !== 0)
    throw new DemoError(
      'ERR_DEMO_START',
      `\`cedargate ${args.slice(0, 2).join(' ')}\` ended with code ${code}: ${output}`,
    )
  return output
}

/** Every flag of the tool is also an environment variable: one that is set outside must not steer the demo. */
function withoutFlags(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(CEDARGATE_|FORCE_COLOR$|NO_COLOR$)/.test(name)))
}
