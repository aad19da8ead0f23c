import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Session } from '../operation.ts'
import type { AccessRequest } from '../protocol.ts'
import { engine, facts, operation, protocols, saying, table, wholeSet } from './test-builders.ts'

/** Names that mean something to a key, an object, Cedar or Unicode. */
const names = [
  'x',
  'x"',
  '"x',
  '\\',
  'x\\"',
  '"::"',
  'x/y',
  'x%2Fy',
  'x:y',
  '1:x',
  '1:x1:y',
  'x\0y',
  'x\ny',
  '',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'é',
  'e\u0301',
  '\ufb01',
  'fi',
  '\u202ex',
  '😀',
] as const

/** A name as Cedar writes it. */
const written = (name: string) => `"${[...name].map(one => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`).join('')}"`

const hostile = suite('names')

hostile('are told apart wherever they stand, with what is remembered and without', () => {
  const policies = names
    .flatMap((name, at) => [
      `@id("role-${at}") permit(principal in Gate::Role::${written(name)}, action == Postgres::Action::"select", resource);`,
      `@id("who-${at}") permit(principal == Gate::Agent::${written(name)}, action == Postgres::Action::"insert", resource);`,
      `@id("tag-${at}") permit(principal, action == Postgres::Action::"update", resource is Postgres::Table)
         when { resource.tags.contains(${written(name)}) };`,
      `@id("task-${at}") permit(principal, action == Postgres::Action::"delete", resource)
         when { context has task && context.task.kind == ${written(name)} };`,
      `@id("table-${at}") permit(principal, action == Postgres::Action::"truncate", resource == Postgres::Table::${written(`orders-db/orders/shop/${name}`)});`,
      `@id("schema-${at}") permit(principal, action == Postgres::Action::"copyTo", resource in Postgres::Schema::${written(`orders-db/orders/${name}`)});`,
    ])
    .join('\n')
  const sliced = engine(policies, { maxSlices: 8 })
  const whole = engine(policies, wholeSet)
  const ask = (what: AccessRequest, as: Partial<Session> = {}) => {
    const given = facts({ as })
    const evaluation = sliced.evaluate(operation(what), given)
    assert.equal(evaluation, whole.evaluate(operation(what), given))
    return evaluation.decision.policies
  }
  // Twice, so that the second answers come from what is remembered.
  for (let round = 0; round < 2; round++)
    for (const [at, name] of names.entries()) {
      assert.equal(ask(table('select', 'shop.t'), { role: name }), [`role-${at}`])
      assert.equal(ask(table('insert', 'shop.t'), { principal: { type: 'Gate::Agent', id: name } }), [`who-${at}`])
      assert.equal(ask(table('insert', 'shop.t'), { principal: { type: 'Gate::User', id: name } }), [])
      assert.equal(ask(table('update', 'shop.t', {}, { tags: [name] })), [`tag-${at}`])
      assert.equal(ask(table('delete', 'shop.t'), { task: { id: name, kind: name, verified: true } }), [`task-${at}`])
      assert.equal(ask(table('truncate', `shop.${name}`)), [`table-${at}`])
      assert.equal(ask(table('copyTo', `${name}.t`)), [`schema-${at}`])
    }
  assert.is(sliced.health.throws + whole.health.throws, 0)
})

hostile('that run into each other make another session', () => {
  const policies = `@id("a") permit(principal == Gate::Agent::"a", action, resource) when { principal.issuer == "bc" };
    @id("b") permit(principal == Gate::Agent::"ab", action, resource) when { principal.issuer == "c" };
    @id("o") permit(principal, action, resource) when { principal is Gate::Agent && principal has owner && principal.owner == Gate::User::"c" };`
  const asked = engine(policies)
  const owner = { type: 'Gate::User', id: 'c' }
  const someone = (id: string, issuer: string, more: Partial<Session> = {}) =>
    asked.evaluate(
      operation(table('select', 'shop.t')),
      facts({ as: { principal: { type: 'Gate::Agent', id }, issuer, ...more } }),
    ).decision.policies
  for (let round = 0; round < 2; round++) {
    assert.equal(someone('a', 'bc'), ['a'])
    assert.equal(someone('ab', 'c'), ['b'])
    assert.equal(someone('a', 'c'), [])
    assert.equal(someone('a', 'c', { owner }), ['o'])
    assert.equal(someone('a', '9:Gate::User1:c'), [])
  }
})

hostile('a set of 20,000 is decided alike, and one of 60,000 is not asked', () => {
  const policies =
    '@id("t") permit(principal, action, resource is Postgres::Table) when { resource.tags.contains("t19999") };'
  const tags = (count: number) =>
    operation(table('select', 'shop.t', {}, { tags: Array.from({ length: count }, (_, at) => `t${at}`) }))
  const [sliced, whole] = [engine(policies), engine(policies, wholeSet)]
  assert.is(sliced.evaluate(tags(20_000), facts()).decision.effect, 'allow')
  assert.equal(sliced.evaluate(tags(20_000), facts()), whole.evaluate(tags(20_000), facts()))
  const { decision } = sliced.evaluate(tags(60_000), facts())
  assert.is(decision.effect === 'deny' && decision.reason, 'request_invalid')
})

const select = table('select', 'shop.t')
const [first] = select.entities
for (const [why, request] of [
  ['an entity is given twice', { ...select, entities: [...select.entities, { ...first, attrs: {} }] }],
  [
    'an agent is given by the protocol',
    {
      ...select,
      entities: [
        ...select.entities,
        { uid: { type: 'Gate::Agent', id: 'nightly' }, attrs: { issuer: 'x' }, parents: [] },
      ],
    },
  ],
  [
    'an attribute is called `__proto__`',
    { ...select, entities: [{ ...first, attrs: JSON.parse('{"__proto__":{"tags":[]}}') }] },
  ],
  ['a context is called `constructor`', { ...select, context: { ...select.context, constructor: {} } }],
  ['an action is called `__proto__`', { ...select, action: { type: 'Postgres::Action', id: '__proto__' } }],
  ['a type is called `constructor`', { ...select, resource: { type: 'constructor', id: 'x' } }],
] as const)
  hostile(`are no way round the schema: ${why}`, () => {
    const postgres = { ...protocols.postgres, toRequests: () => ({ requests: [request] }) as never }
    for (const mode of [{}, wholeSet]) {
      const asked = engine('@id("a") permit(principal, action, resource);', {
        ...mode,
        protocols: { ...protocols, postgres },
      })
      const { decision } = asked.evaluate(saying({}), facts())
      assert.is(decision.effect === 'deny' && decision.reason, 'request_invalid')
      assert.is(asked.health.throws, 0)
    }
  })

hostile.run()
