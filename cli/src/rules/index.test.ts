import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ruleNames, rulesFolder, toIndex } from '../../scripts/rule-index.ts'
import { rules } from './index.ts'

const index = suite('the index of rules')

index('is what its folders make', () => {
  assert.is(readFileSync(join(rulesFolder, 'index.ts'), 'utf8'), toIndex(ruleNames()))
})

index('names each rule as its folder', () => {
  assert.equal(
    rules.map(rule => rule.name),
    ruleNames(),
  )
})

for (const name of ruleNames())
  index(`has a page and a test for ${name}`, () => {
    const page = readFileSync(join(rulesFolder, name, 'README.md'), 'utf8')
    for (const part of [`# ${name}\n`, '## Avoid', '## Prefer', '## Why', '## Options'])
      assert.ok(page.includes(part), part)
    assert.match(readFileSync(join(rulesFolder, name, 'rule.test.ts'), 'utf8'), /finds\([\s\S]*silent\([\s\S]*run\(\)/)
  })

index.run()
