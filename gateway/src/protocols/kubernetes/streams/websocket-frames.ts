import { broken, type Side } from './observer.ts'

/** What the frames of one side carry, in their order. Control frames are checked, and carry nothing that is asked for. */
export interface WebSocketReader {
  /** A frame of a message begins. */
  begin(frame: DataFrame): void
  /** A piece of its payload, unmasked. Not called for an empty one. */
  payload(bytes: Buffer): void | Promise<void>
  end(frame: DataFrame): void
}
export interface DataFrame {
  /** Whether it goes on with the message of the frame before. */
  readonly continues: boolean
  readonly text: boolean
  /** Whether its message ends with it. */
  readonly last: boolean
}

const maxPayload = 16 * 1024 * 1024
const [continuation, text, binary, close, ping, pong] = [0, 1, 2, 8, 9, 10]

/**
 * Cuts the bytes of one side into frames, without extensions.
 *
 * @see RFC 6455, 5.2 Base Framing Protocol
 */
export class WebSocketFrames {
  readonly #masked: boolean
  readonly #reader: WebSocketReader
  readonly #head = Buffer.alloc(14)
  #holds = 0
  #needs = 2
  /** Of the payload that is passing. */
  #left = 0
  #read = 0
  /** `undefined` while a control frame passes. */
  #frame: DataFrame | undefined
  #inMessage = false
  #closed = false

  constructor(from: Side, reader: WebSocketReader) {
    this.#masked = from === 'client'
    this.#reader = reader
  }

  /** No frame and no message is amid. */
  get whole(): boolean {
    return this.#left === 0 && this.#holds === 0 && !this.#inMessage && !this.#closed
  }

  async read(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      if (this.#left > 0) {
        const piece = bytes.subarray(at, at + this.#left)
        at += piece.length
        const passed = this.#pass(piece)
        if (passed !== undefined) await passed
        if (this.#left === 0) this.#endFrame()
        continue
      }
      const taken = bytes.copy(this.#head, this.#holds, at, at + this.#needs - this.#holds)
      at += taken
      this.#holds += taken
      if (this.#holds === this.#needs) this.#beginFrame()
    }
  }

  #beginFrame(): void {
    const [first = 0, second = 0] = this.#head
    if ((first & 0x70) !== 0) throw broken('ERR_STREAM_FRAME', 'a frame has reserved bits')
    if (second >= 0x80 !== this.#masked)
      throw broken('ERR_STREAM_FRAME', `a frame is ${this.#masked ? 'not masked' : 'masked'}`)
    const short = second & 0x7f
    this.#needs = 2 + (short === 127 ? 8 : short === 126 ? 2 : 0) + (this.#masked ? 4 : 0)
    if (this.#holds < this.#needs) return
    this.#left = this.#length(short)
    this.#read = 0
    this.#holds = 0
    this.#needs = 2
    this.#frame = this.#opened(first & 0xf, first >= 0x80, this.#left)
    if (this.#frame !== undefined) this.#reader.begin(this.#frame)
    if (this.#left === 0) this.#endFrame()
  }

  /** A length has one spelling. */
  #length(short: number): number {
    if (short < 126) return short
    if (short === 126) {
      const length = this.#head.readUInt16BE(2)
      if (length < 126) throw broken('ERR_STREAM_FRAME', 'a length is written longer than it is')
      return length
    }
    const length = this.#head.readBigUInt64BE(2)
    if (length < 65_536n) throw broken('ERR_STREAM_FRAME', 'a length is written longer than it is')
    if (length > maxPayload) throw broken('ERR_STREAM_SIZE', 'a frame is over the cap')
    return Number(length)
  }

  #opened(opcode: number, last: boolean, length: number): DataFrame | undefined {
    if (opcode === close || opcode === ping || opcode === pong) {
      if (!last || length > 125) throw broken('ERR_STREAM_FRAME', 'a control frame is long or in pieces')
      this.#closed ||= opcode === close
      return undefined
    }
    if (opcode !== continuation && opcode !== text && opcode !== binary)
      throw broken('ERR_STREAM_FRAME', `a frame has opcode \`${opcode}\``)
    if (this.#closed) throw broken('ERR_STREAM_FRAME', 'a message follows the closing frame')
    const continues = opcode === continuation
    if (continues !== this.#inMessage)
      throw broken('ERR_STREAM_FRAME', continues ? 'a frame continues no message' : 'a message begins within another')
    this.#inMessage = !last
    return { continues, text: opcode === text, last }
  }

  #pass(piece: Buffer): void | Promise<void> {
    this.#left -= piece.length
    const offset = this.#read
    this.#read += piece.length
    if (this.#frame !== undefined) return this.#reader.payload(this.#masked ? this.#unmasked(piece, offset) : piece)
  }

  #unmasked(piece: Buffer, offset: number): Buffer {
    const mask = this.#head.subarray(this.#maskAt, this.#maskAt + 4)
    const plain = Buffer.allocUnsafe(piece.length)
    for (let at = 0; at < piece.length; at += 1) plain[at] = (piece[at] ?? 0) ^ (mask[(offset + at) & 3] ?? 0)
    return plain
  }

  /** The head stays as it was while its payload passes. */
  get #maskAt(): number {
    const short = (this.#head[1] ?? 0) & 0x7f
    return short === 127 ? 10 : short === 126 ? 4 : 2
  }

  #endFrame(): void {
    if (this.#frame !== undefined) this.#reader.end(this.#frame)
    this.#frame = undefined
  }
}

/** A message of the target's in one frame, and that it is the last. */
export function lastMessage(payload: Buffer): Buffer {
  const head = Buffer.from([0x80 | binary, 126, payload.length >> 8, payload.length & 0xff])
  const short = Buffer.from([0x80 | binary, payload.length])
  return Buffer.concat([payload.length < 126 ? short : head, payload, normalClosure])
}
/** @see RFC 6455, 7.4.1: 1000 */
const normalClosure = Buffer.from([0x80 | close, 2, 0x03, 0xe8])
