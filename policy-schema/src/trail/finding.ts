import type { TrailCode } from './line.ts'

export type TrailFindingCode =
  | TrailCode
  /** The last line of a segment is not whole: a crash that was not recovered yet, or a writer at work. */
  | 'ERR_TRAIL_TORN'
  /** The chain does not begin with its first line. */
  | 'ERR_TRAIL_HEAD'
  /** Lines are missing. */
  | 'ERR_TRAIL_GAP'
  /** A line is repeated, or stands before an earlier one. */
  | 'ERR_TRAIL_ORDER'
  /** `previous` is not the hash of the line before. */
  | 'ERR_TRAIL_CHAIN'
  /** A segment's name is not that of what it holds. */
  | 'ERR_TRAIL_SEGMENT'
  /** The members of a line are not as its kind has them. */
  | 'ERR_TRAIL_SCHEMA'
  /** A checkpoint says of its segment what does not hold. */
  | 'ERR_TRAIL_CHECKPOINT'
  /** A checkpoint is signed by a key that is not trusted; a warning where no key was given at all. */
  | 'ERR_TRAIL_CHECKPOINT_KEY'
  | 'ERR_TRAIL_CHECKPOINT_SIGNATURE'
  /** A checkpoint that is known from elsewhere is not in the trail: the lines that it vouched for are gone. */
  | 'ERR_TRAIL_TRUNCATED'
  /** A checkpoint that is known from elsewhere vouches for another line of this number. */
  | 'ERR_TRAIL_FORKED'
  /** Lines after the last checkpoint: their end could be cut without a trace. */
  | 'ERR_TRAIL_UNSEALED'

/** Something in a trail that is not as it should be. */
export interface TrailFinding {
  readonly code: TrailFindingCode
  /** An `error` is damage; a `warning` is what a trail in use shows too. */
  readonly severity: 'error' | 'warning'
  readonly segment: string
  /** From 1; 0 where no line is meant. */
  readonly line: number
  readonly message: string
}

/** What was found of one chain (gateway, worker). */
export interface ChainReport {
  readonly gateway: string
  readonly worker: number
  readonly firstSeq: number
  readonly lastSeq: number
  readonly lines: number
  readonly checkpoints: number
  /** The last line that a good checkpoint vouches for; 0 where none does. */
  readonly sealedSeq: number
  /** How many lines come after it, checkpoints not counted. */
  readonly unsealed: number
  /** How often a torn last line was set aside after a crash. */
  readonly recoveries: number
}

export interface TrailReport {
  /** Whether no finding is an error. */
  readonly ok: boolean
  /** In the order in which they were met; at most `maxFindings`. */
  readonly findings: readonly TrailFinding[]
  /** How many more there were. */
  readonly moreFindings: number
  readonly chains: readonly ChainReport[]
  readonly lines: number
  readonly segments: number
}

/** Collects findings up to a cap, so that a trail of garbage fills neither memory nor the screen. */
export class Findings {
  readonly kept: TrailFinding[] = []
  more = 0
  errors = 0
  readonly #cap: number
  constructor(cap: number) {
    this.#cap = cap
  }
  add(finding: TrailFinding): void {
    if (finding.severity === 'error') this.errors += 1
    if (this.kept.length < this.#cap) this.kept.push(finding)
    else this.more += 1
  }
}
