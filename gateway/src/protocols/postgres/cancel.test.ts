import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  type CancelKey,
  type CancelOutcome,
  type CancelRegistry,
  createCancelRegistry,
  type Holder,
  holderOf,
} from './cancel.ts'

type Spoiling = readonly [
  what: string,
  ask: (registry: CancelRegistry, key: CancelKey, time: number) => Promise<CancelOutcome>,
  heard: number,
]

const cancels = suite('a cancel key')

cancels('reaches its session and no other, until it is forgotten', async () => {
  const registry = createCancelRegistry()
  const reached: string[] = []
  const a = registry.register(async () => void reached.push('a'))
  const b = registry.register(async () => void reached.push('b'))
  assert.is(await registry.request('here', a), 'forwarded')
  assert.is(await registry.request('here', { process: a.process, secret: b.secret }), 'unknown')
  assert.is(await registry.request('here', { process: a.process, secret: Buffer.alloc(0) }), 'unknown')
  a.forget()
  assert.is(await registry.request('here', a), 'unknown')
  assert.is(await registry.request('here', b), 'forwarded')
  assert.equal(reached, ['a', 'b'])
})

cancels('is random, positive and used once at a time', () => {
  const registry = createCancelRegistry()
  const keys = Array.from({ length: 200 }, () => registry.register(async () => {}))
  assert.is(new Set(keys.map(({ process }) => process)).size, 200)
  assert.ok(keys.every(({ process }) => process > 0 && process < 2 ** 31))
  assert.ok(new Set(keys.map(({ secret }) => secret.toString('hex'))).size > 190)
})

cancels('cannot be guessed at speed, and one address does not spoil it for another', async () => {
  let time = 0
  const registry = createCancelRegistry({ perSource: 3, now: () => time })
  const key = registry.register(async () => {})
  const forged = { process: key.process, secret: Buffer.alloc(4) }
  for (let guess = 0; guess < 3; guess++) await registry.request('there', forged)
  assert.is(await registry.request('there', key), 'limited')
  assert.is(await registry.request('here', key), 'forwarded')
  time = 10_001
  assert.is(await registry.request('there', key), 'forwarded')
})

cancels('names its holder, and goes to it once', async () => {
  const passed: { readonly holder: Holder; readonly key: CancelKey }[] = []
  const router = {
    pass: async (holder: Holder, key: CancelKey) => passed.push({ holder, key }) > 0 && holder.gateway < 2,
  }
  const here = createCancelRegistry({ holder: { gateway: 1, worker: 63 }, router, perSource: 3 })
  const there = createCancelRegistry({ holder: { gateway: 63, worker: 1 }, router })
  const own = here.register(async () => {})
  const other = there.register(async () => {})
  assert.equal(holderOf(own), { gateway: 1, worker: 63 })
  assert.equal(holderOf(other), { gateway: 63, worker: 1 })
  assert.ok(other.process > 0)
  assert.is(await there.request('client', own), 'passed')
  assert.equal(passed.splice(0), [{ holder: { gateway: 1, worker: 63 }, key: own }])
  assert.is(await here.request('client', other), 'unknown') // a number that the router does not know
  assert.is(passed.length, 1)
  assert.is(await here.relayed('there', 'client', other), 'unknown')
  assert.is(await here.deliver(other), 'unknown')
  assert.is(await here.deliver(own), 'forwarded')
  assert.is(passed.length, 1, 'what was delivered is not passed on')
  for (let guess = 0; guess < 2; guess++) await here.request('client', other)
  assert.is(await here.request('client', other), 'limited')
  assert.is(passed.length, 3)
})

cancels('is long in protocol 3.2, and not found by its beginning', async () => {
  const registry = createCancelRegistry()
  const key = registry.register(async () => {}, true)
  assert.is(key.secret.length, 32)
  assert.is(await registry.request('here', { ...key, secret: key.secret.subarray(0, 4) }), 'unknown')
  assert.is(await registry.request('here', { ...key, secret: Buffer.concat([key.secret, Buffer.alloc(1)]) }), 'unknown')
  assert.is(await registry.request('here', key), 'forwarded')
})

cancels.run()

const spoilings = suite('a cancel, here or from another gateway, is heard though a stranger')

/** The other gateway is `peer`, the client that has a session `client`; a stranger asks a thousand times. */
for (const [what, ask, heard] of [
  ['asks here', (r, key) => r.request('192.0.2.9', key), 20],
  ['asks at the other gateway', (r, key) => r.relayed('peer', '192.0.2.9', key), 20],
  ['sits at the address of the other gateway', (r, key) => r.request('peer', key), 20],
  ['says that it relays what the client asks', (r, key) => r.relayed('192.0.2.9', 'client', key), 20],
  ['says that it relays what everybody asks', (r, key, time) => r.relayed('192.0.2.9', `of ${time}`, key), 1000],
  ['has all addresses of a network', (r, key, time) => r.request(`2001:db8::${time.toString(16)}`, key), 20],
  ['has them at the other gateway', (r, key, time) => r.relayed('peer', `2001:db8::${time.toString(16)}`, key), 20],
  ['has forty networks there', (r, key, time) => r.relayed('peer', `2001:db8:0:${time % 40}::1`, key), 800],
] as const satisfies readonly Spoiling[])
  spoilings(what, async () => {
    const registry = createCancelRegistry({ now: () => 0 })
    const key = registry.register(async () => {})
    const forged = { process: key.process, secret: Buffer.alloc(4) }
    const outcomes: CancelOutcome[] = []
    for (let time = 0; time < 1100; time++) outcomes.push(await ask(registry, forged, time))
    assert.is(outcomes.filter(outcome => outcome === 'unknown').length, heard)
    assert.is(outcomes.filter(outcome => outcome === 'limited').length, 1100 - heard)
    assert.is(await registry.request('client', key), 'forwarded')
    assert.is(await registry.relayed('peer', 'client', key), 'forwarded')
  })

spoilings('names so many origins that what is counted would have to be forgotten', async () => {
  const registry = createCancelRegistry({ now: () => 0 })
  const key = registry.register(async () => {})
  const forged = { process: key.process, secret: Buffer.alloc(4) }
  for (let time = 0; time < 20; time++) await registry.request('192.0.2.8', forged)
  let heard = 0
  for (let time = 0; time < 30_000; time++)
    if ((await registry.relayed('192.0.2.9', `of ${time}`, forged)) !== 'limited') heard++
  assert.is(heard, 1000)
  assert.is(await registry.request('192.0.2.8', forged), 'limited')
})

spoilings('asks for whom two gateways name as the holder, each the other', async () => {
  let passed = 0
  const pass = async (_: Holder, key: CancelKey, origin: string) => {
    passed++
    return (await there.relayed('here', origin, key)) !== 'limited'
  }
  const here = createCancelRegistry({ holder: { gateway: 1, worker: 0 }, router: { pass } })
  const there = createCancelRegistry({ holder: { gateway: 2, worker: 0 }, router: { pass } })
  assert.is(await here.request('192.0.2.9', { process: (3 << 25) | 1, secret: Buffer.alloc(4) }), 'passed')
  assert.is(passed, 1)
})

spoilings('asks for a session in another process of the gateway, which is told', async () => {
  const passed: Holder[] = []
  const router = { pass: async (holder: Holder) => passed.push(holder) > 0 }
  const here = createCancelRegistry({ holder: { gateway: 1, worker: 0 }, router })
  const key = { process: (1 << 25) | (5 << 19) | 1, secret: Buffer.alloc(4) }
  assert.is(await here.relayed('peer', '192.0.2.9', key), 'passed')
  assert.equal(passed, [{ gateway: 1, worker: 5 }])
})

spoilings.run()
