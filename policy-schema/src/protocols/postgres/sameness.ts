import type { Node } from '@pgsql/types'
import { texts } from './names.ts'

/** Whether an expression reads any column. */
export function readsColumn(...roots: readonly (object | undefined)[]): boolean {
  const left: unknown[] = [...roots]
  while (left.length > 0) {
    const value = left.pop()
    if (value === null || typeof value !== 'object') continue
    if (Object.hasOwn(value, 'ColumnRef')) return true
    left.push(...Object.values(value))
  }
  return false
}

/** Deeper than people write. What is deeper counts as no condition. */
export const maxDepth = 200

/** Larger than people compare with itself. What is larger is like nothing. */
const maxPrinted = 4_000

const positions = new Set(['location', 'rexpr_list_start', 'rexpr_list_end', 'list_start', 'list_end'])

/**
 * An expression as a text that is the same for the same expression. `blind` to numbers, which a text's template lifts:
 * what is decided by it holds for every text of that template.
 */
export function print(root: unknown, blind = true): string | undefined {
  let left = maxPrinted
  const write = (value: unknown, depth: number): string => {
    left = depth > maxDepth ? 0 : left - 1
    if (left <= 0) return ''
    if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? ''
    if (Array.isArray(value)) return `[${value.map(each => write(each, depth + 1)).join()}]`
    if (blind && 'ival' in value) return '#'
    const fields = Object.entries(value).filter(([key]) => !positions.has(key))
    return `{${fields.map(([key, each]) => `${key}:${write(each, depth + 1)}`).join()}}`
  }
  const text = write(root, 0)
  return left <= 0 ? undefined : text
}

/** `id` and `orders.id` are one column where no query stands between them. */
function isOneColumn(a: Node, b: Node): boolean {
  if (!('ColumnRef' in a && 'ColumnRef' in b)) return false
  const [short, long] = [texts(a.ColumnRef.fields), texts(b.ColumnRef.fields)].sort(
    (one, other) => (one?.length ?? 0) - (other?.length ?? 0),
  )
  return short !== undefined && short.join('\0') === long?.slice(-short.length).join('\0')
}

/** Whether an expression is the given one. */
export function sameAs(given: Node | undefined, outermost: boolean): (other: Node | undefined) => boolean {
  const printed = given && print(given)
  return other => {
    if (!given || !other) return false
    return (outermost && isOneColumn(given, other)) || (printed !== undefined && print(other) === printed)
  }
}
