import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { Duplex } from 'node:stream'
import { type SpdyStream, serveSpdy } from './spdy.ts'
import { acceptWebSocket } from './websocket.ts'

const tunnel = 'SPDY/3.1+portforward.k8s.io'

/** Forwards ports of a pod, which are ports of this machine; over SPDY, or SPDY in a WebSocket. */
export function acceptPortForward(request: IncomingMessage, socket: Duplex): void {
  if (request.headers.upgrade?.toLowerCase() === 'websocket') {
    serveSpdy(tunnelled(request, socket), forward())
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
