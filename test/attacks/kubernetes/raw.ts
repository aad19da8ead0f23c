import { once } from 'node:events'
import { connect } from 'node:tls'

export interface RawCall {
  readonly method?: string
  /** Behind the address of the target. */
  readonly path: string
  readonly headers?: readonly string[]
  readonly type?: string
  readonly body?: string | Buffer
}

export interface Answer {
  /** 0: the connection was closed without one. */
  readonly status: number
  /** Of the `Status` object: its first cause, and what policies denied it. */
  readonly code: string | undefined
  readonly policies: readonly string[]
  readonly text: string
}

/** The bytes of a call. @param prefix the address of the target, `/clusters/prod/roles/app` */
export function bytesOf(prefix: string, token: string | undefined, call: RawCall): Buffer {
  const {
    method = call.body === undefined ? 'GET' : 'POST',
    path,
    headers = [],
    type = 'application/json',
    body,
  } = call
  const own = headers.map(header => header.slice(0, header.indexOf(':')).toLowerCase())
  const lines = [
    `${method} ${prefix}${path} HTTP/1.1`,
    ...(own.includes('host') ? [] : ['Host: gate']),
    ...(token === undefined || own.includes('authorization') ? [] : [`Authorization: Bearer ${token}`]),
    ...(body === undefined || own.includes('content-type') ? [] : [`Content-Type: ${type}`]),
    ...(body === undefined || own.includes('content-length') || own.includes('transfer-encoding')
      ? []
      : [`Content-Length: ${Buffer.byteLength(body)}`]),
    ...headers,
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), Buffer.from(body ?? '')])
}

/** Sends bytes as they are, and reads one answer; whatever comes behind it stays in `text`. */
export async function send(port: number, ca: string, bytes: Buffer): Promise<Answer> {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca, ALPNProtocols: ['http/1.1'] })
  let text = ''
  const over = once(socket, 'close')
  socket.on('error', () => {}) // a connection may be reset: it is closed then
  socket.setTimeout(10_000, () => socket.destroy())
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk
    if (isWhole(text)) socket.end()
  })
  socket.write(bytes)
  await over
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0)
  const causes = causesOf(text.slice(text.indexOf('\r\n\r\n') + 4))
  return {
    status,
    code: causes[0]?.reason,
    policies: causes.filter(({ reason }) => reason === 'policy').map(({ message }) => message),
    text,
  }
}

function isWhole(text: string): boolean {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0 || /^HTTP\/1\.1 1/.test(text)) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head + 2))?.[1]
  return length === undefined ? text.endsWith('0\r\n\r\n') : text.length >= head + 4 + Number(length)
}

function causesOf(body: string): readonly { readonly reason: string; readonly message: string }[] {
  try {
    return JSON.parse(body.slice(0, body.lastIndexOf('}') + 1)).details?.causes ?? []
  } catch {
    return []
  }
}
