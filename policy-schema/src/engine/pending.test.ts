import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Approval } from '../operation.ts'
import { reservedApprovers } from './pending.ts'
import { engine, facts, now, operation, table, wholeSet } from './test-builders.ts'

const approvedBy = (...roles: string[]) =>
  `context has approval && (${roles.map(role => `context.approval.roles.contains(Gate::Role::"${role}")`).join(' || ')})`
const remove = operation(table('delete', 'shop.orders'))
const base = `
@id("reads") permit(principal, action == Postgres::Action::"select", resource);
@id("deletes") @approvers("sre, dba") @approvals("2") @approvalTtl("5m")
permit(principal, action == Postgres::Action::"delete", resource)
when { ${approvedBy('sre', 'dba')} && context.approval.count >= 2 };
@id("unrelated") @approvers("boss") @approvals("9") @approvalTtl("1s")
permit(principal, action == Postgres::Action::"update", resource) when { ${approvedBy('boss')} };
`
const decide = (policies: string, asked = remove, approval?: Approval) => {
  const given = facts(approval ? { approval } : {})
  const { decision } = engine(policies).evaluate(asked, given)
  assert.equal(engine(policies, wholeSet).evaluate(asked, given).decision, decision)
  return decision
}

const pending = suite('an operation waits for an approval')

pending('that would allow it: any one of the roles, so many people, so long', () => {
  assert.equal(decide(base), {
    effect: 'pending',
    policies: ['deletes'],
    approvers: ['dba', 'sre'],
    approvals: 2,
    ttlMs: 300_000,
  })
})

pending('and is allowed with it, which changes no decision of itself', () => {
  const approval = { approvers: ['ann', 'bob'], roles: ['sre'], grantedAt: now }
  assert.equal(decide(base, remove, approval), { effect: 'allow', policies: ['deletes'] })
  const alone = { ...approval, approvers: ['ann', 'ann'] }
  assert.is(decide(base, remove, alone).effect, 'pending', 'one person twice is one person')
  assert.is(decide(base, remove, { ...approval, roles: ['boss'] }).effect, 'pending')
})

pending('of the roles under which every request allows', () => {
  const two = `${base}
@id("inserts") @approvers("dba, boss") permit(principal, action == Postgres::Action::"insert", resource)
when { ${approvedBy('dba', 'boss')} };`
  const decision = decide(
    two,
    operation(table('delete', 'shop.orders'), table('insert', 'shop.log'), table('select', 'shop.a')),
  )
  assert.equal(decision, {
    effect: 'pending',
    policies: ['deletes', 'inserts'],
    approvers: ['dba'],
    approvals: 2,
    ttlMs: 300_000,
  })
})

pending('for a quarter of an hour and by one person, unless told otherwise', () => {
  const plain = `@id("a") @approvers("sre") permit(principal, action, resource) when { ${approvedBy('sre')} };`
  assert.equal(decide(plain), { effect: 'pending', policies: ['a'], approvers: ['sre'], approvals: 1, ttlMs: 900_000 })
})

pending('that lifts a forbid', () => {
  const lifted = `@id("all") permit(principal, action, resource);
@id("unless") @approvers("sre") forbid(principal, action, resource) unless { ${approvedBy('sre')} };`
  assert.equal(decide(lifted).effect, 'pending')
})

/** `delete` on a table, by approval of a role, where more holds. */
const by = (id: string, role: string, more = 'true', annotations = '') =>
  `@id("${id}") @approvers("${role}") ${annotations}
permit(principal, action == Postgres::Action::"delete", resource) when { ${approvedBy(role)} && ${more} };`
const unless = (id: string, role: string, when = 'true', annotations = '') =>
  `@id("${id}") @approvers("${role}") ${annotations}
forbid(principal, action == Postgres::Action::"delete", resource) when { ${when} } unless { ${approvedBy(role)} };`
const open = '@id("open") permit(principal, action, resource);'
const elsewhere = 'context.target.name == "elsewhere"'

for (const [why, policies, named, approvers, approvals, ttlMs] of [
  [
    'of a permit that holds with it, and of none whose condition does not',
    [by('a', 'sre'), by('b', 'sre', elsewhere, '@approvals("9") @approvalTtl("1s")')],
    ['a'],
    ['sre'],
    1,
    900_000,
  ],
  [
    'of a forbid that it lifts, and of none that forbids something else',
    [open, unless('a', 'sre', 'true', '@approvalTtl("5m")'), unless('b', 'sre', elsewhere, '@approvals("9")')],
    ['a'],
    ['sre'],
    1,
    300_000,
  ],
  [
    'of both, where both are of one role',
    [by('a', 'sre', 'true', '@approvals("2")'), unless('b', 'sre')],
    ['a', 'b'],
    ['sre'],
    2,
    900_000,
  ],
  ['of either of two', [by('a', 'sre'), by('b', 'dba')], ['a', 'b'], ['dba', 'sre'], 1, 900_000],
  [
    'of that one of two whose condition holds',
    [by('a', 'sre', elsewhere), by('b', 'dba', 'context.target.name != "elsewhere"')],
    ['b'],
    ['dba'],
    1,
    900_000,
  ],
  [
    'of as many people as another one says, where its condition counts them without saying so',
    [by('a', 'sre', 'context.approval.count >= 2'), by('b', 'sre', elsewhere, '@approvals("2")')],
    ['a'],
    ['sre'],
    2,
    900_000,
  ],
  [
    'of whom the policies name, where the one that then holds names nobody',
    [by('a', 'sre', elsewhere), `@id("b") permit(principal, action, resource) when { ${approvedBy('sre')} };`],
    ['a'],
    ['sre'],
    1,
    900_000,
  ],
] as const)
  pending(why, () => {
    const decision = { effect: 'pending', policies: named, approvers, approvals, ttlMs }
    assert.equal(decide(policies.join('\n')), decision)
    const grantedAt = now
    for (const role of approvers) {
      const people = reservedApprovers(approvals)
      assert.is(decide(policies.join('\n'), remove, { approvers: people, roles: [role], grantedAt }).effect, 'allow')
    }
  })

pending('in shadow only where the policy is', () => {
  const shadow = base.replace('@id("deletes")', '@id("deletes") @mode("shadow")')
  const evaluation = engine(shadow).evaluate(remove, facts())
  assert.is(evaluation.decision.effect, 'deny')
  assert.is(evaluation.shadow?.effect, 'pending')
})

pending('and remembers who approved', () => {
  const asked = engine(base)
  const approval = { approvers: ['ann', 'bob'], roles: ['sre'], grantedAt: now }
  for (let round = 0; round < 2; round++) {
    assert.is(asked.evaluate(remove, facts()).decision.effect, 'pending')
    assert.is(asked.evaluate(remove, facts({ approval })).decision.effect, 'allow')
    assert.is(asked.evaluate(remove, facts({ approval: { ...approval, roles: [] } })).decision.effect, 'pending')
  }
})

pending.run()

const denied = suite('no approval is asked for')

for (const [why, policies] of [
  [
    'where no policy that matches names approvers',
    '@id("reads") permit(principal, action == Postgres::Action::"select", resource);',
  ],
  [
    'where a forbid stands all the same',
    `${base}@id("never") forbid(principal, action == Postgres::Action::"delete", resource);`,
  ],
  ['where another request would be denied', base.replace('"select"', '"copyTo"')],
  ['where two forbids want one of two roles each', [open, unless('a', 'sre'), unless('b', 'dba')].join('\n')],
  ['where no condition holds with one', [by('a', 'sre', elsewhere), by('b', 'dba', elsewhere)].join('\n')],
  ['where the conditions want more than an approval', base.replace('count >= 2', 'count >= 3')],
  [
    'where an error would remain',
    `${base}@id("errs") forbid(principal, action, resource) when { context.statement.limit > 1 };`,
  ],
] as const)
  denied(why, () => {
    const asked = operation(table('delete', 'shop.orders'), table('select', 'shop.orders'))
    assert.is(decide(policies, asked).effect, 'deny')
  })

denied('in the name of a person: reserved ids have a slash, which a segment of an id never has', () => {
  assert.equal(reservedApprovers(2), ['reserved/1', 'reserved/2'])
})

denied.run()
