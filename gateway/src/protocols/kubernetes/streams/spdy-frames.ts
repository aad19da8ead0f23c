import { broken } from './observer.ts'

/** What the frames of one side say, in their order. */
export interface FrameReader {
  /** The body is the reader's only until it settles. */
  control(type: number, flags: number, body: Buffer): void | Promise<void>
  /** A piece of what a stream carries; empty for an empty frame. `last`: this side sends no more on it. */
  data(stream: number, bytes: Buffer, last: boolean): void
}

const headBytes = 8
/** Of a control frame. */
const maxBodyBytes = 16 * 1024
const finFlag = 1

/**
 * Cuts the bytes of one side into frames. Control frames come whole, DATA in the pieces in which it arrives.
 *
 * @see SPDY/3.1, 2.2 Framing
 */
export class SpdyFrames {
  readonly #reader: FrameReader
  readonly #held = Buffer.alloc(headBytes + maxBodyBytes)
  #holds = 0
  /** Of the frame whose first bytes are held. */
  #needs = headBytes
  /** Of the DATA frame that is passing. */
  #left = 0
  #stream = 0
  #last = false

  constructor(reader: FrameReader) {
    this.#reader = reader
  }

  /** No frame is amid. */
  get whole(): boolean {
    return this.#left === 0 && this.#holds === 0
  }

  async read(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const take = Math.min(bytes.length - at, this.#left > 0 ? this.#left : this.#needs - this.#holds)
      const piece = bytes.subarray(at, at + take)
      at += take
      if (this.#left > 0) {
        this.#left -= take
        this.#reader.data(this.#stream, piece, this.#last && this.#left === 0)
        continue
      }
      piece.copy(this.#held, this.#holds)
      this.#holds += take
      if (this.#holds === this.#needs) await this.#whole()
    }
  }

  #whole(): void | Promise<void> {
    const held = this.#held
    const [first, flags, length] = [held.readUInt32BE(0), held.readUInt8(4), held.readUIntBE(5, 3)]
    if (first < controlBit) return this.#begin(first, flags, length)
    if (first >>> 16 !== 0x8003) throw broken('ERR_STREAM_FRAME', 'a frame is of another version than SPDY/3')
    if (length > maxBodyBytes) throw broken('ERR_STREAM_SIZE', 'a control frame is over the cap')
    this.#needs = headBytes + length
    if (this.#holds < this.#needs) return
    this.#again()
    return this.#reader.control(first & 0xffff, flags, held.subarray(headBytes, headBytes + length))
  }

  #begin(stream: number, flags: number, length: number): void {
    if ((flags & ~finFlag) !== 0) throw broken('ERR_STREAM_FRAME', 'a DATA frame has flags that are none')
    this.#again()
    this.#stream = stream
    this.#left = length
    this.#last = flags === finFlag
    if (length === 0) this.#reader.data(stream, nothing, this.#last)
  }

  #again(): void {
    this.#holds = 0
    this.#needs = headBytes
  }
}

const controlBit = 0x8000_0000
const nothing = Buffer.alloc(0)

/** What a side says last on a stream. */
export function lastData(stream: number, bytes: Buffer): Buffer {
  const head = Buffer.alloc(headBytes)
  head.writeUInt32BE(stream)
  head.writeUInt8(finFlag, 4)
  head.writeUIntBE(bytes.length, 5, 3)
  return Buffer.concat([head, bytes])
}
