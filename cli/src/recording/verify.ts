import { statSync } from 'node:fs'
import { basename } from 'node:path'
import {
  type ChainReport,
  type Checkpoint,
  parseTrailLine,
  type TrailReport,
  verifyingKey,
  verifyTrail,
} from '@cedargate/policy-schema'
import { openGit } from '../git.ts'
import { readNamed } from '../keys/read.ts'
import type { Finding, Report } from '../report/report.ts'
import { counted, inert, type Style } from '../report/style.ts'
import { type CastReport, createCastChecker } from './casts.ts'
import { createCommits } from './commits.ts'
import { recordingFiles, segmentsOf } from './read.ts'
import { createReplayer, type ReplayReport } from './replay.ts'

export interface VerifyOptions {
  /** Files of public keys. */
  readonly key?: readonly string[]
  /** Files of checkpoint lines. */
  readonly known?: readonly string[]
  readonly partial?: boolean
  readonly replay?: boolean
  readonly wholeSet?: boolean
  readonly repository: string
}

export interface VerifiedTrail {
  /** Whether chain, checkpoints and, where asked for, every replayed decision hold. */
  readonly ok: boolean
  readonly trail: TrailReport
  readonly replay?: ReplayReport
  readonly casts: CastReport
  /** Segment name → path. */
  readonly files: ReadonlyMap<string, string>
}

/**
 * Verifies trail files in one pass, replaying on the way.
 *
 * @throws CliError where a key or a file cannot be read
 */
export async function verifyFiles(paths: readonly string[], options: VerifyOptions): Promise<VerifiedTrail> {
  const files = recordingFiles(paths)
  const keys = (options.key ?? []).map(file => verifyingKey(readNamed(file, 'key')))
  const known = (options.known ?? []).flatMap(readCheckpoints)
  const replayer = options.replay
    ? createReplayer(createCommits(openGit(options.repository), { wholeSet: options.wholeSet === true }))
    : undefined
  const casts = createCastChecker({ partial: options.partial === true })
  const byName = new Map(files.map(file => [basename(file), file]))
  const trail = await verifyTrail(
    segmentsOf(files),
    { keys, known, partial: options.partial === true },
    async (event, { segment, line }) => {
      const place = { file: byName.get(segment) ?? segment, line }
      await casts.event(event, place)
      await replayer?.event(event, place)
    },
  )
  const replay = replayer?.report()
  const kept = casts.report(paths.filter(path => statSync(path).isDirectory()))
  return {
    ok:
      trail.ok &&
      !kept.findings.some(({ severity }) => severity === 'error') &&
      (replay === undefined || replay.findings.length === 0),
    trail,
    casts: kept,
    files: byName,
    ...(replay === undefined ? {} : { replay }),
  }
}

function readCheckpoints(file: string): Checkpoint[] {
  return readNamed(file, 'checkpoint file')
    .split('\n')
    .filter(line => line !== '')
    .map(parseTrailLine)
    .filter(event => event.kind === 'checkpoint')
}

export function toTrailReport({ ok, trail, casts, replay, files }: VerifiedTrail): Report {
  return {
    name: 'trail',
    data: { ok, trail, casts, ...(replay === undefined ? {} : { replay }) },
    findings: [
      ...trail.findings.map(
        (found): Finding => ({
          code: found.code,
          severity: found.severity,
          message: found.message,
          file: files.get(found.segment) ?? found.segment,
          line: Math.max(found.line, 1),
          column: 1,
          length: 1,
        }),
      ),
      ...casts.findings.map((found): Finding => ({ ...found, column: 1, length: 1 })),
      ...(replay?.findings ?? []).map(
        (found): Finding => ({
          code: found.code,
          severity: 'error',
          message: found.message,
          file: found.file,
          line: found.line,
          column: 1,
          length: 1,
        }),
      ),
    ],
    pretty: style =>
      [
        ...prettyTrail(trail, style),
        ...prettyCasts(casts, style),
        ...(replay === undefined ? [] : ['', ...prettyReplay(replay, style)]),
      ].join('\n'),
  }
}

function prettyTrail(trail: TrailReport, style: Style): string[] {
  const errors = trail.findings.filter(found => found.severity === 'error').length
  const head = trail.ok
    ? style.green('the chain holds')
    : style.red(`the chain does not hold: ${counted(errors, 'finding')}`)
  return [
    `${head}${style.dim(`, ${counted(trail.lines, 'line')} in ${counted(trail.segments, 'segment')}`)}`,
    ...[...Map.groupBy(trail.findings, alike).values()].flatMap(found => prettyFinding(found, style)),
    ...(trail.moreFindings > 0 ? [style.dim(`  and ${trail.moreFindings} more`)] : []),
    ...trail.chains.map(chain => style.dim(`  ${prettyChain(chain)}`)),
  ]
}

function prettyChain({ gateway, worker, firstSeq, lastSeq, sealedSeq, unsealed, recoveries }: ChainReport): string {
  const lines = `lines ${firstSeq} to ${lastSeq}, sealed to ${sealedSeq}, ${unsealed} unsealed`
  const recovered =
    recoveries === 0 ? '' : `, recovered from a crash ${recoveries === 1 ? 'once' : `${recoveries} times`}`
  return `${gateway} worker ${worker}: ${lines}${recovered}`
}

/** Each checkpoint of a long trail may say the same. */
function alike({ code, message }: TrailReport['findings'][number]): string {
  return `${code} ${message}`
}

function prettyFinding([first, ...more]: TrailReport['findings'], style: Style): string[] {
  if (first === undefined) return []
  const { severity, segment, line, message, code } = first
  const paint = severity === 'error' ? style.red : style.yellow
  return [
    `  ${paint(severity)} ${inert(segment)}:${line} ${inert(message)} ${style.dim(code)}`,
    ...(more.length > 0 ? [style.dim(`    and ${more.length} more like it`)] : []),
  ]
}

function prettyCasts({ casts, truncated, findings }: CastReport, style: Style): string[] {
  if (casts === 0 && findings.length === 0) return []
  const head =
    findings.length > 0
      ? style.red('not all casts hold')
      : style.green(casts === 1 ? '1 cast holds' : `${casts} casts hold`)
  return [
    `${head}${truncated === 0 ? '' : style.dim(`, ${truncated} of them truncated`)}`,
    ...findings.map(({ severity, file, line, message, code }) => {
      const paint = severity === 'error' ? style.red : style.yellow
      return `  ${paint(severity)} ${inert(file)}:${line} ${inert(message)} ${style.dim(code)}`
    }),
  ]
}

function prettyReplay(replay: ReplayReport, style: Style): string[] {
  const skipped = Object.entries(replay.notReplayable)
  return [
    replayHead(replay, style),
    ...replay.findings.map(
      found =>
        `  ${style.red('error')} ${inert(found.file)}:${found.line} ${inert(found.message)} ${style.dim(found.code)}`,
    ),
    ...skipped.map(([why, count]) => style.dim(`  ${count} not replayable: ${why}`)),
    ...(replay.commits.length === 0
      ? []
      : [
          style.dim(
            `  at ${counted(replay.commits.length, 'commit')}: ${replay.commits.map(commit => commit.slice(0, 12)).join(', ')}`,
          ),
        ]),
  ]
}

function replayHead({ replayed, falseDecisions, changedMapping, findings }: ReplayReport, style: Style): string {
  const head = `${counted(replayed, 'decision')} replayed`
  if (falseDecisions + changedMapping > 0)
    return style.red(`${head}, ${falseDecisions} false, ${changedMapping} with a changed mapping`)
  if (replayed === 0) return style.yellow('no decision was replayed')
  return findings.length > 0 ? style.red(`${head}, all equal, but`) : style.green(`${head}, all equal`)
}
