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

/** Text of unknown origin on one line: what could move a cursor or turn the reading direction is shown as an escape. */
export function inert(text: string): string {
  return text.replace(controls, character => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)
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
