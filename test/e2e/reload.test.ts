// timeout: 200s
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { eventually } from '../stack/eventually.ts'
import { assertParity } from '../stack/parity.ts'
import { type Stack, startStack } from '../stack/stack.ts'

const permissive = `
  @id("app-works") permit(principal in Gate::Role::"app", action, resource);
  @id("ops-connects") permit(principal in Gate::Role::"ops", action, resource);`
const noPayments = `${permissive}
  @id("payments-are-closed") @reason("payments are closed this week")
  forbid(principal, action, resource is Postgres::Table) when { resource.name == "payments" };`

const reload = suite('a reload under an open session')
let stack: Stack
reload.before(async () => {
  stack = await startStack({
    policies: permissive,
    roles: ['app', 'ops'],
    setup: 'CREATE TABLE payments AS SELECT 7 AS id',
  })
})
reload.after(() => stack.stop())

const prepared = { name: 'pay', text: 'SELECT id FROM payments' }

reload('decides the same prepared statement by the new policies, and by the old ones after a revert', async () => {
  const client = await stack.connect('app')
  assert.equal((await client.query(prepared)).rows, [{ id: 7 }])

  const commit = await stack.publish({ 'policies/main.cedar': noPayments })
  const denied = await client.query(prepared).catch(error => error)
  assert.is(denied.code, '42501')
  assert.match(denied.message, 'payments are closed this week')
  assert.is(JSON.parse(denied.detail).commit, commit)

  await stack.publish({ 'policies/main.cedar': permissive })
  assert.equal((await client.query(prepared)).rows, [{ id: 7 }])
  await client.end()
})

reload('drops no connection and no statement under load', async () => {
  const client = await stack.connect('app')
  let done = false
  const answers: number[] = []
  const load = (async () => {
    for (; !done; await sleep(2)) answers.push((await client.query('SELECT 1 AS one')).rows[0].one)
  })()
  for (const text of [noPayments, permissive, noPayments, permissive]) {
    await stack.publish({ 'policies/main.cedar': text })
    await sleep(20)
  }
  done = true
  await load
  assert.ok(answers.length > 10)
  assert.ok(answers.every(one => one === 1))
  await client.end()
})

reload('ends a session whose role is no longer granted, with a reason', async () => {
  const client = await stack.connect('ops')
  const ended = new Promise<Error>(resolve => client.once('error', resolve))
  await client.query('SELECT 1')
  const identities = JSON.parse(stack.repositoryFile('identities.yaml'))
  identities.issuers.test.grants = [{ when: { sub: 'tester' }, roles: ['app'] }]
  await stack.publish({ 'identities.yaml': JSON.stringify(identities) })
  const error = await ended
  assert.match(error.message, 'not granted role `ops`')
  await eventually('the end in the trail', () =>
    stack
      .trail()
      .all()
      .some(event => event.kind === 'session.ended' && event.reason.includes('not granted')),
  )
})

reload('keeps the last good policies when an invalid bundle appears, and says why', async () => {
  const before = stack.gateway.commit()
  await stack.publishRaw('{"payloadType":"nonsense"}')
  const client = await stack.connect('app')
  assert.is((await client.query('SELECT 1 AS one')).rows[0].one, 1)
  await client.end()
  assert.is(stack.gateway.commit(), before)
  await stack.trail().until(event => event.kind === 'bundle.refused', 'refusal of a bundle')
})

reload('are decided again from their record as they were decided', () => assertParity(stack))

reload.run()
