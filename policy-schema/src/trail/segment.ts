/**
 * A segment's file name: `gateway.worker.first.jsonl`, where `first` is the number of its first line, padded so that the
 * order of the names is the order of the chain.
 */
export function segmentName(gateway: string, worker: number, firstSeq: number): string {
  return `${gateway}.${worker}.${String(firstSeq).padStart(16, '0')}.jsonl`
}

/** What a segment's name says; `undefined` for a file that is no segment. */
export function parseSegmentName(
  name: string,
): { readonly gateway: string; readonly worker: number; readonly firstSeq: number } | undefined {
  const [, gateway, worker, first] = /^([A-Za-z0-9_-]+)\.(\d{1,6})\.(\d{16})\.jsonl$/.exec(name) ?? []
  if (gateway === undefined) return undefined
  return { gateway, worker: Number(worker), firstSeq: Number(first) }
}

/** Beside the segments. */
export const castsFolder = 'casts'

/** Where the cast of a decision lies, from the trail's folder: `casts/gateway.worker.decision.cast`. */
export function castPath(gateway: string, worker: number, decisionSeq: number): string {
  return `${castsFolder}/${gateway}.${worker}.${String(decisionSeq).padStart(16, '0')}.cast`
}

/** What a cast's name says, without its folder; `undefined` for a file that is none. */
export function parseCastName(
  name: string,
): { readonly gateway: string; readonly worker: number; readonly decisionSeq: number } | undefined {
  const [, gateway, worker, decision] = /^([A-Za-z0-9_-]+)\.(\d{1,6})\.(\d{16})\.cast$/.exec(name) ?? []
  if (gateway === undefined) return undefined
  return { gateway, worker: Number(worker), decisionSeq: Number(decision) }
}
