import { PolicyError } from '../../errors.ts'
import { closeTo } from '../../spelling.ts'

/** A command of kubectl, its flags told from its arguments. */
export interface Words {
  readonly command: string
  readonly arguments: readonly string[]
  /** Behind `--`. */
  readonly rest: readonly string[]
  /** The first value of a flag that has one. */
  value(flag: string): string | undefined
  values(flag: string): readonly string[]
  has(flag: string): boolean
}

/** Flags with a value, by each of their names. */
const valued: { readonly [flag: string]: string } = {
  ...{ '-n': 'namespace', '-l': 'selector', '-c': 'container', '-p': 'patch', '-o': 'output', '-f': 'filename' },
  ...Object.fromEntries(
    [
      ...['namespace', 'selector', 'container', 'patch', 'output', 'filename', 'field-selector', 'replicas', 'type'],
      ...['image', 'as', 'as-group', 'as-uid', 'field-manager', 'raw', 'subresource', 'port', 'target-port', 'for'],
      ...['timeout', 'tail', 'since', 'duration', 'from-literal', 'from-file', 'grace-period', 'restart', 'dry-run'],
    ].map(flag => [`--${flag}`, flag]),
  ),
}
const switches: { readonly [flag: string]: string } = {
  ...{ '-A': 'all-namespaces', '-i': 'stdin', '-t': 'tty', '-w': 'watch' },
  ...Object.fromEntries(
    [
      ...['all-namespaces', 'stdin', 'tty', 'watch', 'follow', 'previous', 'force', 'force-conflicts', 'server-side'],
      ...['overwrite', 'show-labels', 'no-headers', 'wait', 'now', 'save-config'],
    ].map(flag => [`--${flag}`, flag]),
  ),
}

/** @throws PolicyError `ERR_SHORTHAND` for a flag that is not known */
export function readWords(text: string): Words {
  const [command = '', ...words] = split(text)
  const separator = words.indexOf('--')
  const before = separator < 0 ? words : words.slice(0, separator)
  const flags: (readonly [name: string, value: string])[] = []
  const plain: string[] = []
  for (let index = 0; index < before.length; index++) {
    const word = before[index] ?? ''
    const [flag = '', ...value] = word.split('=')
    const given = value.join('=')
    if (!word.startsWith('-') || word === '-') plain.push(word)
    // `-f` follows in `logs`, and names a file elsewhere.
    else if (flag === '-f' && command === 'logs') flags.push(['follow', 'true'])
    else if (flag === '-p' && command === 'logs') flags.push(['previous', 'true'])
    else if (Object.hasOwn(switches, flag)) flags.push([switches[flag] ?? '', word === flag ? 'true' : given])
    else if (/^-[it]{2}$/.test(word)) flags.push(['stdin', 'true'], ['tty', 'true'])
    else if (Object.hasOwn(valued, flag))
      flags.push([valued[flag] ?? '', word === flag ? (before[++index] ?? '') : given])
    else throw unsupported(`the flag \`${flag}\``, closeTo(flag, Object.keys({ ...switches, ...valued })))
  }
  const values = (flag: string) => flags.flatMap(([name, value]) => (name === flag ? [value] : []))
  return {
    ...{ command, arguments: plain, rest: separator < 0 ? [] : words.slice(separator + 1) },
    ...{ values, value: flag => values(flag).at(-1), has: flag => (values(flag).at(-1) ?? 'false') !== 'false' },
  }
}

/** @param meant what it may have been */
export function unsupported(what: string, meant?: string): PolicyError {
  const next = `${meant === undefined ? '' : `did you mean \`${meant}\`? Else `}say the call itself by \`api:\``
  return new PolicyError('ERR_SHORTHAND', `${what} is not read in \`kubectl:\`, next: ${next}`)
}

/** As a shell does, without what a shell would put in. */
function split(text: string): string[] {
  if (/[$`;&|<>\n]/.test(text.replace(/'[^']*'/g, '').replace(/ -f -(?= |$)/g, '')))
    throw unsupported('what a shell would interpret')
  const words = text.match(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+/g) ?? []
  const read = words.map(word =>
    word.replace(
      /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g,
      (_, single, double, escaped) => single ?? double?.replace(/\\(["\\])/g, '$1') ?? escaped,
    ),
  )
  return read[0] === 'kubectl' ? read.slice(1) : read
}
