import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../../core/has-code.test-support.ts'
import { type FrameRules, Frames, targetRules } from './frames.ts'
import { message } from './messages.ts'
import { clientRulesOf, sessionLimits } from './session-limits.ts'

const clientRules = clientRulesOf(sessionLimits)

/** What a reader sees of a stream that comes in these chunks: whole messages, put together from their pieces. */
function read(rules: FrameRules, chunks: readonly Buffer[]): string[] {
  const frames = new Frames(rules)
  const seen: string[] = []
  const handed: (readonly [Buffer, string])[] = []
  let pieces: Buffer[] = []
  for (const chunk of chunks) {
    frames.feed(chunk)
    while (frames.next()) {
      const piece = frames.buffer.subarray(frames.start, frames.end)
      handed.push([piece, piece.toString('hex')])
      assert.is(frames.first, pieces.length === 0)
      pieces.push(piece)
      if (!frames.last) continue
      const whole = Buffer.concat(pieces)
      assert.is(whole.length, frames.length + 1)
      seen.push(whole.toString('latin1'))
      pieces = []
    }
  }
  for (const [piece, was] of handed)
    assert.is(piece.toString('hex'), was, 'bytes that were handed out are never overwritten')
  return seen
}

const framer = suite('the framer')

const fromClient = [
  message('Q', 'select 1\0'),
  message('P', '\0select $1\0\0\0'),
  message('S'),
  message('d', 'copied'),
  message('X'),
]
const fromTarget = [
  message('T', 'columns'),
  message('D', 'a row'),
  message('D', ''),
  message('C', 'SELECT 2\0'),
  message('Z', 'I'),
]

for (const [whose, rules, messages] of [
  ['a client', clientRules, fromClient],
  ['a target', targetRules, fromTarget],
] as const) {
  const stream = Buffer.concat(messages)
  const expected = messages.map(bytes => bytes.toString('latin1'))

  framer(`gives what ${whose} sent at every split into two`, () => {
    for (let at = 0; at <= stream.length; at++)
      assert.equal(read(rules, [stream.subarray(0, at), stream.subarray(at)]), expected, `split at ${at}`)
  })

  framer(`gives what ${whose} sent at every split into three`, () => {
    for (let at = 0; at <= stream.length; at++)
      for (let next = at; next <= stream.length; next++) {
        const chunks = [stream.subarray(0, at), stream.subarray(at, next), stream.subarray(next)]
        assert.equal(read(rules, chunks), expected, `split at ${at} and ${next}`)
      }
  })

  framer(`gives what ${whose} sent byte by byte`, () => {
    assert.equal(
      read(
        rules,
        [...stream].map(byte => Buffer.from([byte])),
      ),
      expected,
    )
  })
}

framer('gives a whole frame without copying it', () => {
  const frames = new Frames(clientRules)
  const chunk = Buffer.concat(fromClient)
  frames.feed(chunk)
  assert.ok(frames.next())
  assert.is(frames.buffer, chunk)
})

framer('takes a frame back, whole or in pieces', () => {
  const frames = new Frames(clientRules)
  frames.feed(message('S'))
  assert.ok(frames.next())
  frames.back()
  assert.ok(frames.next())
  assert.not(frames.next())

  const copied = message('d', 'x'.repeat(100))
  frames.feed(copied.subarray(0, 50))
  assert.ok(frames.next())
  frames.back()
  assert.is(frames.pending, 50)
  assert.not(frames.inside)
  assert.ok(frames.next())
  assert.ok(frames.first)
  frames.feed(copied.subarray(50))
  assert.ok(frames.next())
  frames.back()
  assert.ok(frames.next())
  assert.ok(frames.last)
  assert.is(frames.pending, 0)
})

framer('holds no more of a large statement than its chunk', () => {
  const frames = new Frames(clientRules)
  const header = Buffer.from([0x51, 0, 0x20, 0, 4]) // 2 MiB
  frames.feed(header)
  for (let piece = 0; piece < 32; piece++) {
    frames.feed(Buffer.alloc(64 * 1024, 0x20))
    while (frames.next()) assert.ok(frames.end - frames.start <= 64 * 1024 + 5)
    assert.is(frames.pending, 0)
  }
  assert.ok(frames.last)
})

framer('does not make room for what is only announced', () => {
  const frames = new Frames(clientRules)
  frames.feed(Buffer.from([0x42, 0, 0xff, 0xff, 0xff])) // a Bind of 16 MiB, of which nothing comes
  assert.not(frames.next())
  frames.feed(Buffer.alloc(100))
  assert.not(frames.next())
  assert.ok(frames.buffer.length < 10_000)
})

framer('holds nothing once all of it is taken', () => {
  const frames = new Frames(clientRules)
  const query = message('Q', 'select 1\0')
  for (const chunk of [query.subarray(0, 7), query.subarray(7)]) frames.feed(chunk)
  assert.ok(frames.next())
  assert.not(frames.next())
  assert.is(frames.buffer.length, 0)
  assert.is(frames.pending, 0)
  frames.feed(query)
  assert.ok(frames.next())
  assert.equal(frames.buffer.subarray(frames.start, frames.end), query)
})

framer.run()

const refusals = suite('the framer refuses')

for (const [why, bytes, code] of [
  ['a negative length', [0x51, 0xff, 0xff, 0xff, 0xff], 'ERR_FRAME_LENGTH'],
  ['a length that does not count itself', [0x51, 0, 0, 0, 3], 'ERR_FRAME_LENGTH'],
  ['the length zero', [0x53, 0, 0, 0, 0], 'ERR_FRAME_LENGTH'],
  ['a length that would wrap', [0x51, 0x7f, 0xff, 0xff, 0xff], 'ERR_FRAME_SIZE'],
  ['a Bind over its limit', [0x42, 0x01, 0, 0, 1], 'ERR_FRAME_SIZE'],
  ['a Sync with a body', [0x53, 0, 0, 0, 5], 'ERR_FRAME_SIZE'],
  ['a FunctionCall over its limit', [0x46, 0x01, 0, 0, 1], 'ERR_FRAME_SIZE'],
  ['a password after login', [0x70], 'ERR_FRAME_TYPE'],
  ['the start of a second startup message', [0, 0, 0], 'ERR_FRAME_TYPE'],
  ['a TLS handshake', [0x16, 3, 1], 'ERR_FRAME_TYPE'],
] as const)
  refusals(why, () => {
    const frames = new Frames(clientRules)
    frames.feed(Buffer.from(bytes))
    assert.throws(() => frames.next(), hasCode(code))
  })

refusals('from a target what only replication uses', () => {
  const frames = new Frames(targetRules)
  frames.feed(message('W', 'x'))
  assert.throws(() => frames.next(), hasCode('ERR_FRAME_TYPE'))
})

refusals.run()
