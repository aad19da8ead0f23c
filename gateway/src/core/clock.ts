/** ms since the epoch. */
export type Clock = () => number

export interface ClockOptions {
  /** Told when the system's clock was set, by so many ms, and again when it was set further. */
  readonly onSet?: (byMs: number) => void
  readonly wall?: () => number
  readonly monotonic?: () => number
}

/** Less is what clocks do by themselves. */
const toleranceMs = 5_000

/**
 * The time by which tokens, sessions and bundles expire. It is never set back: that would bring to life what has expired. Set
 * forward it goes along, and comes back with it, but never behind the time that has passed since the process began.
 */
export function createClock(options: ClockOptions = {}): Clock {
  const { wall = Date.now, monotonic = () => performance.now(), onSet = () => {} } = options
  const began = wall() - monotonic()
  let told = 0
  return () => {
    const shown = wall()
    const passed = began + monotonic()
    const by = shown - passed
    if (Math.abs(by - told) > toleranceMs) {
      told = by
      onSet(Math.round(by))
    }
    return Math.max(shown, Math.floor(passed))
  }
}

/** A timer of Node's holds no more: 24.8 days. */
export const maxTimerMs = 0x7fffffff
