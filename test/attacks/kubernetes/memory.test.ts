// timeout: 200s
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type TLSSocket } from 'node:tls'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { eventually } from '../../stack/eventually.ts'
import { startKubernetesStack } from '../../stack/kubernetes-stack.ts'
import { assertParity } from '../../stack/parity.ts'
import { bytesOf, send } from './raw.ts'

const clients = 300
const bodyBytes = 3 * 1024 * 1024
const stack = await startKubernetesStack({
  policies: '@id("all") permit(principal in Gate::Role::"app", action, resource);',
  runs: 'apart',
  config: { limits: { maxCallsPerPrincipal: 2 * clients, maxHandshakes: 2 * clients } },
})
const token = await stack.token({ role: 'app' })
const prefix = '/clusters/prod/roles/app'

const memory = suite('the memory of the gateway')
memory.after(async () => {
  await assertParity(stack)
  await stack.stop()
})

function residentBytes(): number {
  const [, kilobytes = ''] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${stack.gateway.pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) * 1024
}

/** All of a body but for its last byte, as far as it is taken. */
async function slowPost(): Promise<TLSSocket> {
  const socket = connect({ port: stack.gateway.port, host: '127.0.0.1', servername: 'localhost', ca: stack.ca })
  socket.on('error', () => {})
  await once(socket, 'secureConnect')
  const head = [
    `POST ${prefix}/api/v1/namespaces/default/configmaps HTTP/1.1`,
    ...[
      'Host: gate',
      `Authorization: Bearer ${token}`,
      `Content-Length: ${bodyBytes}`,
      'Content-Type: application/json',
    ],
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  socket.write(Buffer.alloc(bodyBytes - 1, ' '))
  return socket
}

memory('is not filled by bodies that come slowly, and calls without one are answered meanwhile', async () => {
  const call = (name: string, body?: string) =>
    send(
      stack.gateway.port,
      stack.ca,
      bytesOf(prefix, token, { path: `/api/v1/namespaces/default/${name}`, ...(body && { body }) }),
    )
  assert.is((await call('configmaps')).status, 200)
  const before = residentBytes()
  const posts = await Promise.all(Array.from({ length: clients }, slowPost))
  let most = 0
  for (let n = 0; n < 10; n += 1) {
    assert.is((await call('configmaps')).status, 200)
    most = Math.max(most, residentBytes())
    await new Promise(resolve => setTimeout(resolve, 300))
  }
  assert.ok(most - before < 256 * 1024 * 1024, `${Math.round((most - before) / 1024 / 1024)} MiB more`)
  for (const socket of posts) socket.destroy()
  const made = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'after' } })
  await eventually('room again', async () => (await call('configmaps', made)).status === 201)
})

memory.run()
