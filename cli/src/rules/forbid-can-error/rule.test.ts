import { ruleSuite } from '../../../test/rule-suite.ts'
import { forbidCanError } from './rule.ts'

const { finds, silent, run } = ruleSuite(forbidCanError)

finds(
  'addition',
  `@id("a")
forbid (principal, action == Postgres::Action::"insert", resource)
when { context.statement has valuesRows && context.statement.valuesRows + 1 > 100 };`,
  ['3:72'],
)
finds(
  'a constructor on what is no literal',
  `@id("a")
forbid (principal, action == Postgres::Action::"select", resource is Postgres::Table)
when { context.source.isInRange(ip(resource.name)) };`,
  ['3:33'],
)
finds(
  "an owner's attribute",
  `@id("a")
forbid (principal is Gate::Agent, action, resource)
when { principal has owner && principal.owner.issuer == "x" };`,
  ['3:31'],
)

silent(
  'a comparison with a literal',
  `@id("a") forbid (principal, action == Postgres::Action::"insert", resource) when { context.statement has valuesRows && context.statement.valuesRows > 100 };`,
)
silent(
  'a literal address',
  `@id("a") forbid (principal, action, resource) unless { context.source.isInRange(ip("10.0.0.0/8")) };`,
)
silent(
  'an owner itself',
  `@id("a") forbid (principal is Gate::Agent, action, resource) when { principal has owner && principal.owner == Gate::User::"dana" };`,
)
silent(
  'arithmetic in a permit, where an error only denies one',
  `@id("a") permit (principal, action == Postgres::Action::"insert", resource) when { context.statement has valuesRows && context.statement.valuesRows * 2 < 100 };`,
)

run()
