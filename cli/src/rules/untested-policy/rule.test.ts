import { ruleSuite } from '../../../test/rule-suite.ts'
import { untestedPolicy } from './rule.ts'

const { finds, silent, run } = ruleSuite(untestedPolicy)

finds(
  'a policy that decides nothing',
  `@id("a") permit (principal, action, resource);
@id("b") permit (principal, action, resource);`,
  ['2:1'],
  { coverage: { a: 2, b: 0 } },
)

silent('policies whose tests cannot be run', `@id("a") permit (principal, action, resource);`)
silent('policies that decide', `@id("a") permit (principal, action, resource);`, { coverage: { a: 1 } })
silent(
  'a shadow policy, which no test can see decide',
  `@id("a") @mode("shadow") forbid (principal, action, resource);`,
)

run()
