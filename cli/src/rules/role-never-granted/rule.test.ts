import { ruleSuite } from '../../../test/rule-suite.ts'
import { roleNeverGranted } from './rule.ts'

const { finds, silent, run } = ruleSuite(roleNeverGranted)

finds(
  'a role of the scope',
  `@id("a")
permit (principal in Gate::Role::"bakcup", action, resource);`,
  ['2:34'],
)
finds(
  'a role of a condition',
  `@id("a")
forbid (principal, action, resource)
unless { principal in Gate::Role::"bakcup" };`,
  ['3:35'],
)
finds(
  'an approver',
  `@id("a")
@approvers("sre")
permit (principal in Gate::Role::"backup", action, resource);`,
  ['2:12'],
)

silent(
  'granted roles',
  `@id("a") @approvers("dba, reporting") permit (principal in Gate::Role::"backup", action, resource) when { context has approval && context.approval.roles.contains(Gate::Role::"dba") };`,
)
silent('no role', `@id("a") forbid (principal, action, resource);`)

run()
