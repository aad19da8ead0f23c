import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { policyJson, readPolicies } from './policies.ts'

const permit = 'permit(principal, action, resource)'
const one = (id: string, rest = ';') => `@id("${id}")\n${permit}${rest}`

const reading = suite('a file of policies')

reading('keeps each policy as it was written, comments before it included', () => {
  const text = [
    '// why é',
    one('a', ' when { "x; // not a comment" == "\\";" };'),
    `  // of b\n  ${one('b')} // behind b`,
    `forbid(principal, action, resource)\n// inside;\nunless { true };`.replace(/^/, '@id("c")'),
    '// after the last',
  ].join('\n')
  const { policies, diagnostics } = readPolicies(text, 'policies/x.cedar')
  assert.equal(diagnostics, [])
  assert.equal(
    policies.map(({ id, effect, line, column }) => ({ id, effect, line, column })),
    [
      { id: 'a', effect: 'permit', line: 1, column: 1 },
      { id: 'b', effect: 'permit', line: 4, column: 3 },
      { id: 'c', effect: 'forbid', line: 7, column: 1 },
    ],
  )
  for (const { text: own } of policies) assert.ok(text.includes(own))
  assert.is(policies[1]?.text, `// of b\n  ${one('b')}`)
  assert.not.match(policies[2]?.text ?? '', 'after the last')
})

reading('gives annotations, an empty text where one has no value', () => {
  const [policy] = readPolicies(`@flag ${one('a')}`, 'x').policies
  assert.equal(policy?.annotations, { id: 'a', flag: '' })
})

reading('may hold none', () => {
  for (const text of ['', '\n\n', '// only words']) assert.equal(readPolicies(text, 'x').policies, [])
})

reading('goes on after a policy that cannot be read', () => {
  const { policies, diagnostics } = readPolicies(`${one('a')}\npermit(;\n${one('b')}`, 'x')
  assert.equal(
    policies.map(({ id }) => id),
    ['a', 'b'],
  )
  assert.equal(
    diagnostics.map(({ line }) => line),
    [3],
  )
})

reading('is decided on as text, since the JSON form rounds integers beyond 2^53', () => {
  const [policy] = readPolicies(one('a', ' when { 9007199254740993 == 1 };'), 'x').policies
  assert.ok(policy)
  assert.match(policy.text, '9007199254740993')
  assert.match(JSON.stringify(policyJson(policy)), '9007199254740992')
})

reading.run()

const refusals = suite('a file of policies is refused when')

for (const [why, text, code, line, column] of [
  [
    'it does not parse, positions counted in UTF-16',
    `// 😀é\n@id("a")${permit} when { "é" == foo };`,
    'ERR_POLICY_SYNTAX',
    2,
    59,
  ],
  ['a policy is not ended', `${one('a')}\n${permit}`, 'ERR_POLICY_SYNTAX', 3, 36],
  ['a string is not closed', `@id("a\n${permit};`, 'ERR_POLICY_SYNTAX', 1, 5],
  ['an annotation is given twice', `@id("a")@id("b")${permit};`, 'ERR_POLICY_SYNTAX', 1, 9],
  ['it is a template', '@id("a")permit(principal == ?principal, action, resource);', 'ERR_POLICY_TEMPLATE', 1, 29],
  ['a policy has no id', `// c\n${permit};`, 'ERR_POLICY_ID_MISSING', 2, 1],
  ['an id has no value', `@id ${permit};`, 'ERR_POLICY_ID_MISSING', 1, 1],
  ['an id holds control characters', `@id("a\\u{1b}[2J")${permit};`, 'ERR_POLICY_ID_INVALID', 1, 1],
  ['an id is given twice', `${one('a')}\n${one('a')}`, 'ERR_POLICY_ID_DUPLICATE', 3, 1],
  ['its text is not Unicode', `${one('a')} // \ud800`, 'ERR_POLICY_ENCODING', 1, 1],
  [
    'a thousand terms are joined',
    one('a', ` when { ${Array(1000).fill('true').join('||')} };`),
    'ERR_POLICY_TOO_DEEP',
    1,
    1,
  ],
  [
    'parentheses overflow the parser',
    one('a', ` when { ${'('.repeat(5000)}1${')'.repeat(5000)} };`),
    'ERR_POLICY_TOO_DEEP',
    1,
    1,
  ],
] as const)
  refusals(why, () => {
    const { policies, diagnostics } = readPolicies(text, 'policies/bad.cedar')
    const [first] = diagnostics
    assert.equal(
      { code: first?.code, line: first?.line, column: first?.column, file: first?.file, severity: first?.severity },
      { code, line, column, file: 'policies/bad.cedar', severity: 'error' },
    )
    assert.ok(policies.length < 2)
  })

refusals('and the next file is still read', () => {
  assert.is(readPolicies(one('a'), 'x').policies.length, 1)
})

refusals.run()
