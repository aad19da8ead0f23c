import { broken, type Listener, type Observer, type Side } from './observer.ts'
import { createSpdyObserver } from './spdy.ts'
import { WebSocketFrames } from './websocket-frames.ts'

export const tunnelProtocol = 'SPDY/3.1+portforward.k8s.io'

/**
 * Reads a port-forward whose SPDY connection goes through the binary messages of a WebSocket.
 *
 * @see KEP-4006, Transition from SPDY to WebSockets
 */
export function createTunnelObserver(listener: Listener): Observer {
  const spdy = createSpdyObserver('ports', listener)
  const reader = (from: Side) =>
    new WebSocketFrames(from, {
      begin({ text }) {
        if (text) throw broken('ERR_STREAM_FRAME', 'a message is text')
      },
      payload: bytes => spdy.observe(from, bytes),
      end() {},
    })
  const frames = { client: reader('client'), target: reader('target') }
  return { observe: (from, bytes) => frames[from].read(bytes), close: () => spdy.close() }
}
