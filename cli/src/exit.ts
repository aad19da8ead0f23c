/** Exit codes, stable: a pipeline may depend on them. */
export const exit = {
  ok: 0,
  /** A fault of ours. */
  internal: 1,
  /** A flag, an argument or a file that was named wrongly. */
  usage: 2,
  /** The repository is invalid, or lint found an error. */
  invalid: 3,
  /** A policy test failed, or something that the demo claims. */
  tests: 4,
  /** A simulated difference that `--fail-on` names. */
  simulation: 5,
  /** A signature, a digest, a chain or a replayed decision is wrong. */
  provenance: 6,
} as const

export type ExitCode = (typeof exit)[keyof typeof exit]
