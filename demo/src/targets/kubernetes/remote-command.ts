import type { IncomingMessage } from 'node:http'
import { Duplex, PassThrough, type Readable, type Writable } from 'node:stream'
import { serveSpdy } from './spdy.ts'
import { acceptWebSocket } from './websocket.ts'

/** What a client of `exec` or `attach` asked for, each stream where it did. */
export interface RemoteCommand {
  readonly command: readonly string[]
  readonly tty: boolean
  readonly stdin?: Readable
  readonly stdout?: Writable
  readonly stderr?: Writable
  /** JSON lines `{"Width":80,"Height":24}`. */
  readonly resize?: Readable
  /** Ends all of them with how it ended. */
  exit(code: number): void
  /** The client is gone. */
  readonly gone: AbortSignal
}

const subprotocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io']
const channels = ['stdin', 'stdout', 'stderr', 'error', 'resize'] as const
type Channel = (typeof channels)[number]

/** Agrees with a client of `exec` or `attach` on its streams, over SPDY or WebSocket, and hands them over once all are there. */
export function acceptRemoteCommand(
  request: IncomingMessage,
  socket: Duplex,
  run: (command: RemoteCommand) => void,
): void {
  const { searchParams } = new URL(request.url ?? '', 'https://kubelet')
  const isOn = (...names: readonly string[]) => names.some(name => /^(1|true)$/.test(searchParams.get(name) ?? ''))
  const tty = isOn('tty')
  const wanted: readonly Channel[] = [
    'error',
    ...(isOn('input', 'stdin') ? (['stdin'] as const) : []),
    ...(isOn('output', 'stdout') ? (['stdout'] as const) : []),
    ...(isOn('error', 'stderr') && !tty ? (['stderr'] as const) : []),
    ...(tty ? (['resize'] as const) : []),
  ]
  const gone = new AbortController()
  socket.once('close', () => gone.abort())
  const hand = (streams: { readonly [channel in Channel]?: Duplex }, close: () => void) => {
    const { error, ...given } = streams
    run({
      ...given,
      ...{ command: searchParams.getAll('command'), tty, gone: gone.signal },
      exit(code) {
        streams.stdout?.end()
        streams.stderr?.end()
        error?.end(JSON.stringify(status(code)), close)
      },
    })
  }
  if (request.headers.upgrade?.toLowerCase() === 'websocket') overWebSocket(request, socket, wanted, hand)
  else overSpdy(request, socket, wanted, hand)
}

type Hand = (streams: { readonly [channel in Channel]?: Duplex }, close: () => void) => void

function overSpdy(request: IncomingMessage, socket: Duplex, wanted: readonly Channel[], hand: Hand): void {
  const offered = String(request.headers['x-stream-protocol-version'] ?? '').split(/,\s*/)
  const version = ['v5', 'v4'].map(name => `${name}.channel.k8s.io`).find(name => offered.includes(name))
  if (version === undefined) return void socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: SPDY/3.1\r\nConnection: Upgrade\r\nX-Stream-Protocol-Version: ${version}\r\n\r\n`,
  )
  const streams: { [channel in Channel]?: Duplex } = {}
  serveSpdy(socket, stream => {
    streams[stream.headers.streamtype as Channel] = stream
    if (Object.keys(streams).length === wanted.length) hand(streams, () => setTimeout(() => socket.end(), 50).unref())
  })
}

function overWebSocket(request: IncomingMessage, socket: Duplex, wanted: readonly Channel[], hand: Hand): void {
  const offered = String(request.headers['sec-websocket-protocol'] ?? '').split(/,\s*/)
  const version = subprotocols.find(name => offered.includes(name))
  if (version === undefined) return void socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
  const connection = acceptWebSocket(request, socket, version)
  const streams = Object.fromEntries(
    wanted.map(channel => {
      const number = Buffer.from([channels.indexOf(channel)])
      const incoming = channel === 'stdin' || channel === 'resize' ? new PassThrough() : undefined
      const stream = incoming
        ? Duplex.from({ readable: incoming, writable: new PassThrough().resume() })
        : new Duplex({
            read() {},
            write: (chunk: Buffer, _encoding, done) => connection.send(Buffer.concat([number, chunk]), done),
          })
      return [channel, { stream: stream.on('error', () => {}), incoming }]
    }),
  )
  connection.onMessage(message => {
    const [first = 0, second = 0] = message
    if (first === 255) streams[channels[second] ?? '']?.incoming?.end()
    else streams[channels[first] ?? '']?.incoming?.write(message.subarray(1))
  })
  hand(Object.fromEntries(Object.entries(streams).map(([channel, { stream }]) => [channel, stream])), () =>
    connection.close(),
  )
}

/** @see k8s.io/apimachinery/pkg/util/remotecommand, `v4.channel.k8s.io` */
function status(code: number): object {
  if (code === 0) return { metadata: {}, status: 'Success' }
  return {
    ...{ metadata: {}, status: 'Failure', reason: 'NonZeroExitCode' },
    message: `command terminated with non-zero exit code: exit status ${code}`,
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  }
}
