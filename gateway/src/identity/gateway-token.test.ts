import type { Identities } from '@cedargate/policy-schema'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../core/has-code.test-support.ts'
import { gatewayTokens, maxTokenBytes } from './gateway-token.ts'

const now = Date.UTC(2026, 0, 15, 12)
const [ours, theirs] = await Promise.all([generateKeyPair('EdDSA'), generateKeyPair('EdDSA')])
const jwk = async (of: typeof ours, kid: string) => {
  const { x = '' } = await exportJWK(of.publicKey)
  return { kty: 'OKP', crv: 'Ed25519', x, kid }
}
const identities: Identities = {
  issuers: new Map([
    [
      'development',
      {
        name: 'development',
        issuer: 'https://issuer.example',
        audience: 'cedargate',
        keys: [await jwk(ours, 'k1')],
        principal: 'agent',
        grants: [],
      },
    ],
    [
      'people',
      {
        name: 'people',
        issuer: 'https://people.example',
        audience: 'cedargate',
        keys: [await jwk(theirs, 'k2')],
        principal: 'user',
        grants: [],
      },
    ],
  ]),
}

const good = {
  iss: 'https://issuer.example',
  sub: 'nightly-backup',
  aud: 'cedargate',
  jti: 't-1',
  role: 'backup',
  iat: now / 1000 - 10,
  exp: now / 1000 + 600,
}
const sign = (claims: object, header: object = {}, key = ours) =>
  new SignJWT({ ...good, ...claims }).setProtectedHeader({ alg: 'EdDSA', kid: 'k1', ...header }).sign(key.privateKey)
const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

const tokens = suite('a gateway token')

tokens('says who, in which role, for which task, until when', async () => {
  const token = await sign({ task: { id: 'j-7', kind: 'backup' }, owner: 'alice' })
  const { claims: _, ...identity } = await gatewayTokens.verify(token, identities, now)
  assert.equal(identity, {
    principal: { type: 'Gate::Agent', id: 'nightly-backup' },
    owner: { type: 'Gate::User', id: 'alice' },
    issuer: 'development',
    role: 'backup',
    task: { id: 'j-7', kind: 'backup', verified: true },
    credentialId: 't-1',
    expiresAt: now + 600_000,
    keyId: 'k1',
  })
})

tokens('is of a user where its issuer vouches for users', async () => {
  const token = await sign({ iss: 'https://people.example', sub: 'alice' }, { kid: 'k2' }, theirs)
  assert.equal((await gatewayTokens.verify(token, identities, now)).principal, { type: 'Gate::User', id: 'alice' })
})

tokens('is vouched for only while its key is in the set', async () => {
  const identity = await gatewayTokens.verify(await sign({}), identities, now)
  const issuer = identities.issuers.get('development')
  assert.ok(issuer)
  assert.is(gatewayTokens.stillVouched(identity, issuer), true)
  assert.is(gatewayTokens.stillVouched(identity, { ...issuer, keys: [] }), false)
})

const refusals = suite('a gateway token is refused when')
const [head, payload, signature] = (await sign({})).split('.')
for (const [why, token, code] of [
  ['it is missing', '', 'ERR_TOKEN_MISSING'],
  ['it is not a JWT', 'hunter2', 'ERR_TOKEN_MALFORMED'],
  ['it is longer than OpenSSH would carry', await sign({ pad: 'x'.repeat(maxTokenBytes) }), 'ERR_TOKEN_TOO_LONG'],
  ['its issuer is unknown', await sign({ iss: 'https://evil.example' }), 'ERR_TOKEN_ISSUER'],
  ['its key is unknown', await sign({}, { kid: 'k9' }), 'ERR_TOKEN_KEY'],
  ['its key is that of another issuer', await sign({}, { kid: 'k2' }, theirs), 'ERR_TOKEN_KEY'],
  ['another key signed it', await sign({}, {}, theirs), 'ERR_TOKEN_SIGNATURE'],
  ['its payload was changed', `${head}.${b64({ ...good, role: 'admin' })}.${signature}`, 'ERR_TOKEN_SIGNATURE'],
  ['it says that it needs no signature', `${b64({ alg: 'none', kid: 'k1' })}.${payload}.`, 'ERR_TOKEN_SIGNATURE'],
  [
    'it says that its key is a secret',
    `${b64({ alg: 'HS256', kid: 'k1' })}.${payload}.${signature}`,
    'ERR_TOKEN_SIGNATURE',
  ],
  ['it has expired', await sign({ exp: now / 1000 - 60 }), 'ERR_TOKEN_EXPIRED'],
  ['it is not yet valid', await sign({ nbf: now / 1000 + 60 }), 'ERR_TOKEN_NOT_YET'],
  ['it is for another audience', await sign({ aud: 'elsewhere' }), 'ERR_TOKEN_AUDIENCE'],
  ['it has no expiry', await sign({ exp: undefined }), 'ERR_TOKEN_CLAIM'],
  ['its role is a list', await sign({ role: ['backup', 'admin'] }), 'ERR_TOKEN_CLAIM'],
  ['its subject would break a line', await sign({ sub: 'a\nb' }), 'ERR_TOKEN_CLAIM'],
  ['its task is half one', await sign({ task: { id: 'j-7' } }), 'ERR_TOKEN_CLAIM'],
  ['its owner is no name', await sign({ owner: { name: 'x' } }), 'ERR_TOKEN_CLAIM'],
] as const)
  refusals(why, async () => {
    const error = await gatewayTokens.verify(token, identities, now).then(
      () => undefined,
      reason => reason,
    )
    assert.ok(hasCode(code)(error), `${(error as Error | undefined)?.stack}`)
    if (token.length > 20) assert.not.match((error as Error).message, token.slice(0, 20))
  })

tokens.run()
refusals.run()
