import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readPolicies } from './policies.ts'
import { validateRepository } from './validation.ts'

const validate = (text: string) => {
  const { policies, diagnostics } = readPolicies(text, 'policies/x.cedar')
  assert.equal(diagnostics, [])
  return validateRepository({ policies })
}
const select =
  'permit(principal in Gate::Role::"backup", action == Postgres::Action::"select", resource is Postgres::Table)'

const validation = suite('a repository is validated:')

validation('what is sound has no finding', () => {
  const text = `@id("a") @owner("dba") @reason("because") @approvers("sre, dba") @approvals("2") @approvalTtl("15m") @mode("shadow")
@maxRows("1000") @maxBytes("10MiB") @statementTimeout("30s")
${select} when { context has approval && context.approval.count >= 2 && resource.tags.contains("pii") };`
  assert.equal(validate(text), [])
})

for (const [why, text, code, line, column] of [
  ['an attribute is unknown', `@id("a")\n// é\n${select} when { "é" == resource.nome };`, 'ERR_POLICY_SCHEMA', 3, 124],
  [
    'an optional attribute is read unguarded',
    `@id("a")${select} when { context.statement.limit < 3 };`,
    'ERR_POLICY_SCHEMA',
    1,
    125,
  ],
  ['a type is misspelt', '@id("a")permit(principal in Gate::Rle::"b", action, resource);', 'ERR_POLICY_SCHEMA', 1, 29],
  ['a policy can never hold', `@id("a")${select} when { false };`, 'WARN_POLICY_SCHEMA', 1, 1],
  [
    'an annotation is not enforced by all that it is said of',
    `@id("a")\n @maxRows("10")permit(principal in Gate::Role::"backup", action, resource);`,
    'ERR_ANNOTATION_NOT_ENFORCED',
    2,
    2,
  ],
  [
    'what is forbidden is to be limited',
    `@id("a")@statementTimeout("5s")${select.replace('permit', 'forbid')};`,
    'ERR_ANNOTATION_NOT_ENFORCED',
    1,
    9,
  ],
  ['maxRows is zero', `@id("a")@maxRows("0")${select};`, 'ERR_ANNOTATION_VALUE', 1, 9],
  ['maxBytes has another unit', `@id("a")@maxBytes("10MB")${select};`, 'ERR_ANNOTATION_VALUE', 1, 9],
  ['maxBytes is a fraction', `@id("a")@maxBytes("1.5MiB")${select};`, 'ERR_ANNOTATION_VALUE', 1, 9],
  ['statementTimeout has no unit', `@id("a")@statementTimeout("30")${select};`, 'ERR_ANNOTATION_VALUE', 1, 9],
  ['a budget is not enforced', `@id("a")@budget("10")${select};`, 'ERR_ANNOTATION_NOT_ENFORCED', 1, 9],
  ['an annotation is of no meaning', `@id("a")@approver("sre")${select};`, 'WARN_ANNOTATION_UNKNOWN', 1, 9],
  ['approvals is no number', `@id("a")@approvals("two")${select};`, 'ERR_ANNOTATION_VALUE', 1, 9],
  ['approvals is zero', `@id("a")@approvals("0")${select};`, 'ERR_ANNOTATION_VALUE', 1, 9],
  ['approvers has a hole', `@id("a")@approvers("sre,,dba")${select};`, 'ERR_ANNOTATION_VALUE', 1, 9],
  ['approvalTtl has no unit', `@id("a")@approvalTtl("15")${select};`, 'ERR_ANNOTATION_VALUE', 1, 9],
  ['mode is another', `@id("a")@mode("enforce")${select};`, 'ERR_ANNOTATION_VALUE', 1, 9],
] as const)
  validation(why, () => {
    const findings = validate(text).map(({ code, line, column, severity }) => ({ code, line, column, severity }))
    assert.equal(findings, [{ code, line, column, severity: code.startsWith('WARN') ? 'warning' : 'error' }])
  })

validation('an id that two files give', () => {
  const policies = ['a.cedar', 'b.cedar'].flatMap(file => readPolicies(`@id("a")${select};`, file).policies)
  assert.equal(
    validateRepository({ policies }).map(({ code, file }) => ({ code, file })),
    [{ code: 'ERR_POLICY_ID_DUPLICATE', file: 'b.cedar' }],
  )
})

validation('a policy that overflows is named, its neighbours are judged all the same', () => {
  const [good] = readPolicies(`@id("a")${select} when { resource.nome };`, 'a.cedar').policies
  assert.ok(good)
  const deep = {
    ...good,
    id: 'deep',
    file: 'b.cedar',
    text: `@id("deep")${select} when { ${Array(1000).fill('resource.name == "x"').join('||')} };`,
  }
  assert.equal(
    validateRepository({ policies: [good, deep] }).map(({ code, file }) => ({ code, file })),
    [
      { code: 'ERR_POLICY_SCHEMA', file: 'a.cedar' },
      { code: 'ERR_POLICY_TOO_DEEP', file: 'b.cedar' },
    ],
  )
})

validation.run()
