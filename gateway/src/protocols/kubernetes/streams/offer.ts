import { createHash } from 'node:crypto'
import { isOn, type KubernetesOperation, requestInfo } from '@cedargate/policy-schema'
import { createChannelObserver } from './channels.ts'
import { type Channel, channelsOf, type Listener, type Observer, type Use } from './observer.ts'
import { createSpdyObserver } from './spdy.ts'
import { createTunnelObserver, tunnelProtocol } from './tunnel.ts'

/** How a client would have its connection go on. */
export interface Offer {
  readonly upgrade: 'spdy' | 'websocket'
  /** `opaque`: what a program behind the API speaks, which only its own client can read. */
  readonly use: Use | 'opaque'
  /** Those that the call asks for. */
  readonly channels: readonly Channel[]
  /** What is passed on of the protocols that it offers. */
  readonly protocols: readonly string[]
  /** Of a WebSocket. */
  readonly key?: string
}

/** What can be read, by use and way. The older `channel.k8s.io` have no exit codes, and `base64` nobody has sent for years. */
const spoken: { readonly [U in Use]: { readonly [W in Offer['upgrade']]: readonly string[] } } = {
  terminal: {
    spdy: ['v5.channel.k8s.io', 'v4.channel.k8s.io'],
    websocket: ['v5.channel.k8s.io', 'v4.channel.k8s.io'],
  },
  ports: { spdy: ['portforward.k8s.io'], websocket: [tunnelProtocol, 'v4.channel.k8s.io'] },
}

/** What an upgrade header asks for. */
export function upgradeOf(header: string): Offer['upgrade'] | undefined {
  const lower = header.trim().toLowerCase()
  return lower === 'spdy/3.1' ? 'spdy' : lower === 'websocket' ? 'websocket' : undefined
}

/**
 * @param headers of the client, names and values, by turns
 * @returns why the connection cannot go on so, as a text
 */
export function readOffer(operation: KubernetesOperation, headers: readonly string[]): Offer | string {
  const { upgrade, method } = operation
  if (upgrade === undefined) return 'the connection would go on as something else than SPDY/3.1 or a WebSocket'
  const use = useOf(operation)
  if (use === undefined) return `\`${operation.path}\` is no call whose connection goes on`
  const key = upgrade === 'websocket' ? valuesOf(headers, 'sec-websocket-key')[0] : undefined
  if (upgrade === 'websocket' && (method !== 'GET' || !/^[A-Za-z0-9+/]{22}==$/.test(key ?? '')))
    return 'the call is not as a WebSocket begins'
  if (upgrade === 'websocket' && valuesOf(headers, 'sec-websocket-version').join() !== '13')
    return 'the WebSocket is of another version than 13'
  if (use === 'opaque' && upgrade === 'spdy') return 'SPDY leads to no program behind the API'
  const offered = valuesOf(headers, protocolHeader(upgrade))
  const protocols = use === 'opaque' ? offered : offered.filter(each => spoken[use][upgrade].includes(each))
  if (protocols.length === 0 && use !== 'opaque')
    return `none of the protocols offered is one of ${spoken[use][upgrade].join(', ')}`
  return { upgrade, use, channels: askedFor(operation, use), protocols, ...(key !== undefined && { key }) }
}

/** Policies were told of `stdin` and `tty`; the output is there whatever is said of it. */
function askedFor({ query }: KubernetesOperation, use: Offer['use']): readonly Channel[] {
  if (use === 'opaque') return []
  const without = (name: string, channel: Channel): readonly Channel[] =>
    isOn(query.find(([each]) => each === name)?.[1]) ? [] : [channel]
  const not = use === 'ports' ? [] : [...without('stdin', 'stdin'), ...without('tty', 'resize')]
  return channelsOf[use].filter(each => !not.includes(each))
}

function useOf(operation: KubernetesOperation): Offer['use'] | undefined {
  const info = requestInfo(operation)
  if (info === undefined || !info.isResource || info.apiGroup !== '') return undefined
  const { resource, subresource } = info
  if (resource === 'pods' && (subresource === 'exec' || subresource === 'attach')) return 'terminal'
  if (resource === 'pods' && subresource === 'portforward') return 'ports'
  // a node's has terminals, which would go unread
  return (resource === 'pods' || resource === 'services') && subresource === 'proxy' ? 'opaque' : undefined
}

/** The headers that make the offer to the target: no extensions, so that frames stay readable. */
export function offerHeaders({ upgrade, protocols, key }: Offer): string[] {
  const head = ['Connection', 'Upgrade', 'Upgrade', upgrade === 'spdy' ? 'SPDY/3.1' : 'websocket']
  if (upgrade === 'spdy') return [...head, ...protocols.flatMap(each => ['X-Stream-Protocol-Version', each])]
  return [
    ...head,
    ...['Sec-WebSocket-Key', key ?? '', 'Sec-WebSocket-Version', '13'],
    ...(protocols.length === 0 ? [] : ['Sec-WebSocket-Protocol', protocols.join(', ')]),
  ]
}

/** What the target took of the offer. */
export interface Taken {
  readonly protocol: string | undefined
  /** What the client is told. */
  readonly headers: readonly string[]
}

/** @returns why its answer is none to this offer, as a text */
export function readAnswer(offer: Offer, headers: readonly string[]): Taken | string {
  const { upgrade, protocols, use, key } = offer
  if (upgradeOf(valuesOf(headers, 'upgrade').join()) !== upgrade) return 'it goes on as something else'
  if (valuesOf(headers, 'sec-websocket-extensions').length > 0) return 'it uses an extension that nobody offered'
  const [protocol, ...more] = valuesOf(headers, protocolHeader(upgrade))
  if (more.length > 0 || (protocol !== undefined && !protocols.includes(protocol)))
    return 'it speaks a protocol that was not offered'
  if (protocol === undefined && use !== 'opaque') return 'it does not say which protocol it speaks'
  const accept = acceptOf(key ?? '')
  if (upgrade === 'websocket' && valuesOf(headers, 'sec-websocket-accept').join() !== accept)
    return 'it took another key than that of the client'
  return {
    protocol,
    headers: [
      ...['Connection', 'Upgrade', 'Upgrade', upgrade === 'spdy' ? 'SPDY/3.1' : 'websocket'],
      ...(upgrade === 'websocket' ? ['Sec-WebSocket-Accept', accept] : []),
      ...(protocol === undefined
        ? []
        : [upgrade === 'spdy' ? 'X-Stream-Protocol-Version' : 'Sec-WebSocket-Protocol', protocol]),
    ],
  }
}

/** Reads what passes; `undefined` where nobody but the client can. */
export function observerOf(
  { upgrade, use, channels }: Offer,
  protocol: string | undefined,
  listener: Listener,
): Observer | undefined {
  if (use === 'opaque') return undefined
  if (upgrade === 'spdy') return createSpdyObserver(use, listener, channels)
  if (protocol === tunnelProtocol) return createTunnelObserver(listener)
  const spokenHere = protocol === 'v5.channel.k8s.io' ? protocol : 'v4.channel.k8s.io'
  return createChannelObserver(spokenHere, use, listener, channels)
}

/** @see RFC 6455, 4.2.2 */
export function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
}

function protocolHeader(upgrade: Offer['upgrade']): string {
  return upgrade === 'spdy' ? 'x-stream-protocol-version' : 'sec-websocket-protocol'
}

function valuesOf(headers: readonly string[], name: string): readonly string[] {
  const values: string[] = []
  for (let at = 0; at + 1 < headers.length; at += 2)
    if (headers[at]?.toLowerCase() === name)
      values.push(
        ...(headers[at + 1] ?? '')
          .split(',')
          .map(each => each.trim())
          .filter(Boolean),
      )
  return values
}
