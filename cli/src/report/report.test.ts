import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { render } from './print.ts'
import type { Finding, Report } from './report.ts'
import { inert, shortened, table } from './style.ts'

const nasty = 'a%0A,b:c\r\n::error::<&">\u202e\u0000\ud800'
const finding: Finding = {
  code: 'some-rule',
  severity: 'error',
  message: nasty,
  file: 'a,b:c d.cedar',
  line: 2,
  column: 3,
  length: 4,
}
const report: Report = { name: 'lint', data: { nasty }, findings: [finding], pretty: style => style.red(inert(nasty)) }

const formats = suite('a report')

formats('for GitHub cannot be left by what it quotes', () => {
  const text = render(report, { format: 'github' })
  assert.is(text.split('\n').length, 1)
  assert.ok(
    text.startsWith(
      '::error file=a%2Cb%3Ac d.cedar,line=2,col=3,endColumn=7,title=some-rule::a%250A,b:c\\u000d%0A::error::',
    ),
  )
})

formats('in JUnit is XML whatever it quotes', () => {
  const text = render(report, { format: 'junit' })
  assert.match(text, /failure message="a%0A,b:c&#xd;"/)
  assert.match(text, /&#x202e;/)
  assert.match(text, /&lt;&amp;&quot;&gt;/)
  // XML 1.0 has no such characters, not even escaped.
  assert.not.ok(text.includes('\u0000'))
  assert.ok(text.isWellFormed())
})

formats('in JUnit of nothing found is one that passed', () => {
  assert.match(render({ ...report, findings: [] }, { format: 'junit' }), /tests="1" failures="0"/)
})

formats('in SARIF names file, region and rule', () => {
  const { runs } = JSON.parse(
    render(
      { ...report, cases: [{ suite: 's', name: 'n', file: 't.yaml', line: 7, failure: 'no' }] },
      { format: 'sarif' },
    ),
  )
  const [first, second] = runs[0].results
  assert.is(first.locations[0].physicalLocation.artifactLocation.uri, 'a%2Cb%3Ac%20d.cedar')
  assert.equal(first.locations[0].physicalLocation.region, { startLine: 2, startColumn: 3, endColumn: 7 })
  assert.equal([second.ruleId, second.ruleIndex, second.message.text], ['ERR_TEST', 1, 'n: no'])
})

formats('of what is in no file points nowhere', () => {
  const nowhere = { ...report, findings: [{ ...finding, file: '' }] }
  assert.match(render(nowhere, { format: 'github' }), /^::error title=some-rule::/)
  assert.equal(JSON.parse(render(nowhere, { format: 'sarif' })).runs[0].results[0].locations, [])
  assert.match(render(nowhere, { format: 'junit' }), /<testcase classname="lint" name="some-rule at 2:3"><failure/)
})

formats('moves no cursor in any form, whatever was forgotten, and JSON reads the same', () => {
  const hostile = `\u001b]0;title\u0007\u009b2J\u001b[31mred\u202e\u{e0001}\u2028\r\t`
  const careless: Report = {
    name: 'lint',
    data: { hostile },
    findings: [{ ...finding, message: hostile, file: hostile }],
    pretty: style => `${style.red('error')} ${hostile}\nnext line`,
  }
  for (const format of ['pretty', 'json', 'sarif', 'junit', 'github'] as const)
    assert.not.match(render(careless, { format, color: false }), /(?!\n)[\p{Cc}\p{Cf}\u2028]/u, format)
  assert.equal(JSON.parse(render(careless, { format: 'json' })), { hostile })
  assert.is(JSON.parse(render(careless, { format: 'sarif' })).runs[0].results[0].message.text, hostile)
})

formats('for a person is plain in a file and without colour, and moves no cursor', () => {
  const text = render(report, { format: 'pretty', color: false })
  assert.is(text, 'a%0A,b:c\\u000d\\u000a::error::<&">\\u202e\\u0000\ud800')
  assert.is(render(report, { output: 'x' }), text)
})

const words = suite('text')
words('is cut at a length, on one line', () => {
  assert.is(shortened('  SELECT\n  1 ', 100), 'SELECT 1')
  assert.is(shortened('x'.repeat(10), 5), 'xxxx…')
})
words('is aligned in columns before it is coloured', () => {
  assert.equal(
    table(
      [
        ['a', 'bb', 'c'],
        ['aaa', 'b', ''],
      ],
      cell => `<${cell}>`,
    ),
    ['<a  >  <bb>  <c>', '<aaa>  <b >  <>'],
  )
})

formats.run()
words.run()
