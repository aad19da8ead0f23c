import type { Command } from 'commander'

/** What may follow a command: its subcommands and its flags, each with a description. */
interface Words {
  /** `bundle build`, empty for the program itself. */
  readonly path: string
  readonly words: readonly (readonly [word: string, description: string])[]
}

function wordsOf(command: Command, path: string): Words[] {
  const visible = command.createHelp().visibleCommands(command)
  const flags = command.createHelp().visibleOptions(command)
  const words = [
    ...visible.map(child => [child.name(), child.description()] as const),
    ...flags.flatMap(option =>
      option.long === undefined || option.long === null ? [] : [[option.long, option.description] as const],
    ),
  ]
  const children = command.commands.flatMap(child => wordsOf(child, `${path} ${child.name()}`.trim()))
  return [{ path, words }, ...children]
}

/** The part of the line that names a command, in a shell that has `case`. */
function findPath(all: readonly Words[], words: string): string {
  const paths = all.filter(({ path }) => path !== '').map(({ path }) => `"${path}"`)
  return `  local path="" word
  for word in ${words}; do
    case "\${path:+$path }$word" in
      ${paths.join('|')}) path="\${path:+$path }$word" ;;
    esac
  done`
}

function bash(program: Command): string {
  const all = wordsOf(program, '')
  const cases = all.map(({ path, words }) => `    "${path}") words="${words.map(([word]) => word).join(' ')}" ;;`)
  return `# cedargate completion for bash
_cedargate() {
${findPath(all, `"\${COMP_WORDS[@]:1:COMP_CWORD-1}"`)}
  local words=""
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _cedargate cedargate
`
}

function zsh(program: Command): string {
  const all = wordsOf(program, '')
  const cases = all.map(({ path, words }) => {
    const items = words.map(([word, description]) => quoted(`${word}:${description}`))
    return `    "${path}") items=(${items.join(' ')}) ;;`
  })
  return `#compdef cedargate
# cedargate completion for zsh
_cedargate() {
${findPath(all, `"\${words[@]:1:$((CURRENT - 2))}"`)}
  local -a items
  case "$path" in
${cases.join('\n')}
  esac
  _describe cedargate items || _files
}
compdef _cedargate cedargate
`
}

function fish(program: Command): string {
  const lines = wordsOf(program, '').flatMap(({ path, words }) =>
    words.map(([word, description]) => {
      const seen = path === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${path.split(' ').at(-1)}`
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`
      return `complete -c cedargate -n ${quoted(seen)} ${what} -d ${quoted(description)}`
    }),
  )
  return `# cedargate completion for fish\n${lines.join('\n')}\n`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** Shell → its script for a command tree. */
export const scripts = { bash, zsh, fish }
