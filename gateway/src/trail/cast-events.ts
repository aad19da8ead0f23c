import { isUtf8 } from 'node:buffer'
import { inertJson } from '@cedargate/policy-schema'

type Flow = 'stdout' | 'stderr' | 'stdin'

/**
 * Writes what happens as the lines of an asciicast v2. Standard error is an `o` like standard output, so that it plays; a
 * marker says whenever the one gives way to the other. What is no UTF-8 stands in events `b`, which players pass over, as
 * `<o|e|i>:<base64>`: a cast holds every byte.
 *
 * @see https://docs.asciinema.org/manual/asciicast/v2/
 */
export class CastEvents {
  readonly #seconds: () => number
  /** What began a character that has not ended yet. */
  readonly #begun: { [F in Flow]?: Buffer | undefined } = {}
  #shown: Flow = 'stdout'
  #lines = ''

  /** @param seconds since the beginning; never less than before */
  constructor(seconds: () => number) {
    this.#seconds = seconds
  }

  /** The lines since it was last asked, each with its newline. */
  take(): string {
    const lines = this.#lines
    this.#lines = ''
    return lines
  }

  head(members: object): void {
    this.#lines += `${inertJson(JSON.stringify({ version: 2, ...members }))}\n`
  }

  bytes(flow: Flow, bytes: Buffer): void {
    if (bytes.length === 0) return
    const begun = this.#begun[flow]
    const all = begun === undefined ? bytes : Buffer.concat([begun, bytes])
    const whole = all.length - unfinished(all)
    this.#begun[flow] = whole < all.length ? Buffer.from(all.subarray(whole)) : undefined
    if (whole > 0) this.#write(flow, all.subarray(0, whole))
  }

  resize(columns: number, rows: number): void {
    this.#event('r', `${columns}x${rows}`)
  }

  mark(label: string): void {
    this.#event('m', label)
  }

  /** No character will be finished any more. */
  end(): void {
    for (const flow of ['stdout', 'stderr', 'stdin'] as const) {
      const begun = this.#begun[flow]
      this.#begun[flow] = undefined
      if (begun !== undefined) this.#write(flow, begun)
    }
  }

  #write(flow: Flow, bytes: Buffer): void {
    if (!isUtf8(bytes)) this.#event('b', `${letters[flow]}:${bytes.toString('base64')}`)
    else if (flow === 'stdin') this.#event('i', bytes.toString())
    else {
      if (flow !== this.#shown) this.mark(flow)
      this.#shown = flow
      this.#event('o', bytes.toString())
    }
  }

  #event(code: string, data: string): void {
    this.#lines += `${inertJson(JSON.stringify([this.#seconds(), code, data]))}\n`
  }
}

const letters: { readonly [F in Flow]: string } = { stdout: 'o', stderr: 'e', stdin: 'i' }

/** How many bytes at the end begin a character that goes on after them. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0
  }
  return 0
}
