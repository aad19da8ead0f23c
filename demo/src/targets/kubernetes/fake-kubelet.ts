import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Issued } from '../certificates.ts'
import type { KubernetesObject } from './api-client.ts'
import { type Container, execute, startContainer } from './container.ts'
import { acceptPortForward } from './port-forward.ts'
import { acceptRemoteCommand } from './remote-command.ts'

/**
 * A fake of the kubelet's server and of what runs containers: each is a program of this machine. Exec, attach, logs and
 * port-forward, over SPDY and WebSocket, as an API server asks for them.
 */
export interface FakeKubelet {
  readonly port: number
  /** Starts what it was not asked to start before. */
  run(pod: KubernetesObject): void
  /** All that it has started of a pod that is still there. */
  containers(pod: KubernetesObject): readonly Container[]
  remove(pod: KubernetesObject): void
  close(): Promise<void>
}

/** @param ca PEM of the authority behind the API server's client certificate */
export async function startFakeKubelet(ca: string, { certPem, keyPem }: Issued): Promise<FakeKubelet> {
  const pods = new Map<string, readonly Container[]>()
  const sockets = new Set<Socket>()
  const find = (request: IncomingMessage) => {
    const { pathname } = new URL(request.url ?? '', 'https://kubelet')
    const [, what, namespace, pod, container] = pathname.split('/')
    const containers = pods.get(`${namespace}/${pod}`) ?? []
    return { what, container: containers.find(({ name }) => name === container), isThere: containers.length > 0 }
  }
  const server = createServer(
    { cert: certPem, key: keyPem, ca, requestCert: true, rejectUnauthorized: true, ALPNProtocols: ['http/1.1'] },
    (request, response) => {
      const { what, container } = find(request)
      if (what === 'containerLogs' && container !== undefined) sendLog(request, response, container)
      else response.writeHead(404).end('not found\n')
    },
  )
  server.on('upgrade', (request, socket) => {
    const { what, container, isThere } = find(request)
    if (what === 'exec' && container !== undefined)
      acceptRemoteCommand(request, socket, command => void execute(command))
    else if (what === 'attach' && container !== undefined) acceptRemoteCommand(request, socket, container.attach)
    else if (what === 'portForward' && isThere) acceptPortForward(request, socket)
    else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  })
  server.on('secureConnection', socket => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    run({ metadata: { namespace, name }, spec }) {
      const key = `${namespace}/${name}`
      const running = pods.get(key) ?? []
      const start = (specs: readonly KubernetesObject[] = [], isEphemeral = false) =>
        specs
          .filter(each => running.every(other => other.name !== each.name))
          .map(each => startContainer(each, isEphemeral))
      const all = [...running, ...start(spec.containers), ...start(spec.ephemeralContainers, true)]
      pods.set(key, all)
    },
    containers: ({ metadata: { namespace, name } }) => pods.get(`${namespace}/${name}`) ?? [],
    remove({ metadata: { namespace, name } }) {
      for (const container of pods.get(`${namespace}/${name}`) ?? []) container.kill()
      pods.delete(`${namespace}/${name}`)
    },
    async close() {
      for (const container of [...pods.values()].flat()) container.kill()
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function sendLog(request: IncomingMessage, response: ServerResponse, container: Container): void {
  const { searchParams } = new URL(request.url ?? '', 'https://kubelet')
  if (searchParams.get('previous') === 'true')
    return void response.writeHead(400).end(`previous terminated container "${container.name}" not found\n`)
  response.writeHead(200, { 'content-type': 'text/plain' })
  response.flushHeaders()
  const log = container.log(searchParams.get('follow') === 'true', Number(searchParams.get('tailLines') ?? Infinity))
  log.pipe(response)
  response.once('close', () => (log as unknown as { destroy(): void }).destroy())
}
