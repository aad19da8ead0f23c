// timeout: 200s
import { connect, type TLSSocket } from 'node:tls'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { kubectl, kubectlVersions } from '../../peers/index.ts'
import { eventually } from '../../stack/eventually.ts'
import { startKubernetesStack } from '../../stack/kubernetes-stack.ts'
import { assertParity } from '../../stack/parity.ts'

const refused = suite('a refusal before anything is decided')
/** More than kubectl asks at once to learn what kinds there are. */
const most = 64
const stack = await startKubernetesStack({
  policies: '@id("all") permit(principal in Gate::Role::"app", action, resource);',
  config: { limits: { maxCallsPerPrincipal: most } },
})
refused.after(async () => {
  await assertParity(stack)
  await stack.stop()
})
const token = await stack.token({ role: 'app' })

/** Resolves once the watch has begun, or was refused. */
async function watch(): Promise<{ readonly socket: TLSSocket; readonly head: string }> {
  const socket = connect({ port: stack.gateway.port, host: '127.0.0.1', servername: 'localhost', ca: stack.ca })
  socket.write(
    `GET /clusters/prod/roles/app/api/v1/pods?watch=1 HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer ${token}\r\n\r\n`,
  )
  let head = ''
  while (!head.includes('\r\n\r\n')) head += await new Promise(resolve => socket.once('data', resolve))
  return { socket, head }
}

refused('of one more call is what kubectl says, until a principal has fewer under way again', async () => {
  const clients = await Promise.all(kubectlVersions.map(version => stack.through(kubectl(version), 'app')))
  const getPods = () => Promise.all(clients.map(client => client.run(['get', 'pods'])))
  for (const { code, stderr } of await getPods()) assert.is(code, 0, stderr)
  const watches = await Promise.all(Array.from({ length: most }, watch))
  assert.ok(watches.every(({ head }) => head.startsWith('HTTP/1.1 200 ')))
  for (const { code, stderr } of await getPods()) {
    assert.is(code, 1)
    assert.match(
      stderr,
      /^Error from server \(ServiceUnavailable\): cedargate: this principal has too many calls under way/,
    )
  }
  const refusals = () =>
    stack
      .trail()
      .all()
      .filter(event => event.kind === 'auth.failed' && event.code === 'too_many_calls_of_one')
  await eventually('their lines', () => refusals().length >= clients.length)
  for (const { socket } of watches) socket.destroy()
  const ended = () =>
    stack
      .trail()
      .all()
      .filter(event => event.kind === 'result' && event.status === 'aborted')
  await eventually('their ends', () => ended().length === most)
  for (const { code, stderr } of await getPods()) assert.is(code, 0, stderr)
})

refused.run()
