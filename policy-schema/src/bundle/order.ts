import { PolicyError } from '../errors.ts'
import type { BundleCode } from './codes.ts'
import type { BundleManifest } from './manifest.ts'

/** The highest bundle that was ever in force, for one repository and ref. */
export type HighWaterMark = Pick<BundleManifest, 'epoch' | 'commits' | 'issuedAt' | 'commit' | 'digest'>

export function markOf({ epoch, commits, issuedAt, commit, digest }: BundleManifest): HighWaterMark {
  return { epoch, commits, issuedAt, commit, digest }
}

/** Below zero where `a` is older. Order is (`epoch`, `commits`, `issuedAt`). */
export function compareOrder(
  a: Pick<HighWaterMark, 'epoch' | 'commits' | 'issuedAt'>,
  b: Pick<HighWaterMark, 'epoch' | 'commits' | 'issuedAt'>,
): number {
  return a.epoch - b.epoch || a.commits - b.commits || Date.parse(a.issuedAt) - Date.parse(b.issuedAt)
}

/**
 * Holds a bundle against the highest that was seen. Equal is what a restart loads; a later `issuedAt` of the same commit
 * renews it.
 *
 * @throws PolicyError `ERR_BUNDLE_ORDER` for an older one, `ERR_BUNDLE_FORKED` for another of the same count
 */
export function verifyOrder(offered: HighWaterMark, seen: HighWaterMark | undefined): void {
  if (seen === undefined) return
  const sameCount = offered.epoch === seen.epoch && offered.commits === seen.commits
  if (sameCount && (offered.commit !== seen.commit || offered.digest !== seen.digest))
    throw new PolicyError<BundleCode>(
      'ERR_BUNDLE_FORKED',
      `commit \`${short(offered.commit)}\` has as many ancestors as \`${short(seen.commit)}\`, which was in force: history was rewritten, next: raise the epoch`,
    )
  if (compareOrder(offered, seen) < 0)
    throw new PolicyError<BundleCode>(
      'ERR_BUNDLE_ORDER',
      `the bundle of commit \`${short(offered.commit)}\` is older than that of \`${short(seen.commit)}\`, which was in force, next: publish a newer commit, or raise the epoch`,
    )
}

function short(commit: string): string {
  return commit.slice(0, 12)
}
