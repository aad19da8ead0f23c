import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { frozen } from '../engine/frozen.ts'
import type { TrailBody } from './events.ts'
import { fieldsOf } from './fields.ts'
import { inertJson } from './inert.ts'
import { LineBuffer } from './line-buffer.ts'
import { MemberWriter, membersOf } from './members.ts'

const name = fc.oneof(fc.constantFrom('a', 'b', '\x7f', 'é', '\u202e', '__proto__', '"'), fc.string({ unit: 'binary' }))
const long = fc.string({ unit: 'grapheme', minLength: 0, maxLength: 400 })

/** Few values of each, so that what is remembered comes again with something else beside it. */
const catalogs = ['x', 'y'.repeat(300), '\u202e'].map(each => ({ database: each, relations: { [each]: null } }))
const requests = ['p', 'q'.repeat(300)].map(each => [
  { action: 'a', resource: each, effect: 'allow', policies: [each] },
])
const [first, second] = [frozen(structuredClone(catalogs)), frozen(structuredClone(requests))]
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

/** Also where one session is said to be another's: what is remembered of it must not stand there. */
const who = {
  session: fc.constantFrom('s1', 's2', 's3'),
  agent: maybe(name),
  user: maybe(name),
  role: name,
  task: maybe(name),
  target: name,
}

const bodies = fc.oneof(
  fc.record({
    kind: fc.constant('decision'),
    ...who,
    source: fc.constantFrom('10.0.0.1', '::1'),
    operation: fc.record({
      protocol: name,
      sql: long,
      parameters: maybe(fc.array(name)),
      catalog: maybe(fc.constantFrom(...first, ...catalogs)),
    }),
    now: maybe(fc.nat()),
    approval: maybe(fc.record({ approvers: fc.array(name) })),
    requests: maybe(fc.constantFrom(...second, ...requests)),
    requestsDigest: maybe(fc.constantFrom('d1', 'd2')),
    decision: maybe(
      fc.constantFrom({ effect: 'allow', policies: ['p'] }, { effect: 'deny', policies: [], reason: 'r' }),
    ),
    obligations: maybe(fc.constantFrom({}, { maxRows: 1 })),
    shadow: maybe(fc.constantFrom({ effect: 'allow', policies: ['s'] })),
    refused: maybe(name),
    replayable: maybe(fc.constant(false)),
  }),
  fc.record({
    kind: fc.constant('result'),
    ...who,
    decisionSeq: fc.nat(),
    rows: maybe(fc.nat()),
    received: maybe(fc.nat()),
    bytes: fc.nat(),
    status: fc.oneof(fc.constant('ok'), name),
    limit: maybe(name),
    durationUs: fc.nat(),
  }),
  fc.record({ kind: fc.constant('session.ended'), session: name, reason: long }),
) as unknown as fc.Arbitrary<TrailBody>

const members = suite('the members of a line')

members('are what they are without what is remembered', () => {
  const writer = new MemberWriter()
  const lines = new LineBuffer()
  fc.assert(
    fc.property(bodies, body => {
      lines.back(0)
      writer.write(lines, '{"seq":1', body, -1)
      assert.is(lines.from(0).toString(), inertJson(`{"seq":1${membersOf(body)}}`))
    }),
    { numRuns: 3_000, seed: 20_260_101 },
  )
})

members('of a decision and a result are those that are written by hand', () => {
  const who = 'session agent user role task target'
  assert.equal(
    fieldsOf.decision.join(' '),
    `${who} source operation now approval requests requestsDigest decision obligations shadow refused replayable`,
  )
  assert.equal(fieldsOf.result.join(' '), `${who} decisionSeq rows bytes received status limit durationUs`)
})

members('give a buffer back that grew large', () => {
  const lines = new LineBuffer()
  lines.write('x'.repeat(3_000_000))
  assert.is(lines.from(0).buffer.byteLength > 3_000_000, true)
  lines.back(0)
  lines.write('y')
  assert.is(lines.from(0).toString(), 'y')
  assert.is(lines.from(0).buffer.byteLength < 1_000_000, true)
})

members.run()
