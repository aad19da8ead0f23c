import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { goodFiles } from '../repository/good-files.test-support.ts'
import { signPayload } from './envelope.ts'
import {
  day,
  first,
  forge,
  forgeFiles,
  forgeManifest,
  good,
  hasCode,
  now,
  options,
  second,
  stranger,
  tamper,
  trust,
} from './good-bundle.test-support.ts'
import type { DsseEnvelope } from './manifest.ts'
import { type HighWaterMark, markOf } from './order.ts'
import { inspectBundle, packBundle } from './pack.ts'
import { maxSkewMs, type TrustRoot, verifyBundle } from './verify.ts'

const accepted = suite('a bundle is taken')

accepted('whole', () => {
  const { manifest, repository, keys } = verifyBundle(
    good({ reports: { lint: `sha256:${'0'.repeat(64)}` } }),
    trust,
    now,
  )
  assert.equal(keys, [first.id])
  assert.is(manifest.commit, options.commit)
  assert.is(manifest.expiresAt, new Date(options.issuedAt + 30 * day).toISOString())
  assert.is(repository.commit, options.commit)
  assert.is(repository.digest, manifest.digest)
  assert.equal(
    repository.policies.map(({ id }) => id),
    ['backup-connects', 'backup-reads'],
  )
  assert.is(repository.files.get('policies/backup.cedar'), goodFiles().get('policies/backup.cedar'))
  assert.not(repository.files.has('README.md'))
})

accepted('as bytes, and however the envelope is laid out', () => {
  const envelope = JSON.stringify(JSON.parse(good()), null, 2)
  assert.is(verifyBundle(Buffer.from(envelope), trust, now).manifest.commits, 7)
})

accepted('that enough distinct keys signed, also beside a stranger', () => {
  const envelope = good({}, [stranger, second, first])
  assert.equal(verifyBundle(envelope, { ...trust, threshold: 2 }, now).keys, [first.id, second.id].sort())
})

accepted('from a clock that is a little ahead', () => {
  assert.ok(verifyBundle(good({ issuedAt: now + maxSkewMs }), trust, now))
})

accepted('until the moment in which it expires', () => {
  assert.ok(verifyBundle(good(), trust, options.issuedAt + 30 * day - 1))
})

const mark = (changes: Partial<HighWaterMark> = {}): HighWaterMark => ({
  ...markOf(inspectBundle(good()).manifest),
  ...changes,
})

for (const [what, seen] of [
  ['again after a restart', mark()],
  ['of a later commit', mark({ commits: 6, commit: 'd'.repeat(40), digest: `sha256:${'d'.repeat(64)}` })],
  ['of a later commit that was issued earlier', mark({ commits: 6, issuedAt: new Date(now).toISOString() })],
  ['of the same commit, issued later', mark({ issuedAt: new Date(now - 2 * day).toISOString() })],
] as const)
  accepted(what, () => assert.ok(verifyBundle(good(), trust, now, seen)))

accepted('of a new epoch with fewer commits', () => {
  assert.ok(verifyBundle(good({ epoch: 2, commits: 1 }), { ...trust, epoch: 2 }, now, mark()))
})

accepted.run()

function signatures(envelope: { [member: string]: unknown }): { [member: string]: unknown }[] {
  return envelope.signatures as { [member: string]: unknown }[]
}

/** Another signature of the same key, over the same bytes, that is named twice. */
function twice(): DsseEnvelope {
  const envelope = signPayload(packBundle(goodFiles(), options), [first.privatePem])
  return { ...envelope, signatures: [...envelope.signatures, ...envelope.signatures] }
}

type Case = readonly [
  string,
  () => string | Uint8Array,
  string,
  { trust?: Partial<TrustRoot>; seen?: HighWaterMark; now?: number }?,
]

const refusals: readonly Case[] = [
  // The file
  ['it is empty', () => '', 'ERR_BUNDLE_JSON'],
  ['it is cut', () => good().slice(0, -10), 'ERR_BUNDLE_JSON'],
  ['it begins with a byte order mark', () => `\ufeff${good()}`, 'ERR_BUNDLE_JSON'],
  ['it is not UTF-8', () => Buffer.concat([Buffer.from(good()), Buffer.from([0xff])]), 'ERR_BUNDLE_JSON'],
  ['it gives a member twice', () => good().replace('{', '{"payload":"e30=",'), 'ERR_BUNDLE_JSON'],
  ['it gives a member twice, once escaped', () => good().replace('{', '{"p\\u0061yload":"e30=",'), 'ERR_BUNDLE_JSON'],
  ['it gives a signature’s key id twice', () => good().replace('"keyid"', '"keyid":"x","keyid"'), 'ERR_BUNDLE_JSON'],
  ['it is larger than any may be', () => ' '.repeat(33 * 1024 * 1024 + 1), 'ERR_BUNDLE_TOO_LARGE'],
  [
    'its payload is larger than any may be',
    () => tamper(e => void Object.assign(e, { payload: 'A'.repeat(32 * 1024 * 1024 + 4) })),
    'ERR_BUNDLE_TOO_LARGE',
  ],
  [
    'it has more signatures than any may have',
    () => tamper(e => void Object.assign(e, { signatures: Array(33).fill(signatures(e)[0]) })),
    'ERR_BUNDLE_TOO_LARGE',
  ],
  ['it is a list', () => '[]', 'ERR_BUNDLE_ENVELOPE'],
  ['it has no payload', () => tamper(e => void delete e.payload), 'ERR_BUNDLE_ENVELOPE'],
  ['a signature is only text', () => tamper(e => void Object.assign(e, { signatures: ['x'] })), 'ERR_BUNDLE_ENVELOPE'],
  ['a signature names no key', () => tamper(e => void delete signatures(e)[0]?.keyid), 'ERR_BUNDLE_ENVELOPE'],
  [
    'it has a member that no envelope has',
    () => tamper(e => void Object.assign(e, { note: 'x' })),
    'ERR_BUNDLE_ENVELOPE',
  ],
  ['it is the payload alone', () => packBundle(goodFiles(), options), 'ERR_BUNDLE_ENVELOPE'],
  [
    'its payload is base64 for URLs',
    () => tamper(e => void Object.assign(e, { payload: '-_-_' })),
    'ERR_BUNDLE_BASE64',
  ],
  ['its payload has no padding', () => tamper(e => void Object.assign(e, { payload: 'e30' })), 'ERR_BUNDLE_BASE64'],
  ['a signature is spelt in a second way', () => tamper(e => respell(signatures(e)[0])), 'ERR_BUNDLE_BASE64'],
  [
    'it is of another type',
    () => tamper(e => void Object.assign(e, { payloadType: 'application/vnd.in-toto+json' })),
    'ERR_BUNDLE_TYPE',
  ],
  [
    'a signature brings its algorithm',
    () => tamper(e => void Object.assign(signatures(e)[0] ?? {}, { alg: 'none' })),
    'ERR_BUNDLE_ALGORITHM',
  ],
  [
    'the envelope brings its algorithm',
    () => tamper(e => void Object.assign(e, { algorithm: 'HS256' })),
    'ERR_BUNDLE_ALGORITHM',
  ],

  // Its signatures
  ['it has no signature', () => tamper(e => void Object.assign(e, { signatures: [] })), 'ERR_BUNDLE_UNSIGNED'],
  ['a stranger signed it', () => good({}, [stranger]), 'ERR_BUNDLE_KEY'],
  [
    'a stranger signed it under a trusted name',
    () => tamper(e => void Object.assign(e, { signatures: [{ ...strange(), keyid: first.id }] })),
    'ERR_BUNDLE_SIGNATURE',
  ],
  [
    'its payload was changed',
    () => tamper(e => void Object.assign(e, { payload: altered(e.payload) })),
    'ERR_BUNDLE_SIGNATURE',
  ],
  [
    'a signature is short',
    () => tamper(e => void Object.assign(signatures(e)[0] ?? {}, { sig: 'AAAA' })),
    'ERR_BUNDLE_SIGNATURE',
  ],
  [
    'one of two trusted signatures does not hold',
    () => tamper(e => void signatures(e).push({ ...strange(), keyid: second.id })),
    'ERR_BUNDLE_SIGNATURE',
  ],
  ['one key signed where two must', () => good(), 'ERR_BUNDLE_THRESHOLD', { trust: { threshold: 2 } }],
  [
    'one key signed twice where two must',
    () => JSON.stringify(twice()),
    'ERR_BUNDLE_THRESHOLD',
    { trust: { threshold: 2 } },
  ],
  [
    'one trusted key and a stranger signed where two must',
    () => good({}, [first, stranger]),
    'ERR_BUNDLE_THRESHOLD',
    { trust: { threshold: 2 } },
  ],
  ['nobody is trusted', () => good(), 'ERR_BUNDLE_TRUST', { trust: { keys: [] } }],
  [
    'one key that is listed twice should do for two',
    () => good(),
    'ERR_BUNDLE_TRUST',
    { trust: { keys: [first.publicPem, first.publicPem], threshold: 2 } },
  ],
  ['nobody must sign', () => good(), 'ERR_BUNDLE_TRUST', { trust: { threshold: 0 } }],
  ['a trusted key cannot be read', () => good(), 'ERR_KEY', { trust: { keys: ['x'] } }],

  // Its payload
  [
    'its payload is not JSON',
    () =>
      forge(
        () => {},
        () => 'x',
      ),
    'ERR_BUNDLE_JSON',
  ],
  [
    'its payload gives a file twice',
    () =>
      forge(
        () => {},
        payload => JSON.stringify(payload).replace('"files":{', '"files":{"targets.yaml":"",'),
      ),
    'ERR_BUNDLE_JSON',
  ],
  [
    'its payload is laid out',
    () =>
      forge(
        () => {},
        payload => JSON.stringify(payload, null, 1),
      ),
    'ERR_BUNDLE_JSON',
  ],
  [
    'its payload is in another order',
    () =>
      forge(
        () => {},
        payload => JSON.stringify(Object.fromEntries(Object.entries(payload as object).reverse())),
      ),
    'ERR_BUNDLE_JSON',
  ],
  [
    'its payload has a third part',
    () => forge(payload => void Object.assign(payload, { more: 1 })),
    'ERR_BUNDLE_MANIFEST',
  ],
  [
    'its payload is a list',
    () =>
      forge(
        () => {},
        () => '[]',
      ),
    'ERR_BUNDLE_MANIFEST',
  ],
  ['its files are a list', () => forge(payload => void Object.assign(payload, { files: [] })), 'ERR_BUNDLE_MANIFEST'],
  ['its manifest lacks a member', () => forge(({ manifest }) => void delete manifest.audience), 'ERR_BUNDLE_MANIFEST'],
  [
    'its manifest has a member that we do not know',
    () => forge(({ manifest }) => void Object.assign(manifest, { minGateway: '2' })),
    'ERR_BUNDLE_MANIFEST',
  ],
  ['its commit is cut', () => forgeManifest({ commit: 'c0ffee' }), 'ERR_BUNDLE_MANIFEST'],
  ['its ref is a short name', () => forgeManifest({ ref: 'main' }), 'ERR_BUNDLE_MANIFEST'],
  ['its count of commits is a text', () => forgeManifest({ commits: '7' }), 'ERR_BUNDLE_MANIFEST'],
  ['its count of commits is no count', () => forgeManifest({ commits: -1 }), 'ERR_BUNDLE_MANIFEST'],
  ['its count of commits is beyond what is exact', () => forgeManifest({ commits: 2 ** 53 }), 'ERR_BUNDLE_MANIFEST'],
  [
    'its time of issue has an offset',
    () => forgeManifest({ issuedAt: '2026-01-14T00:00:00+00:00' }),
    'ERR_BUNDLE_MANIFEST',
  ],
  ['its time of issue is no day', () => forgeManifest({ issuedAt: '2026-02-30T00:00:00.000Z' }), 'ERR_BUNDLE_MANIFEST'],
  [
    'it expires before it is issued',
    () => forgeManifest({ expiresAt: '2026-01-01T00:00:00.000Z' }),
    'ERR_BUNDLE_MANIFEST',
  ],
  [
    'its schema version is not that of its configuration',
    () => forgeManifest({ schemaVersion: '1.00' }),
    'ERR_BUNDLE_MANIFEST',
  ],
  ['a report is no digest', () => forgeManifest({ reports: { lint: 'ok' } }), 'ERR_BUNDLE_MANIFEST'],
  [
    'a file was changed after the digest',
    () => forge(({ files }) => void Object.assign(files, { 'cedargate.yaml': `${files['cedargate.yaml']}${'\n'}` })),
    'ERR_BUNDLE_DIGEST',
  ],
  [
    'a file was added after the digest',
    () => forge(({ files }) => void Object.assign(files, { 'policies/x.cedar': '' })),
    'ERR_BUNDLE_DIGEST',
  ],
  ['a path leads out', () => forgeFiles(files => void files.set('policies/../../x.cedar', '')), 'ERR_BUNDLE_PATH'],
  ['a path is absolute', () => forgeFiles(files => void files.set('/etc/x', '')), 'ERR_BUNDLE_PATH'],
  [
    'a path is of another system',
    () => forgeFiles(files => void files.set('policies\\x.cedar', '')),
    'ERR_BUNDLE_PATH',
  ],
  ['a file is none that is read', () => forgeFiles(files => void files.set('README.md', '')), 'ERR_BUNDLE_FILE'],
  [
    'a file is `__proto__`',
    () => forge(payload => void Object.defineProperty(payload.files, '__proto__', { value: '', enumerable: true })),
    'ERR_BUNDLE_FILE',
  ],
  [
    'a file is no text',
    () => forge(({ files }) => void Object.assign(files, { 'targets.yaml': 1 })),
    'ERR_BUNDLE_FILE',
  ],

  // Whom it is for, and when
  ['it is for another audience', () => good(), 'ERR_BUNDLE_AUDIENCE', { trust: { audience: 'staging' } }],
  ['it is of another repository', () => good(), 'ERR_BUNDLE_REPOSITORY', { trust: { repository: 'example/other' } }],
  ['it is of another ref', () => good(), 'ERR_BUNDLE_REF', { trust: { ref: 'refs/heads/next' } }],
  ['it is of an earlier epoch', () => good(), 'ERR_BUNDLE_EPOCH', { trust: { epoch: 2 } }],
  ['it is of a later epoch', () => good({ epoch: 2 }), 'ERR_BUNDLE_EPOCH'],
  [
    'its count of commits went down',
    () => good(),
    'ERR_BUNDLE_ORDER',
    { seen: mark({ commits: 8, commit: 'd'.repeat(40) }) },
  ],
  [
    'it was issued before the one of the same commit',
    () => good(),
    'ERR_BUNDLE_ORDER',
    { seen: mark({ issuedAt: new Date(now).toISOString() }) },
  ],
  ['a later epoch was in force', () => good(), 'ERR_BUNDLE_ORDER', { seen: mark({ epoch: 2, commits: 1 }) }],
  [
    'as many commits lead to another commit',
    () => good(),
    'ERR_BUNDLE_FORKED',
    { seen: mark({ commit: 'd'.repeat(40) }) },
  ],
  [
    'the same commit had other content',
    () => good(),
    'ERR_BUNDLE_FORKED',
    { seen: mark({ digest: `sha256:${'d'.repeat(64)}` }) },
  ],
  ['it expires now', () => good(), 'ERR_BUNDLE_EXPIRED', { now: options.issuedAt + 30 * day }],
  ['it was issued in the future', () => good({ issuedAt: now + maxSkewMs + 1 }), 'ERR_BUNDLE_FUTURE'],
  ['it is made for an earlier Cedar', () => forgeManifest({ cedarVersion: '3.9.0' }), 'ERR_BUNDLE_CEDAR'],
  ['it is made for a later schema', () => forgeManifest({ schemaVersion: '2.0' }), 'ERR_BUNDLE_SCHEMA'],

  // What it says
  ['it has no policy', () => forgeFiles(files => void files.delete('policies/backup.cedar')), 'ERR_POLICIES_EMPTY'],
  ['a file is missing', () => forgeFiles(files => void files.delete('targets.yaml')), 'ERR_FILE_MISSING'],
  ['YAML is malformed', () => forgeFiles(files => void files.set('targets.yaml', '[')), 'ERR_YAML_SYNTAX'],
  ['Cedar is malformed', () => forgeFiles(files => void files.set('policies/x.cedar', 'permit')), 'ERR_POLICY_SYNTAX'],
  [
    'a policy reads what there is not',
    () => forgeFiles(files => void files.set('policies/x.cedar', policy('x', 'when { resource.colour == 1 }'))),
    'ERR_POLICY_SCHEMA',
  ],
  [
    'a policy has an annotation that is not enforced',
    () => forgeFiles(files => void files.set('policies/x.cedar', `@budget("5")\n${policy('x')}`)),
    'ERR_ANNOTATION_NOT_ENFORCED',
  ],
  [
    'an id is given twice',
    () => forgeFiles(files => void files.set('policies/x.cedar', policy('backup-reads'))),
    'ERR_POLICY_ID_DUPLICATE',
  ],
]

function policy(id: string, condition = ''): string {
  return `@id("${id}")\npermit (principal, action == Postgres::Action::"select", resource) ${condition};\n`
}

/** Bits behind the last byte of a signature, which base64 carries and no byte holds. */
function respell(signature: { [member: string]: unknown } | undefined): void {
  if (signature) signature.sig = String(signature.sig).replace(/.==$/, last => `${nextDigit(last)}==`)
}

function nextDigit(last: string): string {
  return String.fromCharCode(last.charCodeAt(0) + 1)
}

function strange(): { sig: string } {
  const [signature] = (JSON.parse(good({}, [stranger])) as DsseEnvelope).signatures
  return { sig: signature?.sig ?? '' }
}

function altered(payload: unknown): string {
  const text = Buffer.from(String(payload), 'base64').toString().replace('gate_backup', 'gate_master')
  return Buffer.from(text).toString('base64')
}

const refused = suite('a bundle is refused when')

for (const [why, make, code, { trust: changes = {}, seen, now: at = now } = {}] of refusals)
  refused(why, () => {
    const envelope = make()
    assert.throws(() => verifyBundle(envelope, { ...trust, ...changes }, at, seen), hasCode(code))
  })

refused('one byte of it was changed, whichever', () => {
  const envelope = good()
  for (let i = 0; i < envelope.length - 1; i += 97) {
    const changed = `${envelope.slice(0, i)}${envelope[i] === 'A' ? 'B' : 'A'}${envelope.slice(i + 1)}`
    assert.throws(
      () => verifyBundle(changed, trust, now),
      (error: unknown) => error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_BUNDLE_'),
    )
  }
})

refused.run()
