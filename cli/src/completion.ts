import type { Command } from 'commander'

/** What may follow a command. */
interface Words {
  /** `bundle build`, empty for the program itself. */
  readonly path: string
  /** Subcommands, and what an argument may be. */
  readonly words: readonly Word[]
  readonly flags: readonly Flag[]
}
interface Word {
  readonly word: string
  readonly about: string
}
interface Flag extends Word {
  /** Absent: a switch. Empty: a value that only its author knows, a file for example. */
  readonly values?: readonly string[]
}

function wordsOf(command: Command, path = ''): Words[] {
  const help = command.createHelp()
  const choices = command.registeredArguments.flatMap(({ argChoices, description }) =>
    (argChoices ?? []).map(word => ({ word, about: description })),
  )
  const words = [
    ...help.visibleCommands(command).map(child => ({ word: child.name(), about: child.description() })),
    ...choices,
  ]
  const flags = help
    .visibleOptions(command)
    .flatMap(({ long, description, argChoices, required, optional }): Flag[] => {
      if (long === undefined || long === null) return []
      const flag = { word: long, about: description }
      return [required || optional ? { ...flag, values: argChoices ?? [] } : flag]
    })
  const children = command.commands.flatMap(child => wordsOf(child, `${path} ${child.name()}`.trim()))
  return [{ path, words, flags: unique(flags) }, ...children]
}

/** A group has its help twice. */
function unique(flags: readonly Flag[]): Flag[] {
  return [...new Map(flags.map(flag => [flag.word, flag])).values()]
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

/** One arm for each flag that takes a value, of `case "$path $previous"`. */
function valueArms(all: readonly Words[], choose: (values: readonly string[]) => string, files: string): string[] {
  return all.flatMap(({ path, flags }) => {
    const named = (flag: Flag) => `"${path} ${flag.word}"`
    const free = flags.filter(flag => flag.values?.length === 0)
    return [
      ...flags.flatMap(flag =>
        flag.values === undefined || flag.values.length === 0 ? [] : [`    ${named(flag)}) ${choose(flag.values)} ;;`],
      ),
      ...(free.length === 0 ? [] : [`    ${free.map(named).join('|')}) ${files} ;;`]),
    ]
  })
}

function bash(program: Command): string {
  const all = wordsOf(program)
  const words = all.map(({ path, words, flags }) => {
    const known = [...words, ...flags].map(({ word }) => word)
    return `    "${path}") words="${known.join(' ')}" ;;`
  })
  return `# cedargate completion for bash
_cedargate() {
${findPath(all, `"\${COMP_WORDS[@]:1:COMP_CWORD-1}"`)}
  local words=""
  case "$path" in
${words.join('\n')}
  esac
  case "$path \${COMP_WORDS[COMP_CWORD-1]}" in
${valueArms(all, values => `words="${values.join(' ')}"`, 'words=""').join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _cedargate cedargate
`
}

function zsh(program: Command): string {
  const all = wordsOf(program)
  const items = all.map(({ path, words, flags }) => {
    const known = [...words, ...flags].map(({ word, about }) => quoted(`${word}:${about}`))
    return `    "${path}") items=(${known.join(' ')}) ;;`
  })
  return `#compdef cedargate
# cedargate completion for zsh
_cedargate() {
${findPath(all, `"\${words[@]:1:$((CURRENT - 2))}"`)}
  local -a items
  case "$path" in
${items.join('\n')}
  esac
  case "$path \${words[CURRENT-1]}" in
${valueArms(all, values => `items=(${values.map(quoted).join(' ')})`, '_files; return').join('\n')}
  esac
  _describe cedargate items || _files
}
compdef _cedargate cedargate
`
}

function fish(program: Command): string {
  const all = wordsOf(program)
  const lines = all.flatMap(({ path, words, flags }) => {
    const seen = path === '' ? ['__fish_use_subcommand'] : path.split(' ').map(seenOne)
    // Where a subcommand was named, its siblings are over.
    const open =
      path === '' || words.length === 0 ? seen : [...seen, `not ${seenOne(words.map(({ word }) => word).join(' '))}`]
    const line = (when: readonly string[], what: string, about: string) =>
      `complete -c cedargate -n ${quoted(when.join('; and '))} ${what} -d ${quoted(about)}`
    return [
      ...words.map(({ word, about }) => line(open, `-f -a ${word}`, about)),
      ...flags.map(flag => line(seen, `-l ${flag.word.slice(2)}${parameterOf(flag)}`, flag.about)),
    ]
  })
  return `# cedargate completion for fish\n${lines.join('\n')}\n`
}

function seenOne(words: string): string {
  return `__fish_seen_subcommand_from ${words}`
}

function parameterOf({ values }: Flag): string {
  if (values === undefined) return ''
  return values.length === 0 ? ' -r' : ` -x -a ${quoted(values.join(' '))}`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** Shell → its script for a command tree. */
export const scripts = { bash, zsh, fish }
