import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { schemaVersion, schemaVersionFits } from './version.ts'

const version = suite('the schema version')

version('is the one that base.cedarschema carries', () => {
  const schema = readFileSync(new URL('../base.cedarschema', import.meta.url), 'utf8')
  assert.is(/schemaVersion (\S+)/.exec(schema)?.[1], schemaVersion)
})

for (const [given, fits] of [
  ['1.0', true],
  ['1.1', false],
  ['0.9', false],
  ['2.0', false],
  ['1', false],
  ['', false],
  ['1.0.0', false],
  ['01.00', true],
] as const)
  version(`\`${given}\` ${fits ? 'is' : 'is not'} read`, () => assert.is(schemaVersionFits(given), fits))

version.run()
