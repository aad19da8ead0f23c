import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createCertificateAuthority } from '@cedargate/demo'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from './has-code.test-support.ts'
import { type Listener, type ListenerSettings, listen } from './listener.ts'
import { createTlsContext } from './tls.ts'

const code = (promise: Promise<Listener>): Promise<string> =>
  promise.then(
    () => 'no error',
    error => error.code,
  )
const open = async (port: number): Promise<Socket> => {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}
const settings: ListenerSettings = { host: '127.0.0.1', port: 0, serve: () => {} }

const listeners = suite('a listener')

listeners('takes a free port and says which', async () => {
  const one = await listen(settings)
  assert.ok(one.port > 0)
  await one.close()
})

listeners('says that its port is in use', async () => {
  const one = await listen(settings)
  assert.is(await code(listen({ ...settings, port: one.port })), 'ERR_LISTEN_IN_USE')
  await one.close()
})

listeners('says that its address is not to be had', async () => {
  assert.is(await code(listen({ ...settings, host: '192.0.2.1' })), 'ERR_LISTEN_ADDRESS')
})

listeners('closes what comes over its limit, and takes the next when there is room', async () => {
  const refused: string[] = []
  const served: Socket[] = []
  const one = await listen({
    ...settings,
    maxConnections: 1,
    serve: socket => served.push(socket),
    refused: source => refused.push(source),
  })
  const first = await open(one.port)
  const second = await open(one.port)
  await once(second, 'close')
  assert.equal(refused, ['127.0.0.1'])
  first.destroy()
  while (one.connections > 0) await new Promise(resolve => setImmediate(resolve))
  const third = await open(one.port)
  while (served.length < 2) await new Promise(resolve => setImmediate(resolve))
  third.destroy()
  await one.close()
})

listeners('cuts who is left at its deadline', async () => {
  const one = await listen(settings)
  const client = await open(one.port)
  const closed = once(client, 'close')
  await one.close(20)
  await closed
  while (one.connections > 0) await new Promise(resolve => setImmediate(resolve))
})

listeners('outlives a client that resets its connection', async () => {
  const one = await listen(settings)
  const client = await open(one.port)
  client.resetAndDestroy()
  while (one.connections > 0) await new Promise(resolve => setImmediate(resolve))
  const next = await open(one.port)
  next.destroy()
  await one.close()
})

listeners.run()

const pem = suite('a TLS context')

const authority = createCertificateAuthority()
for (const [why, spoil] of [
  ['garbage', () => ({ cert: 'no certificate', key: 'no key' })],
  [
    'a key of another certificate',
    async () => {
      const ca = await authority
      return { cert: (await ca.issue(['a'])).certPem, key: (await ca.issue(['b'])).keyPem }
    },
  ],
] as const)
  pem(`is not made of ${why}`, async () => {
    const given = await spoil()
    assert.throws(() => createTlsContext(given), hasCode('ERR_TLS_KEY'))
  })

pem.run()
