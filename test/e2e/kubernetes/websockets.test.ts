// timeout: 200s
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createHttpsServer, request as httpsRequest } from 'node:https'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { createCertificateAuthority } from '@cedargate/demo'
import type { TrailEvent } from '@cedargate/policy-schema'
import { Exec, KubeConfig } from '@kubernetes/client-node'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { execute } from '../../../demo/src/targets/kubernetes/container.ts'
import { acceptPortForward } from '../../../demo/src/targets/kubernetes/port-forward.ts'
import { acceptRemoteCommand } from '../../../demo/src/targets/kubernetes/remote-command.ts'
import { type KubernetesServer, kubectl, startTestKubernetes } from '../../peers/index.ts'
import { eventually } from '../../stack/eventually.ts'
import { type KubernetesGateway, startKubernetesGateway } from '../../stack/kubernetes-stack.ts'
import { assertParity } from '../../stack/parity.ts'

const policies = '@id("all") permit (principal in Gate::Role::"app", action, resource);'

/**
 * What a newer API server is to its clients: streams over WebSocket in v5 and tunnelled, which the real one here is too old
 * for. All else the real one answers.
 */
async function startNewer(server: KubernetesServer) {
  const authority = await createCertificateAuthority('Newer CA')
  const { certPem: cert, keyPem: key } = await authority.issue(['localhost', '127.0.0.1'])
  const newer = createHttpsServer({ cert, key }, (request, response) => {
    const { certPem, keyPem } = server.admin
    const { method, url: path, headers } = request
    const asked = httpsRequest(
      { host: '127.0.0.1', port: server.port, ca: server.ca, cert: certPem, key: keyPem, method, path, headers },
      answer => {
        response.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(response)
      },
    )
    request.pipe(asked)
  })
  const protocols: string[] = []
  newer.on('upgrade', (request, socket) => {
    protocols.push(String(request.headers['sec-websocket-protocol']))
    if (request.url?.includes('/portforward')) acceptPortForward(request, socket)
    else acceptRemoteCommand(request, socket, command => void execute(command))
  })
  newer.listen(0, '127.0.0.1')
  await once(newer, 'listening')
  const { port } = newer.address() as AddressInfo
  return {
    cluster: { port, ca: authority.pem, issue: server.issue },
    protocols,
    close() {
      newer.closeAllConnections()
      newer.close()
    },
  }
}

const server = await startTestKubernetes()
await server.api.call('POST', '/api/v1/namespaces/default/pods', {
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' } },
  spec: { containers: [{ name: 'main', image: 'busybox', command: ['cat'] }] },
})
await eventually('the pod runs', async () => {
  const { body } = await server.api.call('GET', '/api/v1/namespaces/default/pods/web')
  return body.status.phase === 'Running'
})
const newer = await startNewer(server)
const throughNewer = await startKubernetesGateway(newer.cluster, { policies })
const throughReal = await startKubernetesGateway(server, { policies })

type Closed = Extract<TrailEvent, { kind: 'cast.closed' }>
async function lastCast(gateway: KubernetesGateway): Promise<string> {
  const isCast = (event: TrailEvent): event is Closed => event.kind === 'cast.closed'
  const before = gateway.trail()
  await eventually('its cast is closed', () => before.all().some(isCast))
  return readFileSync(join(gateway.trailFolder, before.all().findLast(isCast)?.path ?? ''), 'utf8')
}

const websockets = suite('over a WebSocket through the gateway')
websockets.after(async () => {
  await throughNewer.stop()
  await throughReal.stop()
  newer.close()
  await server.stop()
})

const client = await throughNewer.through(kubectl('1.35'), 'app')

websockets('kubectl speaks v5, and ends its input', async () => {
  const args = ['exec', '-i', 'web', '--', 'sh', '-c', 'cat; echo wrong >&2; exit 7']
  const ran = await client.run(args, { input: 'typed\n' })
  assert.equal(ran, { code: 7, stdout: 'typed\n', stderr: 'wrong\ncommand terminated with exit code 7\n' })
  assert.equal(newer.protocols, ['v5.channel.k8s.io'])
  const cast = await lastCast(throughNewer)
  for (const event of ['"i","typed\\n"', '"m","stdin closed"', '"o","typed\\n"', '"m","stderr"', '"m","exit 7"'])
    assert.ok(cast.includes(event), `${event} in ${cast}`)
})

websockets('kubectl forwards ports by SPDY within it', async () => {
  const echo = createServer(socket => socket.pipe(socket))
  echo.listen(0, '127.0.0.1')
  await once(echo, 'listening')
  const { port } = echo.address() as AddressInfo
  const forwarding = client.start(['port-forward', 'pod/web', `:${port}`])
  const [line] = await once(forwarding.stdout, 'data')
  const local = Number(/127\.0\.0\.1:(\d+)/.exec(String(line))?.[1])
  const size = 300_000
  const heard = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const socket = connect(local, '127.0.0.1')
      socket.end(Buffer.alloc(size, 'x'))
      return (await text(socket)).length
    }),
  )
  assert.equal(heard, Array(5).fill(size))
  assert.is(newer.protocols.at(-1), 'SPDY/3.1+portforward.k8s.io')
  forwarding.kill('SIGINT')
  await once(forwarding, 'exit')
  echo.close()
})

websockets('client-node speaks v4 with the real server', async () => {
  const config = new KubeConfig()
  config.loadFromString(await throughReal.kubeconfig('app'))
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const command = ['sh', '-c', 'echo out; echo err >&2; exit 3']
  const ended = Promise.withResolvers<{ status?: string; code?: string | undefined }>()
  const socket = await new Exec(config).exec('default', 'web', 'main', command, stdout, stderr, null, false, status =>
    ended.resolve({ status: status.status ?? '', code: status.details?.causes?.[0]?.message }),
  )
  assert.equal(await ended.promise, { status: 'Failure', code: '3' })
  assert.is(String(stdout.read()), 'out\n')
  assert.is(String(stderr.read()), 'err\n')
  socket.close()
  assert.match(await lastCast(throughReal), /"m","exit 3"/)
})

websockets('all of it is decided again from the record', async () => {
  await assertParity(throughNewer)
  await assertParity(throughReal)
})

websockets.run()
