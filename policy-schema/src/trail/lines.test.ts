import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { maxTrailLineLength } from './line.ts'
import { trailLines } from './lines.ts'

async function read(chunks: Uint8Array[]): Promise<string[]> {
  const lines: string[] = []
  for await (const line of trailLines(chunks)) lines.push(line)
  return lines
}

const lines = suite('lines are split')

for (const [what, text, expected] of [
  ['at each newline', 'a\nb\n', ['a', 'b']],
  ['and the last may lack it', 'a\nb', ['a', 'b']],
  ['and may be empty', 'a\n\nb\n', ['a', '', 'b']],
  ['and there may be none', '', []],
  ['at nothing but a newline', 'a\rb\u2028c\u0085d\n', ['a\rb\u2028c\u0085d']],
  ['and a byte order mark stays', '\ufeffa\n', ['\ufeffa']],
  ['and bytes that are not UTF-8 show', Buffer.from([0x61, 0xff, 0x0a]), ['a\ufffd']],
] as const)
  lines(what, async () => assert.equal(await read([Buffer.from(text)]), expected))

lines('the same wherever the pieces end', async () => {
  const bytes = Buffer.from('größe\n🙂 x\n\nende')
  for (let i = 0; i <= bytes.length; i++)
    assert.equal(await read([bytes.subarray(0, i), bytes.subarray(i)]), ['größe', '🙂 x', '', 'ende'])
})

lines('and one without end is cut', async () => {
  const mega = Buffer.alloc(1024 * 1024, 'x')
  const [only, ...others] = await read(Array.from({ length: 40 }, () => mega))
  assert.equal(others, [])
  assert.ok(Number(only?.length) <= maxTrailLineLength + 1 + mega.length)
})

lines.run()
