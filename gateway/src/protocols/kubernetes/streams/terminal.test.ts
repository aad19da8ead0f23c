import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Cast } from '../../../trail/cast.ts'
import { createTerminal } from './terminal.ts'

function sizesOf(...texts: readonly string[]): readonly string[] {
  const sizes: string[] = []
  const cast = { resize: (columns: number, rows: number) => sizes.push(`${columns}x${rows}`) }
  const terminal = createTerminal(cast as unknown as Cast)
  for (const text of texts) terminal.bytes('resize', Buffer.from(text), 'client')
  return sizes
}

const sizes = suite('the size of a terminal')

for (const [what, texts, read] of [
  ['one after the other', ['{"Width":80,"Height":24}\n{"Width":99,"Height":33}'], ['80x24', '99x33']],
  ['cut anywhere', ['{"Wid', 'th":80,"Hei', 'ght":24', '}'], ['80x24']],
  ['in any letters, of which the last hold', ['{"WIDTH":1,"width":80,"heighT":24}'], ['80x24']],
  ['of nothing, which no terminal has', ['{"Width":80}{"Width":80,"Height":24}'], ['80x24']],
  ['until one is none', ['{"Width":80,"Height":24}{"Width":-1}{"Width":99,"Height":33}'], ['80x24']],
  ['until one is too large', ['{"Width":65536,"Height":24}', '{"Width":99,"Height":33}'], []],
  ['until one is no JSON', ['x}', '{"Width":99,"Height":33}'], []],
] as const)
  sizes(`is read as its target reads it: ${what}`, () => assert.equal(sizesOf(...texts), read))

sizes('has an end', () => {
  assert.throws(() => sizesOf('{'.padEnd(2000)), /ERR_STREAM_SIZE|over the cap/)
})

sizes.run()
