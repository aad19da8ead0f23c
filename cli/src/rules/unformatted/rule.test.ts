import { ruleSuite } from '../../../test/rule-suite.ts'
import { unformatted } from './rule.ts'

const { finds, silent, run } = ruleSuite(unformatted)

finds(
  'one line where there should be several',
  `@id("a") permit (principal in Gate::Role::"backup", action in Postgres::Action::"read", resource);
`,
  ['1:1'],
)

silent(
  'what fmt prints',
  `@id("a")
permit (principal, action, resource);
`,
)

run()
