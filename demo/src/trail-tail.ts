import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseTrailLine, type TrailEvent } from '@cedargate/policy-schema'
import { DemoError } from './errors.ts'

/** Reads a trail while its gateway writes it. */
export interface TrailTail {
  /** Every event so far, in order. */
  all(): readonly TrailEvent[]
  /** The events since the last call, up to the first that `wanted` accepts; waits for it. */
  until(wanted: (event: TrailEvent) => boolean, what: string): Promise<readonly TrailEvent[]>
}

/** A bundle is validated in a worker before it is in force, which a busy machine makes slow. */
const waitMs = 60_000

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
    async until(wanted, what) {
      for (const deadline = performance.now() + waitMs; performance.now() < deadline; await sleep(20)) {
        const events = all().filter(event => event.seq > seen)
        const at = events.findIndex(wanted)
        if (at < 0) continue
        seen = events[at]?.seq ?? seen
        return events.slice(0, at + 1)
      }
      throw new DemoError('ERR_DEMO_EXPECTATION', `the trail has no ${what} after ${waitMs / 1000} s`)
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

/** Waits until the gateway says of a bundle that it is in force. @throws DemoError with its reason when it refuses it */
export async function activatedCommit(trail: TrailTail): Promise<string> {
  const told = (event: TrailEvent) => event.kind === 'bundle.activated' || event.kind === 'bundle.refused'
  const event = (await trail.until(told, 'word about the bundle')).at(-1)
  if (event?.kind === 'bundle.refused')
    throw new DemoError('ERR_DEMO_EXPECTATION', `the gateway refused the bundle: ${event.detail} (${event.code})`)
  return event?.commit ?? 'none'
}
