import type { TrailEvent } from './events.ts'
import type { TrailReport } from './finding.ts'
import { createTrailVerifier, type TrailOptions } from './verifier.ts'

/** One file of a trail. */
export interface TrailSegment {
  readonly name: string
  readonly lines: AsyncIterable<string> | Iterable<string>
}

/**
 * Verifies a whole trail, of any number of chains.
 *
 * @param segments in the order of their names
 * @param onEvent given each line that is what its hash says, so that a replay needs no second pass
 */
export async function verifyTrail(
  segments: Iterable<TrailSegment> | AsyncIterable<TrailSegment>,
  options: TrailOptions = {},
  onEvent?: (event: TrailEvent, at: { readonly segment: string; readonly line: number }) => void | Promise<void>,
): Promise<TrailReport> {
  const verifier = createTrailVerifier(options)
  for await (const { name, lines } of segments) {
    verifier.segment(name)
    let line = 0
    for await (const text of lines) {
      line += 1
      const event = verifier.line(text)
      if (event !== undefined) await onEvent?.(event, { segment: name, line })
    }
  }
  return verifier.end()
}
