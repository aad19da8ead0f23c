import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import {
  type CastClosedBody,
  castPath,
  castsFolder,
  parseCastName,
  type TrailEnvelope,
  type TrailEvent,
} from '@cedargate/policy-schema'
import type { Place } from './read.ts'

export type CastFindingCode =
  /** A line names a cast that is not there. */
  | 'ERR_CAST_MISSING'
  /** It is not what its line says. */
  | 'ERR_CAST_DIGEST'
  /** A line names another place than that of its decision's cast. */
  | 'ERR_CAST_PATH'
  /** A cast is there that no line closes: its channel is open, or ended by a crash, or somebody put it there. */
  | 'ERR_CAST_UNCLOSED'

export interface CastFinding extends Place {
  readonly code: CastFindingCode
  readonly severity: 'error' | 'warning'
  readonly message: string
}

export interface CastReport {
  readonly casts: number
  /** How many end before their channel did. */
  readonly truncated: number
  readonly findings: readonly CastFinding[]
}

/**
 * Holds the casts beside a trail against the lines that close them. A cast goes wherever the segment goes that holds its
 * decision; its name says which that is.
 *
 * @param options `partial`: earlier segments lie elsewhere, and their casts with them
 */
export function createCastChecker({ partial = false }: { readonly partial?: boolean }) {
  const findings: CastFinding[] = []
  const closed = new Set<string>()
  /** Chain → its first line that is here. */
  const begins = new Map<string, number>()
  let truncated = 0

  const find = (place: Place, code: CastFindingCode, message: string, severity: 'error' | 'warning' = 'error') =>
    findings.push({ ...place, code, severity, message })

  const liesElsewhere = ({ gateway, worker, decisionSeq }: CastName) => {
    const first = begins.get(`${gateway}.${worker}`)
    return partial && (first === undefined || decisionSeq < first)
  }

  return {
    async event(event: TrailEvent, { file, line }: Place): Promise<void> {
      const chain = `${event.gateway}.${event.worker}`
      if (!begins.has(chain)) begins.set(chain, event.seq)
      if (event.kind !== 'cast.closed') return
      const place = { file, line }
      // nothing else that a line says is opened
      if (event.path !== castPath(event.gateway, event.worker, event.decisionSeq)) {
        find(
          place,
          'ERR_CAST_PATH',
          `\`${event.path}\` is not where the cast of decision \`${event.decisionSeq}\` lies`,
        )
        return
      }
      const whole = join(dirname(file), event.path)
      closed.add(whole)
      if (event.truncated) truncated += 1
      const found = whereIs(whole)
      if (found === undefined && liesElsewhere(event))
        find(place, 'ERR_CAST_MISSING', `\`${event.path}\` lies elsewhere, as the segment of its decision`, 'warning')
      else if (found === undefined) find(place, 'ERR_CAST_MISSING', `\`${event.path}\` is not there`)
      else if (!(await isAsSaid(found, event)))
        find(place, 'ERR_CAST_DIGEST', `\`${event.path}\` is not what its line says`)
    },
    /** @param folders in which all casts should have a line */
    report(folders: readonly string[]): CastReport {
      for (const folder of folders)
        for (const name of castsIn(folder)) {
          const file = join(folder, castsFolder, name)
          const whole = name.replace(/\.part$/, '')
          if (closed.has(join(folder, castsFolder, whole))) continue
          const of = parseCastName(whole)
          const isLeft = of !== undefined && liesElsewhere(of)
          const message = isLeft
            ? 'the segment of its decision lies elsewhere, next: move it there'
            : 'no line closes it'
          const severity = isLeft || name.endsWith('.part') ? 'warning' : 'error'
          find({ file, line: 1 }, 'ERR_CAST_UNCLOSED', message, severity)
        }
      return { casts: closed.size, truncated, findings }
    },
  }
}

type CastName = Pick<CastClosedBody, 'decisionSeq'> & Pick<TrailEnvelope, 'gateway' | 'worker'>

/** A cast gets its name once its line is written. */
function whereIs(file: string): string | undefined {
  return [file, `${file}.part`].find(each => statSync(each, { throwIfNoEntry: false })?.isFile())
}

async function isAsSaid(file: string, { bytes, digest }: CastClosedBody & TrailEnvelope): Promise<boolean> {
  if (statSync(file).size !== bytes) return false
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return `sha256:${hash.digest('hex')}` === digest
}

function castsIn(folder: string): readonly string[] {
  const path = join(folder, castsFolder)
  return existsSync(path) ? readdirSync(path).sort() : []
}
