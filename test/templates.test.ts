import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lint, openFolder, readFolder, runTests, simulateFolder } from '@cedargate/cli'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const templates = fileURLToPath(new URL('../templates', import.meta.url))

for (const name of readdirSync(templates)) {
  const folder = join(templates, name)
  const template = suite(`the template ${name}`)

  template('has nothing that lint would say', async () => {
    const { findings, policies } = await lint(readFolder(folder), { commit: 'worktree' }, {})
    assert.equal(findings, [])
    assert.ok(policies > 5)
  })
  template('passes its tests, which decide every policy, in each effect that it can have', async () => {
    const repository = await openFolder(folder)
    const { cases } = runTests(repository)
    assert.equal(
      cases.filter(one => !one.passed).map(one => one.test.name),
      [],
    )
    const decided = (effect: string) =>
      new Set(
        cases
          .filter(one => one.evaluation?.decision.effect === effect)
          .flatMap(one => one.evaluation?.decision.policies),
      )
    const [allowed, denied, pending] = [decided('allow'), decided('deny'), decided('pending')]
    const missing = repository.policies.filter(({ id, effect, annotations }) => {
      if (annotations.approvers !== undefined && !pending.has(id)) return true
      return effect === 'permit' ? !allowed.has(id) : !denied.has(id)
    })
    assert.equal(
      missing.map(({ id }) => id),
      [],
    )
  })
  template('changes nothing of what its recordings recorded', async () => {
    const { simulation } = await simulateFolder(folder, [join(folder, 'recordings')], {})
    const { unchanged, ...changed } = simulation.counts
    assert.ok(unchanged > 5)
    assert.equal([...new Set(Object.values(changed))], [0])
    assert.equal(simulation.faults, [])
  })
  template.run()
}
