/** A false API server in TLS, a gateway before it with a fake door, and ways in, for the tests beside it. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { connect, createSecureContext, type TLSSocket as Socket, TLSSocket } from 'node:tls'
import { createCertificateAuthority } from '@cedargate/demo'
import type { DenyReason, KubernetesOperation, KubernetesTargetSettings, Target } from '@cedargate/policy-schema'
import type { Admission, Door, Gate, How, Login, Refusal, Result } from '../../core/contract.ts'
import { listen } from '../../core/listener.ts'
import { createTlsContext } from '../../core/tls.ts'
import { noCast } from '../../trail/no-casts.test-support.ts'
import { createKubernetesAdapter, type KubernetesAdapterSettings } from './adapter.ts'

export const token = 'a.fake.token'
export const prefix = '/clusters/prod/roles/deploy'

export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: readonly string[]
  readonly body: string
}

export interface FakeDoor extends Door<KubernetesOperation> {
  readonly logins: Login[]
  readonly rejections: { readonly code: string; readonly detail: string }[]
  readonly decisions: { readonly operation: KubernetesOperation; readonly how: How; readonly results: Result[] }[]
  readonly streams: AbortController[]
  /** Asks the session to end. */
  end(reason: Refusal): void
  /** How many hold the session. */
  held: number
  /** What it would be denied for, before it is admitted; `undefined`: nothing. */
  foresee: (operation: KubernetesOperation) => DenyReason | undefined
  /** Why an operation is denied; `undefined`: allowed. */
  rule: (operation: KubernetesOperation) => string | undefined
  bundle: string
}

export function refusal(code: Refusal['code'], message: string): Refusal {
  return { code, message, reasons: [], policies: ['a-policy'], commit: 'c0ffee', next: 'ask somebody' }
}

function createFakeDoor(settings: KubernetesTargetSettings): FakeDoor {
  const target: Target = { name: 'prod', protocol: 'kubernetes', tags: [], settings }
  const ending = new AbortController()
  const door: FakeDoor = {
    ...{ logins: [], rejections: [], decisions: [], streams: [], held: 0, bundle: 'bundle-1' },
    ...{ rule: () => undefined, foresee: () => undefined },
    end: reason => ending.abort(reason),
    rejected: (_source, code, detail) => void door.rejections.push({ code, detail }),
    async open(login) {
      door.logins.push(login)
      if (login.token !== token) return refusal('auth_failed', 'the token does not verify')
      if (login.target !== target.name) return refusal('unknown_target', 'there is no such target')
      door.held += 1
      return gate(login)
    },
  }
  const admit = (operation: KubernetesOperation, how: How): Admission<KubernetesOperation> => {
    const results: Result[] = []
    door.decisions.push({ operation, how, results })
    const why = door.rule(operation)
    if (why !== undefined)
      return { allowed: false, refusal: { ...refusal('forbidden', 'denied by policy'), reasons: [why] } }
    const stream = new AbortController()
    if (how.goesOn) door.streams.push(stream)
    return {
      ...{ allowed: true, operation, bundle: door.bundle, commit: 'c0ffee' },
      evaluation: evaluation('allow'),
      ...(how.goesOn && { ended: stream.signal }),
      openCast: noCast,
      finish: result => results.push(result),
    }
  }
  const evaluation = (effect: 'allow') =>
    ({ decision: { effect, policies: ['a-policy'] }, requests: [], requestsDigest: '', obligations: {} }) as const
  const gate = ({ role }: Login): Gate<KubernetesOperation> => ({
    session: {
      ...{ id: 'a-session', principal: { type: 'Gate::Agent', id: 'agent' }, issuer: 'fake', role, target: 'prod' },
      ...{ credentialId: 'credential', startedAt: 0, expiresAt: 0 },
    },
    target,
    credential: {
      ...{ name: 'gateway', user: 'deployer', longLived: true },
      secret: async () => 'the secret of the gateway',
      certificate: async () => undefined,
    },
    get bundle() {
      return door.bundle
    },
    ended: ending.signal,
    admit,
    evaluate(operation) {
      const reason = door.foresee(operation)
      if (reason === undefined) return evaluation('allow')
      return { ...evaluation('allow'), decision: { effect: 'deny', policies: [], reason, detail: '' } }
    },
    end: () => {
      door.held -= 1
    },
  })
  return door
}

export interface Rig {
  readonly door: FakeDoor
  readonly port: number
  /** What reached the target. */
  readonly seen: Seen[]
  readonly log: { readonly event: string; readonly code?: string | number }[]
  /** How the target answers; `{}` with status 200 unless changed. */
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void
  connections(): number
  drain(): void
  /** Bytes in, and all bytes out until the gateway closes, or `until` stands in them. */
  raw(bytes: string, until?: string): Promise<string>
  open(): Promise<Socket>
  fetch(path: string, more?: Asked): Promise<Answer>
  stop(): Promise<void>
}
export interface Asked {
  readonly method?: string
  readonly headers?: { readonly [name: string]: string }
  readonly body?: string
  readonly token?: string
}
export interface Answer {
  readonly status: number
  readonly head: string
  readonly body: string
}

/** @param towards in place of the false API server's own settings */
export async function startRig(
  settings: Partial<KubernetesAdapterSettings> = {},
  towards: Partial<KubernetesTargetSettings> = {},
): Promise<Rig> {
  const authority = await createCertificateAuthority('Test CA')
  const { certPem: cert, keyPem: key } = await authority.issue(['localhost', '127.0.0.1'])
  const seen: Seen[] = []
  const http = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    request.on('error', () => {})
    for await (const chunk of request.iterator({ destroyOnReturn: false })) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.rawHeaders, body })
    rig.answer(request, response, body)
  })
  const context = createSecureContext({ cert, key })
  const sockets = new Set<Socket>()
  const target = createTcpServer(socket => {
    const secure = new TLSSocket(socket, { isServer: true, secureContext: context, ALPNProtocols: ['http/1.1'] })
    sockets.add(secure)
    socket.on('error', () => {})
    secure.on('error', () => {})
    secure.once('close', () => sockets.delete(secure))
    http.emit('connection', secure)
  })
  target.listen(0, '127.0.0.1')
  await once(target, 'listening')
  const { port: targetPort } = target.address() as AddressInfo
  const door = createFakeDoor({
    server: `https://127.0.0.1:${targetPort}`,
    tls: { ca: authority.pem },
    roles: {
      deploy: { user: 'deployer', groups: ['deployers', 'everybody'], credential: 'gateway' },
      account: { serviceAccount: 'gate/deployer', credential: 'gateway' },
    },
    ...towards,
  })
  const log: { event: string; code?: string | number }[] = []
  const adapter = createKubernetesAdapter({
    context: createTlsContext({ cert, key }),
    log: (event, detail) => log.push({ event, ...detail }),
    ...settings,
  })
  const listener = await listen({ host: '127.0.0.1', port: 0, serve: socket => adapter.serve(socket, door) })
  const rig: Rig = {
    ...{ door, seen, log, port: listener.port },
    answer: (_request, response) => response.end('{}'),
    connections: () => listener.connections,
    drain: () => adapter.drain(),
    async open() {
      const socket = connect({
        host: '127.0.0.1',
        port: listener.port,
        ca: authority.pem,
        servername: 'localhost',
        ALPNProtocols: ['http/1.1'],
      })
      socket.on('error', () => {})
      await once(socket, 'secureConnect')
      return socket
    },
    async raw(bytes, until) {
      const socket = await rig.open()
      socket.write(bytes, 'latin1')
      let text = ''
      for await (const chunk of socket) {
        text += chunk.toString('latin1')
        if (until !== undefined && text.includes(until)) break
      }
      socket.destroy()
      return text
    },
    async fetch(path, { method = 'GET', headers = {}, body = '', token: given = token } = {}) {
      const all = { Host: 'gate', Authorization: `Bearer ${given}`, Connection: 'close', ...headers }
      const length = body === '' ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }
      const lines = Object.entries({ ...all, ...length }).map(([name, value]) => `${name}: ${value}`)
      const text = await rig.raw(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`)
      const [head = '', ...rest] = text.split('\r\n\r\n')
      return { status: Number(head.split(' ')[1]), head, body: rest.join('\r\n\r\n') }
    },
    async stop() {
      await listener.close(0)
      await adapter.close()
      for (const socket of sockets) socket.destroy()
      target.close()
    },
  }
  return rig
}

/** The values of a header, as the target saw them. */
export function valuesOf(headers: readonly string[], name: string): readonly string[] {
  return headers.flatMap((value, at) => (at % 2 === 1 && headers[at - 1]?.toLowerCase() === name ? [value] : []))
}
