import { canonicalJson } from '../canonical.ts'
import { PolicyError } from '../errors.ts'
import { isRepositoryFile, isSafePath, repositoryDigest } from '../repository/files.ts'
import type { BundleCode } from './codes.ts'
import type { BundleManifest, BundlePayload } from './manifest.ts'
import { parseStrictJson } from './strict-json.ts'

/** A payload taken apart: its manifest has the right shape, and its files are those that the manifest's digest is of. */
export interface OpenedPayload {
  readonly manifest: BundleManifest
  readonly files: ReadonlyMap<string, string>
}

/** The one spelling of a payload: these bytes are what is signed. */
export function encodePayload(payload: BundlePayload): Uint8Array {
  return Buffer.from(canonicalJson(payload), 'utf8')
}

/** @throws PolicyError where the bytes are not a payload in its one spelling */
export function readPayload(bytes: Uint8Array): OpenedPayload {
  const value = parseStrictJson(bytes, 'payload')
  if (typeof value !== 'object' || value === null || Object.keys(value).sort().join() !== 'files,manifest')
    throw refuse('ERR_BUNDLE_MANIFEST', 'the payload is not a manifest and files')
  const { manifest, files } = value as { readonly manifest: unknown; readonly files: unknown }
  const read = { manifest: readManifest(manifest), files: readFiles(files) }
  // Only now: how deep the value nests is known.
  if (canonicalJson(value) !== Buffer.from(bytes).toString('utf8'))
    throw refuse('ERR_BUNDLE_JSON', 'the payload is not canonical JSON, next: `cedargate bundle build`')
  if (repositoryDigest(read.files) !== read.manifest.digest)
    throw refuse('ERR_BUNDLE_DIGEST', 'the files are not those that the manifest is of')
  return read
}

function readFiles(value: unknown): ReadonlyMap<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refuse('ERR_BUNDLE_MANIFEST', 'the files of the payload are not a mapping')
  const files = new Map<string, string>()
  for (const [path, text] of Object.entries(value)) {
    const shown = path.slice(0, 100)
    if (!isSafePath(path)) throw refuse('ERR_BUNDLE_PATH', `path \`${shown}\` leads elsewhere or is not plain`)
    if (!isRepositoryFile(path)) throw refuse('ERR_BUNDLE_FILE', `file \`${shown}\` is none that Cedargate reads`)
    if (typeof text !== 'string') throw refuse('ERR_BUNDLE_FILE', `file \`${shown}\` is not text`)
    files.set(path, text)
  }
  return files
}

const text = (value: unknown): boolean => typeof value === 'string' && /^[!-~]{1,300}$/.test(value)
const count = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 1
const digest = (value: unknown): boolean => typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value)
const version = (value: unknown): boolean => typeof value === 'string' && /^\d{1,4}\.\d{1,4}(?:\.\d{1,4})?$/.test(value)

/** Each member, and whether a value may be its. */
const manifestMembers: { readonly [M in keyof BundleManifest]: (value: unknown) => boolean } = {
  repository: text,
  ref: value => typeof value === 'string' && /^refs\/[!-~]{1,300}$/.test(value),
  commit: value => typeof value === 'string' && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value),
  epoch: count,
  commits: count,
  issuedAt: isInstant,
  expiresAt: isInstant,
  audience: text,
  cedarVersion: version,
  schemaVersion: version,
  digest,
  reports: value =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(([name, report]) => /^[a-z]{1,30}$/.test(name) && digest(report)),
}

/** @throws PolicyError `ERR_BUNDLE_MANIFEST` naming the member that is at fault */
export function readManifest(value: unknown): BundleManifest {
  if (typeof value !== 'object' || value === null) throw refuse('ERR_BUNDLE_MANIFEST', 'the manifest is not a mapping')
  const manifest = value as { readonly [member: string]: unknown }
  for (const [member, holds] of Object.entries(manifestMembers))
    if (!holds(Object.hasOwn(manifest, member) ? manifest[member] : undefined))
      throw refuse('ERR_BUNDLE_MANIFEST', `\`${member}\` of the manifest is missing or malformed`)
  const unknown = Object.keys(manifest).find(member => !Object.hasOwn(manifestMembers, member))
  if (unknown !== undefined)
    throw refuse(
      'ERR_BUNDLE_MANIFEST',
      `\`${unknown.slice(0, 100)}\` of the manifest is not known, next: use a newer release`,
    )
  const read = value as BundleManifest
  if (read.expiresAt <= read.issuedAt)
    throw refuse('ERR_BUNDLE_MANIFEST', `the bundle expires at \`${read.expiresAt}\`, before it was issued`)
  return read
}

/** ISO 8601 in UTC with milliseconds, as `toISOString` writes it: so the order of the texts is that of the times. */
function isInstant(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-/.test(value)) return false
  const time = Date.parse(value)
  return !Number.isNaN(time) && new Date(time).toISOString() === value
}

function refuse(code: BundleCode, message: string): PolicyError<BundleCode> {
  return new PolicyError(code, message)
}
