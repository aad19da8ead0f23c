import { PolicyError } from '../errors.ts'
import { signingKey, type VerifyingKey } from '../signing.ts'
import type { BundleCode } from './codes.ts'
import { type DsseEnvelope, payloadType } from './manifest.ts'
import { parseStrictJson } from './strict-json.ts'

/** Bytes of the payload, and of the envelope around it. */
export const maxPayloadBytes = 24 * 1024 * 1024
export const maxEnvelopeBytes = 33 * 1024 * 1024

const maxSignatures = 32

/**
 * Signs a payload with each key.
 *
 * @param privateKeys in PEM (PKCS #8, Ed25519); one that is given twice signs once
 * @throws PolicyError `ERR_BUNDLE_UNSIGNED` without a key, `ERR_KEY` for one that cannot be read
 */
export function signPayload(payload: Uint8Array, privateKeys: readonly string[]): DsseEnvelope {
  if (privateKeys.length === 0)
    throw refuse('ERR_BUNDLE_UNSIGNED', 'no key to sign with, next: `cedargate keys generate`')
  const keys = new Map(privateKeys.map(signingKey).map(key => [key.id, key]))
  return {
    payloadType,
    payload: Buffer.from(payload).toString('base64'),
    signatures: [...keys.values()].map(key => ({
      keyid: key.id,
      sig: Buffer.from(key.sign(payloadType, payload)).toString('base64'),
    })),
  }
}

/** An envelope as it is written to a file. */
export function encodeEnvelope(envelope: DsseEnvelope): string {
  return `${JSON.stringify(envelope)}\n`
}

/** The envelope, taken apart and not verified. */
export interface OpenedEnvelope {
  readonly payload: Uint8Array
  readonly signatures: readonly { readonly keyid: string; readonly signature: Uint8Array }[]
}

/** @throws PolicyError where this is no envelope of a bundle */
export function readEnvelope(envelope: string | Uint8Array): OpenedEnvelope {
  const bytes = typeof envelope === 'string' ? Buffer.from(envelope, 'utf8') : envelope
  if (bytes.length > maxEnvelopeBytes)
    throw refuse('ERR_BUNDLE_TOO_LARGE', `the bundle has ${bytes.length} bytes, which is over the cap`)
  const read = shaped(parseStrictJson(bytes, 'bundle'))
  if (read.payloadType !== payloadType)
    throw refuse('ERR_BUNDLE_TYPE', `payload type \`${read.payloadType}\` is not that of a bundle`)
  const payload = base64(read.payload, 'payload')
  if (payload.length > maxPayloadBytes)
    throw refuse('ERR_BUNDLE_TOO_LARGE', `the payload has ${payload.length} bytes, which is over the cap`)
  if (read.signatures.length === 0)
    throw refuse('ERR_BUNDLE_UNSIGNED', 'the bundle has no signature, next: `cedargate bundle sign`')
  return {
    payload,
    signatures: read.signatures.map(({ keyid, sig }) => ({ keyid, signature: base64(sig, 'signature') })),
  }
}

/**
 * Which of the trusted keys signed. Keys are told apart by what they are, never by what a signature says of itself, and
 * the algorithm is the key's.
 *
 * @returns their ids, sorted
 * @throws PolicyError where they are fewer than the threshold, or a signature of a trusted key does not hold
 */
export function verifySignatures(
  { payload, signatures }: OpenedEnvelope,
  keys: ReadonlyMap<string, VerifyingKey>,
  threshold: number,
): readonly string[] {
  const signed = new Set<string>()
  for (const { keyid, signature } of signatures) {
    const key = keys.get(keyid)
    if (key === undefined) continue
    if (!key.verify(payloadType, payload, signature))
      throw refuse('ERR_BUNDLE_SIGNATURE', `the signature of \`${keyid}\` does not hold: the bundle was changed`)
    signed.add(key.id)
  }
  if (signed.size === 0)
    throw refuse('ERR_BUNDLE_KEY', `no trusted key signed the bundle, but \`${signatures[0]?.keyid.slice(0, 100)}\``)
  if (signed.size < threshold)
    throw refuse('ERR_BUNDLE_THRESHOLD', `${signed.size} of the ${threshold} trusted keys that must sign did`)
  return [...signed].sort()
}

function shaped(value: unknown): DsseEnvelope {
  const envelope = members(value, ['payloadType', 'payload', 'signatures'])
  const { payloadType, payload, signatures } = envelope
  if (typeof payloadType !== 'string' || typeof payload !== 'string' || !Array.isArray(signatures)) throw notDsse()
  if (signatures.length > maxSignatures) throw refuse('ERR_BUNDLE_TOO_LARGE', 'the bundle has too many signatures')
  return {
    payloadType,
    payload,
    signatures: signatures.map((signature: unknown) => {
      const { keyid, sig } = members(signature, ['keyid', 'sig'])
      if (typeof keyid !== 'string' || typeof sig !== 'string') throw notDsse()
      return { keyid, sig }
    }),
  }
}

const algorithmMembers = ['alg', 'algorithm', 'hash', 'scheme', 'cert', 'jwk', 'key']

function members(value: unknown, known: readonly string[]): { readonly [member: string]: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw notDsse()
  for (const member of Object.keys(value)) {
    if (algorithmMembers.includes(member))
      throw refuse('ERR_BUNDLE_ALGORITHM', `the bundle brings \`${member}\`: how it is verified is not its to say`)
    if (!known.includes(member)) throw refuse('ERR_BUNDLE_ENVELOPE', `the bundle has an unknown member \`${member}\``)
  }
  return value as { readonly [member: string]: unknown }
}

/** Standard base64 with its padding, and no second spelling of the same bytes. */
function base64(text: string, what: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) throw refuse('ERR_BUNDLE_BASE64', `the ${what} is not base64`)
  return bytes
}

function notDsse(): PolicyError<BundleCode> {
  return refuse('ERR_BUNDLE_ENVELOPE', 'this is not a DSSE envelope, next: `cedargate bundle build` and `sign`')
}

function refuse(code: BundleCode, message: string): PolicyError<BundleCode> {
  return new PolicyError(code, message)
}
