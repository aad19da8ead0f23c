import { ruleSuite } from '../../../test/rule-suite.ts'
import { alwaysTrueCondition } from './rule.ts'

const { finds, silent, run } = ruleSuite(alwaysTrueCondition)

finds(
  'true',
  `@id("a")
permit (principal, action, resource)
when { true };`,
  ['3:1'],
)
finds(
  'a thing that equals itself',
  `@id("a")
permit (principal, action, resource)
when { context has task && context.task.kind == context.task.kind };`,
  ['3:1'],
)
finds(
  'a thing or its opposite',
  `@id("a")
permit (principal, action, resource)
when { context has task || !(context has task) };`,
  ['3:1'],
)
finds(
  'unless false',
  `@id("a")
forbid (principal, action, resource)
unless { false };`,
  ['3:1'],
)

silent(
  'a Boolean attribute',
  `@id("a") permit (principal, action, resource) when { context has task && context.task.verified };`,
)
silent(
  'two things that are equal',
  `@id("a") permit (principal, action, resource) when { context.target.name == context.session.id };`,
)
silent(
  'one thing or the opposite of another',
  `@id("a") permit (principal, action, resource) when { context has task || !(context has approval) };`,
)

run()
