import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { generateTls } from './tls.ts'
import { generateTokenKey, signToken } from './token.ts'
import { writeNew } from './write-new.ts'

const now = Date.UTC(2026, 5, 1, 12)
const code = (expected: string) => (error: unknown) => (error as { code?: string }).code === expected
async function rejects(promise: Promise<unknown>, expected: string): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  assert.is((error as { code?: string } | undefined)?.code, expected)
}

const tokens = suite('a development token')
const claims = {
  issuer: 'https://issuer.example',
  audience: 'cedargate',
  subject: 'nightly-backup',
  role: 'backup',
  task: { id: 'run-7', kind: 'backup' },
  owner: 'dana',
  expiresInMs: 900_000,
}

tokens('verifies under the key set that `keys generate` prints, and says who, in which role and why', async () => {
  const { privatePem, jwk } = await generateTokenKey()
  const token = await signToken(claims, privatePem, now)
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet({ keys: [jwk] }), {
    issuer: claims.issuer,
    audience: claims.audience,
    currentDate: new Date(now),
  })
  assert.is(protectedHeader.alg, 'EdDSA')
  assert.is(protectedHeader.kid, jwk.kid)
  assert.is(payload.sub, 'nightly-backup')
  assert.is(payload.role, 'backup')
  assert.equal(payload.task, { id: 'run-7', kind: 'backup' })
  assert.is(payload.owner, 'dana')
  assert.is((payload.exp ?? 0) - (payload.iat ?? 0), 900)
  assert.ok(payload.jti)
})

tokens('is never longer than a client sends', async () => {
  const { privatePem } = await generateTokenKey()
  await rejects(signToken({ ...claims, subject: 'x'.repeat(700) }, privatePem, now), 'ERR_TOKEN_SIZE')
})

tokens('is signed by nothing but Ed25519', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  await rejects(signToken(claims, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), now), 'ERR_KEY')
  await rejects(signToken(claims, 'not a key', now), 'ERR_KEY')
})

const tls = suite('a development certificate')
tls('is valid for its hosts and no other, under its own authority', async () => {
  const made = await generateTls(['gate.internal', '127.0.0.1', '::1'], 86_400_000, now)
  const server = new X509Certificate(made.serverPem)
  const ca = new X509Certificate(made.caPem)
  assert.ok(server.verify(ca.publicKey))
  assert.ok(server.checkIssued(ca))
  assert.ok(server.checkPrivateKey(createPrivateKey(made.serverKeyPem)))
  assert.ok(server.checkHost('gate.internal'))
  assert.ok(server.checkIP('127.0.0.1'))
  assert.ok(server.checkIP('::1'))
  assert.is(server.checkHost('other.internal'), undefined)
  assert.is(server.ca, false)
  assert.is(ca.ca, true)
  assert.is(Date.parse(server.validTo), now + 86_400_000)
})

const files = suite('new files are')
const folder = mkdtempSync(join(tmpdir(), 'cedargate-keys-'))
files('readable by their owner only where they are secret', () => {
  const [secret, open] = writeNew(join(folder, 'a'), [
    { name: 's', text: 'one', secret: true },
    { name: 'o', text: 'two', secret: false },
  ])
  assert.is(statSync(secret ?? '').mode & 0o777, 0o600)
  assert.is(statSync(open ?? '').mode & 0o077, 0o044)
})
files('written all or not at all, never over one that exists', () => {
  writeFileSync(join(folder, 'o'), 'mine')
  const both = [
    { name: 's', text: 'one', secret: true },
    { name: 'o', text: 'two', secret: false },
  ]
  assert.throws(() => writeNew(folder, both), code('ERR_FILE_EXISTS'))
  assert.is(readFileSync(join(folder, 'o'), 'utf8'), 'mine')
  assert.throws(() => statSync(join(folder, 's')))
})
files('not written below a file', () => {
  // Node's own way of making folders never comes back from here.
  assert.throws(() => writeNew('/proc/nothing/here', [{ name: 's', text: '', secret: true }]), code('ERR_FILE'))
  assert.throws(() => writeNew(join(folder, 'o', 'x'), [{ name: 's', text: '', secret: true }]))
})
files.after(() => rmSync(folder, { recursive: true, force: true }))

tokens.run()
tls.run()
files.run()
