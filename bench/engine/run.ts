/**
 * What a decision costs: `npm run bench:engine`.
 *
 * Prints what was measured and on what, and fails where a target is missed.
 */
import {
  createEngine,
  type EngineOptions,
  indexPolicies,
  loadGrammars,
  type Mapped,
  type Operation,
  type PostgresOperation,
  protocols,
} from '@cedargate/policy-schema'
import { corpus, sliceSize, wholeTeams } from './corpus.ts'
import { alternate, line, type Measured, machine, type Subject } from './measure.ts'
import { growth, memoryRun } from './memory.ts'
import { facts, read } from './operations.ts'

const rounds = 7
const [small, large] = [100, 5_000]

await loadGrammars()
console.log(machine())
const repositories = { [small]: corpus(small), [large]: corpus(large) }
const started = performance.now()
const indexes = { [small]: indexPolicies(of(repositories, small)), [large]: indexPolicies(of(repositories, large)) }
console.log(`indexed ${small} and ${large} policies in ${Math.round(performance.now() - started)} ms\n`)

/** Reading SQL is not deciding: what is measured here starts with the requests of a statement, once they are known. */
const requests = new Map<Operation, Mapped>()
const premapped = {
  ...protocols,
  postgres: { ...protocols.postgres, toRequests: (operation: Operation) => requests.get(operation) ?? unknown },
}
const unknown = { reason: 'unmapped', detail: 'not prepared' } as const

const askers = 7
const nobody = facts(-1)
/** Statements never seen before, by teams whose slices were: each is decided anew. */
const uncached = (name: string, size: number, calls: number, options: EngineOptions = {}): Subject => {
  const engine = createEngine(of(repositories, size), of(indexes, size), { ...options, protocols: premapped })
  const target = of(repositories, size).targets.get('orders-db')
  if (!target || wholeTeams(size) < askers) throw new Error('the corpus is too small')
  const given = Array.from({ length: askers }, (_, team) => facts(team))
  let statements: readonly Operation[] = []
  const call = (at: number) => {
    const [operation, who] = [statements[at], given[at % askers]]
    const decision = operation && who && engine.evaluate(operation, who).decision
    if (decision?.effect !== 'allow') throw new Error(`not allowed: ${JSON.stringify(decision)}`)
  }
  let limit = 1
  const before = () => {
    requests.clear()
    statements = Array.from({ length: calls }, (_, at) => read(at % askers, limit++))
    for (const operation of statements)
      requests.set(operation, protocols.postgres.toRequests(operation as PostgresOperation, target))
    // Someone to whom no policy applies has asked each before, so that its requests are known and judged.
    for (const operation of statements) engine.evaluate(operation, nobody)
    // Slices are preparsed the first time.
    if (limit === calls + 1) for (let at = 0; at < Math.min(askers, calls); at++) call(at)
  }
  return { name, calls, before, call }
}
const cachedEngine = createEngine(of(repositories, large), of(indexes, large))
const asked = { operation: read(0, 0), given: facts(0) }
const { catalog } = asked.operation

const [inSmall, inLarge, inWhole, cached, keyed] = alternate(
  [
    uncached(`slice of ${sliceSize} in ${small}, not cached`, small, 1_000),
    uncached(`slice of ${sliceSize} in ${large}, not cached`, large, 1_000),
    uncached(`whole set of ${large}, preparsed`, large, 20, { slices: false, cache: false }),
    {
      name: 'cached, catalog and session known',
      calls: 300_000,
      // Each message of a client makes an operation of its own; what it resolved to is the same object.
      call: () => cachedEngine.evaluate({ ...asked.operation, catalog } as typeof asked.operation, asked.given),
    },
    {
      name: 'cached, catalog and session new objects',
      calls: 20_000,
      call: () =>
        cachedEngine.evaluate({ ...asked.operation, catalog: { ...catalog } } as typeof asked.operation, {
          ...asked.given,
          session: { ...asked.given.session },
        }),
    },
  ],
  rounds,
) as readonly [Measured, Measured, Measured, Measured, Measured]
for (const measured of [inSmall, inLarge, inWhole, cached, keyed]) console.log(line(measured))

console.log('')
const memory = memoryRun(of(repositories, large), 40)
console.log(`${memory.decisions} decisions, ${memory.reloads} reloads: resident MiB ${memory.rssMiB.join(' ')}\n`)

const targets: readonly [name: string, value: number, holds: (value: number) => boolean, wanted: string][] = [
  ['whole set / slice', inWhole.medianUs / inLarge.medianUs, value => value >= 100, 'at least 100'],
  [`slice in ${large} / in ${small}`, inLarge.medianUs / inSmall.medianUs, value => value <= 1.5, 'at most 1.5'],
  ['cached, µs', cached.medianUs, value => value < 1, 'below 1'],
  ['memory, second half / first', growth(memory), value => value <= 1.1, 'at most 1.1'],
]
for (const [name, value, holds, wanted] of targets) {
  const verdict = holds(value) ? 'ok' : 'MISSED'
  console.log(`${name.padEnd(32)} ${value.toFixed(3).padStart(9)}   ${wanted}: ${verdict}`)
  if (!holds(value)) process.exitCode = 1
}

function of<T>(sizes: { readonly [size: number]: T }, size: number): T {
  const value = sizes[size]
  if (value === undefined) throw new Error(`no corpus of ${size}`)
  return value
}
