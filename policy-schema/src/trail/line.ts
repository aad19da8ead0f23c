import { hash } from 'node:crypto'
import { PolicyError } from '../errors.ts'
import type { TrailEvent } from './events.ts'

export type TrailCode =
  /** Not a JSON object with the common members. */
  | 'ERR_TRAIL_LINE'
  | 'ERR_TRAIL_LINE_TOO_LONG'
  /** Written by a format that this version does not know. */
  | 'ERR_TRAIL_VERSION'
  /** The line is not what its hash says. */
  | 'ERR_TRAIL_HASH'

/** UTF-16 units of one line. Above what the largest recorded operation comes to with every character escaped. */
export const maxTrailLineLength = 16 * 1024 * 1024

const ending = /,"hash":"([0-9a-f]{64})"\}$/
const digest = /^[0-9a-f]{64}$/

/**
 * Reads one line of a trail and checks it against its own hash. The members of its kind are not looked at: see
 * `trailEventSchema`.
 *
 * @param line without its newline
 * @throws PolicyError with a `TrailCode`
 */
export function parseTrailLine(line: string): TrailEvent {
  if (line.length > maxTrailLineLength)
    throw new PolicyError<TrailCode>('ERR_TRAIL_LINE_TOO_LONG', `a line of ${line.length} characters is over the cap`)
  const event = parse(line)
  const stated = ending.exec(line.length > 80 ? line.slice(-80) : line)?.[1]
  if (stated === undefined || stated !== event.hash) throw broken('it does not end with its hash')
  if (hash('sha256', `${line.slice(0, -75)}}`, 'hex') !== stated)
    throw new PolicyError<TrailCode>('ERR_TRAIL_HASH', `line \`${event.seq}\` is not what its hash says`)
  return event
}

function parse(line: string): TrailEvent {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (cause) {
    throw broken('it is not JSON', cause)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw broken('it is not a JSON object')
  const record = value as Record<string, unknown>
  if (record.version !== 1 && typeof record.version === 'number')
    throw new PolicyError<TrailCode>(
      'ERR_TRAIL_VERSION',
      `trail version \`${record.version}\` is not known here, next: use a newer release`,
    )
  for (const [member, holds] of envelope)
    if (!holds(record[member])) throw broken(`its \`${member}\` is missing or malformed`)
  return value as TrailEvent
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
const isDigest = (value: unknown): boolean => typeof value === 'string' && digest.test(value)

const envelope: readonly (readonly [string, (value: unknown) => boolean])[] = [
  ['seq', value => Number.isSafeInteger(value) && Number(value) > 0],
  ['time', value => typeof value === 'string' && !Number.isNaN(Date.parse(value))],
  ['kind', isText],
  ['version', value => value === 1],
  ['gateway', isText],
  ['worker', value => Number.isSafeInteger(value) && Number(value) >= 0],
  ['commit', isText],
  ['bundle', value => value === undefined || isText(value)],
  ['previous', isDigest],
  ['hash', isDigest],
]

function broken(why: string, cause?: unknown): PolicyError<TrailCode> {
  return new PolicyError('ERR_TRAIL_LINE', `not a trail line: ${why}`, { cause })
}
