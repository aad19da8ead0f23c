import { loadGrammars } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { noCast } from '../../trail/no-casts.test-support.ts'
import { createReadings, type Statement, weightOf } from './readings.ts'
import {
  Forwarded,
  type Forwarded as ForwardedOperation,
  Names,
  type Portal,
  portalLimits,
  statementLimits,
  weightOfPortal,
} from './statements.ts'
import { asStored, complete } from './stored.ts'

await loadGrammars()

const limits = { count: 5, weight: 20 }
const readings = createReadings()
const names = suite('a name')

names('means what was asked for last, within a pipeline', () => {
  const statements = new Names<string>(text => text.length, limits)
  statements.ask('s', 'first')
  assert.is(statements.get('s'), 'first')
  statements.ask('s', 'second')
  assert.is(statements.get('s'), 'second')
})

names('means what it meant before when what was asked for is not made', () => {
  const statements = new Names<string>(text => text.length, limits)
  statements.ask('s', 'old')
  statements.made('s', 'old')
  statements.ask('s', 'new')
  statements.failed()
  assert.is(statements.get('s'), 'old')
})

names('means the newer thing when an older one is made late', () => {
  const statements = new Names<string>(text => text.length, limits)
  statements.ask('s', 'first')
  statements.ask('s', 'second')
  statements.made('s', 'first')
  assert.is(statements.get('s'), 'second')
})

names('is closed, and what was asked for after it stays', () => {
  const statements = new Names<string>(text => text.length, limits)
  statements.ask('s', 'old')
  statements.made('s', 'old')
  statements.ask('s', 'new')
  assert.is(statements.closed('s'), 'old')
  assert.is(statements.get('s'), 'new')
})

names('weighs what it leads to, and nothing when it leads nowhere', () => {
  const statements = new Names<string>(text => text.length, limits)
  for (let round = 0; round < 100; round++) {
    statements.ask('a', 'x'.repeat(round))
    statements.made('a', statements.get('a') ?? '')
    statements.ask('b', 'y')
    statements.failed()
  }
  assert.is(statements.weight, 99)
  statements.closed('a')
  assert.is(statements.weight, 0)
  assert.is(statements.size, 0)
  statements.ask('c', 'zz')
  assert.equal(statements.clear(), ['zz'])
  assert.is(statements.weight, 0)
})

names('of a portal weighs its parameters, so that a thousand of them are not held', () => {
  const portals = new Names<Portal>(weightOfPortal, portalLimits)
  const [statement, parameters] = [readings('SELECT 1'), Array.from({ length: 60_000 }, () => 'x'.repeat(200))]
  const portal = { statement, parameters, changes: 0, renamings: 0, forwarded: undefined }
  portals.ask('', portal)
  assert.not(portals.full)
  portals.ask('', portal)
  assert.not(portals.full)
  for (let at = 0; !portals.full; at++) portals.ask(`p${at}`, portal)
  assert.ok(portals.size < 10, String(portals.size))
})

names('of a statement weighs what its names mean, too', () => {
  const statements = new Names<Statement>(weightOf, statementLimits)
  const columns = Array.from({ length: 1_000 }, (_, at) => `c${at}`)
  const parsed = { orders: { schema: 'public', name: 'orders', kind: 'table', columns } } as const
  for (let at = 0; !statements.full; at++) statements.ask(`s${at}`, { ...readings('TABLE orders'), parsed })
  assert.ok(statements.size < 2_000, String(statements.size))
})

names.run()

const results = suite('a forwarded operation')

function forwarded(): { operation: ForwardedOperation; told: object[] } {
  const told: object[] = []
  const evaluation = {
    decision: { effect: 'allow', policies: [] },
    requests: [],
    requestsDigest: '',
    obligations: {},
  } as const
  const operation = new Forwarded({
    allowed: true,
    operation: { protocol: 'postgres', kind: 'connect', database: 'd' },
    evaluation,
    bundle: 'b',
    commit: 'c',
    openCast: noCast,
    finish: result => told.push(result),
  })
  return { operation, told }
}

results('has one result, the first', () => {
  const { operation, told } = forwarded()
  operation.count(2)
  operation.count(undefined)
  operation.count(3)
  operation.bytes = 10
  operation.finish('ok')
  operation.finish('aborted')
  operation.leave()
  assert.equal(told, [{ rows: 5, bytes: 10, status: 'ok' }])
})

results('that was left is ok if it was answered, else aborted', () => {
  const one = forwarded()
  one.operation.leave()
  assert.equal(one.told, [{ bytes: 0, status: 'aborted' }])
  const other = forwarded()
  other.operation.answered = true
  other.operation.leave()
  assert.equal(other.told, [{ bytes: 0, status: 'ok' }])
})

results.run()

const stored = suite('what stands behind a name')

stored('is held against what its names meant, whatever those are called', () => {
  const meant = { schema: 'public', name: 'x', kind: 'table' } as const
  const parsed = Object.fromEntries([
    ['__proto__', meant],
    ['t', meant],
  ])
  const statements = new Names<Statement>(() => 1, limits)
  const readings = createReadings()
  for (const name of ['p', '__proto__']) statements.made(name, asStored(readings('SELECT 1'), parsed))
  const completed = complete(readings('EXECUTE p; EXECUTE "__proto__"'), statements, new Names<Portal>(() => 1, limits))
  assert.equal(Object.keys(completed.parsed ?? {}), ['__proto__', 't'])
  assert.equal(Object.keys(completed.stored?.prepared ?? {}), ['p', '__proto__'])
})
stored.run()
