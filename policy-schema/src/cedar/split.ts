/** One policy's source in a file. Offsets in UTF-16 units. */
export interface Piece {
  readonly text: string
  /** Of the first character, be it of a comment. */
  readonly start: number
  /** Of the first character that is neither space nor comment, from `start`. */
  readonly head: number
}

/** Cedar's tokens as far as splitting needs them: comment, string, the end of a policy, white space, the rest. */
const token = /\/\/[^\n\r]*|"(?:\\.|[^"\\])*"|;|\s+|[^\s";/]+|./gsu

/**
 * Splits a text of policies after each `;` that is in no string and no comment. What stands before a policy belongs to
 * it, save a comment at the end of the line on which its neighbour ended. Comments after the last policy are of none.
 *
 * Each piece is parsed on its own afterwards, so where this and Cedar's own lexer disagreed the piece would not parse.
 */
export function splitPolicies(text: string): readonly Piece[] {
  const pieces: Piece[] = []
  let start = -1
  let head = -1
  let sameLine = false
  const end = (at: number) => {
    if (head >= 0) pieces.push({ text: text.slice(start, at), start, head: head - start })
    start = -1
    head = -1
  }
  for (const match of text.matchAll(token)) {
    const [word] = match
    if (/^\s/u.test(word)) {
      if (/[\n\r]/.test(word)) sameLine = false
      continue
    }
    const comment = word.startsWith('//')
    if (comment && sameLine) continue
    sameLine = false
    if (start < 0) start = match.index
    if (comment) continue
    if (head < 0) head = match.index
    if (word === ';') {
      end(match.index + 1)
      sameLine = true
    }
  }
  end(text.trimEnd().length)
  return pieces
}

/** The comments of a text, in order. */
export function comments(text: string): readonly string[] {
  return [...text.matchAll(token)].flatMap(([word]) => (word.startsWith('//') ? [word.trimEnd()] : []))
}

/** Where an annotation of a policy starts, in UTF-16 units; in no string and no comment. */
export function annotationOffset(text: string, name: string): number | undefined {
  const wanted = new RegExp(`@${name}\\b`)
  for (const { 0: word, index } of text.matchAll(token)) {
    const at = /^["/\s]/.test(word) ? -1 : word.search(wanted)
    if (at >= 0) return index + at
  }
  return undefined
}
