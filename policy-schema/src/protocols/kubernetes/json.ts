/** JSON that every reader reads alike. */

/** Deepest nesting of what is read. */
export const maxDepth = 100

/** A string with what may follow a key, a number, or what opens, closes or separates. */
const token = /"((?:[^"\\]|\\.)*)"(\s*:)?|-?\d[\d.eE+-]*|[[\]{}]/gy
const between = /[^"\d[\]{}-]*/y

/**
 * Reads JSON (RFC 8259) without what readers differ in: duplicate keys, halves of surrogate pairs, numbers that a double does
 * not hold.
 *
 * @returns why it is refused, as a text
 */
export function readJson(text: string): { readonly value: unknown } | string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'it is not JSON'
  }
  const ambiguity = ambiguous(text)
  return ambiguity ?? { value }
}

/** Walks the tokens of a text that is JSON. */
function ambiguous(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = []
  let at = 0
  while (at < text.length) {
    between.lastIndex = at
    between.test(text)
    at = token.lastIndex = between.lastIndex
    const found = token.exec(text)
    if (found === null) break
    at = token.lastIndex
    const [whole, string, isKey] = found
    if (string !== undefined) {
      const name: string = string.includes('\\') ? JSON.parse(`"${string}"`) : string
      if (!name.isWellFormed()) return 'it has half of a surrogate pair'
      if (isKey === undefined) continue
      const keys = open.at(-1)
      if (keys?.has(name)) return `its key \`${name}\` is given twice`
      keys?.add(name)
    } else if (whole === '{' || whole === '[') {
      if (open.push(whole === '{' ? new Set() : undefined) > maxDepth) return `it nests deeper than ${maxDepth}`
    } else if (whole === '}' || whole === ']') open.pop()
    else if (!isExact(Number(whole))) return `its number \`${whole.slice(0, 40)}\` is too large`
  }
  return undefined
}

export function isExact(number: number): boolean {
  return Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number))
}
