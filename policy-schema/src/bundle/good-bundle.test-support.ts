import { canonicalJson } from '../canonical.ts'
import { PolicyError } from '../errors.ts'
import { repositoryDigest } from '../repository/files.ts'
import { goodFiles } from '../repository/good-files.test-support.ts'
import { generateSigningKey, type KeyPair } from '../signing.ts'
import { encodeEnvelope, signPayload } from './envelope.ts'
import type { BundleManifest } from './manifest.ts'
import { type PackOptions, packBundle } from './pack.ts'
import type { TrustRoot } from './verify.ts'

export const day = 24 * 60 * 60 * 1000
export const now = Date.UTC(2026, 0, 15)
export const [first, second, stranger] = [generateSigningKey(), generateSigningKey(), generateSigningKey()] as const

export const options: PackOptions = {
  repository: 'example/policies',
  ref: 'refs/heads/main',
  commit: 'c0ffee'.padEnd(40, '0'),
  commits: 7,
  audience: 'production',
  issuedAt: now - day,
}

export const trust: TrustRoot = {
  keys: [first.publicPem, second.publicPem],
  threshold: 1,
  audience: options.audience,
  repository: options.repository,
  ref: options.ref,
  epoch: 1,
}

/** A signed bundle of the good files. */
export function good(changes: Partial<PackOptions> = {}, keys: readonly KeyPair[] = [first]): string {
  return seal(packBundle(goodFiles(), { ...options, ...changes }), keys)
}

export function seal(payload: Uint8Array, keys: readonly KeyPair[] = [first]): string {
  return encodeEnvelope(
    signPayload(
      payload,
      keys.map(({ privatePem }) => privatePem),
    ),
  )
}

export interface LoosePayload {
  manifest: { [member: string]: unknown }
  files: { [path: string]: unknown }
}

/** What a trusted signer with a broken tool might sign: a payload with anything in it, spelt in any way. */
export function forge(
  change: (payload: LoosePayload) => void,
  spell: (payload: unknown) => string = canonicalJson,
): string {
  const payload = JSON.parse(Buffer.from(packBundle(goodFiles(), options)).toString()) as LoosePayload
  change(payload)
  return seal(Buffer.from(spell(payload)))
}

/** The same with the manifest's digest brought up to date. */
export function forgeFiles(change: (files: Map<string, string>) => void): string {
  return forge(payload => {
    const files = new Map(Object.entries(payload.files as { [path: string]: string }))
    change(files)
    payload.files = Object.fromEntries(files)
    payload.manifest.digest = repositoryDigest(files)
  })
}

export function forgeManifest(change: { readonly [M in keyof BundleManifest]?: unknown }): string {
  return forge(({ manifest }) => void Object.assign(manifest, change))
}

/** The envelope, changed without a key. */
export function tamper(change: (envelope: { [member: string]: unknown }) => void): string {
  const envelope = JSON.parse(good()) as { [member: string]: unknown }
  change(envelope)
  return JSON.stringify(envelope)
}

export function hasCode(code: string): (error: unknown) => boolean {
  return error => {
    if (error instanceof PolicyError && error.code === code) return true
    throw error
  }
}
