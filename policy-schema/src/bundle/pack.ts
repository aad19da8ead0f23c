import { cedarVersion } from '../cedar/instance.ts'
import { PolicyError } from '../errors.ts'
import { loadRepository } from '../repository/load.ts'
import type { BundleCode } from './codes.ts'
import { maxPayloadBytes, readEnvelope, signPayload } from './envelope.ts'
import type { BundleManifest, DsseEnvelope } from './manifest.ts'
import { compareOrder } from './order.ts'
import { encodePayload, readManifest, readPayload } from './payload.ts'
import { openBundle, type TrustRoot } from './verify.ts'

const defaultLifetimeMs = 30 * 24 * 60 * 60 * 1000

export interface PackOptions {
  readonly repository: string
  /** `refs/heads/main` */
  readonly ref: string
  /** Full SHA. */
  readonly commit: string
  /** `git rev-list --count` over all ancestors: never of a shallow clone. */
  readonly commits: number
  /** 1 unless given. */
  readonly epoch?: number
  readonly audience: string
  /** ms since the epoch */
  readonly issuedAt: number
  /** From `issuedAt`; 30 days unless given. */
  readonly expiresInMs?: number
  /** Report name (`lint`, `test`, `simulate`) → SHA-256 of its JSON. */
  readonly reports?: { readonly [name: string]: string }
}

/**
 * Packs the files of a policy repository at one commit into an unsigned payload. Files that Cedargate does not read are
 * left out.
 *
 * @param files path → UTF-8 text, as `git ls-tree` names them
 * @throws PolicyError with the code of what is wrong with the files or the options: what is packed would be loaded
 */
export function packBundle(files: ReadonlyMap<string, string>, options: PackOptions): Uint8Array {
  const repository = loadRepository(files, { commit: options.commit })
  const { repository: name, ref, commit, commits, epoch = 1, audience, reports = {} } = options
  const manifest = readManifest({
    repository: name,
    ref,
    commit,
    epoch,
    commits,
    ...lifetime(options),
    audience,
    cedarVersion: cedarVersion(),
    schemaVersion: repository.config.schemaVersion,
    digest: repository.digest,
    reports,
  })
  const payload = encodePayload({ manifest, files: Object.fromEntries(repository.files) })
  if (payload.length > maxPayloadBytes)
    throw new PolicyError<BundleCode>('ERR_BUNDLE_TOO_LARGE', `the payload has ${payload.length} bytes, over the cap`)
  return payload
}

export interface RenewOptions {
  /** ms since the epoch */
  readonly issuedAt: number
  /** From `issuedAt`; 30 days unless given. */
  readonly expiresInMs?: number
}

/**
 * Signs the same files of the same commit anew, with a later expiry. Takes one that has expired, too: the content is what
 * was reviewed, and time is all that it lacks.
 *
 * @param trust the old signatures must hold by it
 * @param privateKeys in PEM
 * @throws PolicyError `ERR_BUNDLE_ORDER` where `issuedAt` is not later than before
 */
export function renewBundle(
  envelope: string | Uint8Array,
  trust: TrustRoot,
  privateKeys: readonly string[],
  options: RenewOptions,
): DsseEnvelope {
  const { manifest, files } = openBundle(envelope, trust)
  const renewed = readManifest({ ...manifest, ...lifetime(options) })
  if (compareOrder(renewed, manifest) <= 0)
    throw new PolicyError<BundleCode>('ERR_BUNDLE_ORDER', `the bundle was issued at \`${manifest.issuedAt}\` already`)
  return signPayload(encodePayload({ manifest: renewed, files: Object.fromEntries(files) }), privateKeys)
}

/** What a bundle says of itself, with nothing verified: to look at, never to load. */
export interface InspectedBundle {
  readonly manifest: BundleManifest
  readonly files: ReadonlyMap<string, string>
  /** What its signatures name, trusted or not. */
  readonly keyIds: readonly string[]
}

/** @throws PolicyError where it is no bundle */
export function inspectBundle(envelope: string | Uint8Array): InspectedBundle {
  const { payload, signatures } = readEnvelope(envelope)
  return { ...readPayload(payload), keyIds: signatures.map(({ keyid }) => keyid) }
}

function lifetime({ issuedAt, expiresInMs = defaultLifetimeMs }: RenewOptions): {
  readonly issuedAt: string
  readonly expiresAt: string
} {
  if (!Number.isFinite(new Date(issuedAt + expiresInMs).getTime()) || !Number.isFinite(new Date(issuedAt).getTime()))
    throw new PolicyError<BundleCode>('ERR_BUNDLE_MANIFEST', 'the time of issue or the lifetime is no time')
  return { issuedAt: new Date(issuedAt).toISOString(), expiresAt: new Date(issuedAt + expiresInMs).toISOString() }
}
