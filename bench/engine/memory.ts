import { createEngine, indexPolicies, type Repository } from '@cedargate/policy-schema'
import { factsOf, operationOf, sessionOf, works } from './operations.ts'

/** Resident memory in MiB after each tenth of a run. */
export interface MemoryRun {
  readonly decisions: number
  readonly reloads: number
  readonly rssMiB: readonly number[]
}

const reloads = 100
const decisions = 1_000_000
/** One in so many is a statement never seen before; the rest repeat one of 256. */
const freshEvery = 10

/** A million decisions while the policies are replaced a hundred times, as a gateway would. */
export function memoryRun(repository: Repository, databases: number): MemoryRun {
  const index = indexPolicies(repository)
  const sessions = works.map(sessionOf)
  const asked = (at: number, serial: number) => {
    const [work, session] = [works[at % works.length], sessions[at % works.length]]
    if (!work || !session) throw new Error('nobody works')
    return {
      operation: operationOf(work, Math.floor(at / works.length) % databases, serial),
      facts: factsOf(session, at),
    }
  }
  const usual = Array.from({ length: 256 }, (_, at) => asked(at, at + 1))
  const rssMiB: number[] = []
  let serial = 1_000
  for (let reload = 0; reload < reloads; reload++) {
    const engine = createEngine(repository, index)
    for (let at = 0; at < decisions / reloads; at++) {
      const known = at % freshEvery === 0 ? undefined : usual[at % usual.length]
      const { operation, facts } = known ?? asked(at / freshEvery, serial++)
      engine.evaluate(operation, facts)
    }
    if ((reload + 1) % (reloads / 10) === 0) rssMiB.push(Math.round(process.memoryUsage.rss() / 2 ** 20))
  }
  return { decisions, reloads, rssMiB }
}

/** The second half against the first, the start left out, in which caches fill and code is compiled. */
export function growth({ rssMiB }: MemoryRun): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return mean(rssMiB.slice(6)) / mean(rssMiB.slice(2, 6))
}
