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
import { lastData, SpdyFrames } from './spdy-frames.ts'
import { HeaderBlocks } from './spdy-headers.ts'

interface Stream {
  readonly channel: Channel
  /** Who may still send. */
  readonly open: Set<Side>
  /** The target has answered: what it hears before that, it drops. */
  answered: boolean
}

/** A forwarded port has two streams for each connection that is open. */
const maxStreams: { readonly [U in Use]: number } = { terminal: 5, ports: 1024 }
/** Streams that a side gave up, on which the other may not have heard it yet. */
const maxReset = 1024

/**
 * Reads both sides of a SPDY/3.1 connection as Kubernetes uses it: the client opens streams, each of which says by a header
 * `streamtype` which channel it carries.
 *
 * @param channels those that the call asked for: servers count streams, and take any
 * @see SPDY/3.1, and Kubernetes, `k8s.io/apimachinery/pkg/util/httpstream/spdy`
 */
export function createSpdyObserver(
  use: Use,
  listener: Listener,
  channels: readonly Channel[] = channelsOf[use],
): Observer {
  const streams = new Map<number, Stream>()
  const reset = new Map<number, Side>()
  const blocks = { client: new HeaderBlocks(), target: new HeaderBlocks() }
  const frames = {
    client: new SpdyFrames({ control: control('client'), data: data('client') }),
    target: new SpdyFrames({ control: control('target'), data: data('target') }),
  }
  let lastId = 0
  /** The client has said that it goes away: nobody reads what it says then. */
  let gone = false

  function control(from: Side) {
    return (type: number, flags: number, body: Buffer): void | Promise<void> => {
      const rule = rules[type]
      if (rule === undefined) throw broken('ERR_STREAM_FRAME', `a control frame is of type \`${type}\``)
      if ((flags & ~rule.flags) !== 0 || !rule.fits(body))
        throw broken('ERR_STREAM_FRAME', `a control frame of type \`${type}\` is not as its type has it`)
      if (type === synStream) return opened(from, flags, body)
      if (type === synReply) return replied(from, flags, body)
      if (type === rstStream) gaveUp(from, body.readUInt32BE(0))
      if (type === goAway && from === 'client') gone = true
    }
  }

  async function opened(from: Side, flags: number, body: Buffer): Promise<void> {
    const id = body.readUInt32BE(0)
    if (from !== 'client' || id % 2 === 0 || id <= lastId || id > 0x7fff_ffff)
      throw broken('ERR_STREAM_FRAME', `a stream has the number \`${id}\``)
    if (body.readUInt32BE(4) !== 0) throw broken('ERR_STREAM_FRAME', 'a stream belongs to another')
    if (gone) throw broken('ERR_STREAM_FRAME', 'a stream is opened after GOAWAY')
    if (streams.size >= maxStreams[use])
      throw broken('ERR_STREAM_SIZE', `more than ${maxStreams[use]} streams are open`)
    lastId = id
    const type = (await blocks.client.read(body.subarray(10))).get('streamtype') ?? ''
    const channel = channels.find(each => each === type)
    if (channel === undefined) throw broken('ERR_STREAM_CHANNEL', 'a stream is of a type that this call does not have')
    if (use === 'terminal' && [...streams.values()].some(each => each.channel === channel))
      throw broken('ERR_STREAM_CHANNEL', `a second stream is of type \`${type}\``)
    streams.set(id, { channel, open: new Set(['client', 'target']), answered: false })
    if (flags === finFlag) end('client', id)
  }

  async function replied(from: Side, flags: number, body: Buffer): Promise<void> {
    const id = body.readUInt32BE(0)
    if (from !== 'target' || !known(from, id)) throw broken('ERR_STREAM_FRAME', `nobody opened stream \`${id}\``)
    await blocks.target.read(body.subarray(4))
    const stream = streams.get(id)
    if (stream !== undefined) stream.answered = true
    if (flags === finFlag) end('target', id)
  }

  function gaveUp(from: Side, id: number): void {
    if (id === 0 || id > lastId) throw broken('ERR_STREAM_FRAME', `nobody opened stream \`${id}\``)
    if (!streams.has(id)) return
    for (const side of ['client', 'target'] as const) end(side, id)
    reset.set(id, from)
    const [oldest] = reset.keys()
    if (reset.size > maxReset && oldest !== undefined) reset.delete(oldest)
  }

  function data(from: Side) {
    return (id: number, bytes: Buffer, last: boolean): void => {
      const stream = streams.get(id)
      if (!stream?.open.has(from)) {
        if (known(from, id) && stream === undefined) return
        throw broken('ERR_STREAM_FRAME', `data comes on stream \`${id}\`, which is not open`)
      }
      if (bytes.length > 0) {
        if (!senders[stream.channel].includes(from))
          throw broken('ERR_STREAM_CHANNEL', `the ${from} sends on channel \`${stream.channel}\``)
        if (from === 'client' && (gone || !stream.answered))
          throw broken('ERR_STREAM_FRAME', `data comes on stream \`${id}\` where the target does not read it`)
        listener.bytes(stream.channel, bytes, from)
      }
      if (last) end(from, id)
    }
  }

  /** Whether a side may still speak of a stream: it is open, or the other gave it up. */
  function known(from: Side, id: number): boolean {
    const by = reset.get(id)
    return streams.has(id) || (by !== undefined && by !== from)
  }

  function end(from: Side, id: number): void {
    const stream = streams.get(id)
    if (!stream?.open.delete(from)) return
    if (stream.open.size === 0) streams.delete(id)
    listener.ended?.(stream.channel, from)
  }

  return {
    observe: (from, bytes) => frames[from].read(bytes),
    farewell(status) {
      if (use !== 'terminal' || !frames.target.whole) return undefined
      const [id] = [...streams].find(([, { channel, open }]) => channel === 'error' && open.has('target')) ?? []
      return id === undefined ? undefined : lastData(id, status)
    },
    close() {
      blocks.client.close()
      blocks.target.close()
    },
  }
}

const [synStream, synReply, rstStream, goAway] = [1, 2, 3, 7]
const finFlag = 1

interface FrameRule {
  /** Those that may be set. */
  readonly flags: number
  readonly fits: (body: Buffer) => boolean
}
const length = (bytes: number) => (body: Buffer) => body.length === bytes

/**
 * What Kubernetes sends. Sizes are exact, since `spdystream` believes the members of a frame where they differ from its length.
 * HEADERS, CREDENTIAL and unidirectional streams nobody sends.
 */
const rules: { readonly [type: number]: FrameRule | undefined } = {
  [synStream]: { flags: finFlag, fits: body => body.length > 10 },
  [synReply]: { flags: finFlag, fits: body => body.length > 4 },
  [rstStream]: { flags: 0, fits: length(8) },
  /** SETTINGS */
  4: { flags: 1, fits: body => body.length >= 4 && body.length === 4 + 8 * body.readUInt32BE(0) },
  /** PING */
  6: { flags: 0, fits: length(4) },
  [goAway]: { flags: 0, fits: length(8) },
  /** WINDOW_UPDATE */
  9: { flags: 0, fits: length(8) },
}
