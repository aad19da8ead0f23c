import { readFileSync } from 'node:fs'
import {
  type DsseEnvelope,
  encodeEnvelope,
  type InspectedBundle,
  inspectBundle,
  signPayload,
} from '@cedargate/policy-schema'
import { CliError } from '../errors.ts'
import { readSecret } from '../keys/read.ts'
import type { Report } from '../report/report.ts'
import { prettyManifest } from './manifest.ts'

/**
 * Signs what `bundle build` wrote. Signatures that are there stay; a key that signed before signs anew.
 *
 * @throws PolicyError where the file is neither a payload nor a bundle
 */
export function signFile(file: string, keys: readonly string[]) {
  const bytes = readBundle(file)
  const before = existing(bytes)
  const made = signPayload(before === undefined ? bytes : Buffer.from(before.payload, 'base64'), keys.map(readSecret))
  const renewed = new Set(made.signatures.map(({ keyid }) => keyid))
  const kept = before?.signatures.filter(({ keyid }) => !renewed.has(keyid)) ?? []
  const envelope = encodeEnvelope({ ...made, signatures: [...kept, ...made.signatures] })
  // Nothing is written that a gateway could not read.
  return { envelope, inspected: inspectBundle(envelope) }
}

/** An envelope already, or the bare payload. */
function existing(bytes: Buffer): DsseEnvelope | undefined {
  if (!/^\s*\{\s*"payloadType"/.test(bytes.subarray(0, 200).toString())) return undefined
  inspectBundle(bytes)
  return JSON.parse(bytes.toString()) as DsseEnvelope
}

/** @throws CliError `ERR_FILE`, `ERR_NOT_SIGNED` for what `bundle build` writes without a key */
export function readEnvelope(file: string): Buffer {
  const bytes = readBundle(file)
  if (/^\s*\{\s*"(files|manifest)"/.test(bytes.subarray(0, 200).toString()))
    throw new CliError('ERR_NOT_SIGNED', `\`${file}\` is not signed yet, next: \`cedargate bundle sign\``)
  return bytes
}

/** @throws CliError `ERR_FILE` */
export function readBundle(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new CliError('ERR_FILE', `the bundle \`${file}\` cannot be read, next: check its path`, { cause })
  }
}

/** What a bundle says of itself. Nothing of it is verified, and that is said first. */
export function toInspectReport(
  what: 'signed' | 'renewed' | 'unverified',
  file: string,
  inspected: InspectedBundle,
): Report {
  const { manifest, files, keyIds } = inspected
  return {
    name: 'bundle',
    data: { file, verified: false, manifest, keys: keyIds, files: [...files.keys()] },
    pretty: style =>
      [
        what === 'unverified'
          ? `${style.yellow('not verified')} ${file}${style.dim(', what it says of itself')}`
          : `${style.green(what)} ${file}`,
        ...prettyManifest(manifest, style),
        ...keyIds.map(id => `  ${style.dim('signature by')} ${id}`),
        ...(what === 'unverified' ? [...files.keys()].map(path => style.dim(`  ${path}`)) : []),
      ].join('\n'),
  }
}
