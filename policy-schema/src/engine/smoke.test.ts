import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Policy } from '../repository/types.ts'
import { indexPolicies } from './policy-index.ts'
import { smokeRepository } from './smoke.ts'
import { hasCode, repository } from './test-builders.ts'

const sound = `
@id("a") permit(principal in Gate::Role::"backup", action in Postgres::Action::"read", resource is Postgres::Table in Postgres::Schema::"s")
when { context.source.isLoopback() && context.now > datetime("2020-01-01") && resource.tags.contains("x") };
@id("b") permit(principal == Gate::User::"ann", action == Gate::Action::"approve", resource == Gate::Role::"sre")
when { context.asked has target && context.asked.target == "x" && context has task && context.task.verified };
@id("c") forbid(principal, action, resource) unless { context has approval && context.approval.count > 1 };
@id("errs") forbid(principal, action == Postgres::Action::"select", resource) when { context.statement.limit > 1 };
@id("deep") permit(principal, action, resource) when { ${Array(180).fill('context.source.isLoopback()').join('||')} };
`

const smoke = suite('smoke')

smoke('passes policies of every kind, also one that errs, which is a deny', () => {
  const source = repository(sound)
  assert.not.throws(() => smokeRepository(source, indexPolicies(source)))
})

for (const [why, condition] of [
  ['overflows when the first term fails', Array(1500).fill('context.source.isMulticast()').join('||')],
  ['overflows when every term holds', Array(1500).fill('context.source.isLoopback()').join('&&')],
] as const)
  smoke(`refuses a policy that ${why}, and names it`, () => {
    const source = repository(sound)
    const index = indexPolicies(source)
    const text = `permit(principal, action, resource) when { ${condition} };`
    const policies = index.policies.map(policy =>
      policy.id === 'c'
        ? { ...policy, text, reads: { ...policy.reads, context: { whole: true, members: {} } } }
        : policy,
    )
    assert.throws(
      () => smokeRepository(source, { ...index, policies }),
      (error: Error & { code?: string }) => error.code === 'ERR_SMOKE' && error.message.includes('`c`'),
    )
  })

smoke('refuses an index of other policies', () => {
  assert.throws(() => smokeRepository(repository(''), indexPolicies(repository(sound))), hasCode('ERR_SMOKE'))
})

smoke('is never reached by a policy too deep to index', () => {
  const source = repository('')
  const text = `@id("x") permit(principal, action, resource) when { ${Array(1000).fill('true').join('||')} };`
  const policy: Policy = { id: 'x', text, effect: 'permit', annotations: { id: 'x' }, file: 'x', line: 1, column: 1 }
  assert.throws(() => indexPolicies({ ...source, policies: [policy] }), hasCode('ERR_POLICY_TOO_DEEP'))
})

smoke.run()
