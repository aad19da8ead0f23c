/** A path of the API in its one spelling. */
import type { KubernetesOperation } from './operation.ts'

/**
 * Reads a request target, `/api/v1/pods?watch=1`. Empty segments go, each other is decoded, and encoded again in one way.
 *
 * @returns why it is refused, as a text, where servers and proxies could read it in two ways
 */
export function readTarget(target: string): Pick<KubernetesOperation, 'path' | 'query'> | string {
  if (!target.startsWith('/')) return 'the request target is no path'
  if (target.length > maxTarget) return `the request target is longer than ${maxTarget} characters`
  const [before = '', ...rest] = target.split('?')
  if (/[^!-~]/.test(target) || target.includes('#')) return 'the request target has characters that no URL has'
  const segments: string[] = []
  for (const raw of before.split('/')) {
    if (raw === '') continue
    if (/^[\w-][\w.-]*$/.test(raw)) {
      segments.push(raw) // the one spelling that it has
      continue
    }
    const segment = decoded(raw)
    if (segment === undefined) return 'the path is not percent-encoded UTF-8'
    if (segment === '.' || segment === '..') return 'the path has a segment `.` or `..`'
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is refused
    if (/[/\\\u0000-\u001f\u007f]/.test(segment))
      return 'a segment of the path hides a separator or a control character'
    segments.push(encodeURIComponent(segment))
  }
  const query = readQuery(rest.join('?'))
  if (typeof query === 'string') return query
  const tail = before.endsWith('/') && segments.length > 0 ? '/' : ''
  return { path: `/${segments.join('/')}${tail}`, query }
}

/** What is forwarded: decided on, and nothing else. */
export function writeTarget({ path, query }: Pick<KubernetesOperation, 'path' | 'query'>): string {
  const pairs = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`
}

const maxTarget = 16 * 1024
const maxPairs = 1_000

/** As Go's `url.ParseQuery`: `+` is a space; a `;` is an error there, and here. */
function readQuery(text: string): KubernetesOperation['query'] | string {
  if (text === '') return []
  if (text.includes(';')) return 'the query has a `;`'
  const pairs: (readonly [string, string])[] = []
  for (const part of text.split('&')) {
    if (part === '') continue
    const at = part.indexOf('=')
    const name = decoded((at < 0 ? part : part.slice(0, at)).replaceAll('+', ' '))
    const value = decoded(at < 0 ? '' : part.slice(at + 1).replaceAll('+', ' '))
    if (name === undefined || value === undefined) return 'the query is not percent-encoded UTF-8'
    if (pairs.push([name, value]) > maxPairs) return `the query has more than ${maxPairs} parameters`
  }
  return pairs
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
