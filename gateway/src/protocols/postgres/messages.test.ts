import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { message, readRows } from './messages.ts'

const rows = suite('rows of a CommandComplete')

for (const [tag, expected] of [
  ['SELECT 0', 0],
  ['SELECT 12', 12],
  ['INSERT 0 5', 5],
  ['COPY 1234567890123', 1_234_567_890_123],
  ['FETCH 007', 7],
  ['CREATE TABLE', undefined],
  ['SELECT ', undefined],
  ['SELECT', undefined],
  ['12', undefined],
  ['', undefined],
  ['SELECT -1', undefined],
  ['SELECT 1x', undefined],
] as const)
  rows(`\`${tag}\` counts ${expected}`, () => {
    const complete = message('C', `${tag}\0`)
    const amid = Buffer.concat([Buffer.from('9 9'), complete, Buffer.from('9')])
    assert.is(readRows(amid, 3 + 5, 3 + complete.length), expected)
  })

rows.run()
