import { readdirSync } from 'node:fs'
import { PolicyError } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CliError } from './errors.ts'
import { toFailure } from './failure.ts'
import { render } from './report/print.ts'

const failure = suite('what is thrown ends with')
const place = { file: 'a.yaml', line: 3, column: 5, length: 2, severity: 'error' as const }

for (const [why, error, code] of [
  ['a wrong flag', new CliError('ERR_USAGE', 'x'), 2],
  ['a repository that is not valid', new CliError('ERR_REPOSITORY', 'x'), 3],
  ['a bundle that is not signed', new PolicyError('ERR_BUNDLE_UNSIGNED', 'x'), 6],
  ['a trail line that is none', new PolicyError('ERR_TRAIL_LINE', 'x'), 6],
  ['a policy that is none', new PolicyError('ERR_POLICY_SYNTAX', 'x'), 3],
  ["another package's finding", Object.assign(new Error('x'), { name: 'GatewayError', code: 'ERR_CONFIG' }), 2],
  ["Node's own error", Object.assign(new TypeError('x'), { code: 'ERR_INVALID_ARG_TYPE' }), 1],
  ['a fault of ours', new TypeError('x is undefined'), 1],
  ['what is no error', 'x', 1],
] as const)
  failure(`${code} for ${why}`, () => assert.is(toFailure(error).code, code))

failure('2 for what the system refuses, and no stack', () => {
  const thrown = (() => {
    try {
      return readdirSync('/nowhere/at/all')
    } catch (error) {
      return error
    }
  })()
  const { code, report } = toFailure(thrown)
  assert.is(code, 2)
  assert.is(
    render(report, { color: false }),
    'error scandir of `/nowhere/at/all` failed: no such file or directory (ENOENT), next: check path, mode and space ERR_FILE',
  )
})

failure('its places, in every format', () => {
  const { report } = toFailure(
    new CliError('ERR_REPOSITORY', 'not valid', {
      diagnostics: [{ ...place, code: 'ERR_YAML_SYNTAX', message: 'no' }],
    }),
  )
  assert.match(
    render(report, { format: 'pretty', color: false }),
    /^a.yaml\n {2}3:5 +error no ERR_YAML_SYNTAX\n\nerror not valid ERR_REPOSITORY$/,
  )
  assert.is(
    render(report, { format: 'github' }),
    '::error file=a.yaml,line=3,col=5,endColumn=7,title=ERR_YAML_SYNTAX::no',
  )
  assert.is(JSON.parse(render(report, { format: 'json' })).error.diagnostics[0].line, 3)
})

failure('a stack only where it is a fault of ours', () => {
  const text = (error: Error) => render(toFailure(error).report, { color: false })
  assert.match(text(new RangeError('deep')), /a fault of ours, next: report it .*\n.*RangeError: deep\n +at /)
  assert.is(text(new CliError('ERR_FILE', 'no `x`')), 'error no `x` ERR_FILE')
})

failure.run()
