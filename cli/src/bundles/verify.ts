import {
  inspectBundle,
  loadGrammars,
  markOf,
  type TrustRoot,
  type VerifiedBundle,
  verifyBundle,
} from '@cedargate/policy-schema'
import type { Report } from '../report/report.ts'
import { counted } from '../report/style.ts'
import { prettyManifest } from './manifest.ts'
import { readEnvelope } from './sign.ts'

/**
 * Verifies a bundle file as the gateway does before it loads one.
 *
 * @param now ms since the epoch
 * @param after a file that is held to have been in force
 * @throws PolicyError `ERR_BUNDLE_…`
 */
export async function verifyFile(file: string, trust: TrustRoot, now: number, after?: string): Promise<VerifiedBundle> {
  await loadGrammars()
  const seen = after === undefined ? undefined : markOf(inspectBundle(readEnvelope(after)).manifest)
  return verifyBundle(readEnvelope(file), trust, now, seen)
}

export function toVerifyReport(file: string, { manifest, repository, keys }: VerifiedBundle): Report {
  return {
    name: 'bundle',
    data: { file, verified: true, manifest, keys, policies: repository.policies.length },
    pretty: style =>
      [
        `${style.green('verified')} ${file}${style.dim(`, ${counted(repository.policies.length, 'policy', 'policies')}`)}`,
        ...prettyManifest(manifest, style),
        ...keys.map(id => `  ${style.dim('signed by')} ${id}`),
      ].join('\n'),
  }
}
