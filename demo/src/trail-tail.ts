import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseTrailLine, type TrailEvent } from '@cedargate/policy-schema'
import { DemoError } from './errors.ts'

/** Reads a trail while its gateway writes it. */
export interface TrailTail {
  /** Every event so far, in order. */
  all(): readonly TrailEvent[]
  /** The first event after those that this gave before which `wanted` accepts. */
  next<E extends TrailEvent>(wanted: (event: TrailEvent) => event is E, what: string): Promise<E>
}

const waitMs = 10_000

/** @param folder of the trail's segments, whose names sort as they were begun */
export function createTrailTail(folder: string): TrailTail {
  let seen = 0
  const all = () =>
    readdirSync(folder)
      .filter(name => name.endsWith('.jsonl'))
      .sort()
      .flatMap(name => wholeLines(readFileSync(join(folder, name), 'utf8')))
      .map(parseTrailLine)
  return {
    all,
    async next<E extends TrailEvent>(wanted: (event: TrailEvent) => event is E, what: string): Promise<E> {
      const deadline = performance.now() + waitMs
      for (;;) {
        for (const event of all()) {
          if (event.seq <= seen) continue
          if (!wanted(event)) continue
          seen = event.seq
          return event
        }
        if (performance.now() > deadline)
          throw new DemoError('ERR_DEMO_EXPECTATION', `the trail has no ${what} after ${waitMs / 1000} s`)
        await sleep(20)
      }
    },
  }
}

/** Without the last line while its newline is not yet written. */
function wholeLines(text: string): readonly string[] {
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(line => line !== '')
}
