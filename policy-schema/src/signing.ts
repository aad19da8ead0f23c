import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { sha256 } from './canonical.ts'
import { PolicyError } from './errors.ts'

/** `ERR_KEY`: a text that is not one Ed25519 key in PEM. */
export type KeyCode = 'ERR_KEY'

/** An Ed25519 key pair in PEM: SPKI and PKCS #8. */
export interface KeyPair {
  /** `keyId` of the public half. */
  readonly id: string
  readonly publicPem: string
  readonly privatePem: string
}

/** A public key that may vouch. */
export interface VerifyingKey {
  readonly id: string
  /** Whether this key signed these bytes as of this type. Never throws. */
  verify(type: string, bytes: Uint8Array, signature: Uint8Array): boolean
}

export interface SigningKey {
  readonly id: string
  /** An Ed25519 signature over the pre-authentication encoding. */
  sign(type: string, bytes: Uint8Array): Uint8Array
}

/** A fresh key pair to sign bundles or trails with. The private half is shown to nobody but the caller. */
export function generateSigningKey(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return {
    id: idOf(publicKey),
    publicPem: String(publicKey.export({ type: 'spki', format: 'pem' })),
    privatePem: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  }
}

/**
 * What names a key: `sha256:<hex>` of its DER (SPKI), so the same key has the same id however its PEM is wrapped.
 *
 * @throws PolicyError `ERR_KEY`
 */
export function keyId(publicPem: string): string {
  return verifyingKey(publicPem).id
}

/** @throws PolicyError `ERR_KEY` where the text is not an Ed25519 public key; a private one is refused too */
export function verifyingKey(publicPem: string): VerifyingKey {
  const key = read('public', publicPem, createPublicKey)
  return {
    id: idOf(key),
    verify: (type, bytes, signature) => signature.length === 64 && verify(null, encoded(type, bytes), key, signature),
  }
}

/** @throws PolicyError `ERR_KEY` where the text is not an unencrypted Ed25519 private key */
export function signingKey(privatePem: string): SigningKey {
  const key = read('private', privatePem, createPrivateKey)
  return { id: idOf(createPublicKey(key)), sign: (type, bytes) => sign(null, encoded(type, bytes), key) }
}

/**
 * DSSE's pre-authentication encoding: what is signed says what it is, so a signature of one type is none of another.
 *
 * @see DSSE v1, protocol.md
 */
function encoded(type: string, bytes: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${bytes.length} `
  return Buffer.concat([Buffer.from(head, 'utf8'), bytes])
}

function idOf(key: KeyObject): string {
  return sha256(key.export({ type: 'spki', format: 'der' }))
}

function read(half: 'public' | 'private', pem: string, create: (pem: string) => KeyObject): KeyObject {
  const expected = `-----BEGIN ${half.toUpperCase()} KEY-----`
  if (pem.split('-----BEGIN').length !== 2 || !pem.includes(expected))
    throw broken(`the text is not one ${half} key in PEM, next: give the one that begins with \`${expected}\``)
  let key: KeyObject
  try {
    key = create(pem)
  } catch (cause) {
    throw broken(`the ${half} key cannot be read`, cause)
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw broken(`the ${half} key is \`${key.asymmetricKeyType}\`, not Ed25519, next: \`cedargate keys generate\``)
  return key
}

function broken(message: string, cause?: unknown): PolicyError<KeyCode> {
  return new PolicyError('ERR_KEY', message, { cause })
}
