import type { TrailBody } from '@cedargate/policy-schema'

/** The gateway's chain, to those who leave lines in it. */
export interface Trail {
  /**
   * Leaves a line before anything that it speaks of happens: written, and with `durability: disk` on the disk, when this
   * answers with the line's number. `undefined`: it could not be written, so what it speaks of must not happen.
   */
  record(body: TrailBody): Recorded | Promise<Recorded>
  /** As `record`, with what else is left in this turn of the event loop: one write for all of it. */
  recordTogether(body: TrailBody): Promise<Recorded>
  /** Leaves a line of what has happened: it goes with the next write, after 50 ms at the latest. */
  note(body: TrailBody): void
  /** Whether the last write succeeded. */
  readonly healthy: boolean
  /** Lines of `note` that were given up because nothing could be written for too long. */
  readonly lost: number
  /** Writes what waits, and a checkpoint. */
  close(): Promise<void>
}
export type Recorded = number | undefined

export type TrailWriterCode = 'ERR_TRAIL_OPEN' | 'ERR_TRAIL_WRITE'
