import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PrimaryCalls } from './calls.ts'
import type { Remote } from './channel.ts'
import { createWorkerSeats } from './worker-seats.ts'

const sitter = { principal: { type: 'Gate::Agent', id: 'a' } }
function setUp(answer: () => Promise<'taken' | 'too_many_sessions'>) {
  const freed: number[] = []
  const primary = {
    async ask(name: keyof PrimaryCalls, { id }: { id: number }) {
      if (name === 'takeSeat') return await answer()
      freed.push(id)
      return undefined
    },
  } as unknown as Remote<PrimaryCalls>
  return { seats: createWorkerSeats(primary), freed }
}

const sitting = suite('a seat that the primary counts')
sitting('is freed once', async () => {
  const { seats, freed } = setUp(async () => 'taken')
  const [first, second] = [await seats.take(sitter), await seats.take(sitter)]
  assert.ok(typeof first !== 'string' && typeof second !== 'string')
  second.free()
  second.free()
  assert.equal(freed, [2])
})
sitting('is none where there is none left', async () => {
  const { seats, freed } = setUp(async () => 'too_many_sessions')
  assert.is(await seats.take(sitter), 'too_many_sessions')
  assert.equal(freed, [])
})
sitting('is none where nobody answers, and is not kept where the answer was lost', async () => {
  const { seats, freed } = setUp(async () => Promise.reject(new Error('gone')))
  assert.is(await seats.take(sitter), 'too_many_sessions')
  assert.equal(freed, [1])
})
sitting.run()
