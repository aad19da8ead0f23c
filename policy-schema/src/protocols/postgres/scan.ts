/** What a lexical scan tells apart, as PostgreSQL's `scan.l` does with `standard_conforming_strings` on. */
export type TokenKind = 'space' | 'string' | 'identifier' | 'word' | 'number' | 'punctuation'

export interface Token {
  readonly kind: TokenKind
  readonly start: number
  readonly end: number
  /** False where a string, quoted identifier or comment has no end. */
  readonly closed: boolean
}

const patterns = {
  space: /[ \t\n\r\f\v]+/y,
  lineComment: /--[^\n\r]*/y,
  word: /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y,
  number: /(?:\d[\w.]*|\.\d[\w.]*)/y,
  dollar: /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y,
  parameter: /\$\d+/y,
  plainString: /(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*'/y,
  escapeString: /[eE]'(?:[^'\\]|\\[\s\S]|'')*'/y,
  stringStart: /(?:[bBxXnNeE]|[uU]&)?'/y,
  identifier: /(?:[uU]&)?"(?:[^"]|"")*"/y,
  identifierStart: /(?:[uU]&)?"/y,
} satisfies Record<string, RegExp>

function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : -1
}

/** Comments nest. -1 where one has no end. */
function blockCommentEnd(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; ) {
    if (text.startsWith('/*', at)) {
      depth++
      at += 2
    } else if (text.startsWith('*/', at)) {
      depth--
      at += 2
      if (depth === 0) return at
    } else at++
  }
  return -1
}

const token = (kind: TokenKind, start: number, end: number, closed = true): Token => ({ kind, start, end, closed })

function tokenAt(text: string, at: number): Token {
  const unclosed = (kind: TokenKind) => token(kind, at, text.length, false)
  let end = match(patterns.space, text, at)
  if (end < 0) end = match(patterns.lineComment, text, at)
  if (end >= 0) return token('space', at, end)
  if (text.startsWith('/*', at)) {
    end = blockCommentEnd(text, at)
    return end < 0 ? unclosed('space') : token('space', at, end)
  }
  if (match(patterns.stringStart, text, at) >= 0) {
    end = match(patterns.escapeString, text, at)
    if (end < 0 && !/[eE]/.test(text[at] ?? '')) end = match(patterns.plainString, text, at)
    return end < 0 ? unclosed('string') : token('string', at, end)
  }
  if (match(patterns.identifierStart, text, at) >= 0) {
    end = match(patterns.identifier, text, at)
    return end < 0 ? unclosed('identifier') : token('identifier', at, end)
  }
  end = match(patterns.dollar, text, at)
  if (end >= 0) {
    const close = text.indexOf(text.slice(at, end), end)
    return close < 0 ? unclosed('string') : token('string', at, close + end - at)
  }
  end = match(patterns.word, text, at)
  if (end >= 0) return token('word', at, end)
  end = match(patterns.number, text, at)
  if (end < 0) end = match(patterns.parameter, text, at)
  return end < 0 ? token('punctuation', at, at + 1) : token('number', at, end)
}

/** The tokens of a text in order, without a gap. Never throws; linear in the text. */
export function* scan(text: string): Generator<Token> {
  for (let at = 0; at < text.length; ) {
    const found = tokenAt(text, at)
    yield found
    at = found.end
  }
}

/** Nothing but white space, comments and semicolons. */
export function isEmptySql(text: string): boolean {
  for (const { kind, start, closed } of scan(text)) {
    if (!closed || (kind !== 'space' && text[start] !== ';')) return false
  }
  return true
}

/** Whether a name may hold anything but ASCII: whatever stands outside of strings, white space and comments. */
export function namesBeyondAscii(text: string): boolean {
  if (!/[^\0-\x7f]|u&/i.test(text)) return false
  for (const { kind, start, end } of scan(text)) {
    if (kind === 'string' || kind === 'space') continue
    if (/[^\0-\x7f]|^u&/i.test(text.slice(start, end))) return true
  }
  return false
}

/** The longest run of the signs that operators and comments are made of, wherever it stands. */
export function longestSignRun(text: string): number {
  let longest = 0
  for (const [run] of text.matchAll(/[-~!@#^&|`?+*/%<>=]{64,}/g)) longest = Math.max(longest, run.length)
  return longest
}

/** What one level of brackets costs: their parse needs more stack than a term's. */
export const bracketDepth = 12
const setOperations = new Set(['union', 'intersect', 'except'])

type Level = { readonly opener: 'text' | 'bracket' | 'case'; item: number; kept: number }

/**
 * An upper estimate of how deep the parse tree of a text can be. Terms of one comma-separated item may nest as
 * `1+1+…` does, brackets and CASE nest inside them, and set operations nest across commas.
 */
export function estimatedDepth(text: string): number {
  let top: Level = { opener: 'text', item: 0, kept: 0 }
  const outer: Level[] = []
  let below = 0
  let deepest = 0
  const open = (opener: Level['opener']) => {
    below += top.item + top.kept + bracketDepth
    outer.push(top)
    top = { opener, item: 0, kept: 0 }
  }
  const close = () => {
    top = outer.pop() ?? top
    below -= top.item + top.kept + bracketDepth
  }
  for (const { kind, start, end } of scan(text)) {
    if (kind === 'space') continue
    const sign = kind === 'punctuation' ? text[start] : undefined
    const word = kind === 'word' && end - start <= 9 ? text.slice(start, end).toLowerCase() : undefined
    if (sign === '(' || sign === '[') open('bracket')
    else if (word === 'case') open('case')
    else if (word === 'end' && top.opener === 'case') close()
    else if (sign === ')' || sign === ']') {
      while (top.opener === 'case') close() // `case` was a label, not an expression
      if (outer.length > 0) close()
    }
    if (sign === ',') top.item = 0
    else if (sign === ';' && outer.length === 0) {
      top.item = 0
      top.kept = 0
    } else if (word !== undefined && setOperations.has(word)) top.kept += 3
    else top.item++
    deepest = Math.max(deepest, below + top.item + top.kept)
  }
  return deepest
}
