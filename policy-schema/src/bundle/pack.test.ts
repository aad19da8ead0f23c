import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { changed, goodFiles } from '../repository/good-files.test-support.ts'
import { encodeEnvelope, signPayload } from './envelope.ts'
import { day, first, good, hasCode, now, options, second, stranger, trust } from './good-bundle.test-support.ts'
import type { BundlePayload } from './manifest.ts'
import { inspectBundle, packBundle, renewBundle } from './pack.ts'
import { verifyBundle } from './verify.ts'

const pack = suite('packing')

pack('gives the same bytes for the same files in any order', () => {
  const again = new Map([...goodFiles()].reverse())
  assert.ok(Buffer.from(packBundle(goodFiles(), options)).equals(packBundle(again, options)))
})

pack('takes the files that are read, and no others', () => {
  const { files } = JSON.parse(Buffer.from(packBundle(goodFiles(), options)).toString()) as BundlePayload
  assert.equal(Object.keys(files), [
    'cedargate.yaml',
    'identities.yaml',
    'policies/backup.cedar',
    'snapshots/orders-db.json',
    'targets.yaml',
    'tests/backup.test.yaml',
  ])
})

for (const [what, files, change, code] of [
  ['a fault in a file', changed('targets.yaml', text => `${text}x: 1\n`), {}, 'ERR_REPOSITORY_SCHEMA'],
  ['no policy', changed('policies/backup.cedar', () => undefined), {}, 'ERR_POLICIES_EMPTY'],
  ['a work tree that is of no commit', goodFiles(), { commit: 'worktree' }, 'ERR_BUNDLE_MANIFEST'],
  ['no count of commits', goodFiles(), { commits: 0 }, 'ERR_BUNDLE_MANIFEST'],
  ['a lifetime that ends before it begins', goodFiles(), { expiresInMs: -1 }, 'ERR_BUNDLE_MANIFEST'],
  ['a lifetime without end', goodFiles(), { expiresInMs: Number.POSITIVE_INFINITY }, 'ERR_BUNDLE_MANIFEST'],
] as const)
  pack(`refuses ${what}`, () => assert.throws(() => packBundle(files, { ...options, ...change }), hasCode(code)))

pack.run()

const sign = suite('signing')

sign('is done once by a key that is given twice', () => {
  const { signatures } = signPayload(Buffer.from('{}'), [first.privatePem, first.privatePem, second.privatePem])
  assert.equal(
    signatures.map(({ keyid }) => keyid),
    [first.id, second.id],
  )
})

sign('needs a key', () => assert.throws(() => signPayload(Buffer.from('{}'), []), hasCode('ERR_BUNDLE_UNSIGNED')))

sign('needs a private key', () =>
  assert.throws(() => signPayload(Buffer.from('{}'), [first.publicPem]), hasCode('ERR_KEY')),
)

sign.run()

const renew = suite('renewing')

renew('changes only when a bundle was issued, when it expires and who signed', () => {
  const old = good({ reports: { test: `sha256:${'1'.repeat(64)}` } })
  const later = options.issuedAt + 29 * day
  const renewed = encodeEnvelope(
    renewBundle(old, trust, [second.privatePem], { issuedAt: later, expiresInMs: 7 * day }),
  )
  const [before, after] = [inspectBundle(old), inspectBundle(renewed)]
  assert.equal(after.manifest, {
    ...before.manifest,
    issuedAt: new Date(later).toISOString(),
    expiresAt: new Date(later + 7 * day).toISOString(),
  })
  assert.equal([...after.files], [...before.files])
  assert.equal(after.keyIds, [second.id])
  assert.ok(verifyBundle(renewed, trust, later + 6 * day, verifyBundle(old, trust, now).manifest))
  assert.throws(() => verifyBundle(old, trust, now, after.manifest), hasCode('ERR_BUNDLE_ORDER'))
})

renew('helps also after the expiry', () => {
  const late = options.issuedAt + 90 * day
  const renewed = renewBundle(good(), trust, [first.privatePem], { issuedAt: late })
  assert.ok(verifyBundle(encodeEnvelope(renewed), trust, late))
})

for (const [what, envelope, issuedAt, code] of [
  ['one that a stranger signed', () => good({}, [stranger]), now, 'ERR_BUNDLE_KEY'],
  ['one for another audience', () => good({ audience: 'staging' }), now, 'ERR_BUNDLE_AUDIENCE'],
  ['with the same time of issue', () => good(), options.issuedAt, 'ERR_BUNDLE_ORDER'],
  ['with an earlier time of issue', () => good(), options.issuedAt - 1, 'ERR_BUNDLE_ORDER'],
] as const)
  renew(`is refused: ${what}`, () =>
    assert.throws(() => renewBundle(envelope(), trust, [first.privatePem], { issuedAt }), hasCode(code)),
  )

renew.run()
