import { once } from 'node:events'
import { Agent, type RequestOptions, request } from 'node:https'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'

/** Where an API server is, and as whom to talk to it. */
export interface ApiAccess {
  readonly port: number
  readonly ca: string
  readonly certPem: string
  readonly keyPem: string
}
// biome-ignore lint/suspicious/noExplicitAny: an object of any kind
export type KubernetesObject = any
export interface ApiAnswer {
  readonly status: number
  readonly body: KubernetesObject
}

/** A small client of an API server: for setting up tests, and for what runs beside the server. */
export interface ApiClient {
  /** @param contentType `application/json` unless given */
  call(method: string, path: string, body?: unknown, contentType?: string): Promise<ApiAnswer>
  /** Calls for each object that there is or will be, until `signal`. */
  watch(
    path: string,
    signal: AbortSignal,
    on: (type: string, object: KubernetesObject) => Promise<void> | void,
  ): Promise<void>
}

export function createApiClient({ port, ca, certPem, keyPem }: ApiAccess): ApiClient {
  const agent = new Agent({ ca, cert: certPem, key: keyPem, keepAlive: false })
  const send = async (options: RequestOptions, body?: string) => {
    const sent = request({ host: '127.0.0.1', port, agent, ...options })
    sent.end(body)
    const [response] = await once(sent, 'response')
    return response
  }
  return {
    async call(method, path, body, contentType = 'application/json') {
      const response = await send(
        { method, path, headers: { 'content-type': contentType, accept: 'application/json' } },
        body === undefined ? undefined : JSON.stringify(body),
      )
      const answered = await text(response)
      const isJson = String(response.headers['content-type']).startsWith('application/json')
      return { status: response.statusCode, body: isJson ? JSON.parse(answered) : answered }
    },
    async watch(path, signal, on) {
      while (!signal.aborted) {
        try {
          const response = await send({ path: `${path}?watch=true`, signal })
          for await (const line of createInterface({ input: response })) {
            const { type, object } = JSON.parse(line)
            await on(type, object)
          }
        } catch {
          if (!signal.aborted) await new Promise(resolve => setTimeout(resolve, 50).unref())
        }
      }
    },
  }
}
