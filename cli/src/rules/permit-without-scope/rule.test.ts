import { ruleSuite } from '../../../test/rule-suite.ts'
import { permitWithoutScope } from './rule.ts'

const { finds, silent, run } = ruleSuite(permitWithoutScope)

finds('a permit of everything', `@id("a") permit (principal, action, resource);`, ['1:1'])
finds(
  'one that only names types',
  `// open
@id("a")
permit (principal is Gate::Agent, action, resource is Postgres::Table);`,
  ['2:1'],
)

silent('a role', `@id("a") permit (principal in Gate::Role::"backup", action, resource);`)
silent('a condition', `@id("a") permit (principal, action, resource) when { context.target.name == "orders-db" };`)
silent('a forbid of everything', `@id("a") forbid (principal, action, resource);`)

run()
