import { readPolicies } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Assumption, type Known, verdict } from './assumption.ts'
import { toLintPolicy } from './policy-json.ts'

const values: { readonly [path: string]: Known } = {
  'resource.name': 'web-1',
  'resource.tags': ['a', 'b'],
  'context.count': 3,
}
const assumed: Assumption = {
  value: path => values[path],
  has: path => (path === 'resource.namespace' ? false : path in values ? true : undefined),
  is: (variable, { id }) => (variable === 'resource' ? id === 'prod' : undefined),
  isIn: (variable, { id }) => (variable === 'principal' ? id === 'dba' : undefined),
  isOf: (variable, type) => (variable === 'resource' ? type === 'K8s::Resource' : undefined),
}

function held(conditions: string): boolean | undefined {
  const { policies, diagnostics } = readPolicies(
    `@id("a") permit (principal, action, resource) ${conditions};`,
    'a.cedar',
  )
  assert.equal(diagnostics, [])
  const [policy] = policies.map(toLintPolicy)
  return verdict(policy?.json.conditions ?? [], assumed)
}

for (const [which, answer, conditions] of [
  [
    'surely holds',
    true,
    [
      'resource.name == "web-1"',
      '"web-1" == resource.name',
      'resource.name like "web-*"',
      '["web-1", context.other].contains(resource.name) || resource.name != "x"',
      '["web-1", "db"].contains(resource.name)',
      'resource.tags.containsAll(["b"])',
      '["c", "a"].containsAny(resource.tags)',
      'resource.tags == ["b", "a"]',
      '[].isEmpty()',
      'context.count > 2 && context.count <= 3',
      'principal in Gate::Role::"dba"',
      'principal in [Gate::Role::"sre", Gate::Role::"dba"]',
      'resource is K8s::Resource',
      'resource == K8s::Cluster::"prod"',
      'resource has name && !(resource has namespace)',
      'context.unknown || resource.name == "web-1"',
      'if resource has name then context.count == 3 else context.unknown',
    ],
  ],
  [
    'surely does not hold',
    false,
    [
      'resource.name == "web-2"',
      'resource.name like "*-2"',
      'resource.name like "web.1"',
      'context.unknown && resource has namespace',
      'resource has namespace && resource.namespace == "shop"',
      '!["web-1"].contains(resource.name)',
      'principal in Gate::Role::"sre"',
      'resource is K8s::NonResourceUrl',
      'resource is K8s::Resource && resource.tags.isEmpty()',
    ],
  ],
  [
    'may hold',
    undefined,
    [
      'context.unknown',
      'context has task',
      'context.unknown == 3',
      'context.unknown && resource.name == "web-1"',
      'context.unknown || resource has namespace',
      'context.secrets.containsAll(["a"])',
      'principal == Gate::Agent::"x"',
      'context.source.isInRange(ip("10.0.0.0/8"))',
      'context.count + 1 > 2',
      'if context.unknown then true else false',
      '{a: true}.a',
      'resource.other like "*"',
    ],
  ],
] as const) {
  const conditionsThat = suite(`a condition that ${which}`)
  for (const condition of conditions)
    conditionsThat(condition, () => {
      assert.is(held(`when { ${condition} }`), answer)
      assert.is(held(`unless { ${condition} }`), answer === undefined ? undefined : !answer)
    })
  conditionsThat.run()
}

const several = suite('several conditions')
several('hold together', () => {
  assert.is(held('when { context.unknown } unless { resource has name }'), false)
  assert.is(held('when { context.unknown } when { resource has name }'), undefined)
  assert.is(held(''), true)
})
several.run()
