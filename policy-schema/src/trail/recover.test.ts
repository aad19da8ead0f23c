import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createChain, trailGenesis } from './chain.ts'
import { recoverTail } from './recover.ts'

const chain = createChain({ gateway: 'gw', worker: 0, seq: 0, previous: trailGenesis })
const [one, two, three] = ['one', 'two', 'drei ü'].map(reason =>
  chain.line({ kind: 'session.ended', session: 's', reason }, { time: 0, commit: 'c', bundle: 'b' }),
) as [string, string, string]
const whole = `${one}\n${two}\n${three}\n`
const upToTwo = `${one}\n${two}\n`

const recovery = suite('a segment is kept up to its last whole line when it')

for (const [what, bytes, keep, seq] of [
  ['is whole', whole, whole.length, 3],
  ['is empty', '', 0, undefined],
  ['ends in the middle of a line', whole.slice(0, -40), upToTwo.length, 2],
  ['ends just before a newline', whole.slice(0, -1), upToTwo.length, 2],
  ['ends with one byte of a line', `${upToTwo}{`, upToTwo.length, 2],
  ['ends in zeros, as after a power cut', upToTwo + '\0'.repeat(500), upToTwo.length, 2],
  ['ends in zeros with a newline', `${upToTwo}${'\0'.repeat(500)}\n`, upToTwo.length, 2],
  ['ends in empty lines', `${upToTwo}\n\n`, upToTwo.length, 2],
  ['ends in a line that is not what its hash says', `${upToTwo}${three.replace('drei', 'vier')}\n`, upToTwo.length, 2],
  ['holds nothing but a torn line', one.slice(0, 50), 0, undefined],
  ['holds nothing but garbage', 'garbage\ngarbage\n', 0, undefined],
] as const)
  recovery(what, () => {
    const tail = recoverTail(Buffer.from(bytes), true)
    if (tail.more) throw new Error('asked for more of a whole segment')
    assert.is(tail.last?.seq, seq)
    assert.is(tail.found, seq !== undefined)
    assert.is(tail.keep, Buffer.byteLength(bytes.slice(0, keep)))
    assert.is(Buffer.from(tail.torn).toString(), Buffer.from(bytes).subarray(tail.keep).toString())
  })

recovery('is cut at any byte', () => {
  const bytes = Buffer.from(whole)
  for (let length = 0; length <= bytes.length; length++) {
    const tail = recoverTail(bytes.subarray(0, length), true)
    const lines = bytes.subarray(0, length).toString().split('\n').length - 1
    assert.is(tail.more ? -1 : (tail.last?.seq ?? 0), lines)
  }
})

recovery('is read from its end, and asks for more where that holds no whole line', () => {
  const bytes = Buffer.from(whole)
  const ofThree = Buffer.byteLength(three) + 1
  assert.equal(recoverTail(bytes.subarray(-10), false), { found: false, more: true })
  assert.equal(recoverTail(bytes.subarray(-ofThree), false), { found: false, more: true })
  const tail = recoverTail(bytes.subarray(-ofThree - 1), false)
  assert.is(!tail.more && tail.last?.hash, chain.previous)
  assert.is(!tail.more && tail.keep, ofThree + 1)
})

recovery.run()
