import { inertJson } from './inert.ts'

const startBytes = 16 * 1024
/** A buffer that grew beyond this is let go when it is emptied. */
const keptBytes = 1024 * 1024

const hashOpen = Buffer.from(',"hash":"')
const hashClose = Buffer.from('"}\n')

/** Lines of a trail as bytes, one behind the other. Text is encoded once, straight into them. */
export class LineBuffer {
  #bytes = Buffer.allocUnsafe(startBytes)
  length = 0

  /** Adds JSON text made of `jsonText`; what a terminal would act on is escaped. */
  write(json: string): void {
    this.#reserve(json.length * 3)
    const bytes = this.#bytes.write(json, this.length)
    // as many bytes as units: nothing but ASCII, which is inert without DEL
    if (bytes === json.length) this.length += bytes
    else {
      const inert = inertJson(json)
      this.#reserve(inert.length * 3)
      this.length += this.#bytes.write(inert, this.length)
    }
  }

  /** Puts a last member in front of the last line's brace, and a newline behind it. */
  close(digest: string): void {
    this.#reserve(hashOpen.length + digest.length + hashClose.length)
    const bytes = this.#bytes
    let at = this.length - 1
    bytes.set(hashOpen, at)
    at += hashOpen.length
    at += bytes.write(digest, at, 'latin1')
    bytes.set(hashClose, at)
    this.length = at + hashClose.length
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
