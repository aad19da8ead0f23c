import { ruleSuite } from '../../../test/rule-suite.ts'
import { unknownTarget } from './rule.ts'

const { finds, silent, run } = ruleSuite(unknownTarget)

finds(
  'a scope of another database server',
  `@id("a")
permit (principal, action, resource in Postgres::Server::"order-db");`,
  ['2:58'],
)
finds(
  'a table in a condition',
  `@id("a")
permit (principal, action, resource)
when { resource == Postgres::Table::"x/y/z/t" };`,
  ['3:37'],
)

silent(
  'the target and what lies in it',
  `@id("a") permit (principal, action, resource in Postgres::Schema::"orders-db/orders/public");`,
)
silent(
  'roles and actions',
  `@id("a") permit (principal in Gate::Role::"nobody", action == Gate::Action::"approve", resource == Gate::Role::"backup");`,
)

run()
