import { ruleSuite } from '../../../test/rule-suite.ts'
import { longOrChain } from './rule.ts'

const { finds, silent, run } = ruleSuite(longOrChain)

finds(
  'five values of one thing',
  `@id("a")
permit (principal, action, resource)
when { context.target.name == "t0" || context.target.name == "t1" || context.target.name == "t2" || context.target.name == "t3" || context.target.name == "t4" };`,
  ['3:36'],
)
finds(
  'three where three are too many',
  `@id("a")
permit (principal, action, resource)
when { context has task && (context.task.kind == "a" || context.task.kind == "b" || context.task.kind == "c") };`,
  ['3:54'],
  { options: { most: 2 } },
)

silent(
  'four',
  `@id("a") permit (principal, action, resource) when { context.target.name == "t0" || context.target.name == "t1" || context.target.name == "t2" || context.target.name == "t3" };`,
)
silent(
  'five things',
  `@id("a") permit (principal, action, resource) when { context.target.name == "t0" || context.target.name == "t1" || context.target.name == "t2" || context.target.name == "t3" || context.session.id == "x" };`,
)
silent(
  'contains',
  `@id("a") permit (principal, action, resource) when { ["a", "b", "c", "d", "e"].contains(context.target.name) };`,
)

run()
