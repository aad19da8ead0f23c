import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Refusal } from '../../core/contract.ts'
import { failed, refused, written } from './refusals.ts'

const refusal = (code: Refusal['code'], more: Partial<Refusal> = {}): Refusal => ({
  ...{ code, message: 'it was denied', reasons: [], policies: [], commit: 'c0ffee' },
  ...more,
})

const refusals = suite('a refusal')

for (const [code, conflict, answer] of [
  ['auth_failed', false, [401, 'Unauthorized']],
  ['role_not_granted', false, [403, 'Forbidden']],
  ['unknown_target', false, [403, 'Forbidden']],
  ['too_many_sessions', false, [503, 'ServiceUnavailable']],
  ['too_many_calls_of_one', false, [503, 'ServiceUnavailable']],
  ['draining', false, [403, 'Forbidden']],
  ['trail_unavailable', false, [403, 'Forbidden']],
  ['approval_unavailable', false, [403, 'Forbidden']],
  ['unresolved', false, [403, 'Forbidden']],
  ['unresolved', true, [409, 'Conflict']],
  ['forbidden', true, [403, 'Forbidden']],
] as const)
  refusals(`for \`${code}\`${conflict ? ' of a call for another version' : ''} is a ${answer[0]}`, () => {
    const status = refused(refusal(code), conflict)
    assert.equal([status.code, status.reason], answer)
    assert.is(status.details?.causes[0]?.reason, code)
  })

refusals('names the policies, who would have to approve, and the commit', () => {
  const status = refused(
    refusal('approval_unavailable', {
      policies: ['a', 'b'],
      approvers: ['sre'],
      reasons: ['one', 'two'],
      next: 'next: ask',
    }),
  )
  assert.is(status.message, 'cedargate: one; two (it was denied) [policies `a`, `b`, commit c0ffee]; next: ask')
  assert.equal(
    status.details?.causes.map(({ reason, message }) => `${reason} ${message}`),
    ['approval_unavailable it was denied', 'policy a', 'policy b', 'approver sre', 'commit c0ffee'],
  )
})

refusals('for another version says to read the object and ask again, whatever else would be advised', () => {
  const { message } = refused(refusal('unresolved', { next: 'next: name what exists' }), true)
  assert.match(message, /; next: read the object, and ask again$/)
})

refusals('moves no cursor, and turns no reading direction', () => {
  const status = refused(refusal('forbidden', { reasons: ['\u001b[2J\u202eevil'], message: '\u0007' }))
  assert.not.match(JSON.stringify(status), /\\u001b|\u202e|\\u0007/)
})

refusals('is its message alone where a Status would not be shown', () => {
  const status = refused(refusal('role_not_granted'))
  const discovery = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'
  const { head, body } = written(status, discovery)
  assert.equal([head['Content-Type'], body.toString()], ['text/plain; charset=utf-8', status.message])
  assert.is(written(refused(refusal('auth_failed')), discovery).head['Content-Type'], 'application/json')
  const other = written(status, 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json')
  assert.equal([other.head['Content-Type'], JSON.parse(other.body.toString())], ['application/json', status])
})

refusals('asks for a token only where one was no good', () => {
  assert.is(written(failed('Unauthorized', 'x', 'y')).head['WWW-Authenticate'], 'Bearer')
  assert.is(written(failed('Forbidden', 'x', 'y')).head['WWW-Authenticate'], undefined)
})

refusals.run()
