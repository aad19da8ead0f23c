import { Generations } from '../../engine/generations.ts'
import { longSqlLength } from './parser.ts'
import { scan, type Token } from './scan.ts'

/** What stands in a recorded text where a password stood. */
export const redacted = "'redacted'"

/** A cheap no: most texts hold none of these. */
const mayHold = /pass|secret|token|api_?key|program|:\/\/|u&"|mapping|connection/i

/**
 * A keyword, or the name of an option, a setting or a column, that a secret may follow: PASSWORD, `password`, sslpassword,
 * passwd, `app.password`, `client_secret`, `token`, `api_key`. A space that is none to PostgreSQL comes with what was
 * copied from a page.
 */
const secretWord = /^(?:[\w.]*[._])?(?:(?:ssl)?passw(?:or)?d|secret|token|api_?key)\s*$/i

const isUnicode = (text: string) => /^u&/i.test(text)

/** The name in a quoted identifier, with the escapes of U&"…" undone. */
function identifierName(text: string, sign: string): string {
  const name = text.slice(text.indexOf('"') + 1, text.endsWith('"') ? -1 : undefined)
  if (!isUnicode(text)) return name
  const [first = '', ...escaped] = name.split(sign)
  const decoded = escaped.map(part =>
    part.replace(/^(?:\+([0-9a-f]{6})|([0-9a-f]{4}))/i, (_, six?: string, four?: string) => {
      const point = Number.parseInt(six ?? four ?? '', 16)
      return point <= 0x10ffff ? String.fromCodePoint(point) : ''
    }),
  )
  return [first, ...decoded].join('')
}

/** A string's opening quote, what it holds, and its closing quote where it has one. */
function insides(text: string): readonly [string, string, string] {
  const open = /^(?:[a-z]|u&)?'|^\$[^$]*\$/i.exec(text)?.[0] ?? ''
  const close = open.endsWith('$') ? open : "'"
  const closed = text.length >= open.length + close.length && text.endsWith(close)
  const end = closed ? text.length - close.length : text.length
  return [open, text.slice(open.length, end), text.slice(end)]
}

/** Its quotes stay, whatever the value in it looks like. */
function redactIdentifier(text: string): string {
  const from = text.indexOf('"') + 1
  const to = text.length > from && text.endsWith('"') ? text.length - 1 : text.length
  return text.slice(0, from) + redactConnection(text.slice(from, to)) + text.slice(to)
}

const commentSigns = /--|\/\*|\*\//g
const lineEnd = /[\n\r]|$/g

/** What is in comments. They begin and end where they did, or what follows would be a part of them. */
function redactSpace(text: string): string {
  let result = ''
  let at = 0
  let depth = 0
  for (const { 0: sign, index } of text.matchAll(commentSigns)) {
    if (index < at || (sign === '--' && depth > 0)) continue // in a comment that has begun
    const before = text.slice(at, index)
    result += (depth > 0 ? redactConnection(before) : before) + sign
    at = index + sign.length
    if (sign === '/*') depth++
    else if (sign === '*/') depth--
    else {
      lineEnd.lastIndex = at
      const end = lineEnd.exec(text)?.index ?? text.length
      result += redactConnection(text.slice(at, end))
      at = end
    }
  }
  const rest = text.slice(at)
  return result + (depth > 0 ? redactConnection(rest) : rest)
}

/** Bodies of DO and functions inside of one another that are looked into as SQL. */
const maxBodies = 3

function redactString(text: string, depth: number): string {
  const [open, inside, close] = insides(text)
  const clean = redactConnection(inside)
  return open + (open.endsWith('$') && depth < maxBodies ? redactTokens(clean, depth + 1) : clean) + close
}

/** A quoted value inside of a string whose own quotes are doubled, inside of $$ or a comment, and inside of E'…'. */
const quoted = [/''(?:\\''|''''|[^'])*(?:''|$)/, /'(?:\\'|''|[^'])*(?:'|$)/, /\\'(?:[^'\\]|\\[^'])*(?:\\'|$)/].map(
  ({ source }) => source,
)
const name = '(?:ssl)?passw(?:or)?d'
const inUrl = new RegExp(`(?<=[?&]${name}=)[^\\s'&]+`, 'gi')
const inPairs = new RegExp(
  `(?<![?&]|[?&]ssl)(${name}\\s*=\\s*)(?:${quoted.join('|')}|\\\\+[^'\\\\]|[^\\s'\\\\])+`,
  'gi',
)
const inSql = new RegExp(`(${name}\\s+)(?:${quoted.join('|')})`, 'gi')

/** Secrets inside of a string: connection strings in key=value and in URL form, and SQL that is run from there. */
function redactConnection(text: string): string {
  if (!/pass/i.test(text)) return redactAddresses(text)
  const clean = text.replace(inUrl, 'redacted').replace(inPairs, '$1redacted').replace(inSql, '$1redacted')
  return redactAddresses(clean)
}

/** Passwords before the `@` of URLs. By words and their parts: one pattern for all takes time in the square of a text. */
function redactAddresses(text: string): string {
  if (!text.includes('://') || !text.includes('@')) return text
  return text.replace(/[^\s'"]+/g, word => {
    const parts = word.split('@')
    const last = parts.pop() ?? ''
    return [...parts.map(part => part.replace(/(:\/\/[^:/]*:).+$/, '$1redacted')), last].join('@')
  })
}

/**
 * USER MAPPING … OPTIONS holds credentials under whatever name the other server gives them: every option but `user` is one.
 * Goes from token to token, and says whether strings here are such options.
 */
function createMappingWatch(): (sql: string, token: Token) => boolean {
  let seen: 'nothing' | 'user' | 'mapping' | 'options' = 'nothing'
  let harmless = false
  return (sql, { kind, start, end }) => {
    if (kind === 'space') return false
    const text = sql.slice(start, end).toLowerCase()
    if (kind === 'string') return seen === 'options' && !harmless
    if (text === ';') seen = 'nothing'
    else if (seen === 'options') harmless = kind === 'word' && text === 'user'
    else if (seen === 'mapping') seen = text === 'options' ? 'options' : 'mapping'
    else seen = seen === 'user' && text === 'mapping' ? 'mapping' : text === 'user' ? 'user' : 'nothing'
    return false
  }
}

function isSecretWord(kind: Token['kind'], text: string, sign = '\\'): boolean {
  if (kind === 'word') return secretWord.test(text)
  return kind === 'identifier' && secretWord.test(identifierName(text, sign))
}

/** The character behind UESCAPE, which says how the U&"…" or U&'…' before it is read. It is no secret. */
const escapeCharacter = /^'([^'])'$/

/**
 * A text without the literals that follow PASSWORD, and without passwords in connection strings. Works on texts that do
 * not parse: what has no end is taken for a secret up to the end of the text. The same string where nothing had to go.
 */
export function redactSql(sql: string): string {
  if (!mayHold.test(sql)) return sql
  if (sql.length < longSqlLength) return redactTokens(sql)
  const known = keptLong.get(sql)
  if (known !== undefined) return known
  const recorded = redactTokens(sql)
  keepRedacted(sql, recorded)
  return recorded
}

/** Remembers what is recorded of a long text, found elsewhere. */
export function keepRedacted(sql: string, recorded: string): void {
  keptLong.set(sql, recorded)
}

const keptLong = new Generations<string>(256, 2 * 1024 * 1024, recorded => recorded.length)

function redactTokens(sql: string, depth = 0): string {
  let result = ''
  let secretNext = false
  /** What leads to the secret stands right before it, without a sign between. */
  let bare = false
  /** Whether the token before this one was taken out: one that touches it would be read as one literal with it. */
  let taken = false
  /** The name or literal that may be read by another escape character; behind UESCAPE that character may come. */
  let unicode = ''
  let escapes = false
  const isCredential = createMappingWatch()
  for (const token of scan(sql)) {
    const { kind, start, end } = token
    const text = sql.slice(start, end)
    const credential = isCredential(sql, token)
    const touches = taken
    taken = false
    if (kind === 'string') {
      const sign = escapes ? escapeCharacter.exec(text)?.[1] : undefined
      escapes = false
      if (sign !== undefined) {
        result += text
        secretNext ||= isSecretWord('identifier', unicode, sign)
      } else if (secretNext || credential) {
        taken = true
        if (!touches) result += isUnicode(text) ? `U&${redacted}` : redacted
      } else result += redactString(text, depth)
      unicode = text
      continue // a literal may go on after a line break
    }
    result += kind === 'space' ? redactSpace(text) : kind === 'identifier' ? redactIdentifier(text) : text
    if (kind === 'space') continue
    escapes = kind === 'word' && isUnicode(unicode) && /^uescape$/i.test(text)
    if (escapes) continue // what was said of its name or literal holds on
    unicode = text
    // a connection string goes whole, however it is escaped inside, and a command line; a column of that name is another matter
    const connects = kind === 'word' && /^(?:connection|program)$/i.test(text)
    if (connects || isSecretWord(kind, text)) secretNext = true
    else if (bare || !(kind === 'punctuation' ? '=:('.includes(text) : /^to$/i.test(text))) secretNext = false
    bare = connects
  }
  return result
}
