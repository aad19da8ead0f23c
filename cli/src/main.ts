import { readFileSync } from 'node:fs'
import { CommanderError } from 'commander'
import { command } from './command.ts'
import { commands } from './commands/index.ts'
import { exit } from './exit.ts'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

/**
 * Runs one command line and sets the process's exit code.
 *
 * @param argv what follows `cedargate`
 */
export async function run(argv: readonly string[]): Promise<void> {
  if (!process.stdout.listeners('error').includes(endWithoutReader)) process.stdout.on('error', endWithoutReader)
  try {
    await createProgram().parseAsync(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Help and version end with 0; everything else that commander refuses is a wrong command line.
    process.exitCode = error.exitCode === 0 ? exit.ok : exit.usage
  }
}

/** `cedargate … | head` is not a fault; a full disk is none of ours. */
function endWithoutReader({ code, message }: NodeJS.ErrnoException): void {
  if (code === 'EPIPE') process.exit()
  process.stderr.write(`error standard output cannot be written: ${message}, next: check where it leads ERR_FILE\n`)
  process.exit(exit.usage)
}

/** The whole command tree. */
export function createProgram() {
  const program = command(
    'cedargate',
    'policies in Cedar, kept in git, that decide every operation of an automated agent',
  )
    .version(version, '-V, --version')
    .addHelpText(
      'after',
      `
Every flag is also an environment variable: --fail-on is CEDARGATE_FAIL_ON.
Exit codes: 0 ok, 1 a fault of ours, 2 usage, 3 invalid or lint, 4 tests, 5 simulation, 6 signature or provenance.`,
    )
  for (const create of commands) program.addCommand(create())
  const all = [program, ...program.commands, ...program.commands.flatMap(child => child.commands)]
  for (const one of all) one.exitOverride().configureHelp({ sortSubcommands: false })
  return program
}
