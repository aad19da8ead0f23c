import { ruleSuite } from '../../../test/rule-suite.ts'
import { overriddenPermit } from './rule.ts'

const { finds, silent, run } = ruleSuite(overriddenPermit)

finds(
  'a permit beside a forbid of the same',
  `@id("a") forbid (principal in Gate::Role::"backup", action, resource);
@id("b") permit (principal in Gate::Role::"backup", action, resource) when { context has task };`,
  ['2:1'],
)

silent(
  'a forbid with a condition',
  `@id("a") forbid (principal, action, resource) when { context has task }; @id("b") permit (principal, action, resource);`,
)
silent(
  'a forbid of something else',
  `@id("a") forbid (principal in Gate::Role::"backup", action, resource); @id("b") permit (principal in Gate::Role::"dba", action, resource);`,
)
silent(
  'a forbid in shadow',
  `@id("a") @mode("shadow") forbid (principal, action, resource); @id("b") permit (principal, action, resource);`,
)

run()
