import { ruleSuite } from '../../../test/rule-suite.ts'
import { starInEquality } from './rule.ts'

const { finds, silent, run } = ruleSuite(starInEquality)

finds(
  'a table in the scope',
  `@id("a")
permit (principal, action, resource == Postgres::Table::"orders-db/orders/audit/*");`,
  ['2:57'],
)
finds(
  'a compared text',
  `@id("a")
forbid (principal, action, resource is Postgres::Table)
when { resource.name == "tmp_*" };`,
  ['3:25'],
)
finds(
  'a text that must differ',
  `@id("a")
permit (principal, action, resource is Postgres::Table)
when { "tmp_*" != resource.name };`,
  ['3:8'],
)

silent('like', `@id("a") permit (principal, action, resource is Postgres::Table) when { resource.name like "tmp_*" };`)
silent(
  'multiplication',
  `@id("a") permit (principal, action == Postgres::Action::"insert", resource) when { context.statement has limit && context.statement.limit * 2 == 4 };`,
)

run()
