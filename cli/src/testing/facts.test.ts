import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { open } from '../../test/repository.ts'
import { toFacts } from './facts.ts'
import { toOperation } from './operation.ts'

const facts = suite('the facts of a typed operation')
const repository = await open()
const backup = { as: { agent: 'nightly', role: 'backup' }, target: 'orders-db' }

facts('stand at a fixed instant, on this machine, for whoever can vouch', () => {
  const { session, source, now, approval } = toFacts(backup, repository)
  assert.is(now, Date.UTC(2026, 0, 5, 12))
  assert.is(source, '127.0.0.1')
  assert.is(approval, undefined)
  assert.equal(session.principal, { type: 'Gate::Agent', id: 'nightly' })
  assert.equal([session.issuer, session.role, session.target, session.startedAt], ['ci', 'backup', 'orders-db', now])
  assert.is(session.task, undefined)
})

facts('take what is given instead', () => {
  const { session, source, now, approval } = toFacts(
    {
      as: { user: 'dana', role: 'dba', task: { kind: 'incident' } },
      target: 'orders-db',
      at: '2026-03-01T00:00:00Z',
      from: '::1',
      verified: false,
    },
    repository,
    { roles: ['dba'], approvers: ['kim'] },
  )
  assert.equal(
    [source, now, session.issuer, session.principal.type],
    ['::1', Date.UTC(2026, 2, 1), 'staff', 'Gate::User'],
  )
  assert.equal(session.task, { id: 'test', kind: 'incident', verified: false })
  assert.equal(approval, { roles: ['dba'], approvers: ['kim'], grantedAt: now })
})

const code = (expected: string) => (error: unknown) => (error as { code?: string }).code === expected
for (const [why, as, target, expected] of [
  ['a target that there is not', backup.as, 'nope', 'ERR_UNKNOWN_TARGET'],
  ['a role that nobody grants', { agent: 'a', role: 'nope' }, 'orders-db', 'ERR_UNKNOWN_ROLE'],
  ['a role that users cannot have', { user: 'a', role: 'backup' }, 'orders-db', 'ERR_UNKNOWN_ROLE'],
  ['an issuer that does not grant it', { ...backup.as, issuer: 'staff' }, 'orders-db', 'ERR_UNKNOWN_ROLE'],
] as const)
  facts(`are refused for ${why}`, () => assert.throws(() => toFacts({ as, target }, repository), code(expected)))

facts('exist for the control plane, whose target stands in no file', () => {
  const gate = { as: { user: 'dana', role: 'dba' }, target: 'gate' }
  assert.is(toFacts(gate, repository).session.target, 'gate')
  const operation = toOperation(
    { target: 'gate', operation: { gate: { kind: 'approve', role: 'backup' } } },
    repository,
  )
  assert.equal([operation.protocol, operation.kind], ['gate', 'approve'])
})

facts.run()
