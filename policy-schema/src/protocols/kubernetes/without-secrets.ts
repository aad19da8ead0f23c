import { isRecord } from './part.ts'
import type { RequestInfo } from './request-info.ts'

/** Annotations that repeat a whole object. */
const repeating: ReadonlySet<string> = new Set(['kubectl.kubernetes.io/last-applied-configuration'])
/** Of a Secret; what they hold goes, the names of its members stay. */
const secretMembers: ReadonlySet<string> = new Set(['data', 'stringdata'])

/**
 * What may be recorded of a decoded body: of Secrets without what they hold, wherever they stand in it; of reviews without the
 * token. `null` stands where something was.
 */
export function withoutSecrets(value: unknown, info?: RequestInfo): unknown {
  const resource = info?.isResource ? `${info.resource}.${info.apiGroup}` : ''
  if (resource === 'secrets.' && Array.isArray(value)) return value.map(withoutValue)
  const stripped = strip(value, resource === 'secrets.')
  return resource === 'tokenreviews.authentication.k8s.io' ? withoutToken(stripped) : stripped
}

function strip(value: unknown, isNamedSecret = false): unknown {
  if (Array.isArray(value)) return value.map(each => strip(each))
  if (!isRecord(value)) return value
  const isSecret = isNamedSecret || ofKind(value, 'secret')
  const ofReview = ofKind(value, 'tokenreview')
  const kept = Object.entries(value).map(([key, member]) => {
    if (repeating.has(key)) return [key, null] as const
    if (isSecret && secretMembers.has(key.toLowerCase())) return [key, emptied(member)] as const
    return [key, ofReview ? withoutToken(strip(member)) : strip(member)] as const
  })
  return Object.fromEntries(kept)
}

function ofKind(value: { readonly [key: string]: unknown }, kind: string): boolean {
  return Object.entries(value).some(
    ([key, member]) => key.toLowerCase() === 'kind' && typeof member === 'string' && member.toLowerCase() === kind,
  )
}

function emptied(member: unknown): unknown {
  return isRecord(member) ? Object.fromEntries(Object.keys(member).map(key => [key, null])) : null
}

function withoutToken(value: unknown): unknown {
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, key.toLowerCase() === 'token' ? null : withoutToken(member)]),
  )
}

/** Of a JSON patch: whatever it adds, replaces or compares. */
function withoutValue(step: unknown): unknown {
  if (!isRecord(step)) return null
  return Object.fromEntries(
    Object.entries(step).map(([key, each]) => [key, key.toLowerCase() === 'value' ? null : each]),
  )
}
