import { serialize } from 'pg-protocol'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createCancelRegistry } from './cancel.ts'
import { createCancelPeers } from './cancel-peers.ts'
import { fakeToken } from './fake-door.test-support.ts'
import { startRig, startTestGateway, user } from './gateway.test-support.ts'
import { cancelRequest, relayedCancel } from './messages.ts'
import { type Heard, letters, RawClient, until } from './raw-client.test-support.ts'

// two gateways before one server; the second knows where sessions of the first are held
const rig = await startRig('select 1', { cancels: createCancelRegistry({ holder: { gateway: 1, worker: 0 } }) })
const address = { host: '127.0.0.1', port: rig.gateway.port, tls: { mode: 'verify-full', ca: rig.gateway.ca } } as const
const other = await startTestGateway(rig.door, {
  cancels: createCancelRegistry({
    holder: { gateway: 2, worker: 0 },
    router: createCancelPeers([{ gateway: 1, address }]),
  }),
})

async function session(version: number): Promise<{ client: RawClient; key: Buffer }> {
  const client = await RawClient.openTls(rig.gateway.port, rig.gateway.ca)
  const heard = await client.logIn(user, fakeToken, {}, version)
  return { client, key: heard.find(({ type }) => type === 'K')?.bytes ?? Buffer.alloc(0) }
}

/** What a sleeping session hears once the request was sent, to whichever gateway. */
async function cancelled(client: RawClient, send: () => Promise<void>): Promise<readonly Heard[]> {
  client.send(serialize.query('select pg_sleep(60)'))
  await until(() => rig.door.decisions.length > 1)
  const sleeping = "select 1 from pg_stat_activity where query = 'select pg_sleep(60)' and state = 'active'"
  while ((await rig.beside.query(sleeping)).rowCount === 0);
  await send()
  return await client.ready()
}

const cancels = suite('a cancel request')
cancels.before.each(rig.fresh)
cancels.after(async () => {
  await other.stop()
  await rig.stop()
})

for (const [what, version, keyBytes, way] of [
  ['of protocol 3.0', 196608, 8, 'plain'],
  ['of protocol 3.2, with its longer key', 196610, 36, 'plain'],
  ['inside TLS', 196608, 8, 'tls'],
  ['to another gateway than the one that holds the session', 196608, 8, 'peer'],
  ['of protocol 3.2, to another gateway', 196610, 36, 'peer'],
] as const)
  cancels(`${what} stops the statement`, async () => {
    const { client, key } = await session(version)
    assert.is(key.length, keyBytes)
    const heard = await cancelled(client, async () => {
      const to = way === 'peer' ? other : rig.gateway
      const asker = await (way === 'tls' ? RawClient.openTls(to.port, to.ca) : RawClient.open(to.port))
      asker.send(cancelRequest(key.readInt32BE(0), key.subarray(4)))
      await asker.rest()
    })
    assert.is(letters(heard).slice(-2), 'EZ')
    assert.is(heard.find(({ type }) => type === 'E')?.fields.C, '57014')
    client.close()
  })

cancels('that nobody can have sent is for nobody, at any gateway', async () => {
  const { client, key } = await session(196608)
  rig.gateway.log.length = other.log.length = 0
  const foreign = Buffer.from(key)
  foreign.writeInt32BE((3 << 25) | 1, 0) // of a gateway that nobody knows
  const wrong = Buffer.concat([key.subarray(0, 4), Buffer.alloc(4)])
  for (const [to, sent] of [
    [rig.gateway, wrong],
    [rig.gateway, foreign],
    [other, wrong],
    [other, foreign],
  ] as const) {
    const asker = await RawClient.open(to.port)
    asker.send(cancelRequest(sent.readInt32BE(0), sent.subarray(4)))
    assert.equal(await asker.rest(), [])
  }
  const outcomes = (log: typeof other.log) => log.map(({ outcome }) => outcome)
  await until(() => rig.gateway.log.length === 3)
  assert.equal(outcomes(rig.gateway.log), ['unknown', 'unknown', 'unknown'])
  assert.equal(outcomes(other.log), ['passed', 'unknown'])
  assert.is(letters(await client.query('select 1')), 'TDCZ')
  client.close()
})

cancels('reaches its session though strangers used up what the other gateway hears of them', async () => {
  const { client, key } = await session(196608)
  other.log.length = rig.gateway.log.length = 0
  const bogus = cancelRequest(key.readInt32BE(0), Buffer.alloc(4))
  const heard = await cancelled(client, async () => {
    for (let time = 0; time < 44; time++) {
      const stranger = await RawClient.open(other.port, `127.0.0.${2 + (time % 2)}`)
      stranger.send(bogus)
      assert.equal(await stranger.rest(), [])
    }
    const asker = await RawClient.open(other.port)
    asker.send(cancelRequest(key.readInt32BE(0), key.subarray(4)))
    await asker.rest()
  })
  assert.is(heard.find(({ type }) => type === 'E')?.fields.C, '57014')
  const count = (log: typeof other.log, outcome: string) => log.filter(each => each.outcome === outcome).length
  assert.is(count(other.log, 'limited'), 4)
  assert.is(count(rig.gateway.log, 'unknown'), 40)
  assert.equal([...new Set(rig.gateway.log.map(({ origin }) => origin))].sort(), [
    '127.0.0.1',
    '127.0.0.2',
    '127.0.0.3',
  ])
  client.close()
})

cancels('that came from another gateway goes no further', async () => {
  const { client, key } = await session(196608)
  other.log.length = rig.gateway.log.length = 0
  const relaying = await RawClient.openTls(other.port, other.ca)
  relaying.send(relayedCancel('192.0.2.1', key.readInt32BE(0), key.subarray(4)))
  assert.equal(await relaying.rest(), [])
  await until(() => other.log.length === 1)
  assert.equal(other.log, [{ event: 'cancel', source: '127.0.0.1', origin: '192.0.2.1', outcome: 'unknown' }])
  assert.equal(rig.gateway.log, [])
  client.close()
})

cancels.run()
