/** A process that proxies by what the gateway is built on, `node:https` and `undici`, and does nothing else. */
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { type Dispatcher, Pool } from 'undici'
import { answerHeaders } from '../../gateway/src/protocols/kubernetes/headers.ts'
import { listening, serveApart } from '../apart.ts'
import type { NodeProxy } from './node-proxy.ts'

serveApart(async ({ target, cert, key }: NodeProxy) => {
  const connect = { ca: target.ca, servername: 'localhost' }
  const pool = new Pool(`https://127.0.0.1:${target.port}`, { connect, allowH2: false })
  const server = createServer({ cert, key, noDelay: true }, ({ method = 'GET', url = '/' }, response) => {
    const headers = ['Accept', 'application/json']
    pool.dispatch({ method: method as Dispatcher.HttpMethod, path: url, headers, body: null }, answering(response))
  })
  server.keepAliveTimeout = 600_000
  return await listening(server)
})

function answering(response: ServerResponse): Dispatcher.DispatchHandler {
  const chunks: Buffer[] = []
  response.sendDate = false
  return {
    onRequestStart() {}, // by which undici knows that the others are these
    onResponseStart: ({ rawHeaders }, status) =>
      void response.writeHead(status, answerHeaders((rawHeaders ?? []) as Buffer[], '')),
    onResponseData: (_, chunk) => void chunks.push(chunk),
    onResponseEnd: () => void response.end(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)),
    onResponseError: () => void response.destroy(),
  }
}
