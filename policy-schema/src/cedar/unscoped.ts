import { canonicalJson } from '../canonical.ts'
import { PolicyError } from '../errors.ts'
import { type PolicyJson, policyJson } from './policies.ts'
import { maskStrings } from './split.ts'

/**
 * A policy's own source with an empty head in place of its scope, for a slice whose every request has been matched with
 * that scope: Cedar then needs neither the principal's role nor the resource's ancestors, which cost more than all else.
 * Conditions are the very bytes that were signed.
 *
 * @returns `undefined` unless Cedar reads the result as the same policy save for the head
 */
export function withoutScope(text: string, json: PolicyJson): string | undefined {
  const mask = maskStrings(text)
  const head = /(?<![@\w])(?:permit|forbid)\s*\(/.exec(mask)
  if (!head) return undefined
  const open = head.index + head[0].length
  const close = mask.indexOf(')', open)
  if (close < 0) return undefined
  const unscoped = `${text.slice(0, open)}principal, action, resource${text.slice(close)}`
  const everything = { op: 'All' } as const
  const wanted = { ...json, principal: everything, action: everything, resource: everything }
  return readsAs(unscoped, wanted) ? unscoped : undefined
}

function readsAs(text: string, wanted: PolicyJson): boolean {
  try {
    return canonicalJson(policyJson({ id: wanted.annotations?.id ?? '', text })) === canonicalJson(wanted)
  } catch (error) {
    // What does not parse is not the same policy.
    if (error instanceof PolicyError) return false
    throw error
  }
}
