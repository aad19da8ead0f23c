import { Argument } from 'commander'
import { command } from '../command.ts'
import { exit } from '../exit.ts'
import { write } from '../report/print.ts'

export const completion = () =>
  command('completion', 'print a script that completes commands and flags in a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .examples(
      ['bash, in ~/.bashrc', 'source <(cedargate completion bash)'],
      ['zsh, in ~/.zshrc', 'source <(cedargate completion zsh)'],
      ['fish', 'cedargate completion fish > ~/.config/fish/completions/cedargate.fish'],
    )
    .runs(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { createProgram } = await import('../main.ts')
      const { scripts } = await import('../completion.ts')
      await write(process.stdout, scripts[shell](createProgram()))
      return exit.ok
    })
