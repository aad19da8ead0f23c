import { generateKeyPairSync, verify as nodeVerify } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { PolicyError } from './errors.ts'
import { generateSigningKey, keyId, signingKey, verifyingKey } from './signing.ts'

const pair = generateSigningKey()
const bytes = Buffer.from('{"a":1}')

const signature = suite('a signature')

signature('holds for the bytes, the type and the key that it was made with', () => {
  const made = signingKey(pair.privatePem).sign('type', bytes)
  const key = verifyingKey(pair.publicPem)
  assert.ok(key.verify('type', bytes, made))
  assert.not(key.verify('typf', bytes, made))
  assert.not(key.verify('type', Buffer.from('{"a":2}'), made))
  assert.not(key.verify('type', bytes, made.subarray(1)))
  assert.not(key.verify('type', bytes, new Uint8Array(64)))
  assert.not(verifyingKey(generateSigningKey().publicPem).verify('type', bytes, made))
})

signature('is over the pre-authentication encoding of DSSE', () => {
  // The vector of DSSE's protocol.md, checked with node:crypto alone.
  const made = signingKey(pair.privatePem).sign('http://example.com/HelloWorld', Buffer.from('hello world'))
  const encoded = Buffer.from('DSSEv1 29 http://example.com/HelloWorld 11 hello world')
  assert.ok(nodeVerify(null, encoded, pair.publicPem, made))
})

signature('names its key alike, from either half and however the PEM is wrapped', () => {
  const rewrapped = pair.publicPem.replace(/\n(?=[^-])/g, '\n\n').replaceAll('\n', '\r\n')
  assert.is(keyId(rewrapped), pair.id)
  assert.is(signingKey(pair.privatePem).id, pair.id)
  assert.match(pair.id, /^sha256:[0-9a-f]{64}$/)
})

signature.run()

const refused = suite('a key is refused that is')

const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 })
const x25519 = generateKeyPairSync('x25519')
const spki = { type: 'spki', format: 'pem' } as const

for (const [what, pem] of [
  ['empty', ''],
  ['not PEM', 'abc'],
  ['cut', pair.publicPem.replace(/[A-Za-z0-9+/=]{20}\n/, '\n')],
  ['private', pair.privatePem],
  ['two', pair.publicPem + pair.publicPem],
  ['RSA', String(rsa.publicKey.export(spki))],
  ['X25519', String(x25519.publicKey.export(spki))],
] as const)
  refused(what, () => assert.throws(() => keyId(pem), isKeyError))

refused('public where a private one is wanted', () => assert.throws(() => signingKey(pair.publicPem), isKeyError))

function isKeyError(error: unknown): boolean {
  return error instanceof PolicyError && error.code === 'ERR_KEY'
}

refused.run()
