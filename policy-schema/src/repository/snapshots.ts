import type { Diagnostic } from '../errors.ts'
import type { Reading } from './config.ts'
import { diagnostic } from './yaml.ts'

export type SnapshotCode = 'ERR_SNAPSHOT'

/** `snapshots/<target>.json`: what `cedargate snapshot pull` wrote; what is in it is the protocol's to read. */
export function readSnapshots(files: ReadonlyMap<string, string>): Reading<ReadonlyMap<string, object>> {
  const snapshots = new Map<string, object>()
  const diagnostics: Diagnostic[] = []
  for (const [file, text] of files) {
    const [, name] = /^snapshots\/(.+)\.json$/.exec(file) ?? []
    if (name === undefined) continue
    const report = (why: string, start: number) =>
      diagnostics.push(
        diagnostic(text, file, 'ERR_SNAPSHOT', `${why}, next: write it anew by \`cedargate snapshot pull\``, {
          start,
          length: 1,
        }),
      )
    try {
      const value: unknown = JSON.parse(text)
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) snapshots.set(name, value)
      else report('not a JSON object', 0)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      report('not JSON', Number(/at position (\d+)/.exec(error.message)?.[1] ?? text.length))
    }
  }
  return { value: snapshots, diagnostics }
}
