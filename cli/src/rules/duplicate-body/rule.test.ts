import { ruleSuite } from '../../../test/rule-suite.ts'
import { duplicateBody } from './rule.ts'

const { finds, silent, run } = ruleSuite(duplicateBody)

finds(
  'the same under another id and layout',
  `@id("a") permit (principal in Gate::Role::"backup", action, resource);
@id("b")
permit (
  principal in Gate::Role::"backup",
  action,
  resource
);`,
  ['2:1'],
)

silent(
  'another effect',
  `@id("a") permit (principal, action, resource); @id("b") forbid (principal, action, resource);`,
)
silent(
  'another condition',
  `@id("a") permit (principal, action, resource) when { context has task }; @id("b") permit (principal, action, resource) when { context has approval };`,
)
silent(
  'another limit',
  `@id("a") @maxRows("9") permit (principal, action in Postgres::Action::"read", resource); @id("b") permit (principal, action in Postgres::Action::"read", resource);`,
)
silent(
  'other approvers',
  `@id("a") @approvers("dba") permit (principal, action, resource); @id("b") @approvers("sre") permit (principal, action, resource);`,
)

run()
