import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type CancelKey, createCancelRegistry, type Holder, holderOf } from './cancel.ts'

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
