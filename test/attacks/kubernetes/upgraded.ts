import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import { createSpdyWriter } from '../../../gateway/src/protocols/kubernetes/streams/spdy.test-support.ts'
import { bytesOf } from './raw.ts'

export type Kind = 'v5' | 'v4' | 'spdy'

/** How a client asks for its connection to go on. */
export const offers: { readonly [kind in Kind]: readonly string[] } = {
  v5: webSocket('v5.channel.k8s.io'),
  v4: webSocket('v4.channel.k8s.io'),
  spdy: ['Connection: Upgrade', 'Upgrade: SPDY/3.1', 'X-Stream-Protocol-Version: v4.channel.k8s.io'],
}
function webSocket(protocol: string): readonly string[] {
  return [
    ...['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
    ...['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', `Sec-WebSocket-Protocol: ${protocol}`],
  ]
}

export interface Place {
  readonly port: number
  readonly ca: string
  readonly token: string
  /** The address of the target. */
  readonly prefix: string
}

/** An upgraded connection, from its client's side. */
export interface Upgraded {
  readonly socket: TLSSocket
  /** What has come, its head too. */
  heard(): Buffer
  hears(what: (heard: Buffer) => boolean): Promise<void>
  readonly closed: Promise<unknown>
}

export async function connectTo({ port, ca }: Place): Promise<Upgraded> {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca, ALPNProtocols: ['http/1.1'] })
  socket.on('error', () => {}) // a connection that is cut may be reset
  const closed = new Promise(resolve => socket.once('close', resolve)) // also of one that was reset
  let all = Buffer.alloc(0)
  socket.on('data', chunk => {
    all = Buffer.concat([all, chunk])
  })
  await once(socket, 'secureConnect')
  return {
    socket,
    heard: () => all,
    async hears(what) {
      while (!what(all)) {
        await Promise.race([closed, new Promise(resolve => socket.once('data', resolve))])
        if (socket.closed && !what(all)) throw new Error(`the connection ended with ${all.toString('latin1')}`)
      }
    },
    closed,
  }
}

/** Asks, and waits for the answer's head. */
export async function upgradeTo(place: Place, kind: Kind, path: string): Promise<Upgraded> {
  const upgraded = await connectTo(place)
  upgraded.socket.write(bytesOf(place.prefix, place.token, { path, headers: offers[kind] }))
  await upgraded.hears(heard => heard.includes('\r\n\r\n'))
  if (!upgraded.heard().toString('latin1').startsWith('HTTP/1.1 101 ')) throw new Error(String(upgraded.heard()))
  return upgraded
}

/** Opens the streams of a terminal, and waits for the answers to them. */
export async function openStreams({ socket, heard, hears }: Upgraded, types: readonly string[]) {
  const writer = createSpdyWriter()
  for (const [n, type] of types.entries()) socket.write(await writer.open(2 * n + 1, [['streamtype', type]]))
  await hears(() => replies(heard()) === types.length)
  return writer
}

function replies(heard: Buffer): number {
  let count = 0
  let at = heard.indexOf('\r\n\r\n') + 4
  while (at + 8 <= heard.length) {
    if (heard.readUInt32BE(at) === 0x8003_0002) count += 1
    at += 8 + heard.readUIntBE(at + 5, 3)
  }
  return count
}
