import type { Socket } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { prefix, refusal, startRig, token } from './rig.test-support.ts'
import type { Upgraded } from './upgrade.ts'

const closeOf = (socket: Socket) => new Promise(resolve => socket.resume().once('close', resolve))

const connections = suite('a connection')

connections('that says nothing is closed in time, and recorded', async () => {
  const rig = await startRig({ handshakeMs: 1 })
  const socket = await rig.open()
  await closeOf(socket)
  while (rig.door.rejections.length === 0) await new Promise(resolve => setTimeout(resolve, 1))
  assert.is(rig.door.rejections[0]?.code, 'ERR_HTTP_DEADLINE')
  await rig.stop()
})

connections('that has not logged in gives way to a newer one', async () => {
  const rig = await startRig({ maxHandshakes: 1 })
  const closed = closeOf(await rig.open())
  const newer = await rig.open()
  await closed
  assert.is(newer.destroyed, false)
  while (rig.door.rejections.length === 0) await new Promise(resolve => setTimeout(resolve, 1))
  assert.is(rig.door.rejections[0]?.code, 'ERR_HTTP_BUSY')
  newer.destroy()
  await rig.stop()
})

connections('that is idle is closed when the gateway drains, and another after its call', async () => {
  const rig = await startRig()
  const begun = Promise.withResolvers<() => void>()
  rig.answer = (_request, response) => begun.resolve(() => response.end('{}'))
  const idle = await rig.open()
  const busy = rig.raw(`GET ${prefix}/api HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer ${token}\r\n\r\n`)
  const answer = await begun.promise
  rig.drain()
  await closeOf(idle)
  answer()
  assert.match(await busy, /^HTTP\/1.1 200 OK/)
  await rig.stop()
})

connections('that is idle for the longest gives way to one more of its principal', async () => {
  const rig = await startRig({ maxConnectionsPerPrincipal: 2 })
  rig.answer = (_request, response) => response.setHeader('Content-Length', 2).end('{}')
  const call = async () => {
    const socket = await rig.open()
    socket.write(`GET ${prefix}/api HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer ${token}\r\n\r\n`)
    for (let text = ''; !text.endsWith('{}'); ) text += await new Promise(resolve => socket.once('data', resolve))
    return socket
  }
  const [first, second] = [await call(), await call()]
  const closed = closeOf(first)
  const third = await call()
  await closed
  assert.equal([second.destroyed, third.destroyed], [false, false])
  await Promise.all([closeOf(second), closeOf(third), second.destroy(), third.destroy()])
  await rig.stop()
})

connections(
  'that goes on is closed where its client takes nothing of what waits for it, not where it is silent',
  async () => {
    const relayed: Upgraded[] = []
    const rig = await startRig({
      stallMs: 100,
      async relay(upgraded) {
        relayed.push(upgraded)
        await new Promise(resolve => upgraded.client.once('close', resolve))
        return { status: 'aborted', bytes: 0 }
      },
    })
    const exec = async () => {
      const socket = await rig.open()
      socket.write(
        `GET ${prefix}/api/v1/namespaces/a/pods/b/exec HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer ${token}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
      )
      return socket.pause()
    }
    const [silent, deaf] = [await exec(), await exec()]
    while (relayed.length < 2) await new Promise(resolve => setTimeout(resolve, 1))
    relayed[1]?.client.write(Buffer.alloc(20_000_000))
    while (rig.connections() > 1) await new Promise(resolve => setTimeout(resolve, 10))
    assert.is(relayed[0]?.client.destroyed, false)
    for (const socket of [silent, deaf]) socket.destroy()
    while (rig.door.held > 0) await new Promise(resolve => setTimeout(resolve, 10))
    await rig.stop()
  },
)

connections('whose client reads nothing of its answers is closed, whether they are under way or over', async () => {
  const rig = await startRig({ stallMs: 100 })
  rig.answer = (_request, response) => response.end(Buffer.alloc(1_000_000))
  const socket = await rig.open()
  socket.pause()
  socket.write(`GET ${prefix}/api HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer ${token}\r\n\r\n`.repeat(8))
  while (rig.door.decisions.length < 8) await new Promise(resolve => setTimeout(resolve, 1))
  while (rig.connections() > 0 || rig.door.held > 0) await new Promise(resolve => setTimeout(resolve, 10))
  const results = rig.door.decisions.map(each => each.results.map(({ status }) => status).join())
  assert.equal([...new Set(results)].sort(), ['200', 'aborted'])
  await rig.stop()
})

connections('goes on with what was let through while the gateway drains', async () => {
  const rig = await startRig()
  rig.door.end(refusal('draining', 'the gateway is shutting down'))
  assert.is((await rig.fetch(`${prefix}/api`)).status, 200)
  await rig.stop()
})

for (const [what, towards, code] of [
  ['does not listen', { server: 'https://127.0.0.1:9' }, 'ERR_TARGET_UNREACHABLE'],
  ['has a certificate of another authority', { tls: {} }, 'ERR_TARGET_UNREACHABLE'],
] as const)
  connections(`to a target that ${what} comes about for nobody, and the log says why`, async () => {
    const rig = await startRig({}, towards)
    const { status, body } = await rig.fetch(`${prefix}/api`)
    assert.is(status, 503)
    assert.is(JSON.parse(body).details.causes[0].reason, code)
    assert.equal(rig.door.decisions[0]?.results, [{ status: code, bytes: 0 }])
    assert.is(rig.log[0]?.code, code)
    assert.is(rig.seen.length, 0)
    await rig.stop()
  })

connections.run()
