import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createChain, trailGenesis } from './chain.ts'
import type { TrailBody, TrailEvent, TrailKind } from './events.ts'
import { fieldsOf } from './fields.ts'
import { parseTrailLine } from './line.ts'
import { trailEventFault, trailEventSchema } from './schema.ts'

const digest = `sha256:${'0'.repeat(64)}`
const principal = { type: 'Gate::Agent', id: 'nightly-backup' }
const who = { session: 's', agent: 'nightly-backup', role: 'backup', task: 't', target: 'orders-db' } as const
const { agent, ...other } = who
const decision = {
  kind: 'decision',
  ...who,
  source: '::1',
  operation: { protocol: 'postgres', kind: 'connect', database: 'orders' },
} as const
const answered = {
  now: 1,
  approval: { approvers: ['a'], roles: ['r'], grantedAt: 1, reason: 'x' },
  requests: [
    { action: 'a', resource: 'r', effect: 'deny', policies: [], errors: [{ policy: 'p', message: 'overflow' }] },
  ],
  requestsDigest: digest,
  obligations: { maxRows: 1, maxBytes: 2, statementTimeoutMs: 3 },
} as const

/** Every member of every kind at least once. */
const samples: { readonly [K in TrailKind]: readonly Extract<TrailBody, { kind: K }>[] } = {
  'gateway.started': [{ kind: 'gateway.started', release: '0.1.0', node: '24.21.0' }],
  'gateway.stopped': [{ kind: 'gateway.stopped', reason: 'SIGTERM' }],
  'trail.recovered': [{ kind: 'trail.recovered', segment: 'x', tornBytes: 3, tornDigest: digest }],
  'session.started': [
    {
      kind: 'session.started',
      session: {
        id: 's',
        principal,
        owner: { type: 'Gate::User', id: 'ann' },
        issuer: 'development',
        role: 'backup',
        task: { id: 't', kind: 'backup', verified: true },
        target: 'orders-db',
        credentialId: 'c',
        startedAt: 1,
        expiresAt: 2,
      },
      protocol: 'postgres',
      source: '::1',
      credential: { name: 'orders', user: 'backup', longLived: true },
    },
  ],
  decision: [
    { ...decision, agent: undefined, user: 'ann', refused: 'draining' },
    {
      ...decision,
      ...answered,
      decision: { effect: 'allow', policies: [] },
      shadow: { effect: 'deny', policies: ['p'], reason: 'forbidden', detail: '' },
      replayable: false,
    },
    {
      ...decision,
      ...answered,
      decision: { effect: 'pending', policies: ['p'], approvers: ['r'], approvals: 1, ttlMs: 900_000 },
      refused: 'approval_unavailable',
    },
  ],
  result: [
    { kind: 'result', ...who, decisionSeq: 1, rows: 0, bytes: 9, status: 'ok', durationUs: 1 },
    {
      ...{ kind: 'result', ...other, user: agent, decisionSeq: 1, rows: 5, bytes: 9, received: 7 },
      ...{ status: 'limit_exceeded', limit: 'maxRows', durationUs: 1 },
    },
  ],
  'session.ended': [{ kind: 'session.ended', session: 's', reason: 'left' }],
  'auth.succeeded': [
    {
      kind: 'auth.succeeded',
      source: '::1',
      protocol: 'postgres',
      issuer: 'development',
      subject: 'nightly-backup',
      role: 'backup',
      target: 'orders-db',
      credentialId: 'c',
    },
  ],
  'auth.failed': [
    { kind: 'auth.failed', source: '::1', protocol: 'postgres', code: 'auth_failed', detail: 'x' },
    { kind: 'auth.failed', source: 'many', protocol: 'postgres', code: 'many', detail: 'x', times: 9 },
  ],
  'bundle.activated': [
    {
      kind: 'bundle.activated',
      repository: 'example/policies',
      ref: 'refs/heads/main',
      epoch: 1,
      commits: 2,
      issuedAt: '2026-01-01T00:00:00.000Z',
      expiresAt: '2026-02-01T00:00:00.000Z',
      keys: [digest],
      policies: 3,
    },
  ],
  'bundle.refused': [
    { kind: 'bundle.refused', code: 'ERR_BUNDLE_ORDER', detail: 'older', source: 'folder', offered: 'c' },
  ],
  'cast.closed': [
    {
      ...{ kind: 'cast.closed', session: 's', decisionSeq: 1, path: 'casts/g.0.0000000000000001.cast', bytes: 9 },
      ...{ digest, truncated: false },
    },
  ],
  checkpoint: [
    {
      kind: 'checkpoint',
      segment: 'x',
      lines: 4,
      root: '0'.repeat(64),
      key: digest,
      signature: Buffer.alloc(64).toString('base64'),
    },
  ],
}

function written(body: TrailBody): TrailEvent {
  const chain = createChain({ gateway: 'gw', worker: 0, seq: 0, previous: trailGenesis })
  return parseTrailLine(chain.line(body, { time: 0, commit: 'none', bundle: 'none' }))
}

interface Variant {
  readonly title: TrailKind
  readonly properties: { readonly [member: string]: unknown }
}
const variants = (trailEventSchema as { readonly oneOf: readonly Variant[] }).oneOf

const kinds = suite('the schema')

kinds('has each kind that can be written', () => {
  assert.equal(
    variants.map(({ title }) => title),
    Object.keys(fieldsOf),
  )
})

for (const { title, properties } of variants)
  kinds(`lists the members of ${title} in the order in which they are written`, () => {
    const bundle = title === 'decision' || title === 'result' ? [] : ['bundle']
    const common = ['seq', 'time', 'kind', 'version', 'gateway', 'worker', 'commit', ...bundle, 'previous']
    assert.equal(Object.keys(properties), [...common, ...fieldsOf[title], 'hash'])
    const seen = new Set(samples[title].flatMap(body => Object.keys(written(body))))
    assert.equal([...seen].sort(), Object.keys(properties).sort())
    for (const body of samples[title]) assert.is(trailEventFault(written(body)), undefined)
  })

for (const [why, change] of [
  ['an unknown kind', { kind: 'session.paused' }],
  ['a member too many', { stray: 1 }],
  ['a decision without the digest of what was asked', { requestsDigest: undefined }],
  ['an instant without a decision', { ...emptied(answered), now: 1, decision: undefined, refused: 'draining' }],
  ['nobody who asks', { agent: undefined }],
  ['two who ask', { user: 'ann' }],
  ['a decision line that neither decides nor refuses', { ...emptied(answered), decision: undefined }],
  ['an effect that there is not', { decision: { effect: 'maybe', policies: [] } }],
  ['a deny without a reason', { decision: { effect: 'deny', policies: [], detail: '' } }],
  ['replayable other than false', { replayable: true }],
  ['an operation without a protocol', { operation: { kind: 'query' } }],
  ['a time that is not UTC', { time: '2026-01-01T00:00:00.000+01:00' }],
] as const)
  kinds(`refuses ${why}`, () => {
    const good = written({ ...decision, ...answered, decision: { effect: 'allow', policies: [] } })
    const spoilt = JSON.parse(JSON.stringify({ ...good, ...change })) as TrailEvent
    assert.type(trailEventFault(spoilt), 'string')
  })

function emptied(record: object): object {
  return Object.fromEntries(Object.keys(record).map(key => [key, undefined]))
}

kinds.run()
