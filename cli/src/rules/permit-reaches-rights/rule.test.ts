import { prod, ruleSuite } from '../../../test/rule-suite.ts'
import { permitReachesRights } from './rule.ts'

const { finds, silent, run } = ruleSuite(permitReachesRights, { targets: [prod] })

const all = `@id("a") permit (principal, action in K8s::Action::"write", resource in K8s::Namespace::"prod/shop");`
const approved = 'context has approval && context.approval.roles.contains(Gate::Role::"dba")'

finds('to write all of a namespace', all, ['1:29'])
finds(
  'to write bindings by name',
  `@id("a") permit (principal, action in [K8s::Action::"get", K8s::Action::"create"], resource is K8s::Resource)
when { resource.resource == "clusterrolebindings" };`,
  ['1:29'],
)
finds(
  'to patch one role',
  `@id("a") permit (principal, action == K8s::Action::"patch", resource == K8s::Resource::"prod//rbac.authorization.k8s.io/clusterroles/edit");`,
  ['1:29'],
)
finds(
  'to answer for the API itself',
  `@id("a") permit (principal, action in K8s::Action::"write", resource is K8s::Resource) when { resource.apiGroup == "apiregistration.k8s.io" };`,
  ['1:29'],
)
finds(
  'webhooks, which no look at what is granted bounds',
  `@id("a") permit (principal, action in K8s::Action::"write", resource in K8s::Cluster::"prod") when { resource is K8s::Resource && !(resource has namespace) };
@id("b") forbid (principal, action, resource is K8s::Resource) when { context has grants && context.grants.verbs.contains("*") };`,
  ['1:29'],
)

silent(
  'kinds by name',
  `@id("a") permit (principal, action in K8s::Action::"write", resource in K8s::Cluster::"prod") when { resource is K8s::Resource && ["deployments"].contains(resource.resource) };`,
)
silent(
  'all but what gives rights',
  `@id("a") permit (principal, action in K8s::Action::"write", resource in K8s::Namespace::"prod/shop")
unless { resource is K8s::Resource && resource.apiGroup == "rbac.authorization.k8s.io" };`,
)
silent(
  'what a forbid keeps from it',
  `${all} @id("b") forbid (principal, action, resource is K8s::Resource) when { resource.apiGroup == "rbac.authorization.k8s.io" };`,
)
silent(
  'what a forbid looks into',
  `${all} @id("b") forbid (principal, action, resource is K8s::Resource) when { context has grants && context.grants.verbs.contains("*") };`,
)
silent(
  'what it looks into itself',
  `@id("a") permit (principal, action in K8s::Action::"write", resource is K8s::Resource)
when { context has grants && ["get", "list"].containsAll(context.grants.verbs) };`,
)
silent('what somebody approves', all.replace('"a")', '"a") @approvers("dba")').replace(/;$/, ` when { ${approved} };`))
silent('to read them', `@id("a") permit (principal, action in K8s::Action::"read", resource in K8s::Cluster::"prod");`)
silent(
  'to remove them',
  `@id("a") permit (principal, action in K8s::Action::"remove", resource in K8s::Cluster::"prod");`,
)

run()
