/**
 * The bounded framer: type byte, 4-byte length that counts itself, body. Walks frames in place; copies only what straddles chunks.
 *
 * @see PostgreSQL 18, 54.1.1 Messaging Overview, 54.7 Message Formats
 */
import { GatewayError } from '../../core/errors.ts'

export type FrameCode = 'ERR_FRAME_TYPE' | 'ERR_FRAME_LENGTH' | 'ERR_FRAME_SIZE'

const headerBytes = 5
export const kib = 1024
export const mib = 1024 * kib

export interface FrameLimit {
  /** A frame up to this many bytes comes whole; a larger one in pieces. */
  readonly whole: number
  /** A larger frame is refused. Bodies, as the length field counts them: with its own 4 bytes. */
  readonly max: number
}

/** By type letter. A type that is not listed is refused. */
export type FrameLimits = { readonly [type: string]: FrameLimit }

/** What a target may send. Rows and copied data pass in pieces; the rest is small. */
export const targetLimits: FrameLimits = {
  D: { whole: 0, max: 0x7fffffff }, // DataRow
  d: { whole: 0, max: 0x7fffffff }, // CopyData
  T: { whole: 0, max: 16 * mib }, // RowDescription
  t: { whole: 0, max: mib }, // ParameterDescription
  R: { whole: 64 * kib, max: 64 * kib }, // Authentication…
  S: { whole: mib, max: mib }, // ParameterStatus
  K: { whole: kib, max: kib }, // BackendKeyData
  Z: { whole: 5, max: 5 }, // ReadyForQuery
  C: { whole: kib, max: kib }, // CommandComplete
  E: { whole: 16 * mib, max: 16 * mib }, // ErrorResponse: its text is what a RAISE gives
  V: { whole: 0, max: 0x7fffffff }, // FunctionCallResponse
  N: { whole: 0, max: 64 * mib }, // NoticeResponse
  A: { whole: 0, max: mib }, // NotificationResponse
  I: { whole: 4, max: 4 }, // EmptyQueryResponse
  n: { whole: 4, max: 4 }, // NoData
  s: { whole: 4, max: 4 }, // PortalSuspended
  c: { whole: 4, max: 4 }, // CopyDone
  1: { whole: 4, max: 4 }, // ParseComplete
  2: { whole: 4, max: 4 }, // BindComplete
  3: { whole: 4, max: 4 }, // CloseComplete
  G: { whole: 16 * kib, max: 16 * kib }, // CopyInResponse
  H: { whole: 16 * kib, max: 16 * kib }, // CopyOutResponse
}

/** Limits as the walker wants them: one look-up a byte. */
export interface FrameRules {
  readonly whole: Float64Array
  readonly max: Float64Array
}
export function frameRules(limits: FrameLimits): FrameRules {
  const rules = { whole: new Float64Array(256), max: new Float64Array(256) }
  for (const [type, limit] of Object.entries(limits)) {
    rules.whole[type.charCodeAt(0)] = limit.whole
    rules.max[type.charCodeAt(0)] = limit.max
  }
  return rules
}
export const targetRules = frameRules(targetLimits)

const nothing = Buffer.alloc(0)

/**
 * Give it chunks, take frames: `while (frames.next()) …`. After `next`, the frame (or the piece of one) is `buffer[start, end)`.
 * Those bytes stay as they are until the reader has let go of them: nothing handed out is ever overwritten.
 */
export class Frames {
  readonly #rules: FrameRules
  buffer: Buffer = nothing
  /** The first byte of the frame, its type, or of the piece. */
  start = 0
  end = 0
  type = 0
  /** Whether the frame's type byte is at `start`: false for the further pieces of a large one. */
  first = true
  /** Whether the frame's last byte is at `end - 1`. */
  last = true
  /** Of the whole frame, as its length field says: with that field, without the type. */
  length = 0
  #unread = 0
  #filled = 0
  /** Bytes of the present frame that are still to come. */
  #missing = 0
  /** Whether `buffer` is ours, with room to grow into behind `#filled`. */
  #owned = false

  constructor(rules: FrameRules) {
    this.#rules = rules
  }

  /** Whether the last frame has only come in part. */
  get inside(): boolean {
    return this.#missing > 0
  }

  /** Whether the present frame is over what comes whole, though all of it may be here. */
  get large(): boolean {
    return this.length > (this.#rules.whole[this.type] ?? 0)
  }

  /** Bytes that are here and not yet taken. */
  get pending(): number {
    return this.#filled - this.#unread
  }

  /** Takes a chunk. It is kept, not copied, where nothing of an earlier one is left. */
  feed(chunk: Buffer): void {
    const left = this.#filled - this.#unread
    if (left === 0) {
      this.buffer = chunk
      this.#owned = false
      this.#unread = 0
      this.#filled = chunk.length
      return
    }
    if (!this.#owned || this.buffer.length - this.#filled < chunk.length) {
      const grown = Buffer.allocUnsafe(Math.max((left + chunk.length) * 2, 4 * kib))
      this.buffer.copy(grown, 0, this.#unread, this.#filled)
      this.buffer = grown
      this.#owned = true
      this.#unread = 0
      this.#filled = left
    }
    chunk.copy(this.buffer, this.#filled)
    this.#filled += chunk.length
  }

  /**
   * The next frame, or the next piece of a large one.
   *
   * @returns false when more bytes are needed
   * @throws GatewayError `ERR_FRAME_TYPE`, `ERR_FRAME_LENGTH`, `ERR_FRAME_SIZE`: the stream is lost from here
   */
  next(): boolean {
    const from = this.#unread
    const here = this.#filled - from
    if (here === 0) {
      this.buffer = nothing // a session that waits holds none of what it has heard
      this.#unread = this.#filled = 0
      return false
    }
    if (this.#missing > 0) return this.#piece(from, Math.min(here, this.#missing), false)
    if (here < headerBytes) {
      this.#check(this.buffer[from] ?? 0)
      return false
    }
    const type = this.buffer[from] ?? 0
    const max = this.#check(type)
    const length = this.buffer.readInt32BE(from + 1)
    if (length < 4)
      throw new GatewayError<FrameCode>('ERR_FRAME_LENGTH', `message ${letter(type)} has the length \`${length}\``)
    if (length > max) {
      const text = `message ${letter(type)} of ${length} bytes is over the limit of ${max}`
      throw new GatewayError<FrameCode>('ERR_FRAME_SIZE', text)
    }
    const size = length + 1
    this.type = type
    this.length = length
    if (here >= size) {
      this.start = from
      this.end = this.#unread = from + size
      this.first = this.last = true
      return true
    }
    if (length <= (this.#rules.whole[type] ?? 0)) return false
    this.#missing = size
    return this.#piece(from, here, true)
  }

  /** Undoes the last `next`: the frame (or piece) is still to be taken. */
  back(): void {
    this.#unread = this.start
    if (!this.last || !this.first) this.#missing = this.first ? 0 : this.#missing + (this.end - this.start)
  }

  #check(type: number): number {
    const max = this.#rules.max[type] ?? 0
    if (max === 0) throw new GatewayError<FrameCode>('ERR_FRAME_TYPE', `message type ${letter(type)} is not handled`)
    return max
  }

  #piece(from: number, size: number, first: boolean): true {
    this.start = from
    this.end = this.#unread = from + size
    this.#missing -= size
    this.first = first
    this.last = this.#missing === 0
    return true
  }

  /** What has come and was not taken: for handing over to another reader. */
  rest(): Buffer {
    return this.buffer.subarray(this.#unread, this.#filled)
  }
}

/** A type byte for a message to a person. */
function letter(type: number): string {
  return type > 32 && type < 127 ? `\`${String.fromCharCode(type)}\`` : `\`0x${type.toString(16).padStart(2, '0')}\``
}
