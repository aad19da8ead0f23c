import { ruleSuite } from '../../../test/rule-suite.ts'
import { likeLeadingWildcard } from './rule.ts'

const { finds, silent, run } = ruleSuite(likeLeadingWildcard)

finds(
  'a suffix',
  `@id("a")
permit (principal, action, resource is Postgres::Table)
when { resource.name like "*_public" };`,
  ['3:22'],
)
finds(
  'anything at all, deep inside',
  `@id("a")
permit (principal, action, resource is Postgres::Table)
when { context has task && (context.task.kind like "*" || context.task.verified) };`,
  ['3:47'],
)

silent(
  'a prefix',
  `@id("a") permit (principal, action, resource is Postgres::Table) when { resource.name like "public_*" };`,
)
silent(
  'a star that is meant',
  `@id("a") permit (principal, action, resource is Postgres::Table) when { resource.name like "\\*a" };`,
)
silent(
  'a forbid, where wide is safe',
  `@id("a") forbid (principal, action, resource is Postgres::Table) when { resource.name like "*_secret" };`,
)

run()
