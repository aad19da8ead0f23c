/**
 * What a decision costs: `npm run bench:engine`.
 *
 * Prints what was measured and on what, and fails where a target is missed.
 */
import { createEngine, indexPolicies, loadGrammars, type PolicyEngine } from '@cedargate/policy-schema'
import { corpus, sliceSize, wholeTeams } from './corpus.ts'
import { alternate, line, type Measured, machine } from './measure.ts'
import { growth, memoryRun } from './memory.ts'
import { facts, read } from './operations.ts'

const rounds = 7
const [small, large] = [100, 5_000]
const teams = { [small]: wholeTeams(small), [large]: wholeTeams(large) }

await loadGrammars()
console.log(machine())
const repositories = { [small]: corpus(small), [large]: corpus(large) }
const started = performance.now()
const indexes = { [small]: indexPolicies(of(repositories, small)), [large]: indexPolicies(of(repositories, large)) }
console.log(`indexed ${small} and ${large} policies in ${Math.round(performance.now() - started)} ms\n`)

/** A statement never seen before, by a team whose slice was. */
let table = 0
const fresh = (engine: PolicyEngine, team: number) => {
  const operation = read(team, table++)
  const { decision } = engine.evaluate(operation, facts(team))
  if (decision.effect !== 'allow') throw new Error(`a benchmark of refusals: ${JSON.stringify(decision)}`)
}

const sliced = (size: number) => {
  const engine = createEngine(of(repositories, size), of(indexes, size))
  const known = Math.min(of(teams, size), 7)
  const calls = 1_000
  return {
    name: `slice of ${sliceSize} in ${size}, not cached`,
    calls,
    before: () => Array.from({ length: known }, (_, team) => fresh(engine, team)),
    call: (at: number) => fresh(engine, at % known),
  }
}
const whole = createEngine(of(repositories, large), of(indexes, large), { slices: false, cache: false })
fresh(whole, 0)
const cachedEngine = createEngine(of(repositories, large), of(indexes, large))
const asked = { operation: read(0, 0), given: facts(0) }
const { catalog } = asked.operation

const [inSmall, inLarge, inWhole, cached, keyed] = alternate(
  [
    sliced(small),
    sliced(large),
    { name: `whole set of ${large}, preparsed`, calls: 20, call: at => fresh(whole, at % 7) },
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
