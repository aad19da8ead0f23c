import { createCertificateAuthority } from '@cedargate/demo'
import { serialize } from 'pg-protocol'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createFakeDoor, fakeToken, refusal } from './fake-door.test-support.ts'
import { startRig, startTestGateway, user } from './gateway.test-support.ts'
import { letters, packet, RawClient, startup, until } from './raw-client.test-support.ts'

const rig = await startRig('create table t (n int)', { drainMs: 300 })
const { server, settings, door, gateway, beside, raw, fresh, client: pgClient } = rig
const stranger = await createCertificateAuthority('A stranger')

const code = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    error => (error as { code: string }).code,
  )

const endings = suite('the gate ends a session')
endings.before.each(fresh)

endings('at once, also between operations', async () => {
  const it = await raw()
  door.end(refusal('session_ended', 'the token has expired'))
  const [error] = await it.rest()
  assert.is(error?.fields.S, 'FATAL')
  assert.is(error?.fields.C, '57P01')
  assert.is(error?.fields.M, 'the token has expired')
})

endings('in the middle of an operation, which the target stops too', async () => {
  const it = await raw()
  it.send(serialize.query('insert into t select 424242 from pg_sleep(30)'))
  await until(() => door.decisions.length === 2)
  await new Promise(resolve => setTimeout(resolve, 100))
  door.end(refusal('session_ended', 'killed'))
  assert.is((await it.rest())[0]?.fields.C, '57P01')
  assert.is(door.decisions[1]?.results[0]?.status, 'aborted')
  const running = async () =>
    (
      await beside.query(
        "select 1 from pg_stat_activity where query like '%pg_sleep(30)%' and state = 'active' and pid <> pg_backend_pid()",
      )
    ).rowCount
  for (let turns = 0; (await running()) !== 0; turns++) {
    assert.ok(turns < 100, 'it still runs')
    await new Promise(resolve => setTimeout(resolve, 20))
  }
})

endings('politely when it drains: after the operation under way', async () => {
  const it = await raw()
  it.send(serialize.query('select pg_sleep(0.15)'))
  await until(() => door.decisions.length === 2)
  door.end(refusal('draining', 'the gateway shuts down'))
  const heard = await it.rest()
  assert.is(letters(heard), 'TDCZE')
  assert.is(heard.at(-1)?.fields.C, '57P01')
  assert.is(door.decisions[1]?.results[0]?.status, 'ok')
})

endings('when it drains and the operation takes too long', async () => {
  const it = await raw()
  it.send(serialize.query('select pg_sleep(30)'))
  await until(() => door.decisions.length === 2)
  door.end(refusal('draining', 'the gateway shuts down'))
  assert.is(letters(await it.rest()), 'E')
  assert.is(door.decisions[1]?.results[0]?.status, 'aborted')
})

endings.run()

const cancels = suite('a CancelRequest')
cancels.before.each(fresh)

async function withKey(): Promise<{ it: RawClient; key: Buffer }> {
  const it = await RawClient.openTls(gateway.port, gateway.ca)
  it.send(startup({ user }))
  await it.message()
  it.send(serialize.password(fakeToken))
  for (;;) {
    const header = await it.bytes(5)
    const body = await it.bytes(header.readInt32BE(1) - 4)
    if (header[0] !== 0x4b) continue
    await it.ready()
    return { it, key: Buffer.from(body) }
  }
}

for (const [where, open] of [
  ['in the clear', () => RawClient.open(gateway.port)],
  ['inside TLS', () => RawClient.openTls(gateway.port, gateway.ca)],
] as const)
  cancels(`${where} stops what its session is doing`, async () => {
    const { it, key } = await withKey()
    it.send(serialize.query('select pg_sleep(20)'))
    await until(() => door.decisions.length === 2)
    await new Promise(resolve => setTimeout(resolve, 50))
    const other = await open()
    other.send(packet(80877102, key))
    assert.equal(await other.rest(), [])
    const heard = await it.ready()
    assert.is(heard.find(({ type }) => type === 'E')?.fields.C, '57014')
    assert.is(door.decisions[1]?.results[0]?.status, '57014')
    assert.is(letters(await it.query('select 1')), 'TDCZ')
    it.close()
  })

cancels('with a forged secret, or of a session that is gone, reaches nothing', async () => {
  const { it, key } = await withKey()
  it.send(serialize.query('select pg_sleep(0.3)'))
  await until(() => door.decisions.length === 2)
  const forged = Buffer.from(key)
  forged[7] = (forged[7] ?? 0) ^ 1
  const other = await RawClient.open(gateway.port)
  other.send(packet(80877102, forged))
  await other.rest()
  assert.is(letters(await it.ready()), 'TDCZ')
  it.close()
  await until(() => door.ends.length === 1)
  const late = await RawClient.open(gateway.port)
  late.send(packet(80877102, key))
  await late.rest()
  assert.equal(
    gateway.log
      .filter(({ event }) => event === 'cancel')
      .slice(-2)
      .map(({ outcome }) => outcome),
    ['unknown', 'unknown'],
  )
})

cancels.run()

const targets = suite('a target is refused')
targets.before.each(fresh)

for (const [why, changed, status] of [
  ['whose certificate another authority signed', { tls: { ca: stranger.pem } }, 'ERR_TARGET_TLS'],
  [
    'whose certificate bears another name',
    { tls: { ...settings.tls, serverName: 'elsewhere.example' } },
    'ERR_TARGET_TLS',
  ],
  ['that is not there', { port: 1 }, 'ERR_TARGET_UNREACHABLE'],
] as const)
  targets(why, async () => {
    const other = createFakeDoor({ ...settings, ...changed }, server.superuser)
    const itsGateway = await startTestGateway(other)
    assert.is(await code(pgClient({ port: itsGateway.port, ssl: { ca: itsGateway.ca } })), '08001')
    assert.is(other.decisions[0]?.results[0]?.status, status)
    await itsGateway.stop()
  })

targets('whose password is another, without a word of it', async () => {
  const other = createFakeDoor(settings, { user: 'postgres', password: 'not-the-password' })
  const itsGateway = await startTestGateway(other)
  const error = await pgClient({ port: itsGateway.port, ssl: { ca: itsGateway.ca } }).then(
    () => undefined,
    cause => cause,
  )
  await itsGateway.stop()
  assert.is(error.code, '08001')
  assert.not.match(error.message, /postgres"|not-the-password/)
  assert.is(other.decisions[0]?.results[0]?.status, 'ERR_TARGET_REFUSED')
  assert.match(`${itsGateway.log[0]?.cause}`, /password authentication failed/)
})

targets.after(rig.stop)

targets.run()
