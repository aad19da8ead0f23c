import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createClock } from './clock.ts'

const clock = suite('the clock')

function setUp() {
  const at = { wall: 1_000_000, monotonic: 500 }
  const told: number[] = []
  const now = createClock({ wall: () => at.wall, monotonic: () => at.monotonic, onSet: by => told.push(by) })
  const pass = (ms: number) => {
    at.wall += ms
    at.monotonic += ms
  }
  return { at, told, now, pass }
}

clock('goes with the system’s, and says nothing', () => {
  const { at, told, now, pass } = setUp()
  assert.is(now(), 1_000_000)
  pass(60_000)
  at.monotonic += 3 // they are never quite the same
  assert.is(now(), 1_060_003)
  assert.equal(told, [])
})

clock('is not set back: what has expired stays expired', () => {
  const { at, told, now, pass } = setUp()
  pass(10_000)
  at.wall -= 3_600_000
  assert.is(now(), 1_010_000)
  pass(10_000)
  assert.is(now(), 1_020_000)
  assert.equal(told, [-3_600_000])
  at.wall -= 3_600_000
  now()
  assert.equal(told, [-3_600_000, -7_200_000])
})

clock('is set forward, as after a machine slept, and back to where it would be', () => {
  const { at, told, now, pass } = setUp()
  at.wall += 3_600_000
  assert.is(now(), 4_600_000)
  at.wall -= 3_600_000
  pass(1_000)
  assert.is(now(), 1_001_000)
  assert.equal(told, [3_600_000, 0])
})

clock('gives whole milliseconds', () => assert.ok(Number.isInteger(createClock()())))

clock.run()
