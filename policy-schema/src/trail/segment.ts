/**
 * A segment's file name: `gateway.worker.first.jsonl`, where `first` is the number of its first line, padded so that the
 * order of the names is the order of the chain.
 */
export function segmentName(gateway: string, worker: number, firstSeq: number): string {
  return `${stemOf(gateway, worker, firstSeq)}.jsonl`
}

function stemOf(gateway: string, worker: number, seq: number): string {
  return `${gateway}.${worker}.${String(seq).padStart(16, '0')}`
}

/** Taken apart; `undefined` for a name that is none. */
function parseName(name: string, suffix: string) {
  if (!name.endsWith(suffix)) return undefined
  const stem = name.slice(0, -suffix.length)
  const [, gateway, worker, seq] = /^([A-Za-z0-9_-]+)\.(\d{1,6})\.(\d{16})$/.exec(stem) ?? []
  return gateway === undefined ? undefined : { gateway, worker: Number(worker), seq: Number(seq) }
}

/** What a segment's name says; `undefined` for a file that is no segment. */
export function parseSegmentName(
  name: string,
): { readonly gateway: string; readonly worker: number; readonly firstSeq: number } | undefined {
  const parsed = parseName(name, '.jsonl')
  return parsed && { gateway: parsed.gateway, worker: parsed.worker, firstSeq: parsed.seq }
}

/** Beside the segments. */
export const castsFolder = 'casts'

/** Where the cast of a decision lies, from the trail's folder: `casts/gateway.worker.decision.cast`. */
export function castPath(gateway: string, worker: number, decisionSeq: number): string {
  return `${castsFolder}/${stemOf(gateway, worker, decisionSeq)}.cast`
}

/** What a cast's name says, without its folder; `undefined` for a file that is none. */
export function parseCastName(
  name: string,
): { readonly gateway: string; readonly worker: number; readonly decisionSeq: number } | undefined {
  const parsed = parseName(name, '.cast')
  return parsed && { gateway: parsed.gateway, worker: parsed.worker, decisionSeq: parsed.seq }
}
