import { constants, createInflate, type Inflate } from 'node:zlib'
import { broken } from './observer.ts'
import { spdyDictionary } from './spdy-dictionary.ts'

const maxBlockBytes = 16 * 1024
const maxHeaders = 64

/**
 * The names and values that one side sends, each block compressed in the light of those before it.
 *
 * @see SPDY/3.1, 2.6.10 Name/Value header block format
 */
export class HeaderBlocks {
  readonly #inflate: Inflate
  #read: Buffer[] = []
  #size = 0
  #fail: (error: unknown) => void = () => {}

  constructor() {
    this.#inflate = createInflate({ dictionary: spdyDictionary, flush: constants.Z_SYNC_FLUSH })
    this.#inflate.on('data', (bytes: Buffer) => {
      this.#size += bytes.length
      if (this.#size > maxBlockBytes) this.#fail(broken('ERR_STREAM_SIZE', 'the headers of a stream are over the cap'))
      else this.#read.push(bytes)
    })
    this.#inflate.on('error', cause => this.#fail(broken('ERR_STREAM_HEADERS', 'headers do not decompress', cause)))
    this.#inflate.on('end', () => this.#fail(broken('ERR_STREAM_HEADERS', 'the compression of headers ends')))
  }

  /** @throws GatewayError: the two sides might read it differently */
  async read(block: Buffer): Promise<ReadonlyMap<string, string>> {
    // only what a flush ended is read whole by whoever reads it as it comes
    if (!block.subarray(-4).equals(flushed)) throw broken('ERR_STREAM_HEADERS', 'a block of headers is not flushed')
    this.#read = []
    this.#size = 0
    await new Promise<void>((resolve, reject) => {
      this.#fail = error => {
        this.close()
        reject(error)
      }
      this.#inflate.write(block, error => (error ? this.#fail(error) : resolve()))
    })
    return toHeaders(Buffer.concat(this.#read))
  }

  close(): void {
    this.#inflate.destroy()
  }
}

const flushed = Buffer.from([0, 0, 0xff, 0xff])

/** Each name once, in lower case, nothing left over: where readers differ in what they make of it, it is refused. */
function toHeaders(block: Buffer): ReadonlyMap<string, string> {
  let at = 0
  const number = () => {
    if (at + 4 > block.length) throw broken('ERR_STREAM_HEADERS', 'headers end early')
    at += 4
    return block.readUInt32BE(at - 4)
  }
  const text = () => {
    const length = number()
    if (length > block.length - at) throw broken('ERR_STREAM_HEADERS', 'headers end early')
    at += length
    return block.toString('latin1', at - length, at)
  }
  const count = number()
  if (count > maxHeaders) throw broken('ERR_STREAM_SIZE', `a stream has more than ${maxHeaders} headers`)
  const headers = new Map<string, string>()
  for (let n = 0; n < count; n += 1) {
    const [name, value] = [text(), text()]
    if (!/^[!-@[-~]+$/.test(name)) throw broken('ERR_STREAM_HEADERS', 'a header has a name that is none')
    if (headers.has(name)) throw broken('ERR_STREAM_HEADERS', 'a header is given twice')
    headers.set(name, value)
  }
  if (at !== block.length) throw broken('ERR_STREAM_HEADERS', 'something follows the headers')
  return headers
}
