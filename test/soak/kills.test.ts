// timeout: 300s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { faultsOf, soakKills } from './kills.ts'

// twenty of them: npm run soak:kills
const kills = suite('a gateway that is killed under load')
for (const workers of [1, 2])
  kills(`has every statement that reached the target in its trail, with ${workers} worker(s)`, async () => {
    const report = await soakKills({ kills: 3, seed: 7 * workers, workers })
    assert.equal(faultsOf(report), [])
    assert.ok(report.reached > 60)
  })
kills.run()
