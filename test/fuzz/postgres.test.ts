/**
 * Seeded noise against what reads bytes of strangers: whatever comes, an error has a code, and what is held stays under the cap.
 *
 * `FUZZ_SEED=… FUZZ_ROUNDS=…` repeats a run or makes a longer one.
 */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Frames, targetLimits, targetRules } from '../../gateway/src/protocols/postgres/frames.ts'
import {
  message,
  readBind,
  readError,
  readExecute,
  readNamed,
  readParse,
  readQuery,
} from '../../gateway/src/protocols/postgres/messages.ts'
import { clientLimitsOf, clientRulesOf, sessionLimits } from '../../gateway/src/protocols/postgres/session-limits.ts'
import { createRandom } from './random.ts'

const clientRules = clientRulesOf(sessionLimits)
const seed = Number(process.env.FUZZ_SEED ?? 20261124)
const rounds = Number(process.env.FUZZ_ROUNDS ?? 4000)

const random = createRandom(seed)
const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T
const noise = (length: number) => Buffer.from(Array.from({ length }, () => random(256)))
const int16 = (value: number) => Buffer.from([(value >> 8) & 255, value & 255])
const int32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value | 0)
  return bytes
}
const text = () => pick(['', 's', 'select 1', 'é', '\u{1f600}', "E'\\''", 'x'.repeat(random(300))])
const cstring = () => Buffer.from(`${text()}\0`)

/** Well-formed messages of each type. */
const makers: { readonly [type: string]: () => Buffer } = {
  Q: () => message('Q', cstring()),
  P: () => {
    const count = random(5)
    return message(
      'P',
      Buffer.concat([cstring(), cstring(), int16(count), ...Array.from({ length: count }, () => int32(23))]),
    )
  },
  B: () => {
    const count = random(5)
    const formats = pick([[], [random(2)], Array.from({ length: count }, () => random(2))])
    const values = Array.from({ length: count }, () => {
      const value = noise(random(40))
      return random(4) === 0 ? int32(-1) : Buffer.concat([int32(value.length), value])
    })
    const head = [cstring(), cstring(), int16(formats.length), ...formats.map(int16), int16(count)]
    return message('B', Buffer.concat([...head, ...values, int16(1), int16(random(2))]))
  },
  D: () => message('D', Buffer.concat([Buffer.from(pick(['S', 'P', 'x'])), cstring()])),
  C: () => message('C', Buffer.concat([Buffer.from(pick(['S', 'P', '\0'])), cstring()])),
  E: () => message('E', Buffer.concat([cstring(), int32(random(100))])),
  S: () => message('S'),
  H: () => message('H'),
  d: () => message('d', noise(random(2000))),
  c: () => message('c'),
  f: () => message('f', cstring()),
}

/** What an attacker does to bytes that a parser expects otherwise. */
function spoil(bytes: Buffer): Buffer {
  const spoilt = Buffer.from(bytes)
  const at = random(Math.max(1, spoilt.length))
  switch (random(6)) {
    case 0:
      spoilt[at] = random(256)
      return spoilt
    case 1:
      return spoilt.subarray(0, at)
    case 2:
      return Buffer.concat([spoilt.subarray(0, at), noise(random(8)), spoilt.subarray(at)])
    case 3:
      if (spoilt.length >= 5) spoilt.writeInt32BE(pick([-1, 0, 3, 4, 0x7fffffff, -0x80000000, random(1 << 24)]), 1)
      return spoilt
    case 4:
      if (at + 2 <= spoilt.length) spoilt.writeInt16BE(pick([-1, 0x7fff, -0x8000, 256]), at)
      return spoilt
    default:
      return noise(random(64))
  }
}

const readers: { readonly [type: string]: (buffer: Buffer, start: number, end: number) => unknown } = {
  Q: readQuery,
  P: readParse,
  B: readBind,
  D: readNamed,
  C: readNamed,
  E: readExecute,
}

/** Every error of ours has a code that begins so; anything else is a bug. */
function coded(work: () => void): string | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    const { code } = error as { code?: unknown }
    assert.match(String(code), /^ERR_(FRAME|MESSAGE)_/, `seed ${seed}: ${(error as Error).stack}`)
    return String(code)
  }
}

/** Feeds a stream in random chunks and reads every message that is read. Returns the codes that ended it. */
function play(stream: Buffer, codes: Set<string>, whole: (frames: Frames) => void, frames: Frames): void {
  for (let at = 0; at < stream.length; ) {
    const size = 1 + random(pick([1, 7, 100, 5000]))
    const chunk = stream.subarray(at, at + size)
    at += size
    const ended = coded(() => {
      frames.feed(chunk)
      while (frames.next()) whole(frames)
    })
    if (ended === undefined) continue
    codes.add(ended)
    return
  }
}

const fuzz = suite(`noise (seed ${seed}, ${rounds} rounds)`)

fuzz('from a client is read, or refused with a code', () => {
  const codes = new Set<string>()
  const limit = Math.max(...Object.values(clientLimitsOf(sessionLimits)).map(({ whole }) => whole))
  let read = 0
  for (let round = 0; round < rounds; round++) {
    const messages = Array.from({ length: 1 + random(6) }, () => pick(Object.values(makers))())
    const stream = Buffer.concat(messages.map(bytes => (random(3) === 0 ? spoil(bytes) : bytes)))
    const frames = new Frames(clientRules)
    const see = ({ buffer, start, end, first, last, type }: Frames) => {
      if (!first || !last) return
      read++
      const code = coded(() => readers[String.fromCharCode(type)]?.(buffer, start, end))
      if (code !== undefined) codes.add(code)
    }
    play(stream, codes, see, frames)
    assert.ok(frames.pending <= limit + 5)
    assert.ok(
      frames.buffer.length <= Math.max(8192, 4 * stream.length),
      'what is held follows what has come, not what is announced',
    )
  }
  // noise that trips nothing proves nothing
  assert.ok(read > rounds)
  assert.equal([...codes].sort(), ['ERR_FRAME_LENGTH', 'ERR_FRAME_SIZE', 'ERR_FRAME_TYPE', 'ERR_MESSAGE_FORMAT'])
})

fuzz('that is well formed is never refused, however it is cut', () => {
  for (let round = 0; round < rounds; round++) {
    const messages = Array.from({ length: 1 + random(6) }, () => pick(Object.values(makers))())
    const frames = new Frames(clientRules)
    const codes = new Set<string>()
    const seen: Buffer[] = []
    play(
      Buffer.concat(messages),
      codes,
      ({ buffer, start, end }) => {
        seen.push(Buffer.from(buffer.subarray(start, end)))
      },
      frames,
    )
    assert.equal([...codes], [], `seed ${seed}`)
    assert.ok(Buffer.concat(seen).equals(Buffer.concat(messages)), `seed ${seed}, round ${round}`)
    assert.is(frames.pending, 0)
  }
})

fuzz('from a target is read, or refused with a code', () => {
  const codes = new Set<string>()
  const types = Object.keys(targetLimits)
  for (let round = 0; round < rounds; round++) {
    const messages = Array.from({ length: 1 + random(6) }, () => {
      const type = pick(types)
      const body = type === 'Z' ? Buffer.from('I') : 'SRKCEGH'.includes(type) ? noise(random(200)) : Buffer.alloc(0)
      return message(type, body)
    })
    const stream = Buffer.concat(messages.map(bytes => (random(3) === 0 ? spoil(bytes) : bytes)))
    const see = ({ buffer, start, end, first, last, type }: Frames) => {
      if (!first || !last || type !== 0x45) return
      const code = coded(() => readError(buffer, start, end))
      if (code !== undefined) codes.add(code)
    }
    play(stream, codes, see, new Frames(targetRules))
  }
  assert.equal([...codes].sort(), ['ERR_FRAME_LENGTH', 'ERR_FRAME_SIZE', 'ERR_FRAME_TYPE', 'ERR_MESSAGE_FORMAT'])
})

fuzz.run()
