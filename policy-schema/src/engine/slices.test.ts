import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { authoringModel } from '../cedar/schema.ts'
import { createEngine } from './engine.ts'
import { indexPolicies } from './policy-index.ts'
import { Slices } from './slices.ts'
import { engine, facts, operation, protocols, repository, table, wholeSet } from './test-builders.ts'

const tables = Array.from({ length: 40 }, (_, at) => `shop.t${at}`)
const policies = tables
  .map((name, at) => {
    const resource = `Postgres::Table::"orders-db/orders/${name.replace('.', '/')}"`
    const head = `(principal, action == Postgres::Action::"select", resource == ${resource})`
    return `@id("p${at}") permit${head};${at % 3 === 0 ? `@id("f${at}") forbid${head} when { resource.tags.contains("pii") };` : ''}`
  })
  .join('\n')

const slices = suite('slices')

slices('give every decision that the whole set gives, while the table is filled over and over', () => {
  const whole = engine(policies, { ...wholeSet, cache: true })
  // 8 names for 40 slices: in each round every name is overwritten several times.
  const sliced = engine(policies, { maxSlices: 4 })
  // without answers that are remembered, every decision goes through the table
  const forgetful = engine(policies, { maxSlices: 4, cache: false })
  for (let round = 0; round < 4; round++)
    for (const [at, name] of tables.entries())
      for (const tags of [[], ['pii']]) {
        // Back to a slice that may have lost its name, and forth.
        for (const asked of [name, tables[(at * 7 + round) % 40] ?? name, tables[Math.max(at - 5, 0)] ?? name]) {
          const one = operation(table('select', asked, { fingerprint: `${round}` }, { tags }))
          const decided = whole.evaluate(one, facts())
          for (const other of [sliced, forgetful])
            assert.equal(other.evaluate(one, facts()), decided, `${asked} ${tags} in round ${round}`)
        }
      }
  const { preparsed } = forgetful.health
  assert.ok(preparsed > 2 * 40, `${preparsed} slices preparsed: the table was filled twice`)
})

slices('keep what is used, and let go of what is not', () => {
  const schema = authoringModel()
  const index = indexPolicies(repository(policies))
  const table = new Slices(schema, 4)
  const environment = {
    principalType: 'Gate::Agent',
    action: 'Postgres::Action::"select"',
    resourceType: 'Postgres::Table',
  }
  const request = {
    principal: { type: 'Gate::Agent', id: 'a' },
    action: { type: 'Postgres::Action', id: 'select' },
    resource: { type: 'Postgres::Table', id: 'orders-db/orders/shop/t1' },
    context: {},
    entities: [],
  }
  const ask = (at: number) =>
    table.ask(
      table.of(
        environment,
        index.policies.filter(policy => policy.id === `p${at}`),
      ),
      request,
    )
  for (let round = 0; round < 6; round++)
    for (const at of [1, 10 + round, 20 + round]) assert.is(ask(at).effect, at === 1 ? 'allow' : 'deny')
  assert.is(table.preparsed, 1 + 12, 'the slice of p1 was preparsed once')
})

slices('carry policies of 150 terms', () => {
  const deep = `${policies}
@id("deep") permit(principal, action == Postgres::Action::"delete", resource)
when { ${Array(150).fill('context.statement.hasWhere').join('||')} };`
  const asked = engine(deep)
  const select = operation(table('select', 'shop.t1'))
  assert.is(asked.evaluate(select, facts()).decision.effect, 'allow')
  assert.is(asked.evaluate(operation(table('delete', 'shop.t1')), facts()).decision.effect, 'deny')
  assert.is(asked.health.rebuilds, 0)
})

slices('come back after a trap, which denies as engine_failed', () => {
  const source = repository(policies)
  const index = indexPolicies(source)
  const fatal = `permit(principal, action, resource) when { ${Array(1500).fill('context.statement.hasWhere').join('||')} };`
  const spoilt = {
    ...index,
    policies: index.policies.map(policy =>
      policy.id === 'p2'
        ? { ...policy, text: fatal, reads: { ...policy.reads, context: { whole: true, members: {} } } }
        : policy,
    ),
  }
  const asked = engineOf(source, spoilt)
  const one = operation(table('select', 'shop.t1'))
  assert.is(asked.evaluate(one, facts()).decision.effect, 'allow')
  for (let round = 1; round <= 2; round++) {
    const { decision } = asked.evaluate(operation(table('select', 'shop.t2')), facts())
    assert.is(decision.effect === 'deny' && decision.reason, 'engine_failed')
    assert.is(asked.health.rebuilds, round, 'what failed is not remembered')
    const other = operation(table('select', 'shop.t1', { fingerprint: `${round}`, limit: round }))
    assert.is(asked.evaluate(other, facts()).decision.effect, 'allow')
    assert.is(asked.evaluate(operation(table('select', `shop.t${3 + round}`)), facts()).decision.effect, 'allow')
  }
})

slices.run()

function engineOf(source: ReturnType<typeof repository>, index: ReturnType<typeof indexPolicies>) {
  return createEngine(source, index, { protocols })
}
