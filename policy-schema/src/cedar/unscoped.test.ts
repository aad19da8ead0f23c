import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { policyJson } from './policies.ts'
import { withoutScope } from './unscoped.ts'

const unscoped = suite('a policy without its scope')

const open = (text: string) => withoutScope(text, policyJson({ id: 'x', text }))
const empty = '(principal, action, resource)'

for (const [why, text, wanted] of [
  [
    'keeps its conditions to the byte',
    'permit(principal == A::"x", action in [A::Action::"y"], resource is B in B::"z") when { 9007199254740993 == 1 };',
    `permit${empty} when { 9007199254740993 == 1 };`,
  ],
  [
    'is not led astray by annotations',
    '@permit("permit(x)") @id("forbid (") forbid (principal, action, resource == A::"x");',
    `@permit("permit(x)") @id("forbid (") forbid ${empty};`,
  ],
  [
    'is not led astray by comments',
    '// permit(a)\n@id("a") permit // forbid(\n(principal == A::"x", // )\n action, resource);',
    `// permit(a)\n@id("a") permit // forbid(\n${empty};`,
  ],
  [
    'is not led astray by ids',
    'permit(principal == A::"permit()", action, resource == A::")") when { "(" == ")" };',
    `permit${empty} when { "(" == ")" };`,
  ],
] as const)
  unscoped(why, () => assert.is(open(text), wanted))

unscoped('is not made where it would not read as the same policy', () => {
  const json = policyJson({ id: 'x', text: 'permit(principal, action, resource) when { true };' })
  assert.is(withoutScope('permit(principal, action, resource) when { false };', json), undefined)
  assert.is(open('@ permit("x") permit(principal == A::"x", action, resource);'), undefined)
})

unscoped.run()
