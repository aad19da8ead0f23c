import { appendFileSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createChain, type TrailEvent } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { activatedCommit, createTrailTail } from './trail-tail.ts'

const tail = suite('the tail of a trail')
const stamp = { time: 0, commit: 'none', bundle: 'none' }
const of = (session: string) => (event: TrailEvent) => event.kind === 'session.ended' && event.session === session

const create = () => {
  const folder = mkdtempSync(join(tmpdir(), 'trail-'))
  const chain = createChain({ gateway: 'g', worker: 0, seq: 0, previous: '0'.repeat(64) })
  const line = (session: string) => chain.line({ kind: 'session.ended', session, reason: 'left' }, stamp)
  const write = (text: string) => appendFileSync(join(folder, 'g.0.0000000000000001.jsonl'), text)
  return { trail: createTrailTail(folder), chain, line, write }
}

tail('gives each event once, in order, up to the one that is wanted', async () => {
  const { trail, line, write } = create()
  write(`${line('one')}\n${line('two')}\n${line('three')}\n`)
  assert.equal(
    (await trail.until(of('two'), 'end')).map(event => event.seq),
    [1, 2],
  )
  assert.equal(
    (await trail.until(of('three'), 'end')).map(event => event.seq),
    [3],
  )
  assert.is(trail.all().length, 3)
})
tail('gives what came since, once, and finds without moving on', async () => {
  const { trail, line, write } = create()
  write(`${line('one')}\n${line('two')}\n`)
  const isTwo = (event: TrailEvent): event is TrailEvent => of('two')(event)
  assert.is((await trail.find(isTwo, 'end')).seq, 2)
  assert.equal(
    trail.since().map(event => event.seq),
    [1, 2],
  )
  assert.equal(trail.since(), [])
})
tail('waits for nothing once it is interrupted', async () => {
  const controller = new AbortController()
  const trail = createTrailTail(mkdtempSync(join(tmpdir(), 'trail-')), controller.signal)
  const waiting = trail.until(of('one'), 'end')
  controller.abort()
  try {
    await waiting
    assert.unreachable()
  } catch (error) {
    assert.is((error as Error).name, 'AbortError')
  }
})
tail('waits for a line to be whole', async () => {
  const { trail, line, write } = create()
  const text = line('one')
  write(text.slice(0, 20))
  const next = trail.until(of('one'), 'end')
  setTimeout(() => write(`${text.slice(20)}\n`), 60)
  assert.is((await next).length, 1)
})
tail('refuses a line that was changed', () => {
  const { trail, line, write } = create()
  write(`${line('one').replace('left', 'gone')}\n`)
  assert.throws(
    () => trail.all(),
    (error: { code?: string }) => error.code === 'ERR_TRAIL_HASH',
  )
})
const bundle = suite('a bundle that the gateway')
const activated = { kind: 'bundle.activated', repository: 'r', ref: 'refs/heads/main', epoch: 1, commits: 1 } as const
const dates = { issuedAt: '2026-01-31T12:00:00.000Z', expiresAt: '2026-02-28T12:00:00.000Z', keys: [], policies: 1 }
bundle('took is known by its commit', async () => {
  const { trail, chain, write } = create()
  write(`${chain.line({ ...activated, ...dates }, { ...stamp, commit: 'abc' })}\n`)
  assert.is(await activatedCommit(trail), 'abc')
})
bundle('refused fails with its reason', async () => {
  const { trail, chain, write } = create()
  write(`${chain.line({ kind: 'bundle.refused', code: 'ERR_X', detail: 'too old', source: 's' }, stamp)}\n`)
  try {
    await activatedCommit(trail)
    assert.unreachable()
  } catch (error) {
    assert.match((error as Error).message, 'the gateway refused the bundle: too old (ERR_X)')
  }
})
bundle.run()
tail.run()
