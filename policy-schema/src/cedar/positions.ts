import type { Diagnostic } from '../errors.ts'

/** Where Cedar found something: UTF-8 byte offsets into the text that it was given. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** A text somewhere in a file. `offset` is in UTF-16 units. */
export interface Place {
  readonly line: number
  readonly column: number
  readonly offset: number
}

/** The UTF-16 offset of a UTF-8 byte offset; in the middle of a character, that character's start. */
export function utf16Offset(text: string, bytes: number): number {
  let seen = 0
  let offset = 0
  for (const character of text) {
    seen += utf8Length(character.codePointAt(0) ?? 0)
    if (seen > bytes) break
    offset += character.length
  }
  return offset
}

function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1
  if (codePoint < 0x800) return 2
  return codePoint < 0x10000 ? 3 : 4
}

/** Line and column, from 1, of an offset in a text that itself starts at `origin`. */
export function placeAt(text: string, offset: number, origin = { line: 1, column: 1 }): Place {
  const before = text.slice(0, offset)
  const lastBreak = before.lastIndexOf('\n')
  if (lastBreak < 0) return { line: origin.line, column: origin.column + offset, offset }
  const breaks = before.split('\n').length - 1
  return { line: origin.line + breaks, column: offset - lastBreak, offset }
}

/** `placeAt` for many offsets of a long text, in rising order, without counting its lines anew each time. */
export function placer(text: string): (offset: number) => Place {
  let line = 1
  let lineStart = 0
  return offset => {
    for (let at = text.indexOf('\n', lineStart); at >= 0 && at < offset; at = text.indexOf('\n', lineStart)) {
      line++
      lineStart = at + 1
    }
    return { line, column: offset - lineStart + 1, offset }
  }
}

/** Where a byte range of a text lies, given where the text itself starts. */
export function locate(
  text: string,
  range: ByteRange | undefined,
  origin: { readonly line: number; readonly column: number },
): Pick<Diagnostic, 'line' | 'column' | 'length'> {
  const start = range ? utf16Offset(text, range.start) : 0
  const end = range ? utf16Offset(text, range.end) : 0
  const { line, column } = placeAt(text, start, origin)
  return { line, column, length: Math.max(end - start, 1) }
}
