import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { engine, facts, hasCode, wholeSet } from '../../engine/test-builders.ts'
import type { GateOperation } from './operation.ts'
import { gateProtocol, gateTarget } from './protocol.ts'

const control = suite('the control plane')

control('asks on the role, with what is asked for in the context', () => {
  const operation = gateProtocol.toOperation(
    { gate: { kind: 'assumeRole', role: 'sre', asked: { target: 'db' } } },
    gateTarget,
  )
  assert.equal(operation, { protocol: 'gate', kind: 'assumeRole', role: 'sre', asked: { target: 'db' } })
  assert.equal(gateProtocol.toRequests(operation, gateTarget), {
    requests: [
      {
        action: { type: 'Gate::Action', id: 'assumeRole' },
        resource: { type: 'Gate::Role', id: 'sre' },
        entities: [{ uid: { type: 'Gate::Role', id: 'sre' }, attrs: {}, parents: [] }],
        context: { asked: { target: 'db' } },
        roleless: true,
      },
    ],
  })
})

const inOwnRole = '@id("a") permit(principal in Gate::Role::"sre", action, resource == Gate::Role::"sre");'
for (const [kind, effect] of [
  ['assumeRole', 'deny'],
  ['breakGlass', 'deny'],
  ['approve', 'allow'],
  ['watch', 'allow'],
  ['kill', 'allow'],
] as const)
  control(`${effect === 'deny' ? 'knows nobody in a role' : 'knows the caller in its role'} for ${kind}`, () => {
    const operation: GateOperation = { protocol: 'gate', kind, role: 'sre' }
    const given = facts({ as: { role: 'sre', target: 'gate' } })
    const evaluation = engine(inOwnRole).evaluate(operation, given)
    assert.is(evaluation.decision.effect, effect)
    assert.equal(engine(inOwnRole, wholeSet).evaluate(operation, given), evaluation)
  })

control('decides on what is asked for, on a target without tags', () => {
  const policy = `@id("a") permit(principal, action == Gate::Action::"approve", resource)
when { context.asked has target && context.asked.target == "db" && context.target.name == "gate" && context.target.tags.isEmpty() };`
  const asked = (target: string): GateOperation => ({
    protocol: 'gate',
    kind: 'approve',
    role: 'sre',
    asked: { target },
  })
  const decider = engine(policy)
  assert.is(decider.evaluate(asked('db'), facts()).decision.effect, 'allow')
  assert.is(decider.evaluate(asked('other'), facts()).decision.effect, 'deny')
})

control('maps no other kind', () => {
  const operation = { protocol: 'gate', kind: 'open', role: 'sre' } as unknown as GateOperation
  const mapped = gateProtocol.toRequests(operation, gateTarget)
  assert.is('reason' in mapped && mapped.reason, 'unmapped')
})

for (const wrong of [
  undefined,
  {},
  { gate: { kind: 'open', role: 'x' } },
  { gate: { kind: 'kill' } },
  { gate: 'kill' },
])
  control(`takes no shorthand like ${JSON.stringify(wrong)}`, () => {
    assert.throws(() => gateProtocol.toOperation(wrong, gateTarget), hasCode('ERR_SHORTHAND'))
  })

control.run()
