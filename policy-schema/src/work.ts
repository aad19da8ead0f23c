/**
 * Something that may take long, in steps: whoever has others waiting lets them go on between two of them. A step takes some
 * microseconds, up to a few milliseconds.
 */
export type Work<T> = Generator<undefined, T, undefined>

export function isWork<T>(begun: T | Work<T>): begun is Work<T> {
  return typeof begun === 'object' && begun !== null && 'next' in begun
}

/** Does all of it at once. */
export function completed<T>(begun: T | Work<T>): T {
  if (!isWork(begun)) return begun
  let step = begun.next()
  while (!step.done) step = begun.next()
  return step.value
}
