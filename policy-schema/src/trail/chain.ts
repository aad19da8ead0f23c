import { hash } from 'node:crypto'
import { PolicyError } from '../errors.ts'
import type { TrailBody } from './events.ts'
import { inOnePiece, jsonText } from './inert.ts'
import { maxTrailLineLength, type TrailCode } from './line.ts'
import { LineBuffer } from './line-buffer.ts'
import { MemberWriter } from './members.ts'

/** Where a chain stands: the last line's number and hash. */
export interface ChainState {
  readonly gateway: string
  readonly worker: number
  /** Of the last line; 0 before the first. */
  readonly seq: number
  /** `hash` of the last line; `trailGenesis` before the first. */
  readonly previous: string
}

/** What the writer knows of the moment. */
export interface Stamp {
  /** ms since the epoch */
  readonly time: number
  /** Of the policies in force; `none` before the first bundle. */
  readonly commit: string
  /** Digest of the bundle in force; `none` before the first. */
  readonly bundle: string
}

export interface Chain extends ChainState {
  /**
   * Puts the next line, with its newline, behind the others. The chain has moved on when this returns: a line that is not
   * written afterwards is a gap.
   *
   * @throws PolicyError `ERR_TRAIL_LINE_TOO_LONG` past 16 Mi bytes; neither the chain nor the lines have moved then
   */
  append(lines: LineBuffer, body: TrailBody, stamp: Stamp): void
  /** The next line as a text, without its newline. */
  line(body: TrailBody, stamp: Stamp): string
}

/** `previous` of a chain's first line. */
export const trailGenesis = '0'.repeat(64)

/**
 * Continues a chain, or begins one with `seq: 0, previous: trailGenesis`.
 *
 * A line is one JSON object: `seq time kind version gateway worker commit bundle previous` (a decision or a result
 * without `bundle`), the members of its kind in the order of `fieldsOf`, `hash`; no white space; what a terminal acts on is escaped. `hash` is the SHA-256, in hex, of
 * the UTF-8 text of the line as it would be without its last member `,"hash":"…"`.
 */
export function createChain(state: ChainState): Chain {
  const { gateway, worker } = state
  let { seq, previous } = state
  // Both change seldom: once a millisecond, once a bundle.
  const origin = `,"version":1,"gateway":${jsonText(gateway)},"worker":${worker}`
  let stampedAt = Number.NaN
  let time = ''
  let commit = ''
  let bundle = ''
  let inForce = { whole: '', commit: '' }
  const members = new MemberWriter()

  const append: Chain['append'] = (lines, body, stamp) => {
    if (stamp.time !== stampedAt) {
      stampedAt = stamp.time
      time = new Date(stampedAt).toISOString()
    }
    if (stamp.commit !== commit || stamp.bundle !== bundle || inForce.whole === '') {
      commit = stamp.commit
      bundle = stamp.bundle
      const cited = `${origin},"commit":${jsonText(commit)}`
      inForce = {
        whole: inOnePiece(`${cited},"bundle":${jsonText(bundle)},"previous":"`),
        commit: inOnePiece(`${cited},"previous":"`),
      }
    }
    const start = lines.length
    const first = `{"seq":${seq + 1},"time":"${time}","kind":"${body.kind}"${hasBundle(body.kind) ? inForce.whole : inForce.commit}${previous}"`
    members.write(lines, first, body, stamp.time)
    const length = lines.length - start
    if (length > maxTrailLineLength - hashLength) {
      lines.back(start)
      throw new PolicyError<TrailCode>(
        'ERR_TRAIL_LINE_TOO_LONG',
        `a \`${body.kind}\` line of ${length} bytes is over the cap of ${maxTrailLineLength}`,
      )
    }
    const digest = hash('sha256', lines.from(start), 'hex')
    lines.close(digest)
    seq += 1
    previous = digest
  }

  return {
    gateway,
    worker,
    get seq() {
      return seq
    },
    get previous() {
      return previous
    },
    append,
    line(body, stamp) {
      const lines = new LineBuffer()
      append(lines, body, stamp)
      return lines.from(0).toString('utf8', 0, lines.length - 1)
    },
  }
}

/** The many lines name their commit alone. */
function hasBundle(kind: TrailBody['kind']): boolean {
  return kind !== 'decision' && kind !== 'result'
}

/** Of `,"hash":"…"}`. */
const hashLength = 75
