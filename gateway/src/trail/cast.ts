/** What a channel's terminal showed and was told, kept beside the trail. */
export interface Cast {
  /** What the command wrote. Bytes are the caller's again when this returns. */
  output(bytes: Buffer, stream: 'stdout' | 'stderr'): void
  /** What it was told. */
  input(bytes: Buffer): void
  resize(columns: number, rows: number): void
  /** What else happened, in a few words. */
  mark(label: string): void
  /**
   * Resolves when all that was given is written: only then may it go on its way. Whoever waits each time is held back by the
   * disk, and no more than that waits in memory.
   *
   * @throws GatewayError `ERR_CAST_WRITE`, `ERR_CAST_SIZE`: the channel must end
   */
  written(): Promise<void>
  /** Leaves the line `cast.closed`. Never throws. */
  close(): Promise<void>
}

export interface CastAbout {
  readonly session: string
  /** The decision that let it begin. */
  readonly decisionSeq: number
  /** What was asked, for those who play it. */
  readonly title: string
}

export interface Casts {
  /** @throws GatewayError `ERR_CAST_WRITE`: then nothing may be streamed */
  open(about: CastAbout): Cast
  /** Closes those that are open, before the trail takes no more. */
  close(): Promise<void>
}

export type CastCode = 'ERR_CAST_WRITE' | 'ERR_CAST_SIZE'
