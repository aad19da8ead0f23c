import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Generations } from './generations.ts'

const generations = suite('two generations')
const fill = (kept: Generations<number>, values: readonly number[]) => {
  for (const [index, value] of values.entries()) kept.set(`k${index}`, value)
}
generations('hold so many entries each', () => {
  const kept = new Generations<number>(10)
  fill(kept, Array(100).fill(0))
  assert.ok(kept.size > 10 && kept.size <= 20, String(kept.size))
})
generations('hold so many characters of keys each', () => {
  const kept = new Generations<number>(1_000, 30)
  fill(kept, Array(100).fill(0))
  assert.ok(kept.size <= 20, String(kept.size))
})
generations('hold what their values weigh', () => {
  const kept = new Generations<number>(1_000, 100, value => value)
  fill(kept, Array(100).fill(40))
  assert.ok(kept.size <= 4, String(kept.size))
  assert.is(kept.get('k99'), 40)
})
generations('hold what their values have come to weigh', () => {
  const weights = new Map<number, number>()
  const kept = new Generations<number>(1_000, 100, value => weights.get(value) ?? 1)
  for (let at = 0; at < 10; at++) kept.set(`k${at}`, at)
  for (let at = 0; at < 10; at++) {
    weights.set(at, 30)
    kept.grew(29)
    kept.get(`k${at}`)
  }
  assert.ok(kept.size <= 6, String(kept.size))
})
generations('keep what is used', () => {
  const kept = new Generations<number>(2)
  kept.set('used', 1)
  for (let at = 0; at < 50; at++) {
    kept.set(`k${at}`, at)
    assert.is(kept.get('used'), 1)
  }
})
generations.run()
