import { PolicyError } from '../errors.ts'
import type { TrailEvent } from './events.ts'
import { parseTrailLine } from './line.ts'

/** What a writer needs to know of a segment that a crash may have left. */
export type RecoveredTail =
  /** No whole line in this tail: give a longer one. */
  | { readonly found: false; readonly more: true }
  | {
      readonly found: boolean
      readonly more: false
      /** Bytes of the tail to keep: up to the newline of the last whole line. */
      readonly keep: number
      /** What comes after, to be set aside. */
      readonly torn: Uint8Array
      /** The last whole line; `undefined` where the segment holds none. */
      readonly last: TrailEvent | undefined
    }

/**
 * Finds where a segment ends for good: the last line that has its newline and is what its hash says.
 *
 * @param tail the last bytes of the segment
 * @param whole whether these are all its bytes
 */
export function recoverTail(tail: Uint8Array, whole: boolean): RecoveredTail {
  const bytes = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength)
  let end = bytes.lastIndexOf(newline)
  while (end >= 0) {
    const before = end === 0 ? -1 : bytes.lastIndexOf(newline, end - 1)
    // The first line of a tail that is cut out of a longer segment may itself be cut.
    if (before < 0 && !whole) break
    const last = readLine(bytes.toString('utf8', before + 1, end))
    if (last) return { found: true, more: false, keep: end + 1, torn: bytes.subarray(end + 1), last }
    end = before
  }
  return whole ? { found: false, more: false, keep: 0, torn: bytes, last: undefined } : { found: false, more: true }
}

const newline = 0x0a

function readLine(text: string): TrailEvent | undefined {
  try {
    return parseTrailLine(text)
  } catch (error) {
    if (error instanceof PolicyError) return undefined
    throw error
  }
}
