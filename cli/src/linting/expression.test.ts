import { type Policy, readPolicies } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { nodes, parts, pathOf, pathsIn } from './expression.ts'
import { bodies, toLintPolicy } from './policy-json.ts'
import { at } from './rule.ts'

const expressions = suite('an expression')

function policy(text: string): Policy {
  const [first] = readPolicies(text, 'a.cedar').policies
  assert.ok(first)
  return first as Policy
}
function body(condition: string) {
  const [first = {}] = bodies(
    toLintPolicy(policy(`@id("a") permit (principal, action, resource) when { ${condition} };`)),
  )
  return first
}

expressions('names the paths that it reads or asks for', () => {
  const found = [
    ...pathsIn(
      body(
        'context has approval.roles && resource.tags.contains(context.task.kind) && {a: principal.owner}.a == context["x y"]',
      ),
    ),
  ]
  for (const path of ['context.approval.roles', 'resource.tags', 'context.task.kind', 'principal.owner', 'context.x y'])
    assert.ok(found.includes(path), path)
})

expressions('has no path where it is computed', () => {
  assert.is(pathOf(body('(if true then context else context).a')), undefined)
})

expressions('is taken apart by && left to right, not through ||', () => {
  assert.is(parts(body('context.a && (context.b && context.c) && (context.d || context.e)'), '&&').length, 4)
})

expressions('holds no expression inside a pattern, a literal or a name', () => {
  const operators = [
    ...nodes(body('resource.name like "a*b" && principal == Gate::User::"x" && context has a')),
  ].flatMap(Object.keys)
  assert.equal(operators.toSorted(), ['&&', '&&', '.', '==', 'Value', 'Var', 'Var', 'Var', 'has', 'like'])
})

const places = suite('the place of a finding')
const source =
  '// resource in a comment\n@id("a") @reason("resource")\npermit (principal, action, resource)\nwhen { resource.name == "resource" };'

for (const [why, snippet, line, column] of [
  ['is the head of the policy', undefined, 2, 1],
  ['is the first occurrence outside strings and comments', 'resource', 3, 28],
  ['is inside strings for what is quoted', '"resource"', 2, 18],
  ['is the head for what is not there', 'nowhere', 2, 1],
] as const)
  places(why, () => {
    const found = at(policy(source), snippet)
    assert.equal([found.line, found.column], [line, column])
  })

expressions.run()
places.run()
