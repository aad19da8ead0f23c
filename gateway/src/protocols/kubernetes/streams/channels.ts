import {
  broken,
  type Channel,
  channelsOf,
  type Listener,
  type Observer,
  type Side,
  senders,
  type Use,
} from './observer.ts'
import { type DataFrame, lastMessage, WebSocketFrames } from './websocket-frames.ts'

export type ChannelProtocol = 'v4.channel.k8s.io' | 'v5.channel.k8s.io'

/** By the number that a message begins with. */
const terminal: readonly Channel[] = ['stdin', 'stdout', 'stderr', 'error', 'resize']
/** `[255, n]`: the client sends no more on channel n. Since v5. */
const closeChannel = 255

/**
 * Reads both sides of a WebSocket whose messages each begin with the number of a channel. A port-forward has two for each
 * port, data and error.
 *
 * @param channels those that the call asked for: servers pass over what comes on others
 * @see Kubernetes, `k8s.io/apimachinery/pkg/util/httpstream/wsstream`, and KEP-4006
 */
export function createChannelObserver(
  protocol: ChannelProtocol,
  use: Use,
  listener: Listener,
  channels: readonly Channel[] = channelsOf[use],
): Observer {
  const frames = { client: reader('client'), target: reader('target') }
  let stdinEnded = false
  /** The target has said how it ended. */
  let said = false

  function reader(from: Side): WebSocketFrames {
    /** Of the message that is passing; `undefined` before its first byte. */
    let number: number | undefined
    let closes: number[] = []
    return new WebSocketFrames(from, {
      begin({ continues, last }: DataFrame) {
        if (!continues) number = undefined
        // x/net/websocket, by which API servers and kubelets read, takes each frame for a message of its own: the second
        // piece's first byte would be a channel
        if (from === 'client' && !last) throw broken('ERR_STREAM_FRAME', 'a message comes in pieces')
      },
      payload(bytes) {
        let rest = bytes
        if (number === undefined) {
          number = bytes[0] ?? 0
          closes = []
          rest = bytes.subarray(1)
          if (number === closeChannel && (protocol === 'v4.channel.k8s.io' || use === 'ports' || from === 'target'))
            throw broken('ERR_STREAM_CHANNEL', 'a channel is closed by a protocol that cannot')
        }
        if (rest.length === 0) return
        if (number !== closeChannel) return heard(from, number, rest)
        closes.push(...rest.subarray(0, 2))
      },
      end() {
        if (number !== closeChannel) return
        if (closes.length !== 1 || closes[0] !== 0)
          throw broken('ERR_STREAM_CHANNEL', 'another channel than stdin is closed')
        stdinEnded = true
        if (channels.includes('stdin')) listener.ended?.('stdin', from)
      },
    })
  }

  function heard(from: Side, number: number, bytes: Buffer): void {
    const channel = use === 'terminal' ? terminal[number] : number % 2 === 0 ? 'data' : 'error'
    if (channel === undefined) throw broken('ERR_STREAM_CHANNEL', `a message is on channel \`${number}\``)
    if (!senders[channel].includes(from))
      throw broken('ERR_STREAM_CHANNEL', `the ${from} sends on channel \`${channel}\``)
    if (channel === 'stdin' && stdinEnded) throw broken('ERR_STREAM_CHANNEL', 'stdin goes on after its end')
    said ||= channel === 'error'
    if (channels.includes(channel)) listener.bytes(channel, bytes, from)
    // clients tell the size of their terminal also where none was asked for
    else if (channel !== 'resize') throw broken('ERR_STREAM_CHANNEL', `nobody asked for channel \`${channel}\``)
  }

  return {
    observe: (from, bytes) => frames[from].read(bytes),
    farewell(status) {
      if (use !== 'terminal' || said || !frames.target.whole) return undefined
      return lastMessage(Buffer.concat([Buffer.from([terminal.indexOf('error')]), status]))
    },
    close: () => {},
  }
}
