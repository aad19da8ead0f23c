/** What of a client's headers is read, what is passed on, and what neither. */
import type { Impersonation } from '@cedargate/policy-schema'

export interface RequestHeaders {
  /** Names and values, by turns: what the target may see of them. */
  readonly forwarded: readonly string[]
  readonly token: string | undefined
  readonly impersonate: Impersonation | undefined
  /** In lower case, without its parameters; empty where none is said. */
  readonly contentType: string
  readonly upgrade: string | undefined
}

/** Of these a call has one, or readers differ in which of them holds. */
const singular: ReadonlySet<string> = new Set([
  ...['host', 'authorization', 'content-type', 'content-length', 'content-encoding', 'transfer-encoding', 'expect'],
  ...['upgrade', 'sec-websocket-key', 'sec-websocket-version', 'impersonate-user', 'impersonate-uid'],
])

/** What the API itself reads. Anything else would tell it nothing, or something that is the gateway's to say. */
const ofTheApi: ReadonlySet<string> = new Set([
  ...['accept', 'accept-encoding', 'content-type', 'user-agent', 'if-match', 'if-none-match', 'if-modified-since'],
  ...['kubectl-command', 'kubectl-session', 'traceparent', 'tracestate', 'x-stream-protocol-version'],
  ...['sec-websocket-key', 'sec-websocket-version', 'sec-websocket-protocol', 'sec-websocket-extensions'],
])

/** Of one connection and not of the call. @see RFC 9110, 7.6.1 */
const hopByHop: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'host', 'content-length', 'expect', 'http2-settings'],
])
/** Through a proxy behind the API goes what a program there may want; but nothing that says who somebody is, or came from where. */
const identifying =
  /^(authorization|cookie|impersonate-.*|x-remote-.*|x-forwarded-.*|x-real-ip|forwarded|via|audit-id)$/

/**
 * @param raw names and values, by turns
 * @param proxied the call goes to a program behind the API, which has headers of its own
 * @returns why it is refused, as a text
 */
export function readHeaders(raw: readonly string[], proxied: boolean): RequestHeaders | string {
  const names: string[] = []
  const found = new Map<string, string>()
  const listed = new Set<string>()
  let impersonates = false
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase()
    const value = raw[at + 1] ?? ''
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is refused
    if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) return `the header \`${name}\` has a control character`
    names.push(name)
    if (singular.has(name)) {
      if (found.has(name)) return `the header \`${name}\` is there twice`
      found.set(name, value)
    }
    if (name === 'connection') for (const each of value.split(',')) listed.add(each.trim().toLowerCase())
    else if (name.startsWith('impersonate-')) impersonates = true
    else if (name === 'sec-websocket-protocol' && /bearer\.authorization/i.test(value))
      return 'the token stands in `Sec-WebSocket-Protocol`, and only `Authorization` is read'
  }
  const impersonate = impersonates ? impersonationOf(names, raw) : undefined
  if (typeof impersonate === 'string') return impersonate
  if (!found.has('host')) return 'the header `host` is missing'
  const expected = found.get('expect') ?? '100-continue'
  if (expected.toLowerCase() !== '100-continue') return 'the header `expect` wants what nobody does'
  const forwarded: string[] = []
  for (const [index, name] of names.entries()) {
    const passes = proxied ? !hopByHop.has(name) && !identifying.test(name.replaceAll('_', '-')) : ofTheApi.has(name)
    // a body is decided on by its type, which then goes with it
    if (passes && (name === 'content-type' || !listed.has(name))) forwarded.push(name, raw[2 * index + 1] ?? '')
  }
  return {
    forwarded,
    token: /^bearer +([^\s]+) *$/i.exec(found.get('authorization') ?? '')?.[1],
    impersonate,
    contentType: found.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '',
    upgrade: listed.has('upgrade') ? found.get('upgrade') : undefined,
  }
}

/** @see Kubernetes, "User impersonation" */
function impersonationOf(names: readonly string[], raw: readonly string[]): Impersonation | string | undefined {
  const pairs = names.map((name, index) => [name, raw[2 * index + 1] ?? ''] as const)
  const [user] = allOf(pairs, 'impersonate-user')
  const groups = allOf(pairs, 'impersonate-group')
  const [uid] = allOf(pairs, 'impersonate-uid')
  const extra: { [key: string]: string[] } = {}
  for (const [name, value] of pairs) {
    // its bytes are Latin-1 to one reader and UTF-8 to another
    if (name.startsWith('impersonate-') && /[^ -~]/.test(value)) return `the header \`${name}\` is not ASCII`
    if (!name.startsWith(extraPrefix)) continue
    let key: string
    try {
      key = decodeURIComponent(name.slice(extraPrefix.length)).toLowerCase()
    } catch {
      return `the header \`${name}\` is not percent-encoded UTF-8`
    }
    if (key === '__proto__') return `the header \`${name}\` names nothing`
    const before = Object.hasOwn(extra, key) ? extra[key] : undefined
    extra[key] = [...(before ?? []), value]
  }
  const as = {
    ...(user !== undefined && { user }),
    ...(groups.length > 0 && { groups }),
    ...(uid !== undefined && { uid }),
    ...(Object.keys(extra).length > 0 && { extra }),
  }
  return Object.keys(as).length === 0 ? undefined : as
}
const extraPrefix = 'impersonate-extra-'

/** The headers that say as whom to appear, from what was decided on. */
export function impersonationHeaders({ user, groups = [], uid, extra = {} }: Impersonation): string[] {
  return [
    ...(user === undefined ? [] : ['Impersonate-User', inUtf8(user)]),
    ...groups.flatMap(group => ['Impersonate-Group', inUtf8(group)]),
    ...(uid === undefined ? [] : ['Impersonate-Uid', uid]),
    ...Object.entries(extra).flatMap(([key, values]) => values.flatMap(value => [extraHeader(key), value])),
  ]
}

/** A header's name has no parentheses, which URIs leave as they are. */
function extraHeader(key: string): string {
  return `Impersonate-Extra-${encodeURIComponent(key).replaceAll('(', '%28').replaceAll(')', '%29')}`
}

/** A header's text is written as Latin-1, and read by API servers as UTF-8. */
function inUtf8(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** What of the target's headers the client may see. @param prefix where the path of the API stands at the gateway */
export function answerHeaders(raw: readonly (string | Buffer)[], prefix: string): string[] {
  const pairs: string[] = []
  const listed: string[] = []
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const [name, value] = [latin1(raw[at]), latin1(raw[at + 1])]
    const lower = name.toLowerCase()
    if (lower === 'connection') listed.push(...value.split(',').map(each => each.trim().toLowerCase()))
    if (ofTheHop.has(lower)) continue
    if (lower !== 'location') pairs.push(name, value)
    // one that leads elsewhere would lead around the gateway
    else if (value.startsWith('/') && !value.startsWith('//')) pairs.push(name, prefix + value)
  }
  const isListed = (name: string) => listed.includes(name.toLowerCase())
  return listed.length === 0 ? pairs : pairs.filter((_, at) => !isListed(pairs[at - (at % 2)] ?? ''))
}

function latin1(text: string | Buffer | undefined): string {
  return typeof text === 'string' ? text : (text?.toString('latin1') ?? '')
}
const ofTheHop: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'trailer', 'alt-svc'],
  ...['proxy-authenticate', 'http2-settings'],
])

function allOf(pairs: readonly (readonly [string, string])[], name: string): readonly string[] {
  return pairs.flatMap(([each, value]) => (each === name ? [value] : []))
}
