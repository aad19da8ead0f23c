import {
  type Chain,
  type ChainState,
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

/** A line to be, with the stamp of the moment at which it was given. */
interface Entry extends Stamp {
  readonly body: TrailBody
  /** Of a record: somebody waits to hear its number. */
  readonly answer: ((recorded: Recorded) => void) | undefined
  /** `undefined`: over the cap of a line. */
  seq: Recorded
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
  #turnEnd: NodeJS.Immediate | undefined
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
    if (this.#options.durability === 'disk') return this.recordTogether(body)
    const entry = this.#entry(body, unheard)
    this.#waiting.push(entry)
    return this.#writeSync() ? entry.seq : undefined
  }

  recordTogether(body: TrailBody): Promise<Recorded> {
    if (this.#closed) return Promise.resolve(undefined)
    return new Promise(answer => {
      this.#waiting.push(this.#entry(body, answer))
      if (this.#options.durability === 'disk') this.#drain()
      else this.#turnEnd ??= setImmediate(this.#endTurn)
    })
  }

  readonly #endTurn = (): void => {
    this.#turnEnd = undefined
    this.#writeSync()
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

  #entry(body: TrailBody, answer?: Entry['answer']): Entry {
    const { commit, bundle } = this.#options.inForce()
    return { body, answer, time: this.#options.now(), commit, bundle, seq: undefined }
  }

  #flush(): void {
    this.#noteTimer = undefined
    if (this.#writing !== undefined) return // whatever waits is taken along; a checkpoint would come between its lines
    // the line that says again that all is well, where nothing else waits
    if (!this.healthy && this.#waiting.length === 0) this.#seal()
    else if (this.#options.durability === 'disk') this.#drain()
    else this.#writeSync()
  }

  /** @returns whether all that waited is written */
  #writeSync(): boolean {
    while (this.#waiting.length > 0) {
      const before = pointOf(this.#chain)
      const entries = this.#take()
      try {
        this.#open().appendSync(this.#lines.from(0))
      } catch (error) {
        this.#giveUp(entries, before, error)
        return false
      }
      this.#keep(entries)
    }
    return true
  }

  /** Group commit: what arrives while the disk is busy goes together in the next write. */
  #drain(): void {
    this.#writing ??= this.#drainAll()
  }

  async #drainAll(): Promise<void> {
    await undefined // so that what this turn of the event loop records is one batch
    while (this.#waiting.length > 0) {
      const before = pointOf(this.#chain)
      const entries = this.#take()
      try {
        await this.#open().append(this.#lines.from(0))
      } catch (error) {
        this.#giveUp(entries, before, error)
        break
      }
      this.#keep(entries)
    }
    // in the same turn as the last look at what waits: later lines begin anew
    this.#writing = undefined
  }

  /** Chains what waits, or as much of it as a batch takes. Then all that was chained is kept, or given up. */
  #take(): readonly Entry[] {
    const lines = this.#lines
    const waiting = this.#waiting
    let taken = 0
    lines.back(0)
    for (const entry of waiting) {
      if (lines.length >= maxBatchLength) break
      taken += 1
      try {
        this.#chain.append(lines, entry.body, entry)
        entry.seq = this.#chain.seq
      } catch (error) {
        // over the cap of a line: this one is refused, its neighbours stand
        if (!(error instanceof PolicyError)) throw error
        this.#options.onFailure(error)
      }
    }
    this.#waiting = taken === waiting.length ? [] : waiting.slice(taken)
    return taken === waiting.length ? waiting : waiting.slice(0, taken)
  }

  #keep(entries: readonly Entry[]): void {
    this.healthy = true
    for (const { seq, answer } of entries) {
      if (seq !== undefined) this.#segmentLines += 1
      answer?.(seq)
    }
    this.#rotate(entries[entries.length - 1]?.time ?? this.#segmentOpenedAt)
  }

  /** The chain is where it was, the notes wait on, and whoever waits for a record hears that there is none. */
  #giveUp(entries: readonly Entry[], before: ChainState, error: unknown): void {
    this.healthy = false
    this.#chain = createChain(before)
    const all = [...entries, ...this.#waiting]
    this.#waiting = all.filter(({ answer }) => answer === undefined)
    for (const note of this.#waiting) note.seq = undefined
    this.#noteTimer ??= setTimeout(() => this.#flush(), retryDelayMs).unref()
    this.#options.onFailure(error)
    for (const { answer } of all) answer?.(undefined)
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

  /** @param at when the last line was given: the clock need not be asked again */
  #rotate(at: number): void {
    if (this.#segment === undefined || !this.healthy) return
    const { maxSegmentBytes, maxSegmentAgeMs } = this.#options
    const old = at - this.#segmentOpenedAt > maxSegmentAgeMs
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
      segment.appendSync(Buffer.from(`${this.#chain.line(body, this.#entry(body))}\n`))
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

/** Of a record that is written before it is answered. */
function unheard(): void {}

function pointOf({ gateway, worker, seq, previous }: Chain): ChainState {
  return { gateway, worker, seq, previous }
}
