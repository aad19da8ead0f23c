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
finds(
  'an object of Kubernetes without its group',
  `@id("a")
permit (principal, action, resource == K8s::Resource::"prod/shop/deployments/web");`,
  ['2:55'],
)
finds(
  'a namespace with a resource',
  `@id("a")
permit (principal, action, resource in K8s::Namespace::"prod/shop/pods");`,
  ['2:56'],
)
finds(
  'a kind that is empty',
  `@id("a")
permit (principal, action, resource == K8s::Resource::"prod/shop/apps//web");`,
  ['2:55'],
)
finds(
  'a path that is not escaped',
  `@id("a")
permit (principal, action, resource == K8s::NonResourceUrl::"prod//metrics");`,
  ['2:61'],
)

silent(
  'an object of the core group, of the cluster, without a name',
  `@id("a") permit (principal, action, resource == K8s::Resource::"prod///nodes/");`,
)
silent(
  'an object of Kubernetes',
  `@id("a") permit (principal, action, resource == K8s::Resource::"prod/shop/apps/deployments/web");`,
)
silent('a path', `@id("a") permit (principal, action, resource == K8s::NonResourceUrl::"prod/%2Fmetrics");`)
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
