import { appendFileSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createChain, type TrailEvent } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createTrailTail } from './trail-tail.ts'

const tail = suite('the tail of a trail')
const stamp = { time: 0, commit: 'none', bundle: 'none' }
const of = (session: string) => (event: TrailEvent) => event.kind === 'session.ended' && event.session === session

const create = () => {
  const folder = mkdtempSync(join(tmpdir(), 'trail-'))
  const chain = createChain({ gateway: 'g', worker: 0, seq: 0, previous: '0'.repeat(64) })
  const line = (session: string) => chain.line({ kind: 'session.ended', session, reason: 'left' }, stamp)
  const write = (text: string) => appendFileSync(join(folder, 'g.0.0000000000000001.jsonl'), text)
  return { trail: createTrailTail(folder), line, write }
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
tail.run()
