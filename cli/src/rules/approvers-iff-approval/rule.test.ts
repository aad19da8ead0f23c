import { ruleSuite } from '../../../test/rule-suite.ts'
import { approversIffApproval } from './rule.ts'

const { finds, silent, run } = ruleSuite(approversIffApproval)

finds(
  'approvers whom nothing asks',
  `@id("a")
@approvers("dba")
permit (principal, action, resource);`,
  ['2:1'],
)
finds(
  'an approval that nobody gives',
  `@id("a")
permit (principal, action, resource)
when { context has approval };`,
  ['3:20'],
)
finds(
  'an approval read deep inside',
  `@id("a")
permit (principal, action, resource)
when { context has task && context has approval.roles && context.approval.roles.contains(Gate::Role::"dba") };`,
  ['3:40'],
)

silent(
  'both',
  `@id("a") @approvers("dba") permit (principal, action, resource) when { context has approval && context.approval.roles.contains(Gate::Role::"dba") };`,
)
silent('neither', `@id("a") permit (principal, action, resource) when { context has task };`)

run()
