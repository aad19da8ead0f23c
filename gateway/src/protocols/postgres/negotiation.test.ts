import { once } from 'node:events'
import { connect as connectPlain, type Socket } from 'node:net'
import { connect as secure } from 'node:tls'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startRig, user } from './gateway.test-support.ts'
import { packet, RawClient, startup } from './raw-client.test-support.ts'

// what a fresh connection is answered before it logs in, by PostgreSQL and by the gateway
const rig = await startRig('select 1')
const server = { port: rig.server.port, ca: rig.server.ca ?? '' }
const { gateway } = rig

const ssl = packet(80877103)
const gss = packet(80877104)
const login = startup({ user })
type Peer = typeof server
type Way = 'direct' | 'tls'

/** The answers to packets sent one after the other: a letter, `R` or `E` for a message, `closed`. */
async function answers(peer: Peer, steps: readonly (Buffer | Way)[], alpn?: string[]): Promise<string[]> {
  let socket: Socket = connectPlain({ port: peer.port, host: '127.0.0.1' })
  await once(socket, 'connect')
  let client = new RawClient(socket)
  const heard: string[] = []
  for (const step of steps) {
    if (typeof step !== 'string') {
      client.send(step)
      const answer = await client.bytes(1).then(String, () => 'closed')
      heard.push(answer)
      if (answer === 'closed' || answer === 'R' || answer === 'E') break
      continue
    }
    socket.removeAllListeners('data')
    const inner = secure({
      ...{ socket, ca: peer.ca, host: '127.0.0.1' },
      ...(alpn !== undefined && { ALPNProtocols: alpn }),
    })
    inner.on('error', () => {})
    const outcome = await Promise.race([
      once(inner, 'secureConnect').then(() => 'secure'),
      once(inner, 'close').then(() => 'closed'),
    ]).catch(() => 'closed')
    heard.push(outcome)
    if (outcome === 'closed') break
    socket = inner
    client = new RawClient(inner)
  }
  client.close()
  socket.destroy()
  return heard
}

const same = suite('the answers are those of PostgreSQL:')
same.after(rig.stop)

for (const [what, steps, alpn, expected] of [
  ['TLS', [ssl, 'tls'], undefined, ['S', 'secure']],
  ['TLS that names the protocol', [ssl, 'tls'], ['postgresql'], ['S', 'secure']],
  ['TLS that names it among others', [ssl, 'tls'], ['http/1.1', 'postgresql'], ['S', 'secure']],
  ['TLS that names another', [ssl, 'tls'], ['http/1.1'], ['S', 'closed']],
  ['GSSAPI, then TLS', [gss, ssl, 'tls'], undefined, ['N', 'S', 'secure']],
  ['TLS at once', ['direct'], ['postgresql'], ['secure']],
  ['TLS at once, with more behind it', ['direct', gss], ['postgresql'], ['secure', 'N']],
  ['TLS at once, and then TLS', ['direct', ssl], ['postgresql'], ['secure', 'N']],
  ['TLS at once that names another', ['direct'], ['h2'], ['closed']],
] as const)
  same(what, async () => {
    const theirs = await answers(server, steps, alpn && [...alpn])
    assert.equal(theirs, expected, 'PostgreSQL')
    assert.equal(await answers(gateway, steps, alpn && [...alpn]), theirs)
  })

/** Here PostgreSQL says something before it closes, and we nothing: who does this is no client. */
const refused = suite('nothing is given to who asks')
for (const [what, steps, alpn] of [
  ['for GSSAPI again and again', [gss, gss], undefined],
  ['for TLS inside of TLS', [ssl, 'tls', ssl], undefined],
  ['for TLS, and then for GSSAPI', [ssl, 'tls', gss], undefined],
  ['for TLS at once, and then for TLS twice', ['direct', ssl, ssl], ['postgresql']],
  ['for a login in the clear, behind GSSAPI', [gss, login], undefined],
] as const)
  refused(what, async () => {
    const [theirs, ours] = [
      await answers(server, steps, alpn && [...alpn]),
      await answers(gateway, steps, alpn && [...alpn]),
    ]
    assert.equal(ours.slice(0, -1), theirs.slice(0, -1))
    for (const last of [theirs.at(-1), ours.at(-1)]) assert.ok(last === 'E' || last === 'closed', `${last}`)
  })

refused('behind its request for TLS in the clear', async () => {
  for (const peer of [server, gateway]) {
    assert.ok(['S', 'E', 'closed'].includes((await answers(peer, [Buffer.concat([ssl, login])]))[0] ?? ''))
    const client = await RawClient.open(peer.port)
    client.send(Buffer.concat([ssl, login]))
    const heard = await client.rest().catch(error => [{ type: `${error.message}` }])
    assert.not.ok(
      heard.some(({ type }) => type === 'R'),
      'no login in the clear goes on',
    )
  }
})

refused.run()
same.run()
