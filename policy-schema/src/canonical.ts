import { hash } from 'node:crypto'

/** A value that JSON can carry without loss. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/** Keys that need no escape. */
const plain = /^[\w.]*$/

/**
 * Canonical JSON: object keys sorted by UTF-16 code units, no white space, members that are `undefined` left out.
 *
 * @see RFC 8785; numbers here are integers and ECMAScript's own form is already canonical
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  let text = ''
  if (Array.isArray(value)) {
    for (const element of value) text += text === '' ? canonicalJson(element) : `,${canonicalJson(element)}`
    return `[${text}]`
  }
  const record = value as Record<string, unknown>
  for (const key of Object.keys(record).sort()) {
    const member = record[key]
    if (member === undefined) continue
    const name = plain.test(key) ? `"${key}"` : JSON.stringify(key)
    text += `${text === '' ? '' : ','}${name}:${canonicalJson(member)}`
  }
  return `{${text}}`
}

/** SHA-256 as `sha256:<hex>`, over UTF-8. */
export function sha256(text: string | Uint8Array): string {
  return `sha256:${hash('sha256', text, 'hex')}`
}

/** The digest of a value's canonical JSON. */
export function digestOf(value: unknown): string {
  return sha256(canonicalJson(value))
}
