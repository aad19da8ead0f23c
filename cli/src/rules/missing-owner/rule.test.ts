import { ruleSuite } from '../../../test/rule-suite.ts'
import { missingOwner } from './rule.ts'

const { finds, silent, run } = ruleSuite(missingOwner)

finds(
  'none',
  `// a comment
@id("a")
permit (principal, action, resource);`,
  ['2:1'],
)
finds('an empty one', `@id("a") @owner(" ") forbid (principal, action, resource);`, ['1:1'])

silent('an owner', `@id("a") @owner("platform") permit (principal, action, resource);`)

run()
