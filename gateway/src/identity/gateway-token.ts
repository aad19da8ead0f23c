import type { Identities, Issuer, Task } from '@cedargate/policy-schema'
import { decodeJwt, decodeProtectedHeader, errors, importJWK, type JWTPayload, jwtVerify } from 'jose'
import { GatewayError } from '../core/errors.ts'
import type { Identity, IdentityCode, IdentityVerifier } from './identity.ts'

/** OpenSSH cuts a password at 1,023 bytes silently; a token that is longer would fail there and nowhere else. */
export const maxTokenBytes = 900
/** Between two clocks. */
const toleranceSeconds = 5

/**
 * Gateway tokens: EdDSA JWTs, verified against the key set that `identities.yaml` names for their issuer.
 *
 * Required: `iss`, `sub`, `aud`, `exp`, `iat`, `jti`, `role`. Optional: `task {id, kind}`, `owner`.
 */
export const gatewayTokens: IdentityVerifier = {
  async verify(token, identities, now) {
    const { issuer, kid } = locate(token, identities)
    const key = issuer.keys.find(candidate => candidate.kid === kid)
    if (key === undefined)
      throw refused('ERR_TOKEN_KEY', `issuer \`${issuer.name}\` has no key \`${shown(kid)}\`, next: check its key set`)
    const claims = await verified(token, issuer, key, now)
    return toIdentity(claims, issuer, key.kid)
  },
  stillVouched: (identity, issuer) => issuer.keys.some(key => key.kid === identity.keyId),
}

/** Reads, unverified, which issuer and key the token claims; only to choose what to verify it with. */
function locate(token: string, identities: Identities): { readonly issuer: Issuer; readonly kid: string } {
  if (token === '')
    throw refused('ERR_TOKEN_MISSING', 'no token was given, next: give it as the password, or as the bearer token')
  if (Buffer.byteLength(token) > maxTokenBytes)
    throw refused('ERR_TOKEN_TOO_LONG', `the token is longer than ${maxTokenBytes} bytes`)
  let iss: unknown
  let kid: unknown
  try {
    iss = decodeJwt(token).iss
    kid = decodeProtectedHeader(token).kid
  } catch (cause) {
    throw refused('ERR_TOKEN_MALFORMED', 'the token is not a JWT, next: `cedargate token sign`', cause)
  }
  const issuer = [...identities.issuers.values()].find(candidate => candidate.issuer === iss)
  if (issuer === undefined) throw refused('ERR_TOKEN_ISSUER', `no issuer \`${shown(iss)}\` is trusted`)
  if (typeof kid !== 'string') throw refused('ERR_TOKEN_KEY', 'the token does not name its key')
  return { issuer, kid }
}

async function verified(token: string, issuer: Issuer, key: Issuer['keys'][number], now: number): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, await importJWK({ ...key }, 'EdDSA'), {
      // of the key, never of the token's header
      algorithms: ['EdDSA'],
      issuer: issuer.issuer,
      audience: issuer.audience,
      currentDate: new Date(now),
      clockTolerance: toleranceSeconds,
      requiredClaims: ['sub', 'exp', 'iat', 'jti', 'role'],
    })
    return payload
  } catch (cause) {
    throw translated(cause)
  }
}

function translated(cause: unknown): GatewayError<IdentityCode> {
  if (cause instanceof errors.JWTExpired)
    return refused('ERR_TOKEN_EXPIRED', 'the token has expired, next: ask its issuer for a new one', cause)
  if (cause instanceof errors.JWTClaimValidationFailed) {
    if (cause.claim === 'aud') return refused('ERR_TOKEN_AUDIENCE', 'the token is for another audience', cause)
    if (cause.claim === 'nbf') return refused('ERR_TOKEN_NOT_YET', 'the token is not yet valid', cause)
    return refused('ERR_TOKEN_CLAIM', `claim \`${cause.claim}\` is missing or wrong`, cause)
  }
  return refused('ERR_TOKEN_SIGNATURE', 'the token is not signed by the key that it names', cause)
}

function toIdentity(claims: JWTPayload, issuer: Issuer, keyId: string): Identity {
  const type = issuer.principal === 'agent' ? 'Gate::Agent' : 'Gate::User'
  const owner = claims.owner
  if (owner !== undefined && !isName(owner)) throw refused('ERR_TOKEN_CLAIM', 'claim `owner` is not a name')
  const task = toTask(claims.task)
  return {
    principal: { type, id: named(claims, 'sub') },
    ...(owner !== undefined && issuer.principal === 'agent' && { owner: { type: 'Gate::User', id: owner } }),
    issuer: issuer.name,
    role: named(claims, 'role'),
    ...(task !== undefined && { task }),
    credentialId: named(claims, 'jti'),
    expiresAt: Number(claims.exp) * 1000,
    claims,
    keyId,
  }
}

/** The issuer signed it, so it is verified. */
function toTask(claim: unknown): Task | undefined {
  if (claim === undefined) return undefined
  const { id, kind } = (claim ?? {}) as { id?: unknown; kind?: unknown }
  if (!isName(id) || !isName(kind)) throw refused('ERR_TOKEN_CLAIM', 'claim `task` needs an `id` and a `kind`')
  return { id, kind, verified: true }
}

function named(claims: JWTPayload, claim: string): string {
  const value = claims[claim]
  if (!isName(value)) throw refused('ERR_TOKEN_CLAIM', `claim \`${claim}\` is not a name`)
  return value
}

/** What may stand in a log, a trail and a Cedar entity id. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[^\p{C}\p{Z}]{1,256}$/u.test(value)
}

function shown(value: unknown): string {
  return String(value).slice(0, 100)
}

function refused(code: IdentityCode, message: string, cause?: unknown): GatewayError<IdentityCode> {
  return new GatewayError(code, message, { cause })
}
