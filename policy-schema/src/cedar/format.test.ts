import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { formatPolicies } from './format.ts'
import { comments } from './split.ts'

const formatting = suite('formatting')

formatting('lays a file out and keeps every comment', () => {
  const text = [
    '// first',
    '@id("a")permit(principal,action,resource) // behind the head',
    'when{true // within',
    '&& 1 < 2}; // behind',
    '// last',
  ].join('\n')
  const formatted = formatPolicies(text)
  assert.equal(comments(formatted), comments(text))
  assert.match(formatted, 'permit (principal, action, resource) // behind the head\n')
  assert.is(formatPolicies(formatted), formatted)
})

formatting('leaves a file without policies as it is', () => {
  assert.is(formatPolicies('// nothing yet\n'), '// nothing yet\n')
  assert.is(formatPolicies(''), '')
})

formatting('refuses what does not parse', () => {
  assert.throws(
    () => formatPolicies('permit('),
    (error: { code?: string }) => error.code === 'ERR_FORMAT',
  )
})

formatting.run()
