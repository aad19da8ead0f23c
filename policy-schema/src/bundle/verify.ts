import { cedarVersion } from '../cedar/instance.ts'
import { PolicyError } from '../errors.ts'
import { loadRepository } from '../repository/load.ts'
import type { Repository } from '../repository/types.ts'
import { schemaVersion, schemaVersionFits } from '../repository/version.ts'
import { verifyingKey } from '../signing.ts'
import type { BundleCode } from './codes.ts'
import { readEnvelope, verifySignatures } from './envelope.ts'
import type { BundleManifest } from './manifest.ts'
import { type HighWaterMark, verifyOrder } from './order.ts'
import { type OpenedPayload, readPayload } from './payload.ts'

/** Whose bundles a gateway takes, and which. */
export interface TrustRoot {
  /** Public keys in PEM (SPKI, Ed25519). */
  readonly keys: readonly string[]
  /** How many distinct ones must have signed. */
  readonly threshold: number
  readonly audience: string
  readonly repository: string
  readonly ref: string
  /** Exactly this one; raised by hand when history was rewritten or the repository moved. */
  readonly epoch: number
}

declare const verified: unique symbol

/** A bundle that passed every check. Only `verifyBundle` makes one, and the gateway takes nothing else. */
export interface VerifiedBundle {
  readonly [verified]: true
  readonly manifest: BundleManifest
  readonly repository: Repository
  /** Ids of the trusted keys that signed, sorted. */
  readonly keys: readonly string[]
}

/** How far a signer's clock may be ahead. */
export const maxSkewMs = 5 * 60 * 1000

/**
 * Verifies a bundle: nothing of it is read before its signatures hold.
 *
 * @param envelope the file
 * @param now ms since the epoch
 * @param seen the highest that was ever in force for this repository and ref; the caller raises it afterwards
 * @throws PolicyError with a `BundleCode`, or the code of what is wrong with its files
 */
export function verifyBundle(
  envelope: string | Uint8Array,
  trust: TrustRoot,
  now: number,
  seen?: HighWaterMark,
): VerifiedBundle {
  const { keys, manifest, files } = openBundle(envelope, trust)
  verifyCurrent(manifest, now, seen)
  const repository = loadRepository(files, { commit: manifest.commit })
  if (repository.config.schemaVersion !== manifest.schemaVersion)
    throw refuse('ERR_BUNDLE_MANIFEST', 'the manifest and cedargate.yaml differ in `schemaVersion`')
  return { manifest, repository, keys } as VerifiedBundle
}

/** A bundle whose signatures hold and that is meant for us; whether it is in order, in time and sound is still open. */
export interface OpenedBundle extends OpenedPayload {
  readonly keys: readonly string[]
}

/** @throws PolicyError where the signatures do not hold, the payload is malformed, or it is meant for others */
export function openBundle(envelope: string | Uint8Array, trust: TrustRoot): OpenedBundle {
  const opened = readEnvelope(envelope)
  const keys = verifySignatures(opened, trustedKeys(trust), trust.threshold)
  const { manifest, files } = readPayload(opened.payload)
  verifyAddressee(manifest, trust)
  return { keys, manifest, files }
}

/**
 * Whether a bundle could be loaded now, going by its manifest alone.
 *
 * @throws PolicyError where it is older than what was seen, expired, or made for another version
 */
export function verifyCurrent(manifest: BundleManifest, now: number, seen?: HighWaterMark): void {
  verifyOrder(manifest, seen)
  verifyValidity(manifest, now)
  verifyVersions(manifest)
}

/** @throws PolicyError `ERR_KEY`, `ERR_BUNDLE_TRUST` where no bundle could ever be trusted */
export function checkTrust(trust: TrustRoot): void {
  trustedKeys(trust)
}

function trustedKeys({ keys, threshold }: TrustRoot) {
  const trusted = new Map(keys.map(verifyingKey).map(key => [key.id, key]))
  if (!Number.isSafeInteger(threshold) || threshold < 1 || threshold > trusted.size)
    throw refuse(
      'ERR_BUNDLE_TRUST',
      `a threshold of \`${threshold}\` cannot be met by ${trusted.size} distinct keys, next: correct gateway.yaml`,
    )
  return trusted
}

function verifyAddressee(manifest: BundleManifest, trust: TrustRoot): void {
  for (const [member, code] of addressee)
    if (manifest[member] !== trust[member])
      throw refuse(code, `the bundle is for ${member} \`${manifest[member]}\`, not \`${trust[member]}\``)
}

const addressee = [
  ['audience', 'ERR_BUNDLE_AUDIENCE'],
  ['repository', 'ERR_BUNDLE_REPOSITORY'],
  ['ref', 'ERR_BUNDLE_REF'],
  ['epoch', 'ERR_BUNDLE_EPOCH'],
] as const satisfies readonly (readonly [keyof BundleManifest & keyof TrustRoot, BundleCode])[]

function verifyValidity({ issuedAt, expiresAt }: BundleManifest, now: number): void {
  if (Date.parse(issuedAt) > now + maxSkewMs)
    throw refuse(
      'ERR_BUNDLE_FUTURE',
      `the bundle was issued in the future, at \`${issuedAt}\`, next: check both clocks`,
    )
  if (Date.parse(expiresAt) <= now)
    throw refuse('ERR_BUNDLE_EXPIRED', `the bundle expired at \`${expiresAt}\`, next: \`cedargate bundle renew\``)
}

function verifyVersions({ cedarVersion: made, schemaVersion: written }: BundleManifest): void {
  const ours = cedarVersion()
  if (made.split('.')[0] !== ours.split('.')[0])
    throw refuse('ERR_BUNDLE_CEDAR', `the bundle was made for Cedar \`${made}\`, this is \`${ours}\``)
  if (!schemaVersionFits(written))
    throw refuse('ERR_BUNDLE_SCHEMA', `the bundle was made for schema \`${written}\`, this is \`${schemaVersion}\``)
}

function refuse(code: BundleCode, message: string): PolicyError<BundleCode> {
  return new PolicyError(code, message)
}
