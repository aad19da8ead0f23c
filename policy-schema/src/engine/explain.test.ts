import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { explain } from './explain.ts'
import { engine, facts, operation, saying, table } from './test-builders.ts'

const policies = `
@id("allows") permit(principal, action == Postgres::Action::"select", resource);
@id("errs") forbid(principal, action == Postgres::Action::"select", resource) when { context.statement.limit > 3 };
@id("holds-not") permit(principal, action in Postgres::Action::"read", resource) when { context.now < datetime("2020-01-01") };
@id("later") @mode("shadow") forbid(principal, action == Postgres::Action::"select", resource);
@id("of-others") permit(principal in Gate::Role::"reporting", action, resource);
`

const explaining = suite('an explanation')

explaining('says what was asked, who could answer, and what each said', () => {
  const { evaluation, requests } = explain(engine(policies), operation(table('select', 'audit.events')), facts())
  assert.is(evaluation.decision.effect, 'deny')
  assert.equal(
    requests[0]?.candidates.map(({ id, effect, shadow, outcome, message }) => [id, effect, shadow, outcome, message]),
    [
      ['allows', 'permit', false, 'satisfied', undefined],
      ['errs', 'forbid', false, 'error', 'record does not have the attribute `limit`'],
      ['holds-not', 'permit', false, 'not satisfied', undefined],
      ['later', 'forbid', true, 'satisfied', undefined],
    ],
  )
  const { asked, answer } = requests[0] ?? {}
  assert.equal(Object.keys(asked?.context ?? {}).sort(), ['now', 'session', 'source', 'statement', 'target'])
  assert.is(asked?.entities.length, 6)
  assert.is(answer?.effect, 'deny')
})

explaining('has no requests where nothing was asked', () => {
  for (const [asked, given] of [
    [saying({ unconditional: true }), facts()],
    [saying({ reason: 'unmapped', detail: 'x' }), facts()],
    [operation(table('select', 'audit.events')), facts({ source: 'nowhere' })],
  ] as const)
    assert.equal(explain(engine(policies), asked, given).requests, [])
})

explaining.run()
