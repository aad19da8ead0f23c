import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { validateRepository } from '../cedar/validation.ts'
import { createEngine } from './engine.ts'
import { indexPolicies } from './policy-index.ts'
import { facts, now, operation, protocols, repository, table, wholeSet } from './test-builders.ts'

const principals = [
  'principal',
  'principal == Gate::Agent::"nightly"',
  'principal in Gate::Role::"backup"',
  'principal in Gate::Role::"reporting"',
  'principal is Gate::User',
  'principal is Gate::Agent in Gate::Role::"backup"',
]
const actions = [
  'action',
  'action == Postgres::Action::"select"',
  'action in Postgres::Action::"write"',
  'action in [Postgres::Action::"read", Postgres::Action::"delete"]',
]
const resources = [
  'resource is Postgres::Table',
  'resource is Postgres::Table in Postgres::Schema::"orders-db/orders/audit"',
  'resource in Postgres::Database::"orders-db/orders"',
  'resource in Postgres::Server::"orders-db"',
  'resource == Postgres::Table::"orders-db/orders/audit/events"',
]
/** Each validates on a table by itself. */
const conditions = [
  'resource.tags.contains("pii")',
  'resource.name == "events" && resource.kind == "table"',
  'resource in Postgres::Schema::"orders-db/orders/shop"',
  'principal.issuer == "ci"',
  'principal in Gate::Role::"backup"',
  'principal is Gate::Agent && principal has owner && principal.owner == Gate::User::"ann"',
  'Postgres::Schema::"orders-db/orders/audit" in Postgres::Database::"orders-db/orders"',
  'context.statement.hasWhere',
  'context.statement has limit && context.statement.limit < 10',
  'context.statement has limit && context.statement.limit + 9223372036854775800 > 0',
  '[context.statement].contains(context.statement) && context.statement.hasWhere',
  'context has task && context.task.verified',
  'context has task && context.task == {id: "t", kind: "backup", verified: true}',
  'context has approval && context.approval.roles.contains(Gate::Role::"sre")',
  'context has approval && context.approval.count > 1 && context.approval.grantedAt <= context.now',
  'context has approval',
  'context.source.isLoopback()',
  'context.now > datetime("2026-01-05T12:00:00Z")',
  'context.session.id == "session-1"',
  'context.target.tags.contains("env=prod")',
  '(if context.statement.hasWhere then principal.issuer else context.target.name) == "ci"',
]
const notes = [
  '',
  '@approvers("sre")',
  '@approvers("dba,sre") @approvals("2")',
  '@mode("shadow")',
  '@maxRows("7")',
  '@maxRows("3")',
]

const policy = fc
  .record({
    effect: fc.constantFrom('permit', 'permit', 'forbid'),
    principal: fc.constantFrom(...principals),
    action: fc.constantFrom(...actions),
    resource: fc.constantFrom(...resources),
    conditions: fc.array(fc.tuple(fc.constantFrom('when', 'unless'), fc.constantFrom(...conditions)), { maxLength: 2 }),
    note: fc.constantFrom(...notes),
  })
  .map(
    ({ effect, principal, action, resource, conditions: clauses, note }) =>
      `${note} ${effect}(${principal}, ${action}, ${resource}) ${clauses.map(([word, body]) => `${word} { ${typed(resource, body)} }`).join(' ')};`,
  )
/** A resource that may be no table is asked whether it is. */
function typed(resource: string, body: string): string {
  return `${resource.includes('Table') ? '' : 'resource is Postgres::Table && '}${contextTyped(body)}`
}
/** `connect` has no statement. */
function contextTyped(body: string): string {
  return body.includes('context.statement') ? `context has statement && ${body}` : body
}

const request = fc
  .record({
    action: fc.constantFrom('select', 'insert', 'delete', 'copyTo'),
    name: fc.constantFrom('audit.events', 'audit.other', 'shop.orders'),
    limit: fc.option(fc.constantFrom(1, 50), { nil: undefined }),
    hasWhere: fc.boolean(),
    tags: fc.constantFrom<string[]>([], ['pii']),
  })
  .map(({ action, name, limit, hasWhere, tags }) =>
    table(action, name, { hasWhere, ...(limit === undefined ? {} : { limit }) }, { tags }),
  )

const someone = fc.record({
  as: fc.record(
    {
      role: fc.constantFrom('backup', 'reporting'),
      principal: fc.constantFrom({ type: 'Gate::Agent', id: 'nightly' }, { type: 'Gate::User', id: 'ann' }),
      issuer: fc.constantFrom('ci', 'corp'),
      id: fc.constantFrom('session-1', 'session-2'),
      owner: fc.constant({ type: 'Gate::User', id: 'ann' }),
      task: fc.record({ id: fc.constant('t'), kind: fc.constant('backup'), verified: fc.boolean() }),
    },
    { requiredKeys: ['role', 'principal', 'issuer', 'id'] },
  ),
  source: fc.constantFrom('127.0.0.1', '10.0.0.1', '::1'),
  now: fc.constantFrom(now, now + 1),
  approval: fc.option(
    fc.record({
      approvers: fc.constantFrom(['bob'], ['bob', 'eve']),
      roles: fc.constantFrom(['sre'], ['dba']),
      grantedAt: fc.constantFrom(now - 1, now + 1),
    }),
    { nil: undefined },
  ),
})

const equivalence = suite('slices with caches, and the whole set without,')

equivalence('decide everything alike', () => {
  const effects = new Map<string, number>()
  fc.assert(
    fc.property(
      fc.array(policy, { minLength: 1, maxLength: 8 }),
      fc.array(fc.tuple(fc.array(request, { minLength: 1, maxLength: 3 }), someone), { minLength: 1, maxLength: 12 }),
      (texts, questions) => {
        const source = repository(texts.map((text, at) => `@id("p${at}") ${text}`).join('\n'))
        const index = indexPolicies(source)
        // Two names: slices are overwritten all the time.
        const sliced = createEngine(source, index, { protocols, maxSlices: 1 })
        const whole = createEngine(source, index, { protocols, ...wholeSet })
        // Twice, so that the second answers come from what is remembered.
        for (const [requests, { approval, ...who }] of [...questions, ...questions]) {
          const given = facts(approval ? { ...who, approval } : who)
          const evaluation = sliced.evaluate(operation(...requests), given)
          assert.equal(evaluation, whole.evaluate(operation(...requests), given))
          const { decision } = evaluation
          const kind = decision.effect === 'deny' ? decision.reason : decision.effect
          effects.set(kind, (effects.get(kind) ?? 0) + 1)
        }
        assert.is(sliced.health.throws, 0)
      },
    ),
    { numRuns: 30, seed: 20260105 },
  )
  for (const kind of ['allow', 'no_permit', 'forbidden', 'policy_error', 'pending'])
    assert.ok((effects.get(kind) ?? 0) > 5, `the generator makes too little of \`${kind}\`: ${[...effects]}`)
  assert.not.ok(effects.has('engine_failed') || effects.has('request_invalid'), `${[...effects]}`)
})

equivalence('are tried with policies that strictly validate', () => {
  const text = conditions
    .map(
      (body, at) =>
        `@id("c${at}") permit(principal, action, resource is Postgres::Table) when { ${contextTyped(body)} };`,
    )
    .join('\n')
  assert.equal(
    validateRepository(repository(text)).filter(({ severity }) => severity === 'error'),
    [],
  )
})

equivalence.run()
