import { ruleSuite } from '../../../test/rule-suite.ts'
import { wildcardResource } from './rule.ts'

const { finds, silent, run } = ruleSuite(wildcardResource)

finds(
  'a permit on anything',
  `@id("a")
permit (principal in Gate::Role::"backup", action in Postgres::Action::"read", resource);`,
  ['2:80'],
)
finds(
  'a permit on any table',
  `@id("a")
permit (principal, action in Postgres::Action::"read", resource is Postgres::Table) when { context.session.id == "x" };`,
  ['2:56'],
)

silent('a server', `@id("a") permit (principal, action, resource in Postgres::Server::"orders-db");`)
silent(
  'tables by tag',
  `@id("a") permit (principal, action, resource is Postgres::Table) when { resource.tags.contains("class=public") };`,
)
silent(
  'targets by tag',
  `@id("a") permit (principal, action, resource) when { context.target.tags.contains("env=dev") };`,
)
silent(
  'a resource in a condition',
  `@id("a") permit (principal, action, resource) when { resource in Postgres::Server::"orders-db" };`,
)
silent('a forbid on anything', `@id("a") forbid (principal, action, resource);`)

run()
