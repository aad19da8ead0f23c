/** Fuzzes SQL for as long as it is told: `npm run fuzz -- --minutes 60 [--seed 1]`. A failure prints its seed and its text. */
import { parseArgs } from 'node:util'
import { fuzzSql } from './sql/fuzz.ts'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' }, seed: { type: 'string' } } })
const seed = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed)
process.stdout.write(`seed ${seed}, ${values.minutes} minutes\n`)
const { texts, asked, compared } = await fuzzSql({ seed, milliseconds: Number(values.minutes) * 60_000 })
process.stdout.write(
  `${texts} texts, ${asked} asked something, ${compared} were compared with what the server locked\n`,
)
