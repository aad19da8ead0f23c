import { hash } from 'node:crypto'

/** SHA-256, hexadecimal. */
export function digestOf(bytes: Buffer): string {
  return hash('sha256', bytes, 'hex')
}
