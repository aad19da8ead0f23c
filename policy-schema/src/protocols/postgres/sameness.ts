import type { ColumnRef, Node } from '@pgsql/types'
import { texts } from './names.ts'

/** Whether something is found anywhere in a tree, but inside of what is passed over. */
export function holds(
  roots: readonly (object | undefined)[],
  isIt: (node: object) => boolean,
  isPassedOver?: (node: object) => boolean,
): boolean {
  const left: unknown[] = [...roots]
  while (left.length > 0) {
    const value = left.pop()
    if (value === null || typeof value !== 'object' || isPassedOver?.(value)) continue
    if (isIt(value)) return true
    for (const each of Object.values(value)) left.push(each) // a list may be longer than a call has arguments
  }
  return false
}

/** Whether an expression reads any column. */
export function readsColumn(...roots: readonly (object | undefined)[]): boolean {
  return holds(roots, node => Object.hasOwn(node, 'ColumnRef'))
}

/** Every column that an expression reads, its subqueries too. */
export function columnsIn(...roots: readonly (object | undefined)[]): readonly ColumnRef[] {
  const found: ColumnRef[] = []
  holds(roots, node => {
    if (Object.hasOwn(node, 'ColumnRef')) found.push((node as { readonly ColumnRef: ColumnRef }).ColumnRef)
    return false
  })
  return found
}

/** Deeper than people write. What is deeper counts as no condition. */
export const maxDepth = 200

/** Longer than people compare with itself, as it is printed. What is longer is like nothing. */
const maxPrinted = 64 * 1024

const positions = new Set(['location', 'rexpr_list_start', 'rexpr_list_end', 'list_start', 'list_end'])

/** What was printed, by whether that was blind: conditions around it print it again. `null`: it is like nothing. */
const printed: readonly [WeakMap<object, string | null>, WeakMap<object, string | null>] = [
  new WeakMap(),
  new WeakMap(),
]

/**
 * An expression as a text that is the same for the same expression. `blind` to numbers, which a text's template lifts:
 * what is decided by it holds for every text of that template.
 */
export function print(root: unknown, blind = true): string | undefined {
  const known = printed[blind ? 0 : 1]
  const write = (value: unknown, depth: number): string | null => {
    if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? ''
    if (blind && 'ival' in value) return '#'
    if (depth > maxDepth) return null
    const before = known.get(value)
    if (before !== undefined) return before
    let text: string | null = ''
    for (const [key, each] of Object.entries(value)) {
      if (positions.has(key)) continue
      const inner = write(each, depth + 1)
      text = inner === null || text.length + inner.length > maxPrinted ? null : `${text}${key}:${inner},`
      if (text === null) break
    }
    if (text !== null) text = Array.isArray(value) ? `[${text}]` : `{${text}}`
    known.set(value, text)
    return text
  }
  return write(root, 0) ?? undefined
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
