import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { digestOf } from '../canonical.ts'
import type { Deny, Evaluation } from '../decision.ts'
import type { Facts, Operation } from '../operation.ts'
import { createEngine } from './engine.ts'
import { indexPolicies } from './policy-index.ts'
import {
  engine,
  facts,
  hasCode,
  now,
  operation,
  protocols,
  repository,
  saying,
  table,
  wholeSet,
} from './test-builders.ts'

const reads = `
@id("backup-reads") @owner("dba") @reason("backups read everything")
permit(principal in Gate::Role::"backup", action in Postgres::Action::"read", resource in Postgres::Database::"orders-db/orders");
@id("no-secrets") @reason("secrets stay")
forbid(principal, action, resource is Postgres::Table) when { resource.tags.contains("secret") };
@id("small-updates")
permit(principal, action == Postgres::Action::"update", resource is Postgres::Table in Postgres::Schema::"orders-db/orders/shop")
when { context.statement.hasWhere };
`
const select = operation(table('select', 'audit.events'))
const both = (policies: string, asked: Operation, given: Facts = facts()): Evaluation => {
  const evaluation = engine(policies).evaluate(asked, given)
  assert.equal(engine(policies, wholeSet).evaluate(asked, given), evaluation)
  return evaluation
}
const reason = ({ decision }: Evaluation) => (decision.effect === 'deny' ? decision.reason : decision.effect)

const deciding = suite('an operation is')

deciding('allowed by a permit, with all that decided it', () => {
  const evaluation = both(reads, select)
  assert.equal(evaluation, {
    decision: { effect: 'allow', policies: ['backup-reads'] },
    requests: [
      {
        action: 'Postgres::Action::"select"',
        resource: 'Postgres::Table::"orders-db/orders/audit/events"',
        effect: 'allow',
        policies: ['backup-reads'],
      },
    ],
    requestsDigest: digestOf([table('select', 'audit.events')]),
    obligations: {},
  })
})

deciding('denied without a permit, and Cedar is not asked', () => {
  const asked = engine(reads)
  const evaluation = asked.evaluate(operation(table('insert', 'audit.events')), facts())
  assert.is(reason(evaluation), 'no_permit')
  assert.equal(evaluation.decision.policies, [])
  const nobody = engine('@id("a")permit(principal in Gate::Role::"x", action, resource);')
  assert.is(reason(nobody.evaluate(select, facts())), 'no_permit')
  assert.is(nobody.health.preparsed, 0)
})

deciding('denied by a forbid, which a client can be told the reason of', () => {
  const secret = operation(table('select', 'audit.events', {}, { tags: ['secret'] }))
  const evaluation = both(reads, secret)
  assert.is(reason(evaluation), 'forbidden')
  assert.equal(evaluation.decision.policies, ['no-secrets'])
  assert.equal(engine(reads).policy('no-secrets'), { reason: 'secrets stay' })
  assert.equal(engine(reads).policy('backup-reads'), { reason: 'backups read everything', owner: 'dba' })
  assert.is(engine(reads).policy('nobody'), undefined)
})

deciding('denied where one of its requests is, and each is answered', () => {
  const evaluation = both(reads, operation(table('select', 'audit.events'), table('delete', 'audit.events')))
  assert.is(reason(evaluation), 'no_permit')
  assert.equal(
    evaluation.requests.map(({ effect }) => effect),
    ['allow', 'deny'],
  )
})

deciding('denied when a policy errs, be it a forbid that Cedar would skip', () => {
  const erring = `${reads}@id("erring") forbid(principal, action, resource) when { context.statement.limit + 1 > 3 };`
  const evaluation = both(
    erring,
    operation(table('select', 'audit.events', { limit: 9007199254740991 }), table('select', 'audit.events')),
  )
  const decision = evaluation.decision as Deny
  assert.is(decision.reason, 'policy_error')
  assert.equal(decision.policies, ['erring'])
  assert.match(decision.detail, '`erring` failed')
  assert.equal(evaluation.requests[1]?.errors, [
    { policy: 'erring', message: 'record does not have the attribute `limit`' },
  ])
  assert.is(evaluation.requests[1]?.effect, 'deny')
})

deciding('allowed where it ends something, whoever asks', () => {
  const evaluation = both('', saying({ unconditional: true }), facts({ as: { role: 'nobody' } }))
  assert.equal(evaluation.decision, { effect: 'allow', policies: [] })
  assert.equal(evaluation.requests, [])
})

for (const why of ['unmapped', 'unparseable', 'unresolved', 'too_large'] as const)
  deciding(`denied as ${why} where its mapping says so`, () => {
    const evaluation = both(reads, saying({ reason: why, detail: 'because' }))
    assert.equal(evaluation.decision, { effect: 'deny', policies: [], reason: why, detail: 'because' })
    assert.equal(evaluation.requestsDigest, digestOf({ reason: why, detail: 'because' }))
  })

deciding('asked by the role that the session is in, and no other', () => {
  assert.is(reason(both(reads, select, facts({ as: { role: 'reporting' } }))), 'no_permit')
  const asIs = '@id("a")permit(principal == Gate::User::"ann", action, resource);'
  assert.is(reason(both(asIs, select)), 'no_permit')
  assert.is(reason(both(asIs, select, facts({ as: { principal: { type: 'Gate::User', id: 'ann' } } }))), 'allow')
})

deciding('decided on the owner, issuer, task, source, target, session and clock where a policy reads them', () => {
  for (const condition of [
    'principal is Gate::Agent && principal has owner && principal.owner == Gate::User::"ann"',
    'principal.issuer == "ci"',
    'context has task && context.task.kind == "backup" && context.task.verified',
    'context.source.isInRange(ip("10.0.0.0/8"))',
    'context.target.tags.contains("env=prod") && context.target.name == "orders-db"',
    'context.session.id == "session-9"',
    'context.now < datetime("2026-01-06")',
  ]) {
    const policy = `@id("a")permit(principal, action, resource) when { ${condition} };`
    const task = { id: 't', kind: 'backup', verified: true }
    const as = { owner: { type: 'Gate::User', id: 'ann' }, task, id: 'session-9' }
    assert.is(reason(both(policy, select, facts({ as, source: '10.1.2.3' }))), 'allow', condition)
    const other = { owner: { type: 'Gate::User', id: 'eve' }, issuer: 'x', task: { ...task, verified: false } }
    const never = condition.includes('context.target')
    const wrong = both(policy, select, facts({ as: other, source: '11.1.2.3', now: Date.UTC(2027, 0) }))
    assert.is(reason(wrong), never ? 'allow' : 'no_permit', condition)
  }
})

deciding('decided for an agent that has no owner by a policy that looks for one', () => {
  const policy = '@id("a")permit(principal is Gate::Agent, action, resource) unless { principal has owner };'
  assert.is(reason(both(policy, select)), 'allow')
})

deciding('bound to what obliges every policy that allowed it, the strictest of each', () => {
  const obliging = `
@id("a") @maxRows("100") @statementTimeout("5m") permit(principal, action == Postgres::Action::"select", resource);
@id("b") @maxRows("500") @maxBytes("9KiB") permit(principal, action, resource);
@id("c") @maxRows("1") permit(principal, action == Postgres::Action::"delete", resource);
@id("d") @maxRows("2") permit(principal, action == Postgres::Action::"select", resource) when { false };`
  assert.equal(both(obliging, select).obligations, { maxRows: 100, maxBytes: 9216, statementTimeoutMs: 300_000 })
  assert.equal(both(obliging, operation(table('select', 'a.b'), table('delete', 'a.b'))).obligations.maxRows, 1)
})

deciding.run()

const shadows = suite('a policy in shadow')

shadows('changes what would be, not what is', () => {
  const policies = `${reads}@id("soon") @mode("shadow") forbid(principal, action == Postgres::Action::"select", resource);`
  const evaluation = both(policies, select)
  assert.is(evaluation.decision.effect, 'allow')
  assert.is(evaluation.shadow?.effect, 'deny')
  assert.equal(evaluation.shadow?.policies, ['soon'])
})

shadows('permits nothing yet, and says nothing of requests outside its scope', () => {
  const policies = '@id("soon") @mode("shadow") permit(principal, action == Postgres::Action::"select", resource);'
  assert.is(reason(both(policies, select)), 'no_permit')
  assert.is(both(policies, select).shadow?.effect, 'allow')
  assert.is(both(policies, operation(table('insert', 'a.b'))).shadow, undefined)
})

shadows.run()

const invalid = suite('an engine never throws, and denies as invalid')

let deepContext: object = {}
for (let depth = 0; depth < 30_000; depth++) deepContext = { limit: deepContext }
const odd = (change: Record<string, unknown>) => ({ requests: [{ ...table('select', 'audit.events'), ...change }] })

for (const [why, mapped] of [
  ['an action that no schema has', odd({ action: { type: 'Postgres::Action', id: 'steal' } })],
  ['a group asked as an action', odd({ action: { type: 'Postgres::Action', id: 'read' } })],
  ['a resource of another type', odd({ resource: { type: 'Postgres::Server', id: 'x' } })],
  ['a context that lacks something', odd({ context: {} })],
  ['a context that gives what is the engine’s', odd({ context: { ...table('select', 'a.b').context, now: 1 } })],
  ['an attribute that no schema has', odd({ context: { statement: { ...statementOf(), nosuch: 1 } } })],
  [
    'an entity posing as a text',
    odd({ context: { statement: { ...statementOf(), command: { __entity: { type: 'Gate::Role', id: 'x' } } } } }),
  ],
  ['an extension posing as a record', odd({ context: { statement: { __extn: { fn: 'ip', arg: '127.0.0.1' } } } })],
  ['a number beyond 2^53', odd({ context: { statement: { ...statementOf(), limit: 2 ** 53 } } })],
  ['a fraction', odd({ context: { statement: { ...statementOf(), limit: 1.5 } } })],
  ['null', odd({ context: { statement: { ...statementOf(), limit: null } } })],
  [
    'a parent of a type that it cannot have',
    odd({
      entities: [
        {
          uid: table('select', 'a.b').resource,
          attrs: table('select', 'a.b').entities[0]?.attrs,
          parents: [{ type: 'Gate::Role', id: 'x' }],
        },
      ],
    }),
  ],
  ['an unknown kind of entity', odd({ entities: [{ uid: { type: 'X', id: 'x' }, attrs: {}, parents: [] }] })],
  ['too many requests', { requests: Array(1001).fill(table('select', 'a.b')) }],
] as const)
  invalid(why, () => assert.is(reason(both(reads, saying(mapped))), 'request_invalid'))

/** What JSON cannot say: given by a mapping as it is. */
const cycle: Record<string, unknown> = { ...statementOf() }
cycle.command = cycle
for (const [why, statement] of [
  ['a lone surrogate', { ...statementOf(), command: '\ud800' }],
  ['a BigInt', { ...statementOf(), limit: 1n }],
  ['a cycle', cycle],
  ['30,000 levels', { ...statementOf(), limit: deepContext }],
  ['a function', { ...statementOf(), limit: () => 1 }],
] as const)
  invalid(why, () => {
    const request = { ...table('select', 'audit.events'), context: { statement } }
    const postgres = { ...protocols.postgres, toRequests: () => ({ requests: [request] }) as never }
    const asked = engine(reads, { protocols: { ...protocols, postgres } })
    assert.is(reason(asked.evaluate(select, facts())), 'request_invalid')
    assert.is(asked.health.throws, 0, 'Cedar was not asked')
  })

for (const [why, given] of [
  ['a principal of no kind', facts({ as: { principal: { type: 'Gate::Role', id: 'x' } } })],
  ['a principal that is no text', facts({ as: { principal: { type: 'Gate::Agent', id: '\udc00' } } })],
  ['an owner that is no user', facts({ as: { owner: { type: 'Gate::Agent', id: 'x' } } })],
  ['a role of 5,000 characters', facts({ as: { role: 'r'.repeat(5000) } })],
  ['a task that is no text', facts({ as: { task: { id: '\ud800', kind: 'x', verified: true } } })],
  ['a target that these policies do not name', facts({ as: { target: 'other-db' } })],
  ['a source with a prefix length', facts({ source: '10.0.0.0/8' })],
  ['no source', facts({ source: '' })],
  ['an IPv4 source within IPv6', facts({ source: '::ffff:127.0.0.1' })],
  ['a source with a zone', facts({ source: 'fe80::1%eth0' })],
  ['a clock that is no number', facts({ now: Number.NaN })],
  ['a clock beyond the year 9999', facts({ now: 8.64e15 })],
  ['an approval without an instant', facts({ approval: { approvers: [], roles: [], grantedAt: Number.NaN } })],
] as const)
  invalid(why, () => assert.is(reason(both(reads, select, given)), 'request_invalid'))

invalid('and remembers none of it', () => {
  const asked = engine(reads)
  assert.is(reason(asked.evaluate(select, facts({ source: '' }))), 'request_invalid')
  assert.is(reason(asked.evaluate(select, facts())), 'allow')
  assert.is(reason(asked.evaluate(select, facts({ source: 'x' }))), 'request_invalid')
})

invalid('whatever it is given', () => {
  const asked = engine(reads)
  for (const [wrong, given] of [
    [undefined, facts()],
    [select, undefined],
    [{ ...select, protocol: 'telnet' }, facts()],
    [{ ...select, protocol: '__proto__' }, facts()],
    [{ ...select, sql: '{' }, facts()],
    [select, { ...facts(), session: null }],
  ] as const)
    assert.ok(['engine_failed', 'unmapped'].includes(reason(asked.evaluate(wrong as Operation, given as Facts))))
})

invalid.run()

const keeping = suite('an engine')

keeping('is not made with the index of other policies', () => {
  const index = indexPolicies(repository(reads))
  assert.throws(() => createEngine(repository(''), index), hasCode('ERR_INDEX'))
})

keeping('takes an index that was posted from a worker', () => {
  const source = repository(reads)
  const index = structuredClone(indexPolicies(source))
  assert.is(createEngine(source, index, { protocols }).evaluate(select, facts()).decision.effect, 'allow')
})

keeping('remembers an answer only for who asked', () => {
  const asked = engine(reads)
  assert.is(reason(asked.evaluate(select, facts())), 'allow')
  assert.is(asked.evaluate(select, facts()), asked.evaluate(select, facts({ as: { id: 'another' } })))
  assert.is(reason(asked.evaluate(select, facts({ as: { role: 'reporting' } }))), 'no_permit')
  assert.is(reason(asked.evaluate(select, facts())), 'allow')
})

keeping('knows a frozen catalog and a frozen session by identity, and never one that can change', () => {
  const asked = engine(reads)
  const thawed = structuredClone(select) as { sql: string; catalog: { database: string } }
  assert.is(reason(asked.evaluate(thawed as Operation, facts())), 'allow')
  const session = facts().session as { role: string }
  assert.is(reason(asked.evaluate(select, { ...facts(), session: session as Facts['session'] })), 'allow')
  session.role = 'reporting'
  assert.is(reason(asked.evaluate(select, { ...facts(), session: session as Facts['session'] })), 'no_permit')
})

keeping('remembers nothing of a text that met a parser in trouble', () => {
  let troubled: object | undefined
  const toRequests: typeof protocols.postgres.toRequests = (one, target) =>
    (troubled as never) ?? protocols.postgres.toRequests(one, target)
  const asked = engine(reads, { protocols: { ...protocols, postgres: { ...protocols.postgres, toRequests } } })
  const frozenCatalog = { ...select, catalog: deepFreeze(structuredClone(select.catalog)) } as Operation
  for (const [mapped, wanted] of [
    [{ reason: 'unparseable', detail: 'not loaded', transient: true }, 'engine_failed'],
    [{ reason: 'unparseable', detail: 'breaks the grammar' }, 'unparseable'],
    [{ reason: 'unparseable', detail: 'not loaded', transient: true }, 'engine_failed'],
    [undefined, 'allow'],
  ] as const) {
    troubled = mapped
    assert.is(reason(asked.evaluate(frozenCatalog, facts())), wanted)
  }
})

keeping('decides with the clock, though it remembers', () => {
  const asked = engine(
    '@id("a")permit(principal, action, resource) when { context.now < datetime("2026-01-05T12:00:01Z") };',
  )
  assert.is(reason(asked.evaluate(select, facts())), 'allow')
  assert.is(reason(asked.evaluate(select, facts({ now: now + 1000 }))), 'no_permit')
  assert.is(reason(asked.evaluate(select, facts())), 'allow')
})

keeping('gives out nothing that could be changed', () => {
  const evaluation = engine(reads).evaluate(select, facts())
  assert.throws(() => {
    ;(evaluation.decision.policies as string[]).push('x')
  }, /not extensible/)
})

keeping.run()

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object')
    for (const member of Object.values(Object.freeze(value))) deepFreeze(member)
  return value
}

function statementOf() {
  return { command: 'SELECT', hasWhere: false, inTransaction: false, fingerprint: 'f' }
}
