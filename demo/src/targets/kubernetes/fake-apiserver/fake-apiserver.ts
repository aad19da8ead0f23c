import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, request as httpsRequest } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { connect } from 'node:tls'
import type { CertificateAuthority, Issued } from '../../certificates.ts'
import type { KubernetesObject } from '../api-client.ts'
import type { StartedApiserver } from '../kube-apiserver.ts'
import type { Call } from '../kubernetes.ts'
import { type ResourceCall, toResourceCall } from './call.ts'
import { type Answer, failure, handle } from './handlers.ts'
import { discovery, type Kind, kinds } from './kinds.ts'
import { openApi, openApiV2 } from './openapi.ts'
import { readProtobuf, writeProtobuf } from './protobuf.ts'
import { authenticate, impersonated, isAllowed, type User } from './rights.ts'
import { isSelected } from './selectors.ts'
import { Store } from './store.ts'
import { toTable } from './tables.ts'

const protobuf = 'application/vnd.kubernetes.protobuf'
/** Of bodies. None is JSON. */
const mediaTypes: ReadonlySet<string> = new Set([
  ...['', 'application/json', 'application/yaml', protobuf, 'application/apply-patch+yaml'],
  ...['application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json'],
])

/**
 * A fake of kube-apiserver for machines without the real one: objects in memory, RBAC, patches, watches, tables, and streams
 * to the node's kubelet. The tests that run against it run against the real one too.
 */
export async function startFakeApiserver(
  authority: CertificateAuthority,
  undo: AsyncDisposableStack,
): Promise<StartedApiserver> {
  const own = await authority.issue(['localhost', '127.0.0.1'])
  const towardsKubelet = await authority.issue(['kube-apiserver'], undefined, 'client')
  const fake = new FakeApiserver(authority.pem, towardsKubelet)
  const server = createServer(
    {
      cert: own.certPem,
      key: own.keyPem,
      ca: authority.pem,
      requestCert: true,
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
    },
    (request, response) => void fake.answer(request, response),
  )
  const sockets = new Set<Socket>()
  server.on('secureConnection', socket => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('upgrade', (request, socket, head) => fake.upgrade(request, socket, head))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  undo.defer(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  return { port: (server.address() as AddressInfo).port, ready: async () => {}, calls: async () => [...fake.calls] }
}

class FakeApiserver {
  readonly calls: Call[] = []
  readonly #store = new Store()
  readonly #tokens = new Map<string, string>()
  /** What was before is not told any more. */
  readonly #oldest: number
  readonly #ca: string
  readonly #towardsKubelet: Issued

  constructor(ca: string, towardsKubelet: Issued) {
    this.#ca = ca
    this.#towardsKubelet = towardsKubelet
    for (const name of ['default', 'kube-system'])
      this.#seed('Namespace', { metadata: { name }, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } })
    const all = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] }
    this.#seed('ClusterRole', { metadata: { name: 'cluster-admin' }, rules: [all] })
    this.#oldest = Number(this.#store.version)
  }

  #seed(name: string, object: KubernetesObject): void {
    for (const kind of kinds) if (kind.kind === name) this.#store.put(kind, this.#store.prepare(kind, '', object))
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const url = new URL(request.url ?? '', 'https://fake')
    const call = toResourceCall(request, url)
    const sent = await buffer(request)
    const user = this.#admit(request, call)
    if ('status' in user) return this.#send(request, response, call, user)
    if (call === undefined) return this.#sendText(request, response, url)
    if (call.verb === 'watch') return this.#watch(request, response, call, url)
    if (call.subresource === 'log') return this.#log(request, response, call, url)
    const contentType = (request.headers['content-type'] ?? '').split(';')[0] ?? ''
    if (sent.length > 0 && !mediaTypes.has(contentType))
      return this.#send(request, response, call, failure(415, 'UnsupportedMediaType', 'the body is of another type'))
    const answered = () => {
      const isProtobuf = contentType === protobuf
      const body = sent.length === 0 ? {} : isProtobuf ? readProtobuf(sent) : JSON.parse(sent.toString())
      return handle(this.#store, this.#tokens, { call, url, contentType, body, user })
    }
    try {
      return this.#send(request, response, call, answered())
    } catch (error) {
      return this.#send(request, response, call, failure(400, 'BadRequest', (error as Error).message))
    }
  }

  /** Who calls, or why not. */
  #admit(request: IncomingMessage, call: ResourceCall | undefined): User | Answer {
    const real = authenticate(request, this.#tokens)
    if (real === undefined) return failure(401, 'Unauthorized', 'Unauthorized')
    const as = impersonated(this.#store, real, request)
    const record = (status: number) =>
      this.calls.push({
        verb: call?.verb ?? 'get',
        uri: request.url ?? '',
        user: real.name,
        ...(as !== undefined && as !== 'denied' && { as: as.name }),
        status,
      })
    if (as === 'denied') {
      record(403)
      return failure(403, 'Forbidden', `User "${real.name}" cannot impersonate`)
    }
    const user = as ?? real
    if (call === undefined || /^SelfSubject/.test(call.kind.kind)) {
      record(200)
      return user
    }
    const { verb, kind, namespace, name, subresource } = call
    const resource = subresource === '' ? kind.resource : `${kind.resource}/${subresource}`
    const allowed = isAllowed(this.#store, user, { verb, group: kind.group, resource, namespace })
    record(allowed ? 200 : 403)
    if (allowed) return user
    const place = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`
    const what = `${kind.resource}${name === '' ? '' : ` "${name}"`} is forbidden`
    return failure(
      403,
      'Forbidden',
      `${what}: User "${user.name}" cannot ${verb} resource "${resource}" in API group "${kind.group}" ${place}`,
    )
  }

  #sendText(request: IncomingMessage, response: ServerResponse, { pathname }: URL): unknown {
    const known = discovery(pathname) ?? openApi[pathname]
    if (known !== undefined) return this.#send(request, response, undefined, { status: 200, body: known })
    if (pathname === '/openapi/v2')
      return response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(openApiV2)
    if (/^\/(healthz|readyz|livez)$/.test(pathname))
      return response.writeHead(200, { 'content-type': 'text/plain' }).end('ok')
    return this.#send(
      request,
      response,
      undefined,
      failure(404, 'NotFound', 'the server could not find the requested resource'),
    )
  }

  #send(
    request: IncomingMessage,
    response: ServerResponse,
    call: ResourceCall | undefined,
    { status, body }: Answer,
  ): void {
    // What the fake writes is not all that there is: only for who takes nothing else.
    const inProtobuf = request.headers.accept === protobuf ? writeProtobuf(body) : undefined
    if (inProtobuf !== undefined) return void response.writeHead(status, { 'content-type': protobuf }).end(inProtobuf)
    const shown = call !== undefined && status < 300 && wantsTable(request) ? toTable(body) : body
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(shown))
  }

  #watch(request: IncomingMessage, response: ServerResponse, { kind, namespace, name }: ResourceCall, url: URL): void {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    const given = url.searchParams.get('resourceVersion') ?? ''
    const isOurs = (object: KubernetesObject) =>
      (namespace === '' || object.metadata.namespace === namespace) &&
      (name === '' || object.metadata.name === name) &&
      isSelected(url, object)
    const send = (type: string, object: KubernetesObject) =>
      response.write(`${JSON.stringify({ type, object: wantsTable(request) ? toTable(object) : object })}\n`)
    const from = given === '' || given === '0' ? this.#store.version : given
    if (Number(from) < this.#oldest) {
      const { body } = failure(410, 'Expired', `too old resource version: ${from} (${this.#oldest})`)
      return void response.end(`${JSON.stringify({ type: 'ERROR', object: body })}\n`)
    }
    if (from !== given)
      for (const object of this.#store.list(kind, namespace)) if (isOurs(object)) send('ADDED', object)
    if (url.searchParams.get('sendInitialEvents') === 'true')
      response.write(`${JSON.stringify({ type: 'BOOKMARK', object: initialEventsEnd(kind, this.#store.version) })}\n`)
    const end = this.#store.watch(Number(from), change => {
      if (change.kind === kind && isOurs(change.object)) send(change.type, change.object)
    })
    const seconds = Number(url.searchParams.get('timeoutSeconds') ?? 0)
    const timeout = seconds > 0 ? setTimeout(() => response.end(), seconds * 1000) : undefined
    response.once('close', () => {
      clearTimeout(timeout)
      end()
    })
  }

  #kubelet(
    { kind, namespace, name, subresource }: ResourceCall,
    { searchParams }: URL,
  ): { path: string; port: number } | undefined {
    const pod = this.#store.get(kind, namespace, name)
    const node = this.#store.list(kinds.find(each => each.kind === 'Node') ?? kind, '')[0]
    if (pod === undefined || node === undefined) return undefined
    const container = searchParams.get('container') ?? pod.spec.containers[0].name
    const what = { log: 'containerLogs', exec: 'exec', attach: 'attach', portforward: 'portForward' }[subresource] ?? ''
    const path = `/${what}/${namespace}/${name}${subresource === 'portforward' ? '' : `/${container}`}?${searchParams}`
    return { path, port: node.status.daemonEndpoints.kubeletEndpoint.Port }
  }

  #log(request: IncomingMessage, response: ServerResponse, call: ResourceCall, url: URL): unknown {
    const kubelet = this.#kubelet(call, url)
    if (kubelet === undefined)
      return this.#send(request, response, call, failure(404, 'NotFound', `pods "${call.name}" not found`))
    const { certPem, keyPem } = this.#towardsKubelet
    const asked = httpsRequest(
      { host: '127.0.0.1', ...kubelet, ca: this.#ca, cert: certPem, key: keyPem, agent: false },
      answered => {
        response.writeHead(answered.statusCode ?? 500, { 'content-type': 'text/plain' })
        response.flushHeaders()
        answered.pipe(response)
      },
    )
    asked.on('error', () => response.destroy())
    response.once('close', () => asked.destroy())
    return asked.end()
  }

  /** Byte for byte. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '', 'https://fake')
    const call = toResourceCall(request, url)
    const user = this.#admit(request, call)
    const kubelet = call === undefined ? undefined : this.#kubelet(call, url)
    socket.on('error', () => {}) // its close says enough
    if ('status' in user || kubelet === undefined) {
      const { status, body } = 'status' in user ? user : failure(404, 'NotFound', 'there is no such pod')
      const text = JSON.stringify(body)
      return void socket.end(
        `HTTP/1.1 ${status} Refused\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`,
      )
    }
    const { certPem, keyPem } = this.#towardsKubelet
    const upstream = connect({ host: '127.0.0.1', port: kubelet.port, ca: this.#ca, cert: certPem, key: keyPem })
    upstream.on('error', () => socket.destroy())
    upstream.once('close', () => socket.destroy())
    socket.once('close', () => upstream.destroy())
    const lines = [`${request.method} ${kubelet.path} HTTP/1.1`]
    for (let n = 0; n < request.rawHeaders.length; n += 2)
      if (!/^(authorization|impersonate-.*)$/i.test(request.rawHeaders[n] ?? ''))
        lines.push(`${request.rawHeaders[n]}: ${request.rawHeaders[n + 1]}`)
    upstream.write(`${lines.join('\r\n')}\r\n\r\n`)
    upstream.write(head)
    socket.pipe(upstream).pipe(socket)
  }
}

function wantsTable({ headers }: IncomingMessage): boolean {
  return (headers.accept ?? '').startsWith('application/json;as=Table')
}

function initialEventsEnd({ group, kind }: Kind, resourceVersion: string): KubernetesObject {
  const apiVersion = group === '' ? 'v1' : `${group}/v1`
  return { apiVersion, kind, metadata: { resourceVersion, annotations: { 'k8s.io/initial-events-end': 'true' } } }
}
