import {
  type BundleManifest,
  type Decision,
  type Engine,
  type Identities,
  type PostgresOperation,
  protocols,
  type Repository,
  type Target,
  type TrailBody,
} from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createStaticCredentials } from '../credentials/static-credentials.ts'
import type { Identity, IdentityCode } from '../identity/identity.ts'
import { noCasts } from '../trail/no-casts.test-support.ts'
import type { Recorded, Trail } from '../trail/trail.ts'
import type { Gate, Login, Refusal } from './contract.ts'
import { Counters } from './counters.ts'
import { Doors } from './door.ts'
import { GatewayError } from './errors.ts'
import { Policies } from './policies.ts'
import { createSeats, type Seats } from './seats.ts'
import { Turns } from './turns.ts'

const now = 1_800_000_000_000
const target: Target = {
  name: 'db',
  protocol: 'postgres',
  tags: [],
  settings: { host: 'db.internal', port: 5432, roles: { app: { user: 'u', credential: 'c' } } },
}
const identity: Identity = {
  principal: { type: 'Gate::Agent', id: 'tester' },
  issuer: 'test',
  role: 'app',
  credentialId: 't-1',
  expiresAt: now + 60_000,
  claims: { sub: 'tester' },
  keyId: 'k1',
}
const issuers = (roles: readonly string[], keys = ['k1']): Identities => ({
  issuers: new Map([
    [
      'test',
      {
        name: 'test',
        issuer: 'i',
        audience: 'a',
        principal: 'agent',
        keys: keys.map(kid => ({ kty: 'OKP', crv: 'Ed25519', x: '', kid })),
        grants: [{ when: { sub: 'tester' }, roles }],
      },
    ],
  ]),
})
const login: Login = {
  protocol: 'postgres',
  role: 'app',
  target: 'db',
  token: 'a token that nobody may see',
  source: '10.0.0.9',
  shown: (of, role) =>
    of.name === 'db' && role === 'app'
      ? { user: 'u', credential: 'c', host: 'db.internal', place: JSON.stringify(of.settings) }
      : undefined,
}

interface Given {
  readonly verify?: () => Promise<Identity>
  readonly identities?: Identities
  readonly hosts?: readonly string[]
  readonly record?: (body: TrailBody) => Recorded
  readonly maxSessions?: number
  readonly maxSessionsPerPrincipal?: number
  readonly maxSessionMs?: number
  readonly seats?: Seats
  readonly expiresAt?: number
  readonly bundle?: false
  readonly decide?: () => Decision
  readonly recheckMs?: number
}

function setUp(given: Given = {}) {
  const lines: TrailBody[] = []
  const trail: Trail = {
    record(body) {
      lines.push(body)
      return given.record === undefined ? lines.length : given.record(body)
    },
    recordTogether: async body => await trail.record(body),
    note: body => lines.push(body),
    healthy: true,
    lost: 0,
    close: async () => {},
  }
  const policies = new Policies()
  const activate = (identities: Identities, targets: readonly Target[] = [target]) =>
    policies.activate({
      engine: {
        commit: 'c1',
        begin: () => ({ decision: given.decide?.(), requests: [], requestsDigest: 'd', obligations: {} }),
        policy: () => undefined,
      } as unknown as Engine,
      repository: { identities, targets: new Map(targets.map(of => [of.name, of])) } as unknown as Repository,
      manifest: { commit: 'c1', digest: 'd1' } as BundleManifest,
      expiresAt: given.expiresAt ?? now + 3_600_000,
    })
  if (given.bundle !== false) activate(given.identities ?? issuers(['app']))
  const doors = new Doors({
    policies,
    trail,
    casts: noCasts,
    counters: new Counters(),
    now: () => now,
    clockUs: () => 0,
    turns: new Turns(() => 0),
    verifier: {
      verify: given.verify ?? (async () => identity),
      stillVouched: (of, issuer) => issuer.keys.some(({ kid }) => kid === of.keyId),
    },
    credentials: createStaticCredentials({ c: { env: 'C', hosts: given.hosts ?? ['db.internal'] } }, { C: 'secret' }),
    seats: given.seats ?? createSeats({ maxSessions: 10, ...given }),
    ...(given.recheckMs !== undefined && { recheckMs: given.recheckMs }),
    ...(given.maxSessionMs !== undefined && { maxSessionMs: given.maxSessionMs }),
  })
  return { doors, door: doors.of(protocols.postgres), lines, activate }
}
const isGate = (answer: Gate<PostgresOperation> | Refusal): answer is Gate<PostgresOperation> => 'session' in answer
const refused = (code: IdentityCode) => async () => {
  throw new GatewayError(code, 'the token is no good')
}

const opening = suite('the door')

opening('gives a session with an id of its own, on the record with what the target is shown', async () => {
  const { doors, door, lines } = setUp()
  const gate = await door.open(login)
  assert.ok(isGate(gate))
  if (!isGate(gate)) return
  assert.match(gate.session.id, /^[0-9a-f-]{36}$/)
  assert.is(gate.session.credentialId, 't-1')
  assert.is(await gate.credential.secret(), 'secret')
  assert.equal(
    lines.map(({ kind }) => kind),
    ['auth.succeeded', 'session.started'],
  )
  const [, started] = lines
  assert.equal(started?.kind === 'session.started' && started.credential, { name: 'c', user: 'u', longLived: true })
  assert.is(doors.openSessions, 1)
  gate.end('left')
  assert.is(doors.openSessions, 0)
})

for (const [why, given, change, code, recorded] of [
  ['the token is no good', { verify: refused('ERR_TOKEN_SIGNATURE') }, {}, 'auth_failed', 'ERR_TOKEN_SIGNATURE'],
  ['the token is for another role', {}, { role: 'admin' }, 'role_not_granted', 'role_not_granted'],
  ['its role is not granted', { identities: issuers(['other']) }, {}, 'role_not_granted', 'role_not_granted'],
  ['the target is unknown', {}, { target: 'nowhere' }, 'unknown_target', 'unknown_target'],
  ['the target has no login for the role', {}, { shown: () => undefined }, 'unknown_target', 'unknown_target'],
  ['the target is of another protocol', {}, { protocol: 'gate' }, 'unknown_target', 'unknown_target'],
  ['the credential may not be shown there', { hosts: ['other'] }, {}, 'auth_failed', 'ERR_CREDENTIAL_HOST'],
  ['no policies are in force', { bundle: false }, {}, 'no_bundle', 'no_bundle'],
  ['the policies have expired', { expiresAt: now }, {}, 'bundle_expired', 'bundle_expired'],
  ['too many sessions are open', { maxSessions: 0 }, {}, 'too_many_sessions', 'too_many_sessions'],
] as const)
  opening(`stays shut when ${why}`, async () => {
    const { doors, door, lines } = setUp(given as Given)
    const answer = await door.open({ ...login, ...change } as Login)
    assert.is(isGate(answer) ? 'opened' : answer.code, code)
    const [line] = lines
    assert.is(line?.kind === 'auth.failed' && line.code, recorded)
    assert.is(doors.openSessions, 0)
    assert.not.match(JSON.stringify([answer, lines]), login.token)
  })

opening('lets in no more than the limit, also where all come at once', async () => {
  const { doors, door } = setUp({ maxSessions: 3 })
  const answers = await Promise.all(Array.from({ length: 20 }, () => door.open(login)))
  assert.is(answers.filter(isGate).length, 3)
  assert.is(doors.openSessions, 3)
  answers.find(isGate)?.end('left')
  assert.ok(isGate(await door.open(login)))
})

opening('lets one principal have no more than its share', async () => {
  const seats = createSeats({ maxSessions: 4, maxSessionsPerPrincipal: 2 })
  const take = async (id: string) => seats.take({ principal: { type: 'Gate::Agent', id } })
  const taken = await Promise.all(['a', 'a', 'a', 'b', 'b', 'c'].map(take))
  const words = taken.map(seat => (typeof seat === 'string' ? seat : 'seat'))
  const { one, all } = { one: 'too_many_sessions_of_one', all: 'too_many_sessions' }
  assert.equal(words, ['seat', 'seat', one, 'seat', 'seat', all])
  const [first] = taken
  if (typeof first === 'object') first.free()
  assert.is(typeof (await take('a')), 'object')
  const { door, lines } = setUp({ maxSessionsPerPrincipal: 1 })
  await door.open(login)
  const second = await door.open(login)
  assert.is(isGate(second) ? 'opened' : second.code, one)
  assert.ok(lines.some(line => line.kind === 'auth.failed' && line.code === one))
})

opening('ends what lasts too long, though its token goes on', async () => {
  const { door, lines } = setUp({ maxSessionMs: 0 })
  const gate = await door.open(login)
  assert.is(isGate(gate) && (gate.ended.reason as Refusal).message, 'no session may last longer')
  const [, started] = lines
  assert.is(started?.kind === 'session.started' && started.session.expiresAt, now)
})

opening('stays shut when the session cannot be put on the record', async () => {
  const { doors, door } = setUp({ record: () => undefined, maxSessions: 1 })
  const answer = await door.open(login)
  assert.is(isGate(answer) ? 'opened' : answer.code, 'trail_unavailable')
  assert.is(doors.openSessions, 0)
  const again = await door.open(login)
  assert.is(isGate(again) ? 'opened' : again.code, 'trail_unavailable') // its seat is free again
})

opening('counts a session from its seat to its end, whoever counts', async () => {
  const seats = createSeats({ maxSessions: 1 })
  const { door } = setUp({ seats: { take: async sitter => seats.take(sitter) } })
  const [first, second] = await Promise.all([door.open(login), door.open(login)])
  assert.ok(isGate(first))
  assert.is(isGate(second) ? 'opened' : second.code, 'too_many_sessions')
  first.end('left')
  first.end('left twice')
  assert.ok(isGate(await door.open(login)))
  assert.is(isGate(await door.open(login)), false)
})

for (const [what, identities, targets] of [
  ['the role is no longer granted', issuers([]), [target]],
  ['the key no longer vouches', issuers(['app'], ['k2']), [target]],
  ['the issuer is gone', { issuers: new Map() } as Identities, [target]],
  ['the target is gone', issuers(['app']), []],
  ['the target moved', issuers(['app']), [{ ...target, settings: { ...(target.settings as object), port: 1 } }]],
] as const)
  opening(`asks an open session to end when ${what}`, async () => {
    const { door, activate } = setUp()
    const gate = await door.open(login)
    assert.ok(isGate(gate) && !gate.ended.aborted)
    activate(identities, targets)
    assert.is(isGate(gate) && gate.ended.aborted, true)
    assert.is(isGate(gate) && (gate.ended.reason as Refusal).code, 'session_ended')
  })

opening('leaves an open session alone when the policies change and its grant does not', async () => {
  const { door, activate } = setUp()
  const gate = await door.open(login)
  activate(issuers(['app', 'more']), [{ ...target, tags: ['env=prod'] }])
  assert.is(isGate(gate) && gate.ended.aborted, false)
})

opening('ends a session whose role was withdrawn while its login was under way', async () => {
  const { door, activate } = setUp({
    record: () => {
      activate(issuers([]))
      return 1
    },
  })
  const gate = await door.open(login)
  assert.is(isGate(gate) && gate.ended.aborted, true)
})

opening('ends a session when its token expires', async () => {
  const { door } = setUp({ verify: async () => ({ ...identity, expiresAt: now }) })
  const gate = await door.open(login)
  assert.is(isGate(gate) && gate.ended.aborted, true)
})

opening('asks all to end when it drains, and lets nobody in', async () => {
  const { doors, door } = setUp()
  const gate = await door.open(login)
  doors.drain()
  assert.is(isGate(gate) && (gate.ended.reason as Refusal).code, 'draining')
  const late = await door.open(login)
  assert.is(isGate(late) ? 'opened' : late.code, 'draining')
})

opening('decides what goes on again as time passes, and ends it where it is no longer allowed', async () => {
  let decision: Decision = { effect: 'allow', policies: ['by-day'] }
  const { doors, door } = setUp({ decide: () => decision, recheckMs: 1 })
  const gate = await door.open(login)
  assert.ok(isGate(gate))
  if (!isGate(gate)) return
  const operation = { protocol: 'postgres', kind: 'connect', database: 'db' } as const
  const stream = await gate.admit(operation, { source: login.source, whenPending: 'refuse', goesOn: true })
  assert.is(stream.allowed && stream.ended?.aborted, false)
  decision = { effect: 'deny', policies: ['by-day'], reason: 'forbidden', detail: 'it is night' }
  while (stream.allowed && !stream.ended?.aborted) await new Promise(resolve => setTimeout(resolve, 1))
  assert.is(stream.allowed && (stream.ended?.reason as Refusal | undefined)?.code, 'forbidden')
  assert.is(gate.ended.aborted, false)
  doors.close()
})

const joining: Login = { ...login, joins: true }

opening('lets logins join a session, whose token is verified and whose beginning is recorded once', async () => {
  let verified = 0
  const verify = async () => {
    verified += 1
    return identity
  }
  const { doors, door, lines } = setUp({ verify, maxSessions: 1 })
  const first = await door.open(joining)
  const second = await door.open({ ...joining, source: '10.0.0.10' })
  assert.ok(isGate(first) && isGate(second) && first.session === second.session)
  assert.is(verified, 1)
  assert.equal(
    lines.map(({ kind }) => kind),
    ['auth.succeeded', 'session.started'],
  )
  if (isGate(first)) first.end('left')
  assert.is(doors.openSessions, 1)
})

opening('verifies a login again whose session was told to end by a reload', async () => {
  const { door, activate } = setUp()
  const first = await door.open(joining)
  activate(issuers([]))
  assert.is(isGate(first) && first.ended.aborted, true)
  const again = await door.open(joining)
  assert.is(isGate(again) ? 'opened' : again.code, 'role_not_granted')
})

opening('ends a session that nobody holds for a login that finds no place', async () => {
  let verify = async () => identity
  const { doors, door, lines } = setUp({ verify: () => verify(), maxSessions: 1 })
  const first = await door.open(joining)
  verify = async () => ({ ...identity, credentialId: 't-2', claims: { ...identity.claims, jti: 't-2' } })
  const other = { ...joining, token: 'another token' }
  const held = await door.open(other)
  assert.is(isGate(held) ? 'opened' : held.code, 'too_many_sessions')
  if (isGate(first)) first.end('left')
  const opened = await door.open(other)
  assert.is(isGate(opened) && opened.session.credentialId, 't-2')
  assert.is(doors.openSessions, 1)
  assert.ok(lines.some(line => line.kind === 'session.ended'))
})

opening.run()
