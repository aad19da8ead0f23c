/**
 * What a decision costs: `npm run bench:engine`.
 *
 * Prints what was measured and on what, and fails where a target is missed.
 */
import { createEngine, indexPolicies, loadGrammars } from '@cedargate/policy-schema'
import { corpus } from './corpus.ts'
import { alternate, line, machine } from './measure.ts'
import { growth, memoryRun } from './memory.ts'
import { factsOf, operationOf, sessionOf, works } from './operations.ts'
import { sliceSizes, uncached } from './uncached.ts'

const rounds = 7
const [small, large, strict] = [corpus(100), corpus(5_000), corpus(5_000, true)].map(repository => ({
  repository,
  index: indexPolicies(repository),
}))
if (!small || !large || !strict) throw new Error('no corpus')

await loadGrammars()
console.log(machine())
const [first] = works
if (!first) throw new Error('nobody works')
for (const set of [small, large, strict])
  console.log(`${set.repository.digest}, policies in a slice: ${sliceSizes(set).join('; ')}`)

const cachedEngine = createEngine(large.repository, large.index)
const operation = operationOf(first, 0, 1)
const facts = factsOf(sessionOf(first), 0)
const { catalog } = operation

const measured = alternate(
  [
    uncached('slices of 100, not cached', small, 800, { answers: false }),
    uncached('slices of 5000, not cached', large, 800, { answers: false }),
    uncached('whole set of 5000, preparsed', large, 20, { slices: false, answers: false }),
    uncached('strict: slices of 5000, not cached', strict, 800, { answers: false }),
    uncached('strict: whole set of 5000, preparsed', strict, 20, { slices: false, answers: false }),
    {
      name: 'cached, catalog and session known',
      calls: 300_000,
      // Each message of a client makes an operation of its own; what it resolved to is the same object.
      call: () => cachedEngine.evaluate({ ...operation, catalog } as typeof operation, facts),
    },
    {
      name: 'cached, catalog and session new objects',
      calls: 20_000,
      call: () =>
        cachedEngine.evaluate({ ...operation, catalog: { ...catalog } } as typeof operation, {
          ...facts,
          session: { ...facts.session },
        }),
    },
  ],
  rounds,
)
for (const one of measured) console.log(line(one))
const [inSmall, inLarge, inWhole, inStrict, inStrictWhole, cached] = measured.map(({ medianUs }) => medianUs) as [
  number,
  number,
  number,
  number,
  number,
  number,
]

console.log('')
const memory = memoryRun(large.repository, 40)
console.log(`${memory.decisions} decisions, ${memory.reloads} reloads: resident MiB ${memory.rssMiB.join(' ')}\n`)

const targets: readonly [name: string, value: number, holds: (value: number) => boolean, wanted: string][] = [
  ['whole set / slice', inWhole / inLarge, value => value >= 100, 'at least 100'],
  ['slice in 5000 / in 100', inLarge / inSmall, value => value <= 1.5, 'at most 1.5'],
  ['cached, µs', cached, value => value < 1, 'below 1'],
  ['memory, second half / first', growth(memory), value => value <= 1.1, 'at most 1.1'],
]
for (const [name, value, holds, wanted] of targets) {
  const verdict = holds(value) ? 'ok' : 'MISSED'
  console.log(`${name.padEnd(32)} ${value.toFixed(3).padStart(9)}   ${wanted}: ${verdict}`)
  if (!holds(value)) process.exitCode = 1
}
console.log(
  `${'strict: whole set / slice'.padEnd(32)} ${(inStrictWhole / inStrict).toFixed(3).padStart(9)}   no target`,
)
