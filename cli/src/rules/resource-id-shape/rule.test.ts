import { ruleSuite } from '../../../test/rule-suite.ts'
import { resourceIdShape } from './rule.ts'

const { finds, silent, run } = ruleSuite(resourceIdShape)

finds(
  'a schema called a table',
  `@id("a")
permit (principal, action, resource in Postgres::Table::"orders-db/orders/audit");`,
  ['2:57'],
)
finds(
  'a server with a database',
  `@id("a")
permit (principal, action, resource in Postgres::Server::"orders-db/orders");`,
  ['2:58'],
)
finds(
  'an object without a kind',
  `@id("a")
permit (principal, action, resource == Postgres::Object::"orders-db/status");`,
  ['2:58'],
)
finds(
  'an empty segment in a condition',
  `@id("a")
forbid (principal, action, resource)
when { resource in Postgres::Schema::"orders-db//audit" };`,
  ['3:38'],
)

silent(
  'ids as they are',
  `@id("a") permit (principal, action, resource == Postgres::Table::"orders-db/orders/audit/events");`,
)
silent(
  'a name with an escaped slash',
  `@id("a") permit (principal, action, resource == Postgres::Table::"orders-db/orders/audit/a%2Fb");`,
)
silent(
  'a function with its types',
  `@id("a") permit (principal, action, resource == Postgres::Function::"orders-db/orders/pg_catalog/pg_sleep(float8)");`,
)
silent(
  'an object of a schema',
  `@id("a") permit (principal, action, resource == Postgres::Object::"o/d/public/type/a");`,
)
silent(
  'an object of a database',
  `@id("a") permit (principal, action, resource == Postgres::Object::"o/d/extension/a");`,
)
silent('an object of a server', `@id("a") permit (principal, action, resource == Postgres::Object::"o/role/a");`)
silent('ids of the control plane', `@id("a") permit (principal, action, resource == Gate::Role::"backup");`)

run()
