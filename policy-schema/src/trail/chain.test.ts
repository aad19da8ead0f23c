import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { PolicyError } from '../errors.ts'
import { createChain, trailGenesis } from './chain.ts'
import type { DecisionBody, TrailBody } from './events.ts'
import { maxTrailLineLength, parseTrailLine } from './line.ts'

const begin = () => createChain({ gateway: 'gw', worker: 0, seq: 0, previous: trailGenesis })
const stamp = { time: Date.UTC(2026, 0, 2, 3, 4, 5, 678), commit: 'c1', bundle: 'sha256:b1' }
const ended = (reason: string): TrailBody => ({ kind: 'session.ended', session: 's1', reason })

const chain = suite('a chain')

chain('writes its members in a fixed order, without white space', () => {
  const line = begin().line({ reason: 'left', session: 's1', kind: 'session.ended' }, stamp)
  assert.is(
    line.replace(/"hash":"[0-9a-f]{64}"/, '"hash":"…"'),
    `{"seq":1,"time":"2026-01-02T03:04:05.678Z","kind":"session.ended","version":1,"gateway":"gw","worker":0,"commit":"c1","bundle":"sha256:b1","previous":"${trailGenesis}","session":"s1","reason":"left","hash":"…"}`,
  )
})

chain('hashes the text of the line without its hash, and the next line names it', () => {
  const chain = begin()
  const first = chain.line(ended('one'), stamp)
  const [text, rest] = first.split(',"hash":"')
  const expected = createHash('sha256').update(`${text}}`).digest('hex')
  assert.is(rest, `${expected}"}`)
  assert.is(chain.previous, expected)
  const second = parseTrailLine(chain.line(ended('two'), stamp))
  assert.is(second.previous, expected)
  assert.is(second.seq, 2)
  assert.is(chain.seq, 2)
})

chain('takes over the stamp of each line', () => {
  const chain = begin()
  chain.line(ended('one'), stamp)
  const later = parseTrailLine(chain.line(ended('two'), { time: stamp.time + 1, commit: 'c2', bundle: 'sha256:b2' }))
  assert.is(later.time, '2026-01-02T03:04:05.679Z')
  assert.is(later.commit, 'c2')
  assert.is(later.bundle, 'sha256:b2')
})

chain('goes on where it stood', () => {
  const whole = begin()
  const lines = ['a', 'b', 'c'].map(reason => whole.line(ended(reason), stamp))
  const before = parseTrailLine(String(lines[1]))
  const resumed = createChain({ gateway: 'gw', worker: 0, seq: before.seq, previous: before.hash })
  assert.is(resumed.line(ended('c'), stamp), lines[2])
})

chain('leaves out what is undefined and what its kind does not have', () => {
  const body = { kind: 'session.ended', session: 's1', reason: 'x', stray: 'y', owner: undefined } as TrailBody
  assert.not.match(begin().line(body, stamp), /stray|owner/)
})

chain('writes a cached evaluation as it wrote it first, and an operation anew', () => {
  const chain = begin()
  const decision = (sql: string): DecisionBody => ({
    kind: 'decision',
    session: 's1',
    agent: 'nightly',
    role: 'backup',
    source: '::1',
    target: 'orders-db',
    operation: { protocol: 'postgres', kind: 'query', sql, catalog },
    now: 1,
    ...answered,
  })
  const first = parseTrailLine(chain.line(decision('SELECT 1'), stamp))
  const second = parseTrailLine(chain.line(decision('SELECT 2'), stamp))
  assert.equal(
    [first, second].map(line => line.kind === 'decision' && [line.operation, line.decision, line.requests]),
    ['SELECT 1', 'SELECT 2'].map(sql => [
      { protocol: 'postgres', kind: 'query', sql, catalog },
      answered.decision,
      answered.requests,
    ]),
  )
})

const catalog = {
  database: 'orders',
  currentSchema: 'public',
  transaction: 'none',
  relations: {},
  functions: {},
  types: {},
  foreignOperators: [],
} as const
const answered = {
  requests: [{ action: 'A::Action::"a"', resource: 'A::B::"b"', effect: 'allow', policies: ['p'] }],
  requestsDigest: 'sha256:00',
  decision: { effect: 'allow', policies: ['p'] },
  obligations: {},
} as const

chain('says the instant of a decision once, and of decisions and results the commit alone', () => {
  const chain = begin()
  const who = { session: 's1', agent: 'nightly', role: 'backup', task: 'run-7', target: 'orders-db' }
  const operation = { protocol: 'postgres', kind: 'connect', database: 'orders' } as const
  const decided = (now: number) =>
    chain.line({ kind: 'decision', ...who, source: '::1', operation, now, ...answered }, stamp)
  const common = (seq: number, kind: string) =>
    `{"seq":${seq},"time":"2026-01-02T03:04:05.678Z","kind":"${kind}","version":1,"gateway":"gw","worker":0,"commit":"c1","previous":"${chain.previous}","session":"s1","agent":"nightly","role":"backup","task":"run-7","target":"orders-db"`
  const asked = ',"source":"::1","operation":{"protocol":"postgres","kind":"connect","database":"orders"}'
  const first = common(1, 'decision')
  assert.ok(decided(stamp.time).startsWith(`${first}${asked},"requests":[`))
  const second = common(2, 'decision')
  assert.ok(decided(stamp.time - 1).startsWith(`${second}${asked},"now":${stamp.time - 1},"requests":[`))
  const third = common(3, 'result')
  const result = chain.line({ kind: 'result', ...who, decisionSeq: 1, bytes: 9, status: 'ok', durationUs: 5 }, stamp)
  assert.ok(result.startsWith(`${third},"decisionSeq":1,"bytes":9,"status":"ok","durationUs":5,"hash":"`))
})

chain('does not move when a line is too long', () => {
  const chain = begin()
  assert.throws(
    () => chain.line(ended('x'.repeat(maxTrailLineLength)), stamp),
    (error: unknown) => error instanceof PolicyError && error.code === 'ERR_TRAIL_LINE_TOO_LONG',
  )
  assert.is(chain.seq, 0)
  assert.is(chain.previous, trailGenesis)
})

chain.run()

const inert = suite('a line is inert with')

for (const [what, units] of [
  ['a newline', '\n'],
  ['a carriage return', '\r'],
  ['an escape sequence', '\u001b[2J'],
  ['DEL', '\u007f'],
  ['a C1 control sequence introducer', '\u009b31m'],
  ['a right-to-left override', '\u202e'],
  ['an isolate', '\u2066'],
  ['a right-to-left mark', '\u200f'],
  ['an Arabic letter mark', '\u061c'],
  ['a line separator', '\u2028'],
  ['a zero-width space', '\u200b'],
  ['a soft hyphen', '\u00ad'],
  ['a byte order mark', '\ufeff'],
  ['a tag character', '\u{e0041}'],
  ['a lone surrogate', '\ud800'],
  ['a lone surrogate that begins tag characters', '\udb40'],
] as const)
  inert(what, () => {
    const line = begin().line(ended(`a${units}b`), stamp)
    assert.not.match(line, /[^\x20-\x7e]/)
    const read = parseTrailLine(line)
    assert.is(read.kind === 'session.ended' && read.reason, `a${units}b`)
  })

inert('the same in the commit, and what people write stays as they wrote it', () => {
  const line = begin().line(ended('größer 数 🙂'), { ...stamp, commit: '\u202ec' })
  assert.match(line, '"commit":"\\u202ec"')
  assert.match(line, 'größer 数 🙂')
})

inert('any text at all, and gives it back', () => {
  const chain = begin()
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: fc.nat(0xffff).map(String.fromCharCode) }), (a, b) => {
      const line = chain.line(ended(a + b), stamp)
      assert.not.match(line, /\p{Cc}|\p{Bidi_Control}|\p{Zl}|\p{Zp}/u)
      const read = parseTrailLine(line)
      assert.is(read.kind === 'session.ended' && read.reason, a + b)
    }),
    { seed: 1, numRuns: 2000 },
  )
})

inert.run()
