import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Free, Room } from './room.ts'

const room = suite('room for bodies')

function setUp() {
  const of = new Room({ maxBytes: 10, maxEach: 6 })
  const given: string[] = []
  const frees = new Map<string, Free>()
  const wait = (name: string, who: string, bytes: number, until = new AbortController()) => {
    of.wait(who, bytes, until.signal).then(
      free => {
        given.push(name)
        frees.set(name, free)
      },
      reason => given.push(`${name} ${reason}`),
    )
    return until
  }
  const settled = async () => {
    await new Promise(resolve => setImmediate(resolve))
    return given.splice(0)
  }
  return { of, wait, settled, free: (name: string) => frees.get(name)?.() }
}

room('is given until there is none, and then in turn', async () => {
  const { wait, settled, free } = setUp()
  wait('a1', 'a', 6)
  wait('b1', 'b', 4)
  wait('c1', 'c', 6)
  wait('c2', 'd', 1)
  assert.equal(await settled(), ['a1', 'b1'])
  free('b1')
  assert.equal(await settled(), []) // nobody overtakes who waits for all of it
  free('a1')
  free('a1')
  assert.equal(await settled(), ['c1', 'c2'])
})

room('is left to others by who has enough', async () => {
  const { of, wait, settled, free } = setUp()
  wait('a1', 'a', 6)
  wait('a2', 'a', 1)
  wait('b1', 'b', 2)
  assert.equal(await settled(), ['a1', 'b1'])
  assert.is(of.take('a', 1), undefined)
  of.take('b', 2)?.()
  free('a1')
  assert.equal(await settled(), ['a2'])
})

room('is waited for as long as somebody wants it', async () => {
  const { wait, settled, free } = setUp()
  wait('a1', 'a', 6)
  const impatient = wait('b1', 'b', 6)
  wait('c1', 'c', 4)
  assert.equal(await settled(), ['a1'])
  impatient.abort('left')
  assert.equal(await settled(), ['b1 left', 'c1'])
  wait('d1', 'd', 1, impatient)
  assert.equal(await settled(), ['d1 left'])
  free('a1')
  assert.equal(await settled(), [])
})

room.run()
