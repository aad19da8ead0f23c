import {
  type Chain,
  createChain,
  LineBuffer,
  PolicyError,
  parseSegmentName,
  type SigningKey,
  type Stamp,
  signCheckpoint,
  type TrailBody,
  trailGenesis,
} from '@cedargate/policy-schema'
import { GatewayError } from '../core/errors.ts'
import { makeFolder } from '../state/make-folder.ts'
import { createSegment, openLastSegment, type SegmentFile, type Torn } from './segment-file.ts'
import type { Recorded, Trail, TrailWriterCode } from './trail.ts'

export interface TrailOptions {
  readonly folder: string
  readonly gateway: string
  readonly worker: number
  /** `os`: written before forwarding, safe from a crash of the gateway. `disk`: synced, safe from a power cut. */
  readonly durability: 'os' | 'disk'
  /** A segment is sealed above this. */
  readonly maxSegmentBytes: number
  readonly maxSegmentAgeMs: number
  readonly key: SigningKey
  readonly now: () => number
  /** What is in force, stamped on every line. */
  readonly inForce: () => { readonly commit: string; readonly bundle: string }
  readonly onFailure: (error: unknown) => void
}

/** How long the line of something that has happened may wait for company. */
const noteDelayMs = 50
const retryDelayMs = 1000
/** Every so often a chain that grew is vouched for. */
const checkpointMs = 10_000
/** Bytes after which a batch takes no further line: many sessions wait together for a disk, with lines of megabytes. */
const maxBatchLength = 16 * 1024 * 1024
/** Lines that wait while nothing can be written; about 100 MB. */
const maxWaiting = 100_000

interface Entry {
  readonly body: TrailBody
  readonly stamp: Stamp
  readonly answer?: (recorded: Recorded) => void
}

/**
 * Opens a gateway's chain where it ended, and reports what a crash tore from it.
 *
 * @throws GatewayError `ERR_TRAIL_OPEN`
 */
export function openTrail(options: TrailOptions): Trail {
  const { folder, gateway, worker } = options
  try {
    makeFolder(folder)
    const found = openLastSegment(folder, gateway, worker)
    const last = found?.last
    const chain = createChain({ gateway, worker, seq: last?.seq ?? 0, previous: last?.hash ?? trailGenesis })
    return new TrailWriter(options, chain, found?.segment, found?.torn)
  } catch (cause) {
    throw new GatewayError<TrailWriterCode>(
      'ERR_TRAIL_OPEN',
      `the trail in \`${folder}\` cannot be opened, next: check that the folder can be written and its last segment read`,
      { cause },
    )
  }
}

class TrailWriter implements Trail {
  readonly #options: TrailOptions
  #chain: Chain
  #segment: SegmentFile | undefined
  #segmentOpenedAt: number
  #segmentLines = 0
  #waiting: Entry[] = []
  #noteTimer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined
  readonly #closing = new Set<Promise<void>>()
  #sealedSeq: number
  readonly #checkpointTimer: NodeJS.Timeout
  /** The batch that is being written. */
  readonly #lines = new LineBuffer()
  #closed = false
  healthy = true
  lost = 0

  constructor(options: TrailOptions, chain: Chain, segment: SegmentFile | undefined, torn: Torn | undefined) {
    this.#options = options
    this.#chain = chain
    this.#segment = segment
    this.#segmentOpenedAt = options.now()
    if (segment !== undefined) this.#segmentLines = chain.seq + 1 - (parseSegmentName(segment.name)?.firstSeq ?? 1)
    this.#sealedSeq = chain.seq
    this.#checkpointTimer = setInterval(() => this.#checkpoint(), checkpointMs)
    this.#checkpointTimer.unref()
    if (torn !== undefined)
      this.note({
        kind: 'trail.recovered',
        segment: torn.segment,
        tornBytes: torn.bytes,
        tornDigest: torn.digest,
      })
  }

  record(body: TrailBody): Recorded | Promise<Recorded> {
    if (this.#closed) return undefined
    if (this.#options.durability === 'disk')
      return new Promise(answer => {
        this.#waiting.push({ ...this.#entry(body), answer })
        this.#drain()
      })
    let recorded: Recorded
    this.#waiting.push({
      ...this.#entry(body),
      answer: seq => {
        recorded = seq
      },
    })
    this.#writeSync()
    return recorded
  }

  note(body: TrailBody): void {
    if (this.#closed) return
    // what waits may be a record, and somebody waits for its answer: only a note is given up
    if (this.#waiting.length >= maxWaiting) this.lost += 1
    else this.#waiting.push(this.#entry(body))
    this.#noteTimer ??= setTimeout(() => this.#flush(), this.healthy ? noteDelayMs : retryDelayMs).unref()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    clearInterval(this.#checkpointTimer)
    clearTimeout(this.#noteTimer)
    while (this.#writing !== undefined) await this.#writing
    this.#writeSync()
    if (this.#chain.seq > this.#sealedSeq) this.#seal()
    this.#closed = true
    if (this.#segment !== undefined) this.#closeSegment(this.#segment)
    await Promise.all(this.#closing)
  }

  /** Sealed segments reach the disk beside the work: a sync of many megabytes would stop everything. */
  #closeSegment(segment: SegmentFile): void {
    const closing = segment.close().catch(this.#options.onFailure)
    this.#closing.add(closing)
    void closing.then(() => this.#closing.delete(closing))
  }

  #entry(body: TrailBody): Entry {
    const { commit, bundle } = this.#options.inForce()
    return { body, stamp: { time: this.#options.now(), commit, bundle } }
  }

  #flush(): void {
    this.#noteTimer = undefined
    if (this.#writing !== undefined) return // whatever waits is taken along; a checkpoint would come between its lines
    // the line that says again that all is well, where nothing else waits
    if (!this.healthy && this.#waiting.length === 0) this.#seal()
    else if (this.#options.durability === 'disk') this.#drain()
    else this.#writeSync()
  }

  #writeSync(): void {
    const batch = this.#take()
    if (batch === undefined) return
    try {
      this.#open().appendSync(batch.bytes)
      batch.keep()
    } catch (error) {
      batch.giveUp(error)
    }
    this.#rotate()
  }

  /** Group commit: what arrives while the disk is busy goes together in the next write. */
  #drain(): void {
    this.#writing ??= this.#drainAll()
  }

  async #drainAll(): Promise<void> {
    await undefined // so that what this turn of the event loop records is one batch
    for (let batch = this.#take(maxBatchLength); batch !== undefined; batch = this.#take(maxBatchLength)) {
      try {
        await this.#open().append(batch.bytes)
        batch.keep()
        this.#rotate()
      } catch (error) {
        batch.giveUp(error)
        if (!this.#waiting.some(({ answer }) => answer !== undefined)) break
      }
    }
    // in the same turn as the last look at what waits: later lines begin anew
    this.#writing = undefined
  }

  /**
   * Chains what waits, all of it or about as much as `length`. Either all that was chained is kept, or the chain is where
   * it was and only the notes wait on.
   */
  #take(length = Number.POSITIVE_INFINITY) {
    if (this.#waiting.length === 0) return undefined
    const before = pointOf(this.#chain)
    const numbers: Recorded[] = []
    const lines = this.#lines
    lines.back(0)
    for (const { body, stamp } of this.#waiting) {
      if (lines.length >= length) break
      try {
        this.#chain.append(lines, body, stamp)
        numbers.push(this.#chain.seq)
      } catch (error) {
        // over the cap of a line: this one is refused, its neighbours stand
        if (!(error instanceof PolicyError)) throw error
        numbers.push(undefined)
        this.#options.onFailure(error)
      }
    }
    const entries = this.#waiting.splice(0, numbers.length)
    return {
      bytes: lines.from(0),
      keep: () => {
        this.healthy = true
        this.#segmentLines += numbers.filter(number => number !== undefined).length
        entries.forEach(({ answer }, index) => {
          answer?.(numbers[index])
        })
      },
      giveUp: (error: unknown) => {
        this.healthy = false
        this.#chain = createChain(before)
        this.#waiting = [...entries.filter(({ answer }) => answer === undefined), ...this.#waiting]
        this.#noteTimer ??= setTimeout(() => this.#flush(), retryDelayMs).unref()
        this.#options.onFailure(error)
        for (const { answer } of entries) answer?.(undefined)
      },
    }
  }

  #open(): SegmentFile {
    const { folder, gateway, worker, now } = this.#options
    if (this.#segment === undefined) {
      // named for its first line; the chain may have moved on already in this batch
      this.#segment = createSegment(folder, gateway, worker, this.#sealedSeq + 1)
      this.#segmentOpenedAt = now()
      this.#segmentLines = 0
    }
    return this.#segment
  }

  #rotate(): void {
    if (this.#segment === undefined || !this.healthy) return
    const { maxSegmentBytes, maxSegmentAgeMs, now } = this.#options
    const old = now() - this.#segmentOpenedAt > maxSegmentAgeMs
    if (this.#segment.size < maxSegmentBytes && !old) return
    this.#seal()
    if (!this.healthy) return
    this.#closeSegment(this.#segment)
    this.#segment = undefined
  }

  #checkpoint(): void {
    if (this.#writing === undefined && this.#chain.seq > this.#sealedSeq) this.#seal()
  }

  /** Vouches for the chain as it stands. The caller has no batch under way. */
  #seal(): void {
    const before = pointOf(this.#chain)
    try {
      const segment = this.#open()
      const body = signCheckpoint(this.#chain, { name: segment.name, lines: this.#segmentLines }, this.#options.key)
      segment.appendSync(Buffer.from(`${this.#chain.line(body, this.#entry(body).stamp)}\n`))
      this.#sealedSeq = this.#chain.seq
      this.#segmentLines += 1
      this.healthy = true
    } catch (error) {
      this.#chain = createChain(before)
      this.healthy = false
      this.#noteTimer ??= setTimeout(() => this.#flush(), retryDelayMs).unref()
      this.#options.onFailure(error)
    }
  }
}

function pointOf({ gateway, worker, seq, previous }: Chain) {
  return { gateway, worker, seq, previous }
}
