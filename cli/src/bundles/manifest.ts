import type { BundleManifest } from '@cedargate/policy-schema'
import { inert, type Style, table } from '../report/style.ts'

export function prettyManifest(manifest: BundleManifest, style: Style): string[] {
  const { repository, ref, commit, commits, epoch, audience, issuedAt, expiresAt, digest, reports } = manifest
  const rows = [
    ['repository', repository],
    ['ref', ref],
    ['commit', `${commit} (${commits} commits, epoch ${epoch})`],
    ['audience', audience],
    ['issued', issuedAt],
    ['expires', expiresAt],
    ['content', digest],
    ['versions', `Cedar ${manifest.cedarVersion}, schema ${manifest.schemaVersion}`],
    ...Object.entries(reports).map(([name, report]) => [`${name} report`, report]),
  ]
  return table(
    rows.map(([name = '', value = '']) => [`  ${name}`, inert(value)]),
    (cell, column) => (column === 0 ? style.dim(cell) : cell),
  )
}
