import type { EntityUid, Identities, Issuer, Task } from '@cedargate/policy-schema'

/** Who a verified credential says it is. Knows no session. */
export interface Identity {
  readonly principal: EntityUid
  readonly owner?: EntityUid
  /** The name of the issuer in `identities.yaml`. */
  readonly issuer: string
  /** The one role that the token is for. */
  readonly role: string
  readonly task?: Task
  readonly credentialId: string
  /** ms since the epoch */
  readonly expiresAt: number
  /** Kept to ask again, after a reload, whether the role would still be granted. */
  readonly claims: { readonly [claim: string]: unknown }
  /** The key that vouched. */
  readonly keyId: string
}

/** Verifies one kind of credential. OIDC and SAML come through the same port. */
export interface IdentityVerifier {
  /** @throws GatewayError<IdentityCode>; the message never holds the credential */
  verify(credential: string, identities: Identities, now: number): Promise<Identity>
  /** Whether what vouched for this identity still does under these identities. */
  stillVouched(identity: Identity, issuer: Issuer): boolean
}

export type IdentityCode =
  | 'ERR_TOKEN_MISSING'
  | 'ERR_TOKEN_MALFORMED'
  | 'ERR_TOKEN_TOO_LONG'
  | 'ERR_TOKEN_ISSUER'
  | 'ERR_TOKEN_KEY'
  | 'ERR_TOKEN_SIGNATURE'
  | 'ERR_TOKEN_EXPIRED'
  | 'ERR_TOKEN_NOT_YET'
  | 'ERR_TOKEN_AUDIENCE'
  | 'ERR_TOKEN_CLAIM'
