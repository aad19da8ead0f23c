import { createReadStream, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseTrailLine, type TrailEvent, type TrailSegment, trailLines } from '@cedargate/policy-schema'
import { CliError } from '../errors.ts'

/** A line of a recording, or why it is none. */
export type RecordedLine = Place &
  ({ readonly event: TrailEvent } | { readonly fault: { code: string; message: string } })

export interface Place {
  readonly file: string
  readonly line: number
}

/**
 * The files of recordings: a folder stands for its `*.jsonl`, sorted by name, which is the order of a chain.
 *
 * @throws CliError `ERR_FILE` where one is missing, or a folder holds none
 */
export function recordingFiles(paths: readonly string[]): string[] {
  return paths.flatMap(path => {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found === undefined)
      throw new CliError('ERR_FILE', `no recording \`${path}\`, next: name a file or a trail folder`)
    if (!found.isDirectory()) return [path]
    const names = readdirSync(path).filter(name => name.endsWith('.jsonl'))
    // A path that is wrong by one folder must not pass for a quiet day.
    if (names.length === 0)
      throw new CliError('ERR_FILE', `no recording in \`${path}\`, next: name a trail folder, its files end in .jsonl`)
    return names.sort().map(name => join(path, name))
  })
}

/** Recordings as `verifyTrail` takes them; each file is opened when its turn comes. */
export function* segmentsOf(files: readonly string[]): Generator<TrailSegment> {
  for (const file of files) yield { name: basename(file), lines: trailLines(createReadStream(file)) }
}

/** Every line of recordings, one at a time. The chain is not looked at: a sample is a part of one. */
export async function* readRecordings(files: readonly string[]): AsyncGenerator<RecordedLine> {
  for (const file of files) {
    let line = 0
    for await (const text of trailLines(createReadStream(file))) {
      line += 1
      if (text.trim() !== '') yield { file, line, ...read(text) }
    }
  }
}

function read(text: string): { event: TrailEvent } | { fault: { code: string; message: string } } {
  try {
    return { event: parseTrailLine(text) }
  } catch (error) {
    const code = (error as { code?: unknown }).code
    if (!(error instanceof Error) || typeof code !== 'string') throw error
    return { fault: { code, message: error.message } }
  }
}
