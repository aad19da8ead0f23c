import { ruleSuite } from '../../../test/rule-suite.ts'
import { shadowedPermit } from './rule.ts'

const { finds, silent, run } = ruleSuite(shadowedPermit)

finds(
  'conditions beside none',
  `@id("a") permit (principal in Gate::Role::"backup", action, resource);
@id("b") permit (principal in Gate::Role::"backup", action, resource) when { context has task };`,
  ['2:1'],
)

silent(
  'another scope',
  `@id("a") permit (principal in Gate::Role::"backup", action, resource); @id("b") permit (principal in Gate::Role::"dba", action, resource) when { context has task };`,
)
silent(
  'conditions of what has a limit of its own',
  `@id("a") permit (principal in Gate::Role::"backup", action in Postgres::Action::"read", resource); @id("b") @maxRows("9") permit (principal in Gate::Role::"backup", action in Postgres::Action::"read", resource) when { context has task };`,
)
silent(
  'a forbid with conditions',
  `@id("a") permit (principal, action, resource); @id("b") forbid (principal, action, resource) when { context has task };`,
)
silent(
  'a wide one in shadow',
  `@id("a") @mode("shadow") permit (principal, action, resource); @id("b") permit (principal, action, resource) when { context has task };`,
)

run()
