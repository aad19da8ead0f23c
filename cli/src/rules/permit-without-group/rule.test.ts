import { prod, ruleSuite } from '../../../test/rule-suite.ts'
import { permitWithoutGroup } from './rule.ts'

const { finds, silent, run } = ruleSuite(permitWithoutGroup, { targets: [prod] })

const writes = (when: string, action = 'action in K8s::Action::"write"') =>
  `@id("a") permit (principal in Gate::Role::"dba", ${action}, resource in K8s::Namespace::"prod/shop")
when { resource is K8s::Resource && ${when} };`

finds('one kind by its name', writes('resource.resource == "jobs"'), ['1:50'])
finds('one of several', writes('["deployments", "services"].contains(resource.resource)'), ['1:50'])
finds('one verb', writes('resource.resource == "jobs"', 'action == K8s::Action::"create"'), ['1:50'])
finds('beside a group of another kind', writes('(resource.apiGroup == "apps" || resource.resource == "services")'), [
  '1:50',
])
finds(
  'beside a forbid of one group',
  `${writes('resource.resource == "jobs"')}
@id("b") forbid (principal, action, resource is K8s::Resource) when { resource.apiGroup == "batch.volcano.sh" };`,
  ['1:50'],
)

silent('a group beside it', writes('["", "batch"].contains(resource.apiGroup) && resource.resource == "jobs"'))
silent('a group alone', writes('resource.apiGroup == "batch"'))
silent('any kind', writes('resource.resource != "secrets"'))
silent('what is only read', writes('resource.resource == "jobs"', 'action in K8s::Action::"read"'))
silent(
  'one object, which has its group in its id',
  `@id("a") permit (principal, action in K8s::Action::"write", resource == K8s::Resource::"prod/shop/batch/jobs/one");`,
)
silent(
  'a forbid of other groups',
  `${writes('resource.resource == "jobs"')}
@id("b") forbid (principal, action, resource is K8s::Resource) unless { ["", "apps", "batch"].contains(resource.apiGroup) };`,
)
silent('Postgres', `@id("a") permit (principal, action == Postgres::Action::"select", resource);`)

run()
