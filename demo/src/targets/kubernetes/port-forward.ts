import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { Duplex } from 'node:stream'
import { type SpdyStream, serveSpdy } from './spdy.ts'
import { acceptWebSocket } from './websocket.ts'

const tunnel = 'SPDY/3.1+portforward.k8s.io'
const channels = 'v4.channel.k8s.io'

/** Forwards ports of a pod, which are ports of this machine; over SPDY, SPDY in a WebSocket, or channels of one. */
export function acceptPortForward(request: IncomingMessage, socket: Duplex): void {
  if (request.headers.upgrade?.toLowerCase() === 'websocket') {
    if (request.headers['sec-websocket-protocol']?.includes(tunnel)) serveSpdy(tunnelled(request, socket), forward())
    else forwardChannels(request, socket)
    return
  }
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: SPDY/3.1\r\nConnection: Upgrade\r\nX-Stream-Protocol-Version: portforward.k8s.io\r\n\r\n',
  )
  serveSpdy(socket, forward())
}

function tunnelled(request: IncomingMessage, socket: Duplex): Duplex {
  const connection = acceptWebSocket(request, socket, tunnel)
  const inside = new Duplex({
    read() {},
    write: (chunk: Buffer, _encoding, done) => connection.send(chunk, done),
    final(done) {
      connection.close()
      done()
    },
  })
  connection.onMessage(message => inside.push(message))
  socket.once('close', () => inside.destroy())
  return inside
}

/** One connection for each port, which is a pair of channels; the first message of both is its number. */
function forwardChannels(request: IncomingMessage, socket: Duplex): void {
  const { searchParams } = new URL(request.url ?? '', 'https://kubelet')
  const ports = [...searchParams.getAll('port'), ...searchParams.getAll('ports')].map(Number)
  const connection = acceptWebSocket(request, socket, channels)
  const targets = ports.map((port, n) => {
    const send = (channel: number, bytes: Buffer) =>
      connection.send(Buffer.concat([Buffer.from([channel]), bytes]), () => {})
    for (const channel of [2 * n, 2 * n + 1]) send(channel, Buffer.from([port & 0xff, port >> 8]))
    const target = connect(port, '127.0.0.1')
    target.on('data', chunk => send(2 * n, chunk))
    target.on('error', cause => send(2 * n + 1, Buffer.from(`an error occurred forwarding ${port}: ${cause.message}`)))
    return target
  })
  connection.onMessage(message => targets[(message[0] ?? 0) >> 1]?.write(message.subarray(1)))
  socket.once('close', () => {
    for (const target of targets) target.destroy()
  })
}

/** A connection is a pair of streams: its data, and what went wrong with it. */
function forward(): (stream: SpdyStream) => void {
  const pairs = new Map<string, { [streamtype: string]: SpdyStream }>()
  return stream => {
    const { requestid = '', streamtype = '', port } = stream.headers
    const pair = { ...pairs.get(requestid), [streamtype]: stream }
    pairs.set(requestid, pair)
    const { data, error } = pair
    if (data === undefined || error === undefined) return
    pairs.delete(requestid)
    const target = connect(Number(port), '127.0.0.1')
    target.on('error', cause => {
      error.end(`an error occurred forwarding ${port}: ${cause.message}`)
      data.end()
    })
    target.pipe(data).pipe(target)
    data.once('close', () => target.destroy())
    void once(target, 'connect').then(
      () => error.end(),
      () => {},
    )
  }
}
