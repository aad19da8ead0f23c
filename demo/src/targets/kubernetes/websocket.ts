import { hash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

/** The server's side of a WebSocket that carries binary messages. */
export interface WebSocketConnection {
  send(message: Buffer, done?: () => void): void
  onMessage(take: (message: Buffer) => void): void
  /** With code 1000. */
  close(): void
}

const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/**
 * Answers an upgrade with the subprotocol chosen. By hand, for the subprotocol of port-forward holds a `/`, which libraries
 * refuse.
 *
 * @see RFC 6455
 */
export function acceptWebSocket(request: IncomingMessage, socket: Duplex, subprotocol: string): WebSocketConnection {
  const accept = hash('sha1', `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`, 'base64')
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: ${subprotocol}\r\n\r\n`,
  )
  let take: (message: Buffer) => void = () => {}
  let received = Buffer.alloc(0)
  let parts: Buffer[] = []
  const write = (code: number, payload: Buffer, done: () => void = () => {}) => {
    if (socket.destroyed || socket.writableEnded) return done()
    socket.write(frame(code, payload), done)
  }
  socket.on('error', () => {}) // its close says enough
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    for (let next = readFrame(received); next !== undefined; next = readFrame(received)) {
      received = received.subarray(next.bytes)
      if (next.code === opcode.ping) write(opcode.pong, next.payload)
      else if (next.code === opcode.close) {
        write(opcode.close, next.payload.subarray(0, 2))
        socket.end()
      } else if (next.code <= opcode.binary) {
        parts.push(next.payload)
        if (next.isLast) take(Buffer.concat(parts.splice(0)))
      }
    }
  })
  socket.on('close', () => {
    parts = []
  })
  return {
    send: (message, done) => write(opcode.binary, message, done),
    onMessage(on) {
      take = on
    },
    close: () => write(opcode.close, Buffer.from([0x03, 0xe8]), () => socket.end()),
  }
}

function frame(code: number, payload: Buffer): Buffer {
  const { length } = payload
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10)
  head[0] = 0x80 | code
  head[1] = length < 126 ? length : length < 65_536 ? 126 : 127
  if (head.length === 4) head.writeUInt16BE(length, 2)
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([head, payload])
}

/** Of a client: masked. `undefined` until it is whole. */
function readFrame(from: Buffer): { code: number; isLast: boolean; payload: Buffer; bytes: number } | undefined {
  const short = (from[1] ?? 0) & 0x7f
  const lengthBytes = short < 126 ? 0 : short === 126 ? 2 : 8
  const start = 2 + lengthBytes + 4
  if (from.length < start) return undefined
  const length = short < 126 ? short : short === 126 ? from.readUInt16BE(2) : Number(from.readBigUInt64BE(2))
  if (from.length < start + length) return undefined
  const mask = from.subarray(start - 4, start)
  const payload = Buffer.from(from.subarray(start, start + length))
  for (let n = 0; n < length; n += 1) payload[n] = (payload[n] ?? 0) ^ (mask[n % 4] ?? 0)
  const first = from[0] ?? 0
  return { code: first & 0x0f, isLast: (first & 0x80) !== 0, payload, bytes: start + length }
}
