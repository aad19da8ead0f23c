import type { Work } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Turns } from './turns.ts'

/** A clock that goes on by a millisecond each time it is looked at, and turns that come when they are called. */
function setUp() {
  let us = 0
  const called: (() => void)[] = []
  const turns = new Turns(
    () => (us += 1000),
    turn => called.push(turn),
  )
  const log: string[] = []
  function* work(name: string, steps: number): Work<string> {
    for (let step = 1; step <= steps; step++) {
      log.push(`${name}${step}`)
      yield
    }
    return name
  }
  return { turns, log, work, called, turn: () => called.shift()?.() }
}
const never = () => false

const turns = suite('work that others wait behind')

turns('is done at once where it takes no longer than a turn', () => {
  const { turns, work, called } = setUp()
  assert.is(turns.take(work('a', 1), never), 'a')
  assert.is(called.length, 0)
})

turns('goes on in turns, one for each in its order', async () => {
  const { turns, work, log, turn, called } = setUp()
  const [a, b] = [turns.take(work('a', 5), never), turns.take(work('b', 3), never)]
  log.push('|')
  for (let at = 0; at < 4; at++) {
    assert.is(called.length, at < 3 ? 1 : 0)
    turn()
    log.push('|')
  }
  assert.is(await a, 'a')
  assert.is(await b, 'b')
  assert.is(log.join(' '), 'a1 a2 b1 b2 | a3 a4 | b3 | a5 | |')
})

turns('is given up where nobody waits for it any more', async () => {
  const { turns, work, log, turn } = setUp()
  let over = false
  const left = turns.take(work('a', 9), () => over)
  const stays = turns.take(work('b', 3), never)
  over = true
  turn()
  turn()
  assert.is(await left, undefined)
  assert.is(await stays, 'b')
  assert.is(log.join(' '), 'a1 a2 b1 b2 b3')
})

turns('fails where it throws, and others go on', async () => {
  const { turns, work, turn } = setUp()
  function* failing(): Work<string> {
    yield
    yield
    throw new Error('broken')
  }
  assert.throws(() => {
    const work = failing()
    work.next()
    void turns.take(work, never)
  }, 'broken')
  const failed = turns.take(failing(), never)
  const other = turns.take(work('b', 3), never)
  turn()
  turn()
  const told = await Promise.resolve(failed).catch((error: unknown) => String(error))
  assert.is(told, 'Error: broken')
  assert.is(await other, 'b')
})

turns.run()
