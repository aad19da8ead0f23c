import type { Random } from '../random.ts'
import type { Tokens } from './grammar.ts'

/** The tokens with one blank between them. */
export const plainly = (tokens: Tokens): string => tokens.join(' ')

const gaps = [
  ' ',
  '\n',
  '\t',
  '\r\n',
  '  ',
  '\f',
  ' /**/ ',
  ' /* c */ ',
  " /* ' */ ",
  ' /* " */ ',
  ' /* $$ */ ',
  ' /* /* nested */ ; */ ',
  ' -- c\n',
  " -- ' \n",
  ' -- $a$\n',
  ' --\r',
  ' /*; DROP TABLE x */ ',
  ' /* é \u2028 */ ',
]

const blanks = gaps.filter(gap => gap.trim() === '')

/** Words after which libpg-query looks ahead for the next, and takes a comment for it: such a text is denied. */
const lookingAhead = new Set(['NOT', 'NULLS', 'WITH', 'WITHOUT', 'FORMAT'])

/** The same tokens with other white space, with comments, and with their words in other letters. */
export function otherwise(tokens: Tokens, random: Random): string {
  const gap = (from = gaps) => (random(2) === 0 ? ' ' : (from[random(from.length)] as string))
  return tokens.reduce((text, token) => {
    const spelled = /^[A-Za-z][A-Za-z_ ]*$/.test(token) ? letters(token, random) : token
    return text + spelled + gap(lookingAhead.has(token.toUpperCase()) ? blanks : gaps)
  }, gap())
}

/** `SELECT`, `select` or `sElECt`. */
function letters(word: string, random: Random): string {
  const way = random(3)
  if (way === 0) return word.toLowerCase()
  return way === 1
    ? word.toUpperCase()
    : [...word].map(letter => (random(2) === 0 ? letter.toLowerCase() : letter.toUpperCase())).join('')
}

/** The same text with other whole numbers. */
export const renumbered = (tokens: Tokens, random: Random): Tokens =>
  tokens.map(token => (/^\d{1,9}$/.test(token) ? String(random(999_999)) : token))

const strays = [
  '(',
  ')',
  ',',
  ';',
  "'",
  '"',
  '$$',
  '/*',
  '*/',
  '--',
  '\n',
  '::',
  '.',
  '*',
  '=',
  '\0',
  '\ud800',
  'é',
  'ONLY',
  'CASCADE',
  'TEMP',
  'pg_temp',
  'INTO',
  'FROM',
  'WITH',
  'AS',
  'NULL',
  '$1',
  "E'",
  "U&'",
  'U&"',
  'LATERAL',
  'FOR UPDATE',
  'RETURNING',
  'peek',
  'plain',
  'third',
  '\\',
  '://',
  'PASSWORD',
  "'x'",
  'CURRENT OF c',
  'VARIADIC',
  '@',
  '[',
  ']',
]

/** Tokens taken out, doubled, put in, changed places of; then signs. */
export function mutated(tokens: Tokens, random: Random): string {
  const parts = [...tokens]
  const stray = () => strays[random(strays.length)] as string
  for (let times = 1 + random(3); times > 0; times--) {
    const at = random(parts.length + 1)
    const kind = random(5)
    if (kind === 0) parts.splice(at, 1 + random(3))
    else if (kind === 1) parts.splice(at, 0, stray())
    else if (kind === 2) parts.splice(at, 1, stray())
    else if (kind === 3) parts.splice(at, 0, ...parts.slice(at, at + random(8)))
    else parts.splice(random(parts.length + 1), 0, ...parts.splice(at, 1 + random(6)))
  }
  const text = parts.join(random(3) === 0 ? '' : ' ')
  if (random(3) > 0) return text
  const at = random(text.length + 1)
  return text.slice(0, at) + (random(2) === 0 ? stray() : '') + text.slice(at + random(3))
}
