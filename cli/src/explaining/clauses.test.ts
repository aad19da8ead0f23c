import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { growing, toClauses } from './clauses.ts'

const clauses = suite('the conditions of a policy')
const head = '@id("a (b")\npermit (principal, action, resource)'

for (const [why, source, expected] of [
  ['none', ';', []],
  ['one', 'when { a };', [['when', 'a']]],
  ['joined by &&', 'when { a && b\n  && c };', [['when', 'a', 'b', 'c']]],
  [
    'nested',
    'when { a && (b && c) && d.contains({ x: 1 && 2 }) };',
    [['when', 'a', '(b && c)', 'd.contains({ x: 1 && 2 })']],
  ],
  ['joined by ||, which binds looser', 'when { a && b || c };', [['when', 'a && b || c']]],
  ['behind an if', 'when { if a && b then c else d && e };', [['when', 'if a && b then c else d && e']]],
  [
    'with braces and words in strings and comments',
    'when { "}; when {" == a // && }\n && b };',
    [['when', '"}; when {" == a // && }', 'b']],
  ],
  [
    'several, with an exception',
    'when { a } unless { b && c } when { d };',
    [
      ['when', 'a'],
      ['unless', 'b && c'],
      ['when', 'd'],
    ],
  ],
] as const)
  clauses(`are found: ${why}`, () => {
    const found = toClauses(`${head}\n${source}`)
    assert.is(found.head, head)
    assert.equal(
      found.clauses.map(({ kind, parts }) => [kind, ...parts]),
      expected,
    )
  })

clauses('grow one by one, guards before what they guard', () => {
  const grown = growing(toClauses(`${head} when { a && b } unless { c };`))
  assert.equal(
    grown.map(({ text, adds }) => [text.slice(head.length).replace(/\s+/g, ' ').trim(), adds.kind, adds.text]),
    [
      ['when { a };', 'when', 'a'],
      ['when { a && b };', 'when', 'b'],
      ['when { a && b } unless { c };', 'unless', 'c'],
    ],
  )
})

clauses.run()
