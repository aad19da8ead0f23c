import { cpus, totalmem } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Median and spread of several rounds, in µs of CPU for each call. */
export interface Measured {
  readonly name: string
  readonly medianUs: number
  readonly lowestUs: number
  readonly highestUs: number
}

/** What is measured: `calls` calls of it in a round. `before` is not counted. */
export interface Subject {
  readonly name: string
  readonly calls: number
  before?(round: number): void
  call(at: number, round: number): void
}

/** Rounds that alternate between the subjects, so that what slows the machine down slows all of them. */
export function alternate(subjects: readonly Subject[], rounds: number): readonly Measured[] {
  const samples = new Map<Subject, number[]>(subjects.map(subject => [subject, []]))
  for (let round = 0; round < rounds; round++)
    for (const subject of subjects) {
      subject.before?.(round)
      // What preparing leaves behind is not the subject's to clear away.
      collectGarbage()
      const start = process.cpuUsage()
      for (let at = 0; at < subject.calls; at++) subject.call(at, round)
      const { user, system } = process.cpuUsage(start)
      samples.get(subject)?.push((user + system) / subject.calls)
    }
  return subjects.map(subject => summary(subject.name, samples.get(subject) ?? []))
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function summary(name: string, samples: readonly number[]): Measured {
  const sorted = samples.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN
  return { name, medianUs: at(0.5), lowestUs: at(0), highestUs: at(1) }
}

export function machine(): string {
  const [first] = cpus()
  const memoryGiB = Math.round(totalmem() / 2 ** 30)
  return `Node ${process.version}, ${cpus().length} × ${first?.model ?? 'unknown processor'}, ${memoryGiB} GiB`
}

export function line({ name, medianUs, lowestUs, highestUs }: Measured): string {
  return `${name.padEnd(44)} ${us(medianUs)}   (${us(lowestUs).trim()} to ${us(highestUs).trim()})`
}

function us(value: number): string {
  return `${value.toFixed(value < 10 ? 3 : 1).padStart(10)} µs`
}
