/** A process that proxies as Node's own modules do it, and decides nothing. */
import { Agent, createServer, request } from 'node:https'
import { listening, serveApart } from '../apart.ts'

export interface NodeProxy {
  /** `cert` and `key` are what it is shown, where it wants to know. */
  readonly target: { readonly port: number; readonly ca: string; readonly cert?: string; readonly key?: string }
  readonly cert: string
  readonly key: string
  /** Processes; 1 unless given. */
  readonly workers?: number
}

serveApart(async ({ target, cert, key }: NodeProxy) => {
  const { port, ...tls } = target
  const agent = new Agent({ keepAlive: true, ...tls })
  const server = createServer({ cert, key, noDelay: true }, (incoming, response) => {
    const { method, url, headers } = incoming
    const outgoing = request(
      { host: '127.0.0.1', port, servername: 'localhost', agent, method, path: url, headers },
      answer => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
    )
    outgoing.on('error', () => response.destroy())
    incoming.pipe(outgoing)
  })
  server.keepAliveTimeout = 600_000
  return await listening(server)
})
