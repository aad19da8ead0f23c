import { prod, ruleSuite } from '../../../test/rule-suite.ts'
import { permitReachesSecrets } from './rule.ts'

const { finds, silent, run } = ruleSuite(permitReachesSecrets, { targets: [prod] })

finds(
  'to read all of a namespace',
  `@id("a") permit (principal in Gate::Role::"dba", action in K8s::Action::"read", resource in K8s::Namespace::"prod/shop");`,
  ['1:50'],
)
finds(
  'to read all of the core group',
  `@id("a") permit (principal, action == K8s::Action::"get", resource is K8s::Resource) when { resource.apiGroup == "" };`,
  ['1:29'],
)
finds(
  'a narrowing to a namespace, a task, a tag',
  `@id("a") permit (principal, action in K8s::Action::"read", resource in K8s::Cluster::"prod")
when { resource is K8s::Resource && resource has namespace && ["shop", "web"].contains(resource.namespace) }
when { context has task && context.target.tags.contains("env=prod") };`,
  ['1:29'],
)
finds(
  'a narrowing that leaves them out of another group',
  `@id("a") permit (principal, action in K8s::Action::"read", resource is K8s::Resource) unless { resource.apiGroup == "apps" };`,
  ['1:29'],
)
finds(
  'a forbid of another namespace',
  `@id("a") permit (principal, action in K8s::Action::"read", resource in K8s::Cluster::"prod");
@id("b") forbid (principal, action, resource in K8s::Namespace::"prod/shop") when { resource is K8s::Resource && resource.resource == "secrets" };`,
  ['1:29'],
)
finds(
  'a forbid for another role',
  `@id("a") permit (principal in Gate::Role::"dba", action in K8s::Action::"read", resource in K8s::Cluster::"prod");
@id("b") forbid (principal in Gate::Role::"backup", action, resource is K8s::Resource) when { resource.resource == "secrets" };`,
  ['1:50'],
)
finds(
  'a forbid that only keeps out whoever has no task',
  `@id("a") permit (principal, action in K8s::Action::"read", resource in K8s::Cluster::"prod");
@id("b") forbid (principal, action, resource) unless { context has task && context.task.verified };`,
  ['1:29'],
)
finds(
  'what has no namespace: so is a list of all of them',
  `@id("a") permit (principal, action == K8s::Action::"list", resource in K8s::Cluster::"prod") unless { resource has namespace };`,
  ['1:29'],
)
finds(
  'a forbid in each namespace, beside that list',
  `@id("a") permit (principal, action in K8s::Action::"read", resource in K8s::Cluster::"prod");
@id("b") forbid (principal, action, resource is K8s::Resource) when { resource has namespace && resource.resource == "secrets" };`,
  ['1:29'],
)
finds(
  'a list of what is meant to be read by name',
  `@id("a") permit (principal, action in [K8s::Action::"get", K8s::Action::"list"], resource is K8s::Resource)
when { resource.resource == "secrets" && resource.apiGroup == "" };`,
  ['1:29'],
)
finds(
  'a watch of them',
  `@id("a") permit (principal, action == K8s::Action::"watch", resource == K8s::Resource::"prod/shop//secrets/");`,
  ['1:29'],
)

silent(
  'all but secrets',
  `@id("a") permit (principal, action in K8s::Action::"read", resource in K8s::Namespace::"prod/shop")
when { resource is K8s::Resource && resource.resource != "secrets" };`,
)
silent(
  'kinds by name',
  `@id("a") permit (principal, action in K8s::Action::"read", resource is K8s::Resource) when { ["pods", "services"].contains(resource.resource) };`,
)
silent(
  'another group',
  `@id("a") permit (principal, action in K8s::Action::"read", resource is K8s::Resource) when { resource.apiGroup like "*.example.com" };`,
)
silent(
  'objects of the cluster by their kinds',
  `@id("a") permit (principal, action in K8s::Action::"read", resource is K8s::Resource)
when { !(resource has namespace) && ["nodes", "namespaces"].contains(resource.resource) };`,
)
silent(
  'one object',
  `@id("a") permit (principal, action in K8s::Action::"read", resource == K8s::Resource::"prod/shop//configmaps/web");`,
)
silent(
  'one secret',
  `@id("a") permit (principal, action == K8s::Action::"get", resource == K8s::Resource::"prod/shop//secrets/web");`,
)
silent(
  'secrets that are meant, one by one',
  `@id("a") permit (principal, action == K8s::Action::"get", resource is K8s::Resource) when { resource.resource == "secrets" };`,
)
silent(
  'a list that must name one',
  `@id("a") permit (principal, action in K8s::Action::"read", resource is K8s::Resource)
when { resource.resource == "secrets" && resource has name && resource.name == "web" };`,
)
silent(
  'what a forbid keeps from it',
  `@id("a") permit (principal, action in K8s::Action::"read", resource in K8s::Cluster::"prod");
@id("b") forbid (principal, action, resource is K8s::Resource) when { resource.resource == "secrets" };`,
)
silent(
  'what a forbid keeps until somebody approves',
  `@id("a") permit (principal, action in K8s::Action::"read", resource in K8s::Cluster::"prod");
@id("b") @approvers("dba") forbid (principal, action in K8s::Action::"read", resource is K8s::Resource) when { resource.resource == "secrets" }
unless { context has approval && context.approval.roles.contains(Gate::Role::"dba") };`,
)
silent(
  'what somebody approves',
  `@id("a") @approvers("dba") permit (principal, action in K8s::Action::"read", resource in K8s::Cluster::"prod")
when { context has approval && context.approval.roles.contains(Gate::Role::"dba") };`,
)
silent(
  'targets of another environment, by their tags',
  `@id("a") permit (principal, action in K8s::Action::"read", resource is K8s::Resource) when { context.target.tags.contains("env=dev") };`,
)
silent(
  'one in shadow',
  `@id("a") @mode("shadow") permit (principal, action in K8s::Action::"read", resource in K8s::Cluster::"prod");`,
)
silent(
  'tables',
  `@id("a") permit (principal, action in Postgres::Action::"read", resource in Postgres::Server::"orders-db");`,
)
silent('any action, which another rule finds', `@id("a") permit (principal, action, resource in K8s::Cluster::"prod");`)
silent(
  'a repository without a cluster',
  `@id("a") permit (principal, action in K8s::Action::"read", resource in K8s::Cluster::"prod");`,
  { targets: [] },
)

run()
