import { ruleSuite } from '../../../test/rule-suite.ts'
import { contradictoryCondition } from './rule.ts'

const { finds, silent, run } = ruleSuite(contradictoryCondition)

finds(
  'two values at once',
  `@id("a")
permit (principal, action, resource)
when { context.target.name == "a" && context.target.name == "b" };`,
  ['3:1'],
)
finds(
  'two values over two clauses, one turned round',
  `@id("a")
permit (principal, action, resource)
when { context.target.name == "a" }
when { "b" == context.target.name };`,
  ['3:1'],
)
finds(
  'two entities',
  `@id("a")
permit (principal, action, resource)
when { principal == Gate::User::"a" && principal == Gate::User::"b" };`,
  ['3:1'],
)
finds(
  'an empty range',
  `@id("a")
permit (principal, action == Postgres::Action::"insert", resource)
when { context.statement has limit && context.statement.limit > 10 && context.statement.limit < 11 };`,
  ['3:1'],
)
finds(
  'a value and not the value',
  `@id("a")
forbid (principal, action, resource)
when { context.target.name == "a" && context.target.name != "a" };`,
  ['3:1'],
)
finds(
  'false',
  `@id("a")
permit (principal, action, resource)
when { false };`,
  ['3:1'],
)
finds(
  'unless true',
  `@id("a")
permit (principal, action, resource)
unless { true };`,
  ['3:1'],
)

silent(
  'either value',
  `@id("a") permit (principal, action, resource) when { context.target.name == "a" || context.target.name == "b" };`,
)
silent(
  'the same value twice',
  `@id("a") permit (principal, action, resource) when { context.target.name == "a" && context.target.name == "a" };`,
)
silent(
  'a range of one',
  `@id("a") permit (principal, action == Postgres::Action::"insert", resource) when { context.statement has limit && context.statement.limit >= 10 && context.statement.limit <= 10 };`,
)
silent(
  'two things',
  `@id("a") permit (principal, action, resource) when { context.target.name == "a" && context.session.id == "b" };`,
)
silent(
  'two values in exceptions',
  `@id("a") permit (principal, action, resource) unless { context.target.name == "a" } unless { context.target.name == "b" };`,
)

run()
