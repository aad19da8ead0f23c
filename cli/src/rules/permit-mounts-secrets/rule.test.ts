import { prod, ruleSuite } from '../../../test/rule-suite.ts'
import { permitMountsSecrets } from './rule.ts'

const { finds, silent, run } = ruleSuite(permitMountsSecrets, { targets: [prod] })

const writes = `@id("a") permit (principal in Gate::Role::"dba", action in K8s::Action::"write", resource in K8s::Namespace::"prod/shop")
when { resource is K8s::Resource && ["deployments", "configmaps"].contains(resource.resource) };`

finds('to make workloads', writes, ['1:50'])
finds(
  'to change them',
  `@id("a") permit (principal, action == K8s::Action::"patch", resource == K8s::Resource::"prod/shop/batch/cronjobs/nightly");`,
  ['1:29'],
)
finds(
  'beside a bound for another role',
  `${writes} @id("b") forbid (principal in Gate::Role::"backup", action, resource is K8s::Resource)
when { context has secrets && context.secrets.contains("root") };`,
  ['1:50'],
)
finds(
  'beside a bound on bare pods',
  `${writes} @id("b") forbid (principal, action, resource is K8s::Resource)
when { resource.resource == "pods" && context has secrets && context.secrets.contains("root") };`,
  ['1:50'],
)
finds(
  'for who may read those of another namespace',
  `${writes} @id("b") permit (principal in Gate::Role::"dba", action in K8s::Action::"read", resource in K8s::Namespace::"prod/web");`,
  ['1:50'],
)

silent(
  'a bound of its own',
  `@id("a") permit (principal, action in K8s::Action::"write", resource in K8s::Namespace::"prod/shop")
when { context has secrets && ["web"].containsAll(context.secrets) };`,
)
silent(
  'a bound by a forbid',
  `${writes} @id("b") forbid (principal, action, resource in K8s::Cluster::"prod") when { context has secrets } unless { context.secrets.isEmpty() };`,
)
silent(
  'who may read them anyway',
  `${writes} @id("b") permit (principal in Gate::Role::"dba", action == K8s::Action::"get", resource in K8s::Namespace::"prod/shop");`,
)
silent(
  'what makes no pod',
  `@id("a") permit (principal, action in K8s::Action::"write", resource is K8s::Resource) when { resource.resource == "configmaps" };`,
)
silent(
  'how many there are',
  `@id("a") permit (principal, action in K8s::Action::"scale", resource in K8s::Namespace::"prod/shop");`,
)
silent('a trial', writes.replace(/;$/, ' when { context.dryRun };'))
silent(
  'what nobody may after all',
  `${writes} @id("b") forbid (principal, action in K8s::Action::"write", resource in K8s::Namespace::"prod/shop");`,
)

run()
