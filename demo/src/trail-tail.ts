import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseTrailLine, type TrailEvent } from '@cedargate/policy-schema'
import { DemoError } from './errors.ts'

/** Reads a trail while its gateway writes it. */
export interface TrailTail {
  /** Every event so far, in order. */
  all(): readonly TrailEvent[]
  /** The events since the last call. */
  since(): readonly TrailEvent[]
  /** The first event that is wanted; waits for it, and leaves what `since` and `until` give as it is. */
  find<E extends TrailEvent>(wanted: (event: TrailEvent) => event is E, what: string): Promise<E>
  /** The events since the last call, up to the first that `wanted` accepts; waits for it. */
  until(wanted: (event: TrailEvent) => boolean, what: string): Promise<readonly TrailEvent[]>
}

/** A bundle is validated in a worker before it is in force, which a busy machine makes slow. */
const waitMs = 60_000

/**
 * @param folder of the trail's segments, whose names sort as they were begun
 * @param signal once aborted, whatever is waited for throws
 */
export function createTrailTail(folder: string, signal?: AbortSignal): TrailTail {
  let seen = 0
  const all = () =>
    readdirSync(folder)
      .filter(name => name.endsWith('.jsonl'))
      .sort()
      .flatMap(name => wholeLines(readFileSync(join(folder, name), 'utf8')))
      .map(parseTrailLine)
  const take = (events: readonly TrailEvent[]) => {
    seen = events.at(-1)?.seq ?? seen
    return events
  }
  const eventually = async <T>(look: () => T | undefined, what: string): Promise<T> => {
    for (const deadline = performance.now() + waitMs; performance.now() < deadline; await sleep(20)) {
      signal?.throwIfAborted()
      const found = look()
      if (found !== undefined) return found
    }
    throw new DemoError('ERR_DEMO_EXPECTATION', `the trail has no ${what} after ${waitMs / 1000} s`)
  }
  const since = () => all().filter(event => event.seq > seen)
  return {
    all,
    since: () => take(since()),
    find: (wanted, what) => eventually(() => all().find(wanted), what),
    until: (wanted, what) =>
      eventually(() => {
        const events = since()
        const at = events.findIndex(wanted)
        return at < 0 ? undefined : take(events.slice(0, at + 1))
      }, what),
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
