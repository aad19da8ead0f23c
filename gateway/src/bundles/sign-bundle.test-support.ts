import {
  canonicalJson,
  encodeEnvelope,
  generateSigningKey,
  type PackOptions,
  packBundle,
  repositoryDigest,
  signPayload,
  type TrustRoot,
} from '@cedargate/policy-schema'

const signer = generateSigningKey()

export const day = 24 * 60 * 60 * 1000
export const start = Date.UTC(2026, 0, 15)

export const trust: TrustRoot = {
  keys: [signer.publicPem],
  threshold: 1,
  audience: 'production',
  repository: 'example/policies',
  ref: 'refs/heads/main',
  epoch: 1,
}

/** Of a commit with this many ancestors. */
export function commitOf(commits: number): string {
  return String(commits).padStart(40, 'c')
}

const { audience, repository, ref } = trust

function files(commits: number): Map<string, string> {
  return new Map([
    ['cedargate.yaml', 'name: sample\nschemaVersion: "1.0"\n'],
    ['identities.yaml', 'issuers: {}\n'],
    ['targets.yaml', 'targets: {}\n'],
    [
      'policies/a.cedar',
      `@id("commit-${commits}")\npermit (principal, action == Postgres::Action::"connect", resource);\n`,
    ],
  ])
}

/** A bundle as a signer publishes it. */
export function signBundle(commits: number, changes: Partial<PackOptions> = {}): string {
  const options = { audience, repository, ref, commit: commitOf(commits), commits, issuedAt: start - day, ...changes }
  return seal(packBundle(files(commits), options))
}

/** One that a trusted signer made with a broken tool: `packBundle` would not pack these files. */
export function signForged(commits: number, path: string, text: string): string {
  const envelope = JSON.parse(signBundle(commits)) as { readonly payload: string }
  const payload = JSON.parse(Buffer.from(envelope.payload, 'base64').toString()) as {
    readonly manifest: object
    readonly files: { readonly [path: string]: string }
  }
  const forged = { ...payload.files, [path]: text }
  const digest = repositoryDigest(new Map(Object.entries(forged)))
  return seal(Buffer.from(canonicalJson({ manifest: { ...payload.manifest, digest }, files: forged })))
}

function seal(payload: Uint8Array): string {
  return encodeEnvelope(signPayload(payload, [signer.privatePem]))
}
