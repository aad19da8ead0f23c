import type { Socket } from 'node:net'

/**
 * What goes out on one socket, gathered until the chunk that caused it is walked: neighbours leave as one view of the buffer
 * they came in, and all of it in one system call.
 */
export class Output {
  readonly #socket: Socket
  readonly #parts: Buffer[] = []
  #buffer: Buffer | undefined
  #start = 0
  #end = 0

  constructor(socket: Socket) {
    this.#socket = socket
  }

  /** Passes bytes on as they are. They must not change any more. */
  pass(buffer: Buffer, start: number, end: number): void {
    if (buffer === this.#buffer && start === this.#end) {
      this.#end = end
      return
    }
    this.#cut()
    this.#buffer = buffer
    this.#start = start
    this.#end = end
  }

  add(bytes: Buffer): void {
    this.#cut()
    this.#parts.push(bytes)
  }

  flush(): void {
    const socket = this.#socket
    this.#cut()
    const parts = this.#parts
    const [first] = parts
    if (first === undefined) return
    if (!socket.writable) parts.length = 0
    else if (parts.length === 1) socket.write(first)
    else {
      socket.cork()
      for (const part of parts) socket.write(part)
      socket.uncork()
    }
    parts.length = 0
  }

  /** Whether the other side reads slower than we write. */
  get full(): boolean {
    return this.#socket.writableNeedDrain
  }

  #cut(): void {
    const buffer = this.#buffer
    if (buffer === undefined) return
    const whole = this.#start === 0 && this.#end === buffer.length
    this.#parts.push(whole ? buffer : buffer.subarray(this.#start, this.#end))
    this.#buffer = undefined
  }
}
