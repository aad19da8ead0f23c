// timeout: 180s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fuzzSql } from './sql/fuzz.ts'

const seed = Number(process.env.FUZZ_SEED ?? 20261124)
const seconds = Number(process.env.FUZZ_SECONDS ?? 15)

const fuzz = suite('statements made from a grammar')
fuzz(
  `are read, redacted and asked alike however they are spelled, and touch nothing that is not asked (seed ${seed})`,
  async () => {
    const { texts, asked, compared } = await fuzzSql({ seed, milliseconds: seconds * 1000 })
    assert.ok(texts > 50 && asked * 3 > texts && compared > 5, JSON.stringify({ texts, asked, compared }))
  },
)
fuzz.run()
