/** A process that pipes connections to a target, in TLS on both sides where it is given a certificate: what Node needs by itself. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { connect as connectTls, createSecureContext, type SecureContext, TLSSocket } from 'node:tls'
import { serialize } from 'pg-protocol'
import { listening, serveApart } from '../apart.ts'

export interface BarePipe {
  readonly target: { readonly port: number; readonly ca?: string | undefined }
  readonly certificate?: { readonly cert: string; readonly key: string }
}

serveApart(async ({ target, certificate }: BarePipe) => {
  const offered = certificate && createSecureContext(certificate)
  const trusted = target.ca === undefined ? undefined : createSecureContext({ ca: target.ca })
  const server = createServer({ noDelay: true }, client => {
    client.on('error', () => {})
    serve(client, target.port, offered, trusted).catch(() => client.destroy())
  })
  return await listening(server)
})

async function serve(client: Socket, port: number, offered?: SecureContext, trusted?: SecureContext): Promise<void> {
  const from = offered ? await accept(client, offered) : client
  const plain = connect({ host: '127.0.0.1', port, noDelay: true })
  plain.on('error', () => client.destroy())
  await once(plain, 'connect')
  const to = trusted ? await secure(plain, trusted) : plain
  for (const [socket, other] of [
    [from, to],
    [to, from],
  ] as const) {
    socket.on('error', () => other.destroy())
    socket.on('close', () => other.destroy())
  }
  from.pipe(to).pipe(from)
}

async function accept(client: Socket, secureContext: SecureContext): Promise<Socket> {
  await once(client, 'data') // the SSLRequest
  client.pause()
  client.write('S')
  return new TLSSocket(client, { isServer: true, secureContext })
}

async function secure(plain: Socket, secureContext: SecureContext): Promise<Socket> {
  plain.write(serialize.requestSsl())
  await once(plain, 'data')
  plain.pause()
  const socket = connectTls({ socket: plain, secureContext, host: 'localhost', servername: 'localhost' })
  await once(socket, 'secureConnect')
  return socket
}
