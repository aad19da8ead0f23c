import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'

const scripted = /"sql":"(?:SELECT abalance|UPDATE pgbench_|INSERT INTO pgbench_history|BEGIN;?"|END;?")/
const nothing = { allowed: 0, results: 0, scripted: 0 }
type Counts = { -readonly [name in keyof typeof nothing]: number }
const seen = new Map<
  string,
  { readonly counts: Counts; readonly read: Map<string, { offset: number; rest: string }> }
>()

/** Counts a trail's lines, from where the last call stopped. */
export function countTrail(folder: string): Readonly<Counts> {
  const known = seen.get(folder) ?? { counts: { ...nothing }, read: new Map() }
  seen.set(folder, known)
  const { counts, read } = known
  for (const name of readdirSync(folder)
    .filter(file => file.endsWith('.jsonl'))
    .sort()) {
    const state = read.get(name) ?? { offset: 0, rest: '' }
    read.set(name, state)
    const fd = openSync(join(folder, name), 'r')
    const chunk = Buffer.alloc(1 << 22)
    for (
      let got = readSync(fd, chunk, 0, chunk.length, state.offset);
      got > 0;
      got = readSync(fd, chunk, 0, chunk.length, state.offset)
    ) {
      state.offset += got
      const lines = (state.rest + chunk.toString('latin1', 0, got)).split('\n')
      state.rest = lines.pop() ?? ''
      for (const line of lines) count(line, counts)
    }
    closeSync(fd)
  }
  return { ...counts }
}

function count(line: string, counts: Counts): void {
  if (line.includes('"kind":"result"')) counts.results += 1
  else if (line.includes('"kind":"decision"')) {
    if (line.includes('"decision":{"effect":"allow"')) counts.allowed += 1
    if (!line.includes('"kind":"parse"') && scripted.test(line)) counts.scripted += 1
  }
}
