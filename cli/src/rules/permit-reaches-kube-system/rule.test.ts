import { prod, ruleSuite } from '../../../test/rule-suite.ts'
import { permitReachesKubeSystem } from './rule.ts'

const { finds, silent, run } = ruleSuite(permitReachesKubeSystem, { targets: [prod] })

const exec = `@id("a") permit (principal, action == K8s::Action::"exec", resource in K8s::Cluster::"prod")
when { context has task && context.task.kind == "incident" };`

finds('commands in any pod', exec, ['1:29'])
finds(
  'containers to debug with, in any pod',
  `@id("a") permit (principal, action in K8s::Action::"ephemeralcontainers", resource is K8s::Resource);`,
  ['1:29'],
)
finds(
  'workloads anywhere',
  `@id("a") permit (principal, action in K8s::Action::"write", resource is K8s::Resource)
when { ["daemonsets", "configmaps"].contains(resource.resource) };`,
  ['1:29'],
)
finds(
  'all but another namespace',
  `@id("a") permit (principal, action == K8s::Action::"attach", resource in K8s::Cluster::"prod")
unless { resource is K8s::Resource && resource has namespace && resource.namespace == "shop" };`,
  ['1:29'],
)
finds(
  'beside a forbid of another call',
  `${exec} @id("b") forbid (principal, action in K8s::Action::"write", resource in K8s::Namespace::"prod/kube-system");`,
  ['1:29'],
)

silent(
  'one namespace',
  `@id("a") permit (principal, action == K8s::Action::"exec", resource in K8s::Namespace::"prod/shop");`,
)
silent(
  'that namespace itself, which is meant',
  `@id("a") permit (principal, action == K8s::Action::"exec", resource in K8s::Namespace::"prod/kube-system");`,
)
silent(
  'namespaces by name',
  `@id("a") permit (principal, action == K8s::Action::"exec", resource is K8s::Resource)
when { resource has namespace && ["shop", "kube-system"].contains(resource.namespace) };`,
)
silent(
  'all but that one',
  `@id("a") permit (principal, action == K8s::Action::"exec", resource is K8s::Resource)
unless { resource has namespace && resource.namespace like "kube-*" };`,
)
silent(
  'what a forbid keeps out of it',
  `${exec} @id("b") forbid (principal, action, resource in K8s::Namespace::"prod/kube-system");`,
)
silent(
  'what one keeps out unless it is an emergency',
  `${exec} @id("b") forbid (principal, action, resource is K8s::Resource)
when { resource has namespace && resource.namespace == "kube-system" } unless { context has task && context.task.kind == "emergency" };`,
)
silent('to read', `@id("a") permit (principal, action in K8s::Action::"read", resource in K8s::Cluster::"prod");`)
silent(
  'to write what makes no pods',
  `@id("a") permit (principal, action in K8s::Action::"write", resource is K8s::Resource) when { resource.resource == "configmaps" };`,
)

run()
