import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { PolicyError } from '../errors.ts'
import { createChain, trailGenesis } from './chain.ts'
import { maxTrailLineLength, parseTrailLine } from './line.ts'

const good = createChain({ gateway: 'gw', worker: 0, seq: 0, previous: trailGenesis }).line(
  { kind: 'session.ended', session: 's1', reason: 'left' },
  { time: 0, commit: 'none', bundle: 'none' },
)

const line = suite('a trail line is refused when')

for (const [why, text, code] of [
  ['it is empty', '', 'ERR_TRAIL_LINE'],
  ['it is torn', good.slice(0, -20), 'ERR_TRAIL_LINE'],
  ['it is null', 'null', 'ERR_TRAIL_LINE'],
  ['it is an array', `[${good}]`, 'ERR_TRAIL_LINE'],
  ['a common member is missing', good.replace('"gateway":"gw",', ''), 'ERR_TRAIL_LINE'],
  ['its number is zero', good.replace('"seq":1', '"seq":0'), 'ERR_TRAIL_LINE'],
  ['its number is not a safe integer', good.replace('"seq":1', '"seq":9007199254740993'), 'ERR_TRAIL_LINE'],
  ['its time is no time', good.replace('1970', 'MCML'), 'ERR_TRAIL_LINE'],
  ['its hash is in capitals', good.replace(/[0-9a-f]{64}"}$/, hex => hex.toUpperCase()), 'ERR_TRAIL_LINE'],
  ['a member follows the hash', `${good.slice(0, -1)},"x":1}`, 'ERR_TRAIL_LINE'],
  ['white space follows it', `${good} `, 'ERR_TRAIL_LINE'],
  ['it is of a later version', good.replace('"version":1', '"version":2'), 'ERR_TRAIL_VERSION'],
  ['a word was changed', good.replace('left', 'felt'), 'ERR_TRAIL_HASH'],
  ['a member was given twice', good.replace('"reason"', '"reason":"killed","reason"'), 'ERR_TRAIL_HASH'],
  ['an escape was written out', good.replace('left', '\\u006ceft'), 'ERR_TRAIL_HASH'],
  ['it is over the cap', good.replace('left', 'l'.repeat(maxTrailLineLength)), 'ERR_TRAIL_LINE_TOO_LONG'],
] as const)
  line(why, () => {
    assert.throws(
      () => parseTrailLine(text),
      (error: unknown) => error instanceof PolicyError && error.code === code,
    )
  })

line('nothing of that holds, and read otherwise', () => {
  assert.is(parseTrailLine(good).seq, 1)
})

line.run()
