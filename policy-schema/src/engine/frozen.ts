/** Freezes a value all the way down: what is remembered is handed out many times. */
export function frozen<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const member of Object.values(value)) frozen(member)
  }
  return value
}

/** Whether plain data can never change again, all the way down; what can is never recognised by its identity. */
export function isFrozenThroughout(value: unknown, depth = 0): boolean {
  if (value === null || typeof value !== 'object') return typeof value !== 'function'
  if (depth > 16 || !Object.isFrozen(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) return false
  for (const member of Object.values(value)) if (!isFrozenThroughout(member, depth + 1)) return false
  return true
}
