import type {
  BundleManifest,
  Decision,
  Engine,
  Evaluation,
  Facts,
  Operation,
  Protocol,
  Repository,
  Session,
  Target,
  TrailBody,
  Work,
} from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { CastAbout, Casts } from '../trail/cast.ts'
import { noCast, noCasts } from '../trail/no-casts.test-support.ts'
import type { Recorded, Trail } from '../trail/trail.ts'
import type { Admission, How, Refusal } from './contract.ts'
import { Counters } from './counters.ts'
import { SessionGate } from './gate.ts'
import { Policies } from './policies.ts'
import { gateRefusal } from './refusal.ts'
import { Turns } from './turns.ts'

const now = 1_800_000_000_000
const allow: Decision = { effect: 'allow', policies: ['p1'] }
const deny: Decision = { effect: 'deny', policies: ['f1'], reason: 'forbidden', detail: '`f1` forbids it' }
const pending: Decision = { effect: 'pending', policies: ['p2'], approvers: ['sre'], approvals: 1, ttlMs: 1000 }
const how: How = { source: '127.0.0.1', whenPending: 'refuse' }
const operation = { protocol: 'gate', kind: 'kill', role: 'r' } as const
type TestOperation = Operation & { readonly protocol: 'gate' }

interface Given {
  readonly decision?: Decision
  readonly record?: (body: TrailBody) => Recorded | Promise<Recorded>
  readonly at?: number
  readonly redact?: (operation: TestOperation) => TestOperation
  readonly digestOf?: (operation: Operation) => string
  readonly begin?: (evaluation: Evaluation) => Evaluation | Work<Evaluation>
}

/** What is undefined does not come into a line. */
const asWritten = (body: TrailBody): TrailBody => JSON.parse(JSON.stringify(body))

function setUp({
  decision = allow,
  record,
  at = now,
  redact = same => same,
  digestOf = () => 'd',
  begin = evaluation => evaluation,
}: Given = {}) {
  const lines: TrailBody[] = []
  const trail: Trail = {
    record(body) {
      lines.push(asWritten(body))
      return record === undefined ? lines.length : record(body)
    },
    recordTogether: async body => await trail.record(body),
    note: body => lines.push(asWritten(body)),
    healthy: true,
    lost: 0,
    close: async () => {},
  }
  const asked: Facts[] = []
  const engine: Engine = {
    commit: 'c1',
    digest: 'sha256:b1',
    evaluate: () => {
      throw new Error('in steps')
    },
    begin(of, facts) {
      asked.push(facts)
      return begin({ decision, requests: [], requestsDigest: digestOf(of), obligations: {} })
    },
    policy: id => (id === 'f1' ? { reason: 'not on a Friday' } : {}),
  }
  const policies = new Policies()
  policies.activate({
    engine,
    repository: {} as Repository,
    manifest: { commit: 'c1', digest: 'sha256:b1' } as BundleManifest,
    expiresAt: now + 1000,
  })
  let us = 0
  const clockUs = () => (us += 5)
  const turns = new Turns(clockUs)
  const opened: CastAbout[] = []
  const casts: Casts = { ...noCasts, open: about => noCast(opened.push(about)) }
  const context = { policies, trail, casts, counters: new Counters(), now: () => at, clockUs, turns }
  let ends = 0
  const gate = new SessionGate<TestOperation>(
    context,
    { redact } as Protocol<TestOperation>,
    {
      session: {
        id: 's1',
        principal: { type: 'Gate::Agent', id: 'a' },
        role: 'r',
        target: 't',
        expiresAt: now + 500,
      } as Session,
      target: {} as Target,
      credential: {
        name: 'c',
        user: 'u',
        longLived: true,
        secret: async () => 'x',
        certificate: async () => undefined,
      },
    },
    () => {
      ends += 1
    },
  )
  return { gate, lines, asked, policies, context, opened, ends: () => ends }
}
const prompt = (admission: Admission<TestOperation> | Promise<Admission<TestOperation>>) => {
  if (admission instanceof Promise) throw new Error('a fast answer was expected')
  return admission
}
const code = (admission: Admission<TestOperation>) => (admission.allowed ? 'allowed' : admission.refusal.code)

const gates = suite('the gate')

gates('opens a cast for what it let through, named for its decision', () => {
  const { gate, opened } = setUp({ record: () => 42 })
  const admission = prompt(gate.admit(operation, how))
  assert.throws(() => admission.allowed && admission.openCast('exec ls'), /no|nothing/)
  assert.equal(opened, [{ session: 's1', decisionSeq: 42, title: 'exec ls' }])
})

gates('lets through what is allowed, once its decision stands in the trail', () => {
  const { gate, lines, asked } = setUp()
  const admission = prompt(gate.admit(operation, how))
  assert.ok(admission.allowed)
  assert.is(admission.bundle, 'sha256:b1')
  assert.is(asked[0]?.now, now)
  assert.equal(lines, [
    {
      kind: 'decision',
      session: 's1',
      agent: 'a',
      role: 'r',
      source: '127.0.0.1',
      target: 't',
      operation,
      now,
      requests: [],
      requestsDigest: 'd',
      decision: allow,
    },
  ])
  admission.finish({ rows: 3, bytes: 40, status: 'ok' })
  assert.equal(lines[1], {
    kind: 'result',
    session: 's1',
    agent: 'a',
    role: 'r',
    target: 't',
    decisionSeq: 1,
    rows: 3,
    bytes: 40,
    status: 'ok',
    durationUs: 5,
  })
})

for (const [when, at, bundle] of [
  ['before its policies expire', now + 999, 'sha256:b1'],
  ['from the moment on when they have', now + 1000, 'none'],
] as const)
  gates(`says by which bundle it decides, ${when}`, () => assert.is(setUp({ at }).gate.bundle, bundle))

gates('refuses what is denied, with the reasons of the policies and the commit', () => {
  const { gate, lines } = setUp({ decision: deny })
  const admission = prompt(gate.admit(operation, how))
  assert.not(admission.allowed)
  if (admission.allowed) return
  const { next, ...refusal } = admission.refusal
  assert.equal(refusal, {
    code: 'forbidden',
    message: '`f1` forbids it',
    reasons: ['not on a Friday'],
    policies: ['f1'],
    commit: 'c1',
  })
  assert.ok(next)
  assert.is(lines.length, 1)
})

gates('refuses what waits for a person, and names who that would be', () => {
  const { gate, lines } = setUp({ decision: pending })
  const admission = prompt(gate.admit(operation, how))
  assert.not(admission.allowed)
  if (admission.allowed) return
  assert.is(admission.refusal.code, 'approval_unavailable')
  assert.equal(admission.refusal.approvers, ['sre'])
  const [line] = lines
  assert.is(line?.kind === 'decision' && line.refused, 'approval_unavailable')
  assert.equal(line?.kind === 'decision' && line.decision, pending)
})

gates('lets a Parse through whose Bind will be asked again', () => {
  const { gate } = setUp({ decision: pending })
  assert.is(code(prompt(gate.admit(operation, { ...how, whenPending: 'allow' }))), 'allowed')
})

for (const [why, given, act, expected] of [
  ['the trail cannot be written', { record: () => undefined }, () => {}, 'trail_unavailable'],
  ['the policies have expired', { at: now + 1000 }, () => {}, 'bundle_expired'],
  ['the token has expired', { at: now + 500 }, () => {}, 'session_ended'],
  ['the client has left', {}, (gate: SessionGate<TestOperation>) => gate.end('left'), 'session_ended'],
  [
    'the role was withdrawn',
    {},
    (gate: SessionGate<TestOperation>) => gate.stop(gateRefusal('session_ended', 'c1')),
    'session_ended',
  ],
] as const)
  gates(`refuses everything when ${why}, without asking the engine where that is no use`, () => {
    const { gate, lines, asked } = setUp(given)
    act(gate)
    assert.is(code(prompt(gate.admit(operation, how))), expected)
    const line = lines.at(-1)
    if (expected === 'trail_unavailable') return assert.is(asked.length, 1)
    assert.is(asked.length, 0)
    assert.is(line?.kind === 'decision' && line.refused, expected)
    assert.is(line?.kind === 'decision' && 'decision' in line, false)
  })

gates('goes on deciding while the gateway drains, so that a transaction can come to its end', () => {
  const { gate } = setUp()
  gate.stop(gateRefusal('draining', 'c1'))
  assert.is(gate.ended.aborted, true)
  assert.is(code(prompt(gate.admit(operation, how))), 'allowed')
})

gates('waits for a slow disk, and refuses when the session ended meanwhile, with a result', async () => {
  let wrote: (seq: Recorded) => void = () => {}
  const { gate, lines } = setUp({ record: () => new Promise(resolve => (wrote = resolve)) })
  const admission = gate.admit(operation, how)
  assert.instance(admission, Promise)
  gate.end('left')
  wrote(7)
  assert.is(code(await admission), 'session_ended')
  const result = lines.at(-1)
  assert.is(result?.kind === 'result' && result.status, 'aborted')
  assert.is(result?.kind === 'result' && result.decisionSeq, 7)
})

/** More than a turn's worth. */
const inSteps = (between: () => void) =>
  function* (evaluation: Evaluation): Work<Evaluation> {
    for (let step = 0; step < 1000; step++) {
      if (step === 900) between()
      yield
    }
    return evaluation
  }

gates('decides what takes long in turns, and records it before it is let through', async () => {
  let recorded = 0
  const begin = inSteps(() => (recorded = lines.length))
  const { gate, lines } = setUp({ begin })
  const admission = gate.admit(operation, how)
  assert.instance(admission, Promise)
  assert.is(lines.length, 0)
  assert.is(code(await admission), 'allowed')
  assert.is(recorded, 0)
  assert.is(lines.length, 1)
})

gates('decides anew by the policies that came into force meanwhile', async () => {
  let reload = () => {}
  const given = setUp({ begin: inSteps(() => reload()) })
  const { gate, lines, asked, policies } = given
  const { inForce } = policies
  reload = () => {
    reload = () => {}
    if (inForce === undefined) throw new Error('nothing is in force')
    const manifest = { ...inForce.manifest, commit: 'c2', digest: 'sha256:b2' }
    policies.activate({ ...inForce, manifest, engine: { ...inForce.engine, commit: 'c2' } })
  }
  const admission = await gate.admit(operation, how)
  assert.ok(admission.allowed)
  assert.is(admission.commit, 'c2')
  assert.is(admission.bundle, 'sha256:b2')
  assert.is(asked.length, 2)
  assert.is(lines.length, 1)
})

for (const [why, act] of [
  ['the client left', (gate: SessionGate<TestOperation>) => gate.end('left')],
  ['its role was withdrawn', (gate: SessionGate<TestOperation>) => gate.stop(gateRefusal('session_ended', 'c1'))],
] as const)
  gates(`refuses what it was still deciding when ${why}`, async () => {
    const { gate, lines } = setUp({ begin: inSteps(() => act(gate)) })
    assert.is(code(await gate.admit(operation, how)), 'session_ended')
    const line = lines.at(-1)
    assert.is(line?.kind === 'decision' && line.refused, 'session_ended')
    assert.is(line?.kind === 'decision' && 'decision' in line, false)
  })

const redacted = { ...operation, role: '***' } as const
for (const [what, digestOf, replayable] of [
  ['asks the same', () => 'd', undefined],
  ['asks something else', (of: Operation) => JSON.stringify(of), false],
] as const)
  gates(`records an operation without its secrets, and says whether that ${what}`, () => {
    const { gate, lines } = setUp({ redact: () => redacted, digestOf })
    gate.admit(operation, how)
    const [line] = lines
    assert.equal(line?.kind === 'decision' && line.operation, redacted)
    assert.is(line?.kind === 'decision' ? line.replayable : null, replayable)
  })

gates('ends once', () => {
  const { gate, lines, ends } = setUp()
  gate.end('left')
  gate.end('left again')
  assert.is(ends(), 1)
  assert.equal(
    lines.map(line => line.kind === 'session.ended' && line.reason),
    ['left'],
  )
})

gates('says what is in force, which differs from an admission after a reload', () => {
  const { gate, policies } = setUp()
  const admission = prompt(gate.admit(operation, how))
  const { inForce } = policies
  assert.ok(inForce)
  policies.activate({ ...inForce, manifest: { commit: 'c2', digest: 'sha256:b2' } as BundleManifest })
  assert.is(admission.allowed && admission.bundle, 'sha256:b1')
  assert.is(gate.bundle, 'sha256:b2')
})

gates('says what it would decide, and leaves nothing of it on the record', async () => {
  const { gate, lines } = setUp({ decision: deny })
  assert.equal((await gate.evaluate(operation, '127.0.0.1'))?.decision, deny)
  assert.equal(lines, [])
  gate.end('left')
  assert.is(await gate.evaluate(operation, '127.0.0.1'), undefined)
})

gates('says nothing of what it would decide once its policies have expired', async () => {
  assert.is(await setUp({ at: now + 1000 }).gate.evaluate(operation, '127.0.0.1'), undefined)
})

for (const [what, next, code] of [
  ['is denied now', deny, 'forbidden'],
  ['needs an approval now', pending, 'approval_unavailable'],
  ['is allowed as before', allow, undefined],
] as const)
  gates(`ends what goes on where it ${what}`, async () => {
    let decision: Decision = allow
    const { gate } = setUp({ begin: evaluation => ({ ...evaluation, decision }) })
    const stream = prompt(gate.admit(operation, { ...how, goesOn: true }))
    const over = prompt(gate.admit(operation, { ...how, goesOn: true }))
    if (over.allowed) over.finish({ bytes: 0, status: 'ok' })
    decision = next
    await gate.recheck()
    assert.is(stream.allowed && (stream.ended?.reason as Refusal | undefined)?.code, code)
    assert.is(over.allowed && over.ended?.aborted, false)
    assert.is(gate.ended.aborted, false)
  })

gates('ends what goes on with its session', () => {
  const { gate, context } = setUp()
  const stream = prompt(gate.admit(operation, { ...how, goesOn: true }))
  gate.stop(gateRefusal('draining', context.policies.stamp.commit))
  assert.is(stream.allowed && (stream.ended?.reason as Refusal | undefined)?.code, 'draining')
})

gates.run()
