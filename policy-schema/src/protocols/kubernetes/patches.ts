import { isDeepStrictEqual } from 'node:util'
import { isRecord } from './part.ts'

/**
 * An object after a JSON merge patch.
 *
 * @see RFC 7386
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const merged = new Map(isRecord(target) ? Object.entries(target) : [])
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key)
    else merged.set(key, mergePatch(merged.get(key), value))
  }
  return Object.fromEntries(merged)
}

/** Most steps of a patch that is applied here. */
const maxSteps = 500

/**
 * An object after a JSON patch. Parts of both may be parts of it.
 *
 * @returns `undefined` where it does not apply, or not exactly as the server would
 * @see RFC 6902
 */
export function jsonPatch(target: unknown, patch: unknown): { readonly value: unknown } | undefined {
  if (!Array.isArray(patch) || patch.length > maxSteps) return undefined
  let value = target
  for (const step of patch) {
    const next = isRecord(step) ? stepped(value, step) : undefined
    if (next === undefined) return undefined
    value = next.value
  }
  return { value }
}

type Found = { readonly value: unknown }

function stepped(target: unknown, step: { readonly [key: string]: unknown }): Found | undefined {
  const path = pointer(step.path)
  if (path === undefined) return undefined
  switch (step.op) {
    case 'add':
      return Object.hasOwn(step, 'value') ? added(target, path, step.value) : undefined
    case 'remove':
      return removed(target, path)
    case 'replace':
      if (!Object.hasOwn(step, 'value') || at(target, path) === undefined) return undefined
      return replaced(target, path, step.value)
    case 'test': {
      const found = at(target, path)
      return found !== undefined && isDeepStrictEqual(found.value, step.value) ? { value: target } : undefined
    }
    case 'copy':
    case 'move': {
      const from = pointer(step.from)
      const found = from && at(target, from)
      if (from === undefined || found === undefined) return undefined
      if (step.op === 'copy') return added(target, path, found.value)
      if (isDeepStrictEqual(from, path)) return { value: target }
      if (from.every((token, index) => path[index] === token)) return undefined
      const without = removed(target, from)
      return without && added(without.value, path, found.value)
    }
    default:
      return undefined
  }
}

/** @see RFC 6901 */
function pointer(text: unknown): readonly string[] | undefined {
  if (typeof text !== 'string' || /~(?![01])/.test(text)) return undefined
  if (text === '') return []
  if (!text.startsWith('/')) return undefined
  return text
    .slice(1)
    .split('/')
    .map(token => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function at(value: unknown, [token, ...rest]: readonly string[]): Found | undefined {
  if (token === undefined) return { value }
  if (Array.isArray(value)) {
    const index = indexOf(token, value.length - 1)
    return index === undefined ? undefined : at(value[index], rest)
  }
  return isRecord(value) && Object.hasOwn(value, token) ? at(value[token], rest) : undefined
}

/** Negative ones, which some servers count from the end, are none. */
function indexOf(token: string, last: number): number | undefined {
  return /^(0|[1-9]\d{0,8})$/.test(token) && Number(token) <= last ? Number(token) : undefined
}

/** What a change of the member `token` makes of what holds it. */
type Change = (holder: unknown, token: string) => Found | undefined

function changed(value: unknown, path: readonly string[], change: Change): Found | undefined {
  const [token, ...rest] = path
  if (token === undefined) return undefined
  if (rest.length === 0) return change(value, token)
  const inner = at(value, [token])
  const next = inner && changed(inner.value, rest, change)
  return next && put(value, token, next.value)
}

const put = (holder: unknown, token: string, value: unknown): Found => ({
  value: Array.isArray(holder)
    ? holder.with(Number(token), value)
    : Object.fromEntries([...Object.entries(holder as object).filter(([key]) => key !== token), [token, value]]),
})

function replaced(target: unknown, path: readonly string[], value: unknown): Found | undefined {
  return path.length === 0 ? { value } : changed(target, path, (holder, token) => put(holder, token, value))
}

function added(target: unknown, path: readonly string[], value: unknown): Found | undefined {
  if (path.length === 0) return { value }
  return changed(target, path, (holder, token) => {
    if (!Array.isArray(holder)) return isRecord(holder) ? put(holder, token, value) : undefined
    const index = token === '-' ? holder.length : indexOf(token, holder.length)
    return index === undefined ? undefined : { value: holder.toSpliced(index, 0, value) }
  })
}

function removed(target: unknown, path: readonly string[]): Found | undefined {
  if (at(target, path) === undefined) return undefined
  return changed(target, path, (holder, token) => ({
    value: Array.isArray(holder)
      ? holder.toSpliced(Number(token), 1)
      : Object.fromEntries(Object.entries(holder as object).filter(([key]) => key !== token)),
  }))
}
