import { constants, createDeflate } from 'node:zlib'
import { spdyDictionary } from './spdy-dictionary.ts'

export function control(type: number, flags: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(0x8003_0000 + type)
  head.writeUInt32BE(flags * 0x100_0000 + body.length, 4)
  return Buffer.concat([head, body])
}

export function data(stream: number, text: string | Buffer, flags = 0): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(stream)
  head.writeUInt32BE(flags * 0x100_0000 + Buffer.byteLength(text), 4)
  return Buffer.concat([head, Buffer.from(text)])
}

export function numbers(...all: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * all.length)
  for (const [at, number] of all.entries()) bytes.writeUInt32BE(number, 4 * at)
  return bytes
}

export type Headers = readonly (readonly [name: string, value: string])[]
export function headerBlock(headers: Headers): Buffer {
  const text = (value: string) => Buffer.concat([numbers(Buffer.byteLength(value)), Buffer.from(value)])
  return Buffer.concat([numbers(headers.length), ...headers.flat().map(text)])
}

/** One side's compression of headers. */
export function createCompressor() {
  const deflate = createDeflate({ dictionary: spdyDictionary, flush: constants.Z_SYNC_FLUSH })
  let written: Buffer[] = []
  deflate.on('data', bytes => written.push(bytes))
  return {
    async compress(block: Buffer): Promise<Buffer> {
      written = []
      await new Promise(resolve => deflate.write(block, resolve))
      return Buffer.concat(written)
    },
    close: () => deflate.destroy(),
  }
}

export async function compressed(block: Buffer): Promise<Buffer> {
  const compressor = createCompressor()
  const bytes = await compressor.compress(block)
  compressor.close()
  return bytes
}

/** What a side of a SPDY connection writes. */
export function createSpdyWriter() {
  const { compress, close } = createCompressor()
  return {
    close,
    open: async (stream: number, headers: Headers, flags = 0) =>
      control(1, flags, Buffer.concat([numbers(stream, 0), Buffer.alloc(2), await compress(headerBlock(headers))])),
    reply: async (stream: number, flags = 0) =>
      control(2, flags, Buffer.concat([numbers(stream), await compress(headerBlock([]))])),
  }
}
