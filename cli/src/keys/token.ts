import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, type JWK, SignJWT } from 'jose'
import { CliError } from '../errors.ts'

/** OpenSSH cuts a password at 1,023 bytes without a word, so no gateway token is longer than this. */
export const maxTokenBytes = 900

export interface TokenKey {
  /** PKCS #8 PEM, Ed25519. */
  readonly privatePem: string
  /** As `identities.yaml` takes it. */
  readonly jwk: JWK
}

/** A key that signs development tokens. Its `kid` is the RFC 7638 thumbprint, so it need not be kept beside it. */
export async function generateTokenKey(): Promise<TokenKey> {
  const { privateKey } = generateKeyPairSync('ed25519')
  const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { privatePem, jwk: await toPublicJwk(privatePem) }
}

export async function toPublicJwk(privatePem: string): Promise<JWK> {
  const { kty, crv, x } = await exportJWK(createPublicKey(toEd25519(privatePem)))
  const jwk = { kty, crv, x } as JWK
  return { ...jwk, kid: await calculateJwkThumbprint(jwk) }
}

export interface TokenClaims {
  readonly issuer: string
  readonly audience: string
  readonly subject: string
  readonly role: string
  readonly task?: { readonly id: string; readonly kind: string }
  readonly owner?: string
  readonly expiresInMs: number
}

/**
 * A development token: what a real issuer would vouch for, signed with a key of one's own.
 *
 * @param now ms since the epoch
 * @throws CliError `ERR_KEY` for a key that is not Ed25519, `ERR_TOKEN_SIZE` above 900 bytes
 */
export async function signToken(claims: TokenClaims, privatePem: string, now: number): Promise<string> {
  const issuedAt = Math.floor(now / 1000)
  const { kid } = await toPublicJwk(privatePem)
  const token = await new SignJWT({
    role: claims.role,
    ...(claims.task === undefined ? {} : { task: claims.task }),
    ...(claims.owner === undefined ? {} : { owner: claims.owner }),
  })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: kid ?? '' })
    .setIssuer(claims.issuer)
    .setSubject(claims.subject)
    .setAudience(claims.audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + Math.ceil(claims.expiresInMs / 1000))
    .setJti(randomUUID())
    .sign(toEd25519(privatePem))
  if (Buffer.byteLength(token) > maxTokenBytes)
    throw new CliError(
      'ERR_TOKEN_SIZE',
      `the token has ${Buffer.byteLength(token)} bytes, at most ${maxTokenBytes} are sent whole by every client, next: shorten the claims`,
    )
  return token
}

function toEd25519(pem: string) {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch (cause) {
    throw new CliError('ERR_KEY', 'the key is not a PEM private key, next: make one with `cedargate keys generate`', {
      cause,
    })
  }
  throw new CliError('ERR_KEY', 'the key is not Ed25519, next: make one with `cedargate keys generate --for token`')
}
