import {
  type BundleManifest,
  digestOf,
  encodeEnvelope,
  inspectBundle,
  packBundle,
  sha256,
  signPayload,
} from '@cedargate/policy-schema'
import { CliError } from '../errors.ts'
import { type ExitCode, exit } from '../exit.ts'
import { type Git, openGit } from '../git.ts'
import { readNamed, readSecret } from '../keys/read.ts'
import { lint, toLintReport } from '../linting/index.ts'
import type { Report } from '../report/report.ts'
import { openFiles, readCommit } from '../repository.ts'
import { toTestReport } from '../testing/report.ts'
import { runTests } from '../testing/run.ts'
import { prettyManifest } from './manifest.ts'

export interface BuildOptions {
  readonly ref: string
  /** `name` of cedargate.yaml unless given. */
  readonly repository?: string
  readonly audience: string
  readonly epoch: number
  readonly expiresInMs: number
  /** ms since the epoch */
  readonly now: number
  /** Files of private keys; without any the payload stays unsigned. */
  readonly key?: readonly string[]
  readonly simulation?: string
}

export interface Built {
  readonly bytes: string | Uint8Array
  readonly manifest: BundleManifest
  readonly signed: boolean
}

/** What stands in the way, as the report of the check that failed. */
export interface NotBuilt {
  readonly failed: Report
  readonly code: ExitCode
}

/**
 * Packs the committed policies of a folder, once they pass lint and tests.
 *
 * @throws CliError `ERR_GIT_SHALLOW`, `ERR_GIT_DIRTY`, `ERR_REPOSITORY`
 */
export async function buildBundle(folder: string, options: BuildOptions): Promise<Built | NotBuilt> {
  const git = openGit(folder)
  refuseUnclean(git)
  const commit = git.commit(options.ref)
  const files = readCommit(git, commit)
  const repository = await openFiles(files, commit)

  const linted = await lint(files, { commit })
  const lintReport = toLintReport(linted)
  if (linted.findings.some(finding => finding.severity === 'error')) return { failed: lintReport, code: exit.invalid }
  const tested = runTests(repository)
  const testReport = toTestReport(repository, tested, false)
  if (!tested.cases.every(one => one.passed)) return { failed: testReport, code: exit.tests }

  const { simulation } = options
  const payload = packBundle(files, {
    repository: options.repository ?? repository.config.name,
    ref: git.fullRef(options.ref),
    commit,
    commits: git.commits(commit),
    epoch: options.epoch,
    audience: options.audience,
    issuedAt: options.now,
    expiresInMs: options.expiresInMs,
    reports: {
      lint: digestOf(lintReport.data),
      test: digestOf(testReport.data),
      ...(simulation === undefined ? {} : { simulate: sha256(readNamed(simulation, 'report')) }),
    },
  })
  const { manifest } = JSON.parse(Buffer.from(payload).toString()) as { manifest: BundleManifest }
  if (options.key === undefined) return { bytes: payload, manifest, signed: false }
  const envelope = encodeEnvelope(signPayload(payload, options.key.map(readSecret)))
  return { bytes: envelope, manifest: inspectBundle(envelope).manifest, signed: true }
}

/** A bundle is of a commit and counts its ancestors: what is not committed would be missed, what is not fetched miscounted. */
function refuseUnclean(git: Git): void {
  if (git.isShallow())
    throw new CliError(
      'ERR_GIT_SHALLOW',
      'a shallow clone does not know how many commits there are, next: git fetch --unshallow (in a workflow: fetch-depth: 0)',
    )
  const changes = git.changes()
  if (changes.length > 0)
    throw new CliError(
      'ERR_GIT_DIRTY',
      `\`${changes[0]}\`${changes.length > 1 ? ` and ${changes.length - 1} more are` : ' is'} not committed, next: commit, ignore or remove it`,
    )
}

export function toBuildReport({ manifest, signed }: Built, file: string): Report {
  return {
    name: 'bundle',
    data: { file, signed, manifest },
    pretty: style =>
      [
        `${style.green('built')} ${file}${signed ? '' : style.yellow(', not signed, next: `cedargate bundle sign`')}`,
        ...prettyManifest(manifest, style),
      ].join('\n'),
  }
}
