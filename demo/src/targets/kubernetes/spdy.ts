import { Duplex } from 'node:stream'
import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib'
import { spdyDictionary } from './spdy-dictionary.ts'

export type Headers = { readonly [name: string]: string }
export interface SpdyStream extends Duplex {
  readonly headers: Headers
}

const type = { synStream: 1, synReply: 2, reset: 3, ping: 6, headers: 8 } as const
const fin = 1
const maxFrame = 32_768

/**
 * The server's side of a SPDY/3.1 connection as Kubernetes speaks it: without flow control.
 *
 * @see SPDY protocol, draft 3.1
 */
export function serveSpdy(connection: Duplex, onStream: (stream: SpdyStream) => void): void {
  const inflate = inTurn(createInflate({ dictionary: spdyDictionary }))
  const deflate = inTurn(createDeflate({ dictionary: spdyDictionary }))
  const streams = new Map<number, SpdyStream>()
  const end = () => connection.destroy()
  let received = Buffer.alloc(0)
  let reading: Promise<unknown> = Promise.resolve()
  connection.on('error', () => {}) // its close says enough
  connection.on('close', () => {
    for (const stream of streams.values()) stream.destroy()
  })
  connection.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    while (received.length >= 8 && received.length >= 8 + received.readUIntBE(5, 3)) {
      const frame = received.subarray(0, 8 + received.readUIntBE(5, 3))
      received = received.subarray(frame.length)
      reading = reading.then(() => read(frame)).catch(end)
    }
  })

  async function read(frame: Buffer): Promise<unknown> {
    const [flags, body] = [frame[4] ?? 0, frame.subarray(8)]
    const id = body.length >= 4 ? body.readUInt32BE(0) & 0x7fffffff : 0
    const isControl = ((frame[0] ?? 0) & 0x80) !== 0
    if (!isControl) return take(frame.readUInt32BE(0), flags, body)
    const kind = frame.readUInt16BE(2)
    if (kind === type.synStream) {
      const stream = open(id, readHeaders(await inflate(body.subarray(10))))
      send(control(type.synReply, 0, Buffer.concat([uint32(id), await deflate(uint32(0))])))
      if ((flags & fin) !== 0) stream.push(null)
      onStream(stream)
    } else if (kind === type.headers) await inflate(body.subarray(4))
    else if (kind === type.ping) send(control(type.ping, 0, body))
    else if (kind === type.reset) streams.get(id)?.push(null)
    return undefined
  }

  function take(id: number, flags: number, body: Buffer): void {
    const stream = streams.get(id)
    if (body.length > 0) stream?.push(Buffer.from(body))
    if ((flags & fin) !== 0) stream?.push(null)
  }

  function open(id: number, headers: Headers): SpdyStream {
    const duplex = new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        const parts = Array.from({ length: Math.ceil(chunk.length / maxFrame) }, (_, n) =>
          data(id, 0, chunk.subarray(n * maxFrame, (n + 1) * maxFrame)),
        )
        send(Buffer.concat(parts), done)
      },
      final: done => send(data(id, fin, Buffer.alloc(0)), done),
    }).on('error', () => {})
    const stream = Object.assign(duplex, { headers })
    streams.set(id, stream)
    return stream
  }

  function send(frame: Buffer, done: () => void = () => {}): void {
    if (connection.destroyed || connection.writableEnded) done()
    else connection.write(frame, done)
  }
}

/** One context over all headers of a direction, so one at a time. */
function inTurn(through: Inflate | Deflate): (bytes: Buffer) => Promise<Buffer> {
  let turn: Promise<unknown> = Promise.resolve()
  const one = (bytes: Buffer) =>
    new Promise<Buffer>((resolve, reject) => {
      const out: Buffer[] = []
      const take = (chunk: Buffer) => out.push(chunk)
      through.on('data', take).once('error', reject)
      through.write(bytes)
      through.flush(constants.Z_SYNC_FLUSH, () =>
        setImmediate(() => {
          through.off('data', take).off('error', reject)
          resolve(Buffer.concat(out))
        }),
      )
    })
  return bytes => {
    const result = turn.then(() => one(bytes))
    turn = result.catch(() => {})
    return result
  }
}

function readHeaders(block: Buffer): Headers {
  let at = 4
  const text = () => {
    const length = block.readUInt32BE(at)
    at += 4 + length
    return block.toString('utf8', at - length, at)
  }
  return Object.fromEntries(Array.from({ length: block.readUInt32BE(0) }, () => [text(), text()]))
}

function control(kind: number, flags: number, body: Buffer): Buffer {
  return Buffer.concat([uint32(0x80030000 + kind), uint32(flags * 0x1000000 + body.length), body])
}

function data(id: number, flags: number, body: Buffer): Buffer {
  return Buffer.concat([uint32(id), uint32(flags * 0x1000000 + body.length), body])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
