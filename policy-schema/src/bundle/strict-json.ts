import { PolicyError } from '../errors.ts'
import type { BundleCode } from './codes.ts'

/**
 * Reads JSON of which every reader makes the same: UTF-8 without a byte order mark, no member given twice.
 *
 * @throws PolicyError `ERR_BUNDLE_JSON`
 */
export function parseStrictJson(bytes: Uint8Array, what: string): unknown {
  let text: string
  let value: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    value = JSON.parse(text)
  } catch (cause) {
    throw new PolicyError<BundleCode>('ERR_BUNDLE_JSON', `the ${what} is not JSON`, { cause })
  }
  const twice = repeatedMember(text)
  if (twice !== undefined)
    throw new PolicyError<BundleCode>('ERR_BUNDLE_JSON', `the ${what} gives member \`${twice}\` twice`)
  return value
}

/** The first member that an object of this valid JSON has twice, escapes resolved. */
function repeatedMember(json: string): string | undefined {
  const open: (Set<string> | undefined)[] = []
  for (let i = 0; i < json.length; i++) {
    const character = json[i]
    if (character === '{') open.push(new Set())
    else if (character === '[') open.push(undefined)
    else if (character === '}' || character === ']') open.pop()
    else if (character === '"') {
      const end = endOfString(json, i)
      if (isMemberName(json, end)) {
        const name = JSON.parse(json.slice(i, end)) as string
        const seen = open.at(-1)
        if (seen?.has(name)) return name
        seen?.add(name)
      }
      i = end - 1
    }
  }
  return undefined
}

/** Behind the closing quote. */
function endOfString(json: string, start: number): number {
  let end = json.indexOf('"', start + 1)
  while (isEscaped(json, end)) end = json.indexOf('"', end + 1)
  return end + 1
}

function isEscaped(json: string, at: number): boolean {
  let backslashes = 0
  while (json[at - 1 - backslashes] === '\\') backslashes++
  return backslashes % 2 === 1
}

function isMemberName(json: string, end: number): boolean {
  let i = end
  while (/\s/.test(json[i] ?? '')) i++
  return json[i] === ':'
}
