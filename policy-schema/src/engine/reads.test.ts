import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { policyJson } from '../cedar/policies.ts'
import { scopeOf } from '../cedar/scope.ts'
import { type Reads, type ReadTree, readsOf } from './reads.ts'

const reading = suite('a policy reads')

/** `context.a.b` whole, `context.a?` only whether it is there. */
function paths({ whole, members }: ReadTree, at = 'context'): string[] {
  const names = Object.entries(members).flatMap(([name, tree]) => paths(tree, `${at}.${name}`))
  return whole ? [at, ...names] : names.length > 0 || at === 'context' ? names : [`${at}?`]
}

for (const [what, condition, context, rest] of [
  ['nothing', 'true', [], {}],
  ['who asks', 'principal == Gate::Agent::"x" && [principal].contains(resource)', [], {}],
  ['a member of a context', 'context.a.b == 1', ['context.a.b'], {}],
  ['whether there is one', 'context has a && context.a has b', ['context.a.b?'], {}],
  ['whether there is one, at a depth', 'context has a.b.c', ['context.a.b.c?'], {}],
  ['the whole context', 'context == {a: 1}', ['context'], {}],
  [
    'one of two records',
    '(if true then context.a else context.b).c',
    ['context.a', 'context.b'],
    { attributes: ['c'], graph: true },
  ],
  ['an attribute of the principal', 'principal.issuer == "x"', [], { attributes: ['issuer'], principal: true }],
  ['an attribute of the resource', 'resource has tags', [], { attributes: ['tags'], resource: true }],
  [
    'an attribute of another entity',
    'principal.owner.issuer == "x"',
    [],
    { attributes: ['issuer', 'owner'], principal: true, graph: true },
  ],
  ['an attribute of a named entity', 'A::"x".b', [], { attributes: ['b'], graph: true }],
  [
    'ancestors of the resource',
    'resource in A::"x" && resource is A in A::"y"',
    [],
    { resource: true, ancestors: ['A::"x"', 'A::"y"'] },
  ],
  [
    'ancestors of several names',
    'principal in [A::"y", A::"x"]',
    [],
    { principal: true, ancestors: ['A::"x"', 'A::"y"'] },
  ],
  ['ancestors of a named entity', 'A::"x" in resource', [], { graph: true, ancestors: 'any' }],
  [
    'ancestors that are worked out',
    'principal in [A::"y", resource.a]',
    [],
    { attributes: ['a'], principal: true, resource: true, ancestors: 'any' },
  ],
  ['groups of the action', 'action in A::Action::"x"', [], { ancestors: ['A::Action::"x"'] }],
  [
    'what extensions are given',
    'ip(context.a).isInRange(ip(resource.b)) || !(-context.c < 1)',
    ['context.a', 'context.c'],
    { attributes: ['b'], resource: true },
  ],
  [
    'inside sets, records and patterns',
    '[{x: context.a}].contains({x: 1}) && context.b like "*"',
    ['context.a', 'context.b'],
    {},
  ],
  ['a tag', 'resource.hasTag(context.a)', ['context.a'], { graph: true }],
] as const)
  reading(what, () => {
    const json = policyJson({ id: 'x', text: `permit(principal, action, resource) when { ${condition} };` })
    const { context: tree, ...found }: Reads = readsOf(json, scopeOf(json))
    assert.equal(paths(tree), [...context])
    assert.equal(found, { attributes: [], principal: false, resource: false, graph: false, ancestors: [], ...rest })
  })

reading('ancestors that its head names', () => {
  const json = policyJson({ id: 'x', text: 'permit(principal is A in R::"x", action, resource in B::"y");' })
  const { principal, resource } = readsOf(json, scopeOf(json))
  assert.ok(principal && resource)
})

reading.run()
