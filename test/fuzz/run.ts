/**
 * Fuzzes SQL for as long as it is told: `npm run fuzz -- --minutes 60 [--seed 1]`; a fifth of the time is for columns. A failure
 * prints its seed and its text.
 */
import { parseArgs } from 'node:util'
import { fuzzColumns } from './columns/fuzz.ts'
import { fuzzSql } from './sql/fuzz.ts'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' }, seed: { type: 'string' } } })
const seed = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed)
const milliseconds = Number(values.minutes) * 60_000
process.stdout.write(`seed ${seed}, ${values.minutes} minutes\n`)
const end = performance.now() + milliseconds / 5
const columns = await fuzzColumns({ seed, until: () => performance.now() > end })
process.stdout.write(
  `${columns.statements} statements, the columns of ${columns.compared} were compared with what the server demands\n`,
)
const { texts, asked, compared } = await fuzzSql({ seed, milliseconds: milliseconds * 0.8 })
process.stdout.write(
  `${texts} texts, ${asked} asked something, ${compared} were compared with what the server locked\n`,
)
