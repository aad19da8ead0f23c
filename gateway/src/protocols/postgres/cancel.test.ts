import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createCancelRegistry } from './cancel.ts'

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
  const registry = createCancelRegistry(3, () => time)
  const key = registry.register(async () => {})
  const forged = { process: key.process, secret: Buffer.alloc(4) }
  for (let guess = 0; guess < 3; guess++) await registry.request('there', forged)
  assert.is(await registry.request('there', key), 'limited')
  assert.is(await registry.request('here', key), 'forwarded')
  time = 10_001
  assert.is(await registry.request('there', key), 'forwarded')
})

cancels.run()
