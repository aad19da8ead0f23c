// timeout: 180s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { debianServers } from '../peers/index.ts'
import { fuzzColumns } from './columns/fuzz.ts'

const seed = Number(process.env.FUZZ_SEED ?? 20261124)
const most = Number(process.env.FUZZ_STATEMENTS ?? 120)

const fuzz = suite(`statements made from a grammar (seed ${seed})`)
for (const [which, bin] of [['npm', undefined] as const, ...debianServers().map(bin => [bin, bin] as const)])
  fuzz(`demand of the server of ${which} the columns that we ask for`, async () => {
    const { statements, compared, exact } = await fuzzColumns({ seed, until: made => made >= most, bin })
    assert.ok(compared * 3 > statements && exact * 2 > compared, JSON.stringify({ statements, compared, exact }))
  })
fuzz.run()
