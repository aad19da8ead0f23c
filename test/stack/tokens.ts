import { exportJWK, generateKeyPair, SignJWT } from 'jose'

export interface TokenFor {
  readonly role: string
  /** `tester` unless given. */
  readonly agent?: string
  readonly task?: { readonly id: string; readonly kind: string }
  /** 600 unless given. */
  readonly seconds?: number
}

/** An issuer of tokens, and what `identities.yaml` says of it: `tester` may have each of the roles. */
export interface TestIssuer {
  readonly identities: string
  sign(who: TokenFor): Promise<string>
}

export async function createTestIssuer(roles: readonly string[]): Promise<TestIssuer> {
  const issuer = await generateKeyPair('EdDSA')
  const { x = '' } = await exportJWK(issuer.publicKey)
  return {
    identities: JSON.stringify({
      keySets: { test: [{ kty: 'OKP', crv: 'Ed25519', kid: 'k1', x }] },
      issuers: {
        test: {
          issuer: 'https://issuer.test',
          audience: 'cedargate',
          keySet: 'test',
          principal: 'agent',
          grants: [{ when: { sub: 'tester' }, roles }],
        },
      },
    }),
    sign: ({ role, agent = 'tester', task, seconds = 600 }) =>
      new SignJWT({ role, ...(task && { task }) })
        .setProtectedHeader({ alg: 'EdDSA', kid: 'k1' })
        .setIssuer('https://issuer.test')
        .setSubject(agent)
        .setAudience('cedargate')
        .setIssuedAt()
        .setJti(`token-of-${agent}`)
        .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
        .sign(issuer.privateKey),
  }
}
