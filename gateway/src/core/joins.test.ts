import type { Session } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Gate, Login, Refusal } from './contract.ts'
import type { SessionGate } from './gate.ts'
import { Joins } from './joins.ts'
import { gateRefusal } from './refusal.ts'

const start = 1_800_000_000_000
const login = (token = 'a token', more: Partial<Login> = {}): Login => ({
  ...{ protocol: 'kubernetes', role: 'app', target: 'prod', token, source: '10.0.0.9' },
  ...{ shown: () => undefined, joins: true, ...more },
})

function setUp(idleMs?: number, maxCallsPerPrincipal?: number) {
  let now = start
  const joins = new Joins({ now: () => now, idleMs, maxCallsPerPrincipal })
  const gates: (SessionGate<never> & { readonly reasons: string[] })[] = []
  const open = async (refusal?: Refusal) => {
    const ending = new AbortController()
    const reasons: string[] = []
    const gate = {
      session: {
        ...{ id: `s${gates.length + 1}`, expiresAt: start + 60_000, principal: { type: 'Gate::Agent', id: 'a' } },
      } as Session,
      ended: ending.signal,
      stop: (why: Refusal) => ending.abort(why),
      end: (reason: string) => reasons.push(reason),
      reasons,
    }
    if (refusal !== undefined) return refusal
    gates.push(gate as never)
    return gate as unknown as SessionGate<never>
  }
  const join = async (key = 'k', given = login(), refusal?: Refusal) => {
    const joined = await joins.join<never>(key, given, () => open(refusal))
    return typeof joined === 'object' && 'code' in joined ? joined.code : joined
  }
  const ended = () => gates.map(({ reasons }) => reasons)
  return { joins, gates, join, ended, pass: (ms: number) => (now += ms) }
}
const held = (joined: Gate<never> | string | undefined): Gate<never> => {
  if (joined === undefined || typeof joined === 'string') throw new Error(`\`${joined}\` is no session`)
  return joined
}

const joining = suite('logins that join')

joining('are of one session, also where all come at once, and open it once', async () => {
  const { join, joins, gates } = setUp()
  const all = await Promise.all(Array.from({ length: 5 }, () => join()))
  assert.equal([...new Set(all.map(joined => held(joined).session.id))], ['s1'])
  assert.is(held(joins.known(login())).session.id, 's1')
  assert.is(gates.length, 1)
})

joining('with another key open another session', async () => {
  const { join } = setUp()
  assert.is(held(await join()).session.id, 's1')
  assert.is(held(await join('another', login('another token'))).session.id, 's2')
})

for (const [what, other] of [
  ['another token', login('another token')],
  ['another role', login('a token', { role: 'admin' })],
  ['another target', login('a token', { target: 'staging' })],
  ['another protocol', login('a token', { protocol: 'gate' as never })],
] as const)
  joining(`are not known by ${what}`, async () => {
    const { join, joins } = setUp()
    held(await join())
    assert.is(joins.known(other), undefined)
  })

joining('are verified again once the token has expired', async () => {
  const { join, joins, pass } = setUp()
  held(await join())
  pass(60_000)
  assert.is(joins.known(login()), undefined)
})

joining('end nothing while another holds the session, and end it once it was idle', async () => {
  const { join, joins, ended } = setUp(0)
  const [first, second] = [held(await join()), held(await join())]
  first.end('left')
  first.end('left twice')
  await new Promise(resolve => setTimeout(resolve, 5))
  assert.equal(ended(), [[]])
  second.end('left')
  while (ended()[0]?.length === 0) await new Promise(resolve => setTimeout(resolve, 1))
  assert.equal(ended(), [['it was idle']])
  assert.is(joins.known(login()), undefined)
  assert.is(held(await join()).session.id, 's2')
})

joining('are joined by nobody once the gate was told to stop, and end with the last that holds it', async () => {
  const { join, joins, gates, ended } = setUp()
  const holder = held(await join())
  gates[0]?.stop(gateRefusal('session_ended', 'c1', { message: 'the role was withdrawn' }))
  assert.is(holder.ended.aborted, true)
  assert.equal(ended(), [[]])
  assert.is(joins.known(login()), undefined)
  assert.is(held(await join()).session.id, 's2')
  holder.end('left')
  assert.equal(ended(), [['the role was withdrawn'], []])
})

joining('end at once where nobody holds the session when it is told to stop', async () => {
  const { join, gates, ended } = setUp()
  held(await join()).end('left')
  gates[0]?.stop(gateRefusal('draining', 'c1'))
  assert.equal(ended(), [['the gateway is shutting down']])
})

joining('are all refused what opening was refused, and asked anew the next time', async () => {
  const { join } = setUp()
  const refusal = gateRefusal('too_many_sessions', 'c1')
  assert.equal(await Promise.all([join('k', login(), refusal), join('k', login(), refusal)]), [
    'too_many_sessions',
    'too_many_sessions',
  ])
  assert.is(held(await join()).session.id, 's1')
})

joining('hold as many sessions at once as one principal may, whatever their tokens, and as many again', async () => {
  const { join, joins, ended } = setUp(undefined, 2)
  const [first, second] = [held(await join()), held(await join('another', login('another token')))]
  assert.is(joins.known(login()), 'too_many_calls_of_one')
  assert.is(await join('third', login('third token')), 'too_many_calls_of_one')
  first.end('left')
  first.end('left twice')
  assert.is(held(joins.known(login())).session.id, 's1')
  assert.is(joins.known(login('third token')), 'too_many_calls_of_one')
  second.end('left')
  assert.is(held(joins.known(login('third token'))).session.id, 's3')
  assert.equal(ended(), [[], [], []])
  // what was opened in vain does not stay for ever
  assert.is(
    joins.endIdle(gate => gate.session.id === 's2'),
    true,
  )
})

joining('give way to others where nobody holds the session', async () => {
  const { join, joins, ended } = setUp()
  const holder = held(await join())
  assert.is(
    joins.endIdle(() => true),
    false,
  )
  holder.end('left')
  assert.is(
    joins.endIdle(() => false),
    false,
  )
  assert.is(
    joins.endIdle(() => true),
    true,
  )
  assert.equal(ended(), [['others needed its place']])
})

joining.run()
