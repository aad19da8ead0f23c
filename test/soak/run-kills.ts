// npm run soak:kills [-- --kills 20 --workers 1 --seed 1]
import { parseArgs } from 'node:util'
import { faultsOf, soakKills } from './kills.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    workers: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})
console.log(`kills under load, seed ${values.seed}, ${values.workers} worker(s)`)
const report = await soakKills({
  kills: Number(values.kills),
  workers: Number(values.workers),
  seed: Number(values.seed),
  told: line => console.log(`  ${line}`),
})
const { reached, recovered, tornLines } = report
console.log(
  `${reached} statements reached the target, ${tornLines.length} torn lines, ${recovered} recoveries recorded`,
)
const faults = faultsOf(report)
for (const fault of faults) console.log(`FAULT ${fault}`)
if (faults.length === 0) console.log('every statement that reached the target stands in the trail, and the chains hold')
process.exit(faults.length === 0 ? 0 : 1)
