import { hash } from 'node:crypto'
import { isFrozenThroughout } from '../engine/frozen.ts'
import { PolicyError } from '../errors.ts'
import type { TrailBody } from './events.ts'
import { fieldsOf } from './fields.ts'
import { inertJson } from './inert.ts'
import { maxTrailLineLength, type TrailCode } from './line.ts'

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
   * The next line, without its newline. The chain has moved on when this returns: a line that is not written afterwards
   * is a gap.
   *
   * @throws PolicyError `ERR_TRAIL_LINE_TOO_LONG` past 16 Mi UTF-16 units; the chain has not moved then
   */
  line(body: TrailBody, stamp: Stamp): string
}

/** `previous` of a chain's first line. */
export const trailGenesis = '0'.repeat(64)

/**
 * Continues a chain, or begins one with `seq: 0, previous: trailGenesis`.
 *
 * A line is one JSON object: `seq time kind version gateway worker commit bundle previous`, the members of its kind in
 * the order of `fieldsOf`, `hash`; no white space; what a terminal acts on is escaped. `hash` is the SHA-256, in hex, of
 * the UTF-8 text of the line as it would be without its last member `,"hash":"…"`.
 */
export function createChain(state: ChainState): Chain {
  const { gateway, worker } = state
  let { seq, previous } = state
  // Both change seldom: once a millisecond, once a bundle.
  const origin = `,"version":1,"gateway":${text(gateway)},"worker":${worker}`
  let stampedAt = Number.NaN
  let time = ''
  let commit = ''
  let bundle = ''
  let inForce = ''
  const written = new WeakMap<object, string>()

  return {
    gateway,
    worker,
    get seq() {
      return seq
    },
    get previous() {
      return previous
    },
    line(body, stamp) {
      if (stamp.time !== stampedAt) {
        stampedAt = stamp.time
        time = new Date(stampedAt).toISOString()
      }
      if (stamp.commit !== commit || stamp.bundle !== bundle || inForce === '') {
        commit = stamp.commit
        bundle = stamp.bundle
        inForce = `${origin},"commit":${text(commit)},"bundle":${text(bundle)}`
      }
      const start = `{"seq":${seq + 1},"time":"${time}","kind":"${body.kind}"${inForce},"previous":"${previous}"`
      const unhashed = inertJson(start + membersOf(body, written))
      if (unhashed.length > maxTrailLineLength - hashLength)
        throw new PolicyError<TrailCode>(
          'ERR_TRAIL_LINE_TOO_LONG',
          `a \`${body.kind}\` line of ${unhashed.length} characters is over the cap of ${maxTrailLineLength}`,
        )
      const digest = hash('sha256', `${unhashed}}`, 'hex')
      seq += 1
      previous = digest
      return `${unhashed},"hash":"${digest}"}`
    },
  }
}

/** Of `,"hash":"…"}`. */
const hashLength = 75

/** What the engine answers out of its decision cache is the same object again, and immutable: written once, then copied. */
const fromEngine: ReadonlySet<string> = new Set(['requests', 'decision', 'obligations', 'shadow'])

function membersOf(body: TrailBody, written: WeakMap<object, string>): string {
  const record = body as unknown as { readonly [field: string]: unknown }
  let members = ''
  for (const field of fieldsOf[body.kind]) {
    const value = record[field]
    if (value === undefined) continue
    if (typeof value === 'number') members += `,"${field}":${value}`
    else if (typeof value !== 'object' || value === null) members += `,"${field}":${text(value)}`
    else if (fromEngine.has(field)) members += `,"${field}":${once(value, written)}`
    else if (field === 'operation') members += `,"operation":${operationText(value, written)}`
    else members += `,"${field}":${text(value)}`
  }
  return members
}

/** An operation is new each time, its catalog often not: what is frozen throughout is written once, then copied. */
function operationText(operation: object, written: WeakMap<object, string>): string {
  const { catalog } = operation as { readonly catalog?: unknown }
  if (typeof catalog !== 'object' || catalog === null) return text(operation)
  let members = ''
  for (const [name, value] of Object.entries(operation))
    if (value === catalog) members += `,"catalog":${catalogText(catalog, written)}`
    else if (value !== undefined) members += `,${text(name)}:${text(value)}`
  return `{${members.slice(1)}}`
}

function catalogText(catalog: object, written: WeakMap<object, string>): string {
  return written.has(catalog) || isFrozenThroughout(catalog) ? once(catalog, written) : text(catalog)
}

function once(value: object, written: WeakMap<object, string>): string {
  let json = written.get(value)
  if (json === undefined) {
    json = text(value)
    written.set(value, json)
  }
  return json
}

function text(value: unknown): string {
  return JSON.stringify(value)
}
