import { PolicyError } from '../errors.ts'
import type { VerifyingKey } from '../signing.ts'
import { trailGenesis } from './chain.ts'
import { type Checkpoint, checkpointHolds } from './checkpoint.ts'
import type { TrailEvent, TrailKind } from './events.ts'
import { fieldsOf } from './fields.ts'
import { type ChainReport, Findings, type TrailFinding, type TrailFindingCode, type TrailReport } from './finding.ts'
import { parseTrailLine, type TrailCode } from './line.ts'
import { trailEventFault } from './schema.ts'
import { parseSegmentName } from './segment.ts'

export interface TrailOptions {
  /** Whose checkpoints count. Without any, every line is unsealed. */
  readonly keys?: readonly VerifyingKey[]
  /** Checkpoints that were kept elsewhere, by `parseTrailLine`: each must be in the trail. */
  readonly known?: Iterable<Checkpoint>
  /** Earlier segments lie elsewhere: a chain may begin later than with its first line. */
  readonly partial?: boolean
  /** 1,000 unless given. */
  readonly maxFindings?: number
}

/** Verifies a trail line by line, in memory that does not grow with it. */
export interface TrailVerifier {
  /** The lines that follow are of this file. The segments of one chain come in the order of their names. */
  segment(name: string): void
  /** The next line, without its newline. The event, where the line is what its hash says. */
  line(text: string): TrailEvent | undefined
  /** Once, after the last line. */
  end(): TrailReport
}

interface Chain {
  readonly gateway: string
  readonly worker: number
  readonly firstSeq: number
  seq: number
  hash: string
  lines: number
  /** Broken lines since the last good one: that many numbers may be missing without a gap. */
  broken: number
  checkpoints: number
  recoveries: number
  sealedSeq: number
  /** Lines since the last good checkpoint, and where they begin. */
  unsealed: number
  unsealedAt: Place
  /** A torn line that is damage only if the chain goes on after it. */
  torn: TrailFinding | undefined
}

interface Place {
  readonly segment: string
  readonly line: number
}

export function createTrailVerifier(options: TrailOptions = {}): TrailVerifier {
  const keys = new Map(options.keys?.map(key => [key.id, key]))
  const findings = new Findings(options.maxFindings ?? 1000)
  const chains = new Map<string, Chain>()
  const awaited = knownBySeq(options.known ?? [])
  let segments = 0
  let total = 0
  let name = ''
  let lineInSegment = 0
  /** Of the segment: the chain of its last good line. */
  let current: Chain | undefined
  /** The last line where it could not be read: torn if nothing follows it in its segment. */
  let unread: (Place & { readonly code: TrailCode; readonly message: string }) | undefined

  const find = (code: TrailFindingCode, message: string, place: Place, severity: 'error' | 'warning' = 'error') =>
    findings.add({ code, severity, message, segment: place.segment, line: place.line })

  function settleUnread(atEnd: boolean): void {
    if (unread === undefined) return
    const { code, message, segment, line } = unread
    unread = undefined
    if (!atEnd || code !== 'ERR_TRAIL_LINE') {
      find(code, message, { segment, line })
      if (current) current.broken += 1
      return
    }
    const torn: TrailFinding = {
      code: 'ERR_TRAIL_TORN',
      severity: 'warning',
      message: 'the last line is not whole: a crash that is not recovered yet, or a writer at work',
      segment,
      line,
    }
    if (current) current.torn = torn
    else findings.add(torn)
  }

  function read(text: string, place: Place): TrailEvent | undefined {
    try {
      return parseTrailLine(text)
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error
      unread = { code: error.code as TrailCode, message: error.message, ...place }
      return undefined
    }
  }

  function follow(event: TrailEvent, place: Place): Chain {
    const id = chainId(event)
    const known = chains.get(id)
    if (known === undefined) {
      const chain = begin(event, place)
      chains.set(id, chain)
      if (event.seq === 1 && event.previous !== trailGenesis)
        find('ERR_TRAIL_CHAIN', 'the first line of the chain names a line before it', place)
      if (event.seq !== 1)
        find(
          'ERR_TRAIL_HEAD',
          `the chain of \`${event.gateway}\` worker \`${event.worker}\` begins with line \`${event.seq}\`, next: add the earlier segments`,
          place,
          options.partial ? 'warning' : 'error',
        )
      return chain
    }
    if (known.torn) {
      findings.add({ ...known.torn, severity: 'error', message: 'the line is torn, and the chain goes on after it' })
      known.torn = undefined
    }
    const missing = event.seq - known.seq - 1
    if (missing < 0)
      find('ERR_TRAIL_ORDER', `line \`${event.seq}\` stands after line \`${known.seq}\`: repeated or moved`, place)
    else if (missing > known.broken)
      find('ERR_TRAIL_GAP', `lines \`${known.seq + 1}\` to \`${event.seq - 1}\` are missing`, place)
    else if (missing === 0 && event.previous !== known.hash)
      find('ERR_TRAIL_CHAIN', `line \`${event.seq}\` does not follow the line before it: that one was replaced`, place)
    known.seq = event.seq
    known.hash = event.hash
    known.broken = 0
    known.lines += 1
    return known
  }

  function checkSegmentName(event: TrailEvent, place: Place): void {
    const stated = parseSegmentName(place.segment)
    if (stated === undefined) return
    const fits =
      stated.gateway === event.gateway &&
      stated.worker === event.worker &&
      (place.line > 1 ? stated.firstSeq < event.seq : stated.firstSeq === event.seq)
    if (!fits) find('ERR_TRAIL_SEGMENT', `line \`${event.seq}\` does not belong into a segment of this name`, place)
  }

  function checkKnown(event: TrailEvent, place: Place): void {
    const known = awaited.get(chainId(event))
    const checkpoint = known?.get(event.seq)
    if (checkpoint === undefined) return
    known?.delete(event.seq)
    if (checkpoint.hash !== event.hash)
      find('ERR_TRAIL_FORKED', `a checkpoint kept elsewhere vouches for another line \`${event.seq}\``, place)
  }

  function checkCheckpoint(checkpoint: Checkpoint, chain: Chain, place: Place): void {
    chain.checkpoints += 1
    const key = keys.get(checkpoint.key)
    if (checkpoint.root !== checkpoint.previous)
      find('ERR_TRAIL_CHECKPOINT', 'the checkpoint vouches for another line than the one before it', place)
    else if (checkpoint.segment !== place.segment)
      find('ERR_TRAIL_CHECKPOINT', `the checkpoint is that of segment \`${checkpoint.segment}\``, place)
    else if (checkpoint.lines !== place.line - 1)
      find('ERR_TRAIL_CHECKPOINT', `the checkpoint counts \`${checkpoint.lines}\` lines before it`, place)
    else if (keys.size === 0)
      find('ERR_TRAIL_CHECKPOINT_KEY', 'no key was given to check this checkpoint with', place, 'warning')
    else if (key === undefined)
      find('ERR_TRAIL_CHECKPOINT_KEY', `the checkpoint is signed by \`${checkpoint.key}\`, which is not trusted`, place)
    else if (!checkpointHolds(checkpoint, key))
      find('ERR_TRAIL_CHECKPOINT_SIGNATURE', 'the signature of the checkpoint does not hold', place)
    else {
      chain.sealedSeq = checkpoint.seq - 1
      chain.unsealed = 0
    }
  }

  return {
    segment(next) {
      settleUnread(true)
      segments += 1
      name = next
      lineInSegment = 0
      current = undefined
    },
    line(text) {
      settleUnread(false)
      total += 1
      lineInSegment += 1
      const place = { segment: name, line: lineInSegment }
      const event = read(text, place)
      if (event === undefined) return undefined
      const chain = follow(event, place)
      current = chain
      checkSegmentName(event, place)
      checkKnown(event, place)
      const fault = trailEventFault(event)
      if (fault !== undefined)
        find('ERR_TRAIL_SCHEMA', isKnown(event.kind) ? fault : `kind \`${event.kind}\` is not known here`, place)
      if (event.kind === 'trail.recovered') chain.recoveries += 1
      if (event.kind !== 'checkpoint') {
        if (chain.unsealed === 0) chain.unsealedAt = place
        chain.unsealed += 1
      } else if (fault === undefined) checkCheckpoint(event, chain, place)
      return event
    },
    end() {
      settleUnread(true)
      for (const chain of chains.values()) {
        if (chain.torn) findings.add(chain.torn)
        if (chain.unsealed > 0)
          find(
            'ERR_TRAIL_UNSEALED',
            `${chain.unsealed} lines come after the last checkpoint: their end could be cut without a trace`,
            chain.unsealedAt,
            'warning',
          )
      }
      for (const [id, checkpoints] of awaited)
        for (const checkpoint of checkpoints.values()) {
          const first = chains.get(id)?.firstSeq
          if (options.partial && first !== undefined && checkpoint.seq < first) continue
          find(
            'ERR_TRAIL_TRUNCATED',
            `checkpoint \`${checkpoint.seq}\` of \`${checkpoint.gateway}\` worker \`${checkpoint.worker}\`, kept elsewhere, is not in the trail`,
            { segment: checkpoint.segment, line: 0 },
          )
        }
      return {
        ok: findings.errors === 0,
        findings: findings.kept,
        moreFindings: findings.more,
        chains: [...chains.values()].map(report),
        lines: total,
        segments,
      }
    },
  }
}

function begin(event: TrailEvent, place: Place): Chain {
  return {
    gateway: event.gateway,
    worker: event.worker,
    firstSeq: event.seq,
    seq: event.seq,
    hash: event.hash,
    lines: 1,
    broken: 0,
    checkpoints: 0,
    sealedSeq: 0,
    unsealed: 0,
    unsealedAt: place,
    recoveries: 0,
    torn: undefined,
  }
}

function report({ seq: lastSeq, ...chain }: Chain): ChainReport {
  const { gateway, worker, firstSeq, lines, checkpoints, sealedSeq, unsealed, recoveries } = chain
  return { gateway, worker, firstSeq, lastSeq, lines, checkpoints, sealedSeq, unsealed, recoveries }
}

function chainId({ gateway, worker }: { readonly gateway: string; readonly worker: number }): string {
  return `${worker} ${gateway}`
}

function isKnown(kind: string): kind is TrailKind {
  return Object.hasOwn(fieldsOf, kind)
}

function knownBySeq(checkpoints: Iterable<Checkpoint>): Map<string, Map<number, Checkpoint>> {
  const known = new Map<string, Map<number, Checkpoint>>()
  for (const checkpoint of checkpoints) {
    const chain = known.get(chainId(checkpoint)) ?? new Map<number, Checkpoint>()
    known.set(chainId(checkpoint), chain.set(checkpoint.seq, checkpoint))
  }
  return known
}
