import { createProgram } from '../../cli/src/main.ts'

type Command = ReturnType<typeof createProgram>['commands'][number]

const intro = `# The command line

Written by \`node test/docs/write-cli-page.ts\` from what each command's \`--help\` says; a test holds it to that.

Exit codes:

- 0: ok
- 1: a fault of ours
- 2: usage: a flag, an argument or a file that was named wrongly
- 3: the repository is invalid, or lint found an error
- 4: a policy test failed, or something that the demo claims
- 5: a simulated difference that \`--fail-on\` names
- 6: a signature, a digest, a chain or a replayed decision is wrong
`

/** docs/cli.md */
export function cliPage(): string {
  const leaves = leavesOf(createProgram(), [])
  return `${[intro, ...leaves.map(({ name, command }) => section(name, command))].join('\n')}`
}

interface Leaf {
  readonly name: string
  readonly command: Command
}

function leavesOf(command: Command, path: readonly string[]): readonly Leaf[] {
  const here = [...path, command.name()]
  const below = command.commands.filter(child => child.name() !== 'help')
  return below.length === 0 ? [{ name: here.join(' '), command }] : below.flatMap(child => leavesOf(child, here))
}

function section(name: string, command: Command): string {
  let text = ''
  command.configureOutput({
    writeOut: chunk => {
      text += chunk
    },
    getOutHelpWidth: () => 120,
    getOutHasColors: () => false,
  })
  command.outputHelp()
  return `## ${name}\n\n\`\`\`\n${text.trimEnd()}\n\`\`\`\n`
}
