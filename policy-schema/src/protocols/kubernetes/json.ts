/** JSON that every reader reads alike. */

/** Deepest nesting of what is read. */
export const maxDepth = 100
/**
 * Names, texts, numbers and brackets. The largest object that etcd takes has fewer, unless it is made of next to nothing else;
 * reading so many takes a tenth of a second, in which nobody else is served.
 */
const maxTokens = 200_000
const tooMany = `it has more than ${maxTokens} names, texts, numbers and brackets`

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
  // first, since it stops where there is too much
  const ambiguity = ambiguous(text)
  if (ambiguity === tooMany) return tooMany
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'it is not JSON'
  }
  return ambiguity ?? { value }
}

/** Walks the tokens of a text that may be JSON. */
function ambiguous(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = []
  let at = 0
  let count = 0
  while (at < text.length) {
    between.lastIndex = at
    between.test(text)
    at = token.lastIndex = between.lastIndex
    const found = token.exec(text)
    if (found === null) break
    at = token.lastIndex
    count += 1
    if (count > maxTokens) return tooMany
    const [whole, string, isKey] = found
    if (string !== undefined) {
      const name = string.includes('\\') ? unescaped(string) : string
      if (name === undefined) return undefined // then it is not JSON
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

function unescaped(string: string): string | undefined {
  try {
    return JSON.parse(`"${string}"`)
  } catch {
    return undefined
  }
}

export function isExact(number: number): boolean {
  return Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number))
}
