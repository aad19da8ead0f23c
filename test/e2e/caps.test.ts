// timeout: 200s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { eventually } from '../stack/eventually.ts'
import { assertParity } from '../stack/parity.ts'
import { type Stack, startStack } from '../stack/stack.ts'

const caps = suite('the limits of gateway.yaml')
let stack: Stack
caps.before(async () => {
  stack = await startStack({
    policies: '@id("app-works") permit(principal in Gate::Role::"app", action, resource);',
    config: { limits: { maxSessionsPerPrincipal: 2, idleSeconds: 2, maxSessionSeconds: 6 } },
  })
})
caps.after(() => stack.stop())

const ends = () =>
  stack
    .trail()
    .all()
    .flatMap(event => (event.kind === 'session.ended' ? [event.reason] : []))

caps('let one principal have so many sessions, and leave room for others', async () => {
  const two = [await stack.connect('app'), await stack.connect('app')]
  const error = await stack.connect('app').then(
    () => undefined,
    cause => cause,
  )
  assert.is(error?.code, '53300')
  assert.match(error?.message, 'this principal has too many sessions open')
  assert.is(JSON.parse(error?.detail).code, 'too_many_sessions_of_one')
  for (const client of two) await client.end()
  await eventually('their ends', () => ends().length === 2)
  await (await stack.connect('app')).end()
  await eventually('its end', () => ends().length === 3)
})

caps('end a session of which nothing is heard, and one that lasts too long', async () => {
  const [idle, busy] = [await stack.connect('app'), await stack.connect('app')]
  const codes = Promise.all(
    [idle, busy].map(
      client =>
        new Promise<string>(resolve => client.once('error', error => resolve((error as { code?: string }).code ?? ''))),
    ),
  )
  let over = false
  busy.once('end', () => {
    over = true
  })
  while (!over) {
    await busy.query('SELECT 1').catch(() => {})
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  assert.equal(await codes, ['57P05', '57P01'])
  await eventually('their ends', () => ends().length === 5)
  assert.match(ends().at(-2) ?? '', /^idle_session: /)
  assert.match(ends().at(-1) ?? '', 'session_ended: no session may last longer')
})

caps('leave a record that is decided again as it was', () => assertParity(stack))

caps.run()
