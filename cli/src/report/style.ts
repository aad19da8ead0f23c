import picocolors from 'picocolors'

/** Colours for a terminal; without them the same words. */
export type Style = ReturnType<typeof picocolors.createColors>

/**
 * @param color what the caller decided; where undefined the terminal, `NO_COLOR` and `FORCE_COLOR` do
 */
export function createStyle(color: boolean | undefined): Style {
  return picocolors.createColors(color ?? picocolors.isColorSupported)
}

const controls = /[\p{Cc}\p{Cf}\u2028\u2029]/gu
/** But a new line, and what picocolors makes. */
const strangers = /(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/gu
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a colour is.
const colours = /(\u001b\[\d{1,2}m)/

/** Text of unknown origin on one line: what could move a cursor or turn the reading direction is shown as an escape. */
export function inert(text: string): string {
  return text.replace(controls, escaped)
}

/** Whole output for a terminal, whatever was forgotten before: new lines and our own colours are all that is left of control. */
export function harmless(text: string, { isColorSupported }: Style): string {
  const parts = isColorSupported ? text.split(colours) : [text]
  return parts.map((part, index) => (index % 2 === 1 ? part : part.replace(strangers, escaped))).join('')
}

/** Text that holds JSON, in which such characters stand inside strings only. */
export function harmlessJson(text: string): string {
  return text.replace(strangers, escaped)
}

/** In UTF-16 units, as JSON writes them. */
function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map(index => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('')
}

/** The first words of a long text. */
export function shortened(text: string, maxLength: number): string {
  const line = inert(text.replace(/\s+/g, ' ').trim())
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 1)}…`
}

/** `1 policy`, `2 policies`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** Rows with aligned columns. Widths are counted before colours are put on. */
export function table(rows: readonly (readonly string[])[], paint: (cell: string, column: number) => string = c => c) {
  const widths: number[] = []
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length)
  return rows.map(row =>
    row
      .map((cell, column) => paint(column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0), column))
      .join('  ')
      .trimEnd(),
  )
}
