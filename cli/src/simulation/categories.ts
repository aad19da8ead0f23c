/** What became of a recorded operation; what a reviewer must look at first comes first. */
export const categories = [
  'newly-allowed',
  'newly-denied',
  'newly-pending',
  'other-reason',
  'not-replayable',
  'unchanged',
] as const
export type Category = (typeof categories)[number]

/** What `--fail-on` knows: `error` is a line that could not be read. */
export const failureKinds = [
  'newly-allowed',
  'newly-denied',
  'newly-pending',
  'other-reason',
  'not-replayable',
  'error',
] as const
export type FailureKind = (typeof failureKinds)[number]
