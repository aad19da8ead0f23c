import type { AuthFailedBody } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { FailedLogins } from './failed-logins.ts'

function setUp(limits: { readonly perSource?: number; readonly perMinute?: number } = {}) {
  const at = { now: 0 }
  const lines: AuthFailedBody[] = []
  const logins = new FailedLogins({ note: line => lines.push(line), now: () => at.now, ...limits })
  const fail = (source: string, code = 'auth_failed') =>
    logins.failed({ source, protocol: 'postgres', code, detail: 'why' })
  return { at, lines, logins, fail }
}

const failures = suite('a failed login')

failures('has a line of its own, the further ones of its address in that minute share one', () => {
  const { at, lines, logins, fail } = setUp({ perSource: 3 })
  for (let i = 0; i < 1_000; i++) fail('192.0.2.1')
  for (let i = 0; i < 5; i++) fail('192.0.2.1', 'ERR_STARTUP_GARBAGE')
  fail('192.0.2.2')
  assert.equal(
    lines.map(({ source, times }) => [source, times]),
    [
      ['192.0.2.1', undefined],
      ['192.0.2.1', undefined],
      ['192.0.2.1', undefined],
      ['192.0.2.2', undefined],
    ],
  )
  at.now += 60_000
  fail('192.0.2.1')
  assert.equal(
    lines.slice(4).map(({ source, code, times }) => [source, code, times]),
    [
      ['192.0.2.1', 'auth_failed', 997],
      ['192.0.2.1', 'ERR_STARTUP_GARBAGE', 5],
      ['192.0.2.1', 'auth_failed', undefined],
    ],
  )
  logins.sum()
  assert.is(lines.length, 7)
})

failures('says no more than fits in a line', () => {
  const { lines, logins } = setUp()
  logins.failed({ source: '192.0.2.1', protocol: 'postgres', code: 'auth_failed', detail: 'x'.repeat(64_000) })
  assert.is(lines[0]?.detail, 'x'.repeat(300))
})

failures('is counted, though they come from more addresses than anybody writes down', () => {
  const { lines, logins, fail } = setUp({ perMinute: 50 })
  for (let i = 0; i < 5_000; i++) fail(`198.51.${i >> 8}.${i & 255}`)
  assert.is(lines.length, 50)
  logins.sum()
  assert.is(lines.length, 50 + 100 + 1)
  assert.is(
    lines.reduce((all, { times = 1 }) => all + times, 0),
    5_000,
  )
  assert.is(lines.at(-1)?.source, 'many')
})

failures('of an IPv6 host counts with its network', () => {
  const { lines, logins, fail } = setUp({ perSource: 1 })
  for (const source of ['2001:db8::1', '2001:db8:0:0:1::2', '2001:db8::ffff:1', '2001:db8:0:1::1', '::1', '::2'])
    fail(source)
  assert.equal(
    lines.map(({ source }) => source),
    ['2001:db8::1', '2001:db8:0:1::1', '::1'],
  )
  logins.sum()
  assert.equal(
    lines.slice(3).map(({ source, times }) => [source, times]),
    [
      ['2001:db8:0:0::/64', 2],
      ['0:0:0:0::/64', 1],
    ],
  )
})

failures.run()
