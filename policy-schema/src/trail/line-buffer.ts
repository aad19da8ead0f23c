import { inertJson } from './inert.ts'

const startBytes = 16 * 1024
/** A buffer that grew beyond this is let go when it is emptied. */
const keptBytes = 1024 * 1024

/** Lines of a trail as bytes, one behind the other. Text is encoded once, straight into them. */
export class LineBuffer {
  #bytes = Buffer.allocUnsafe(startBytes)
  length = 0

  /** Adds JSON text; what a terminal would act on is escaped. */
  write(json: string): void {
    this.#reserve(json.length * 3)
    const bytes = this.#bytes.write(json, this.length)
    // as many bytes as units: nothing but ASCII, of which only DEL is not inert
    if (bytes === json.length && !json.includes('\x7f')) this.length += bytes
    else {
      const inert = inertJson(json)
      this.#reserve(inert.length * 3)
      this.length += this.#bytes.write(inert, this.length)
    }
  }

  /** Adds what was text and inert before. */
  copy(piece: Buffer): void {
    this.#reserve(piece.length)
    this.#bytes.set(piece, this.length)
    this.length += piece.length
  }

  /** The bytes behind `start`, as long as nothing is added or taken. */
  from(start: number): Buffer {
    return this.#bytes.subarray(start, this.length)
  }

  /** Takes back what stands behind `length`. */
  back(length: number): void {
    this.length = length
    if (length === 0 && this.#bytes.length > keptBytes) this.#bytes = Buffer.allocUnsafe(startBytes)
  }

  #reserve(bytes: number): void {
    if (this.#bytes.length - this.length >= bytes) return
    const grown = Buffer.allocUnsafe((this.length + bytes) * 2)
    this.#bytes.copy(grown, 0, 0, this.length)
    this.#bytes = grown
  }
}
