import { ruleSuite } from '../../../test/rule-suite.ts'
import { sensitiveActionWithoutApproval } from './rule.ts'

const { finds, silent, run } = ruleSuite(sensitiveActionWithoutApproval)

finds(
  'a permit of the group',
  `@id("a")
permit (principal, action in Postgres::Action::"escalate", resource);`,
  ['2:20'],
)
finds(
  'one action of it among others',
  `@id("a") permit (principal, action in [Postgres::Action::"select", Postgres::Action::"grant"], resource);`,
  ['1:29'],
)
finds(
  'code that nobody has to read',
  `@id("a") permit (principal, action == Postgres::Action::"createFunction", resource in Postgres::Schema::"o/d/s");`,
  ['1:29'],
)
finds(
  'to appear as somebody else at a cluster',
  `@id("a") permit (principal, action == K8s::Action::"impersonate", resource in K8s::Cluster::"prod");`,
  ['1:29'],
)
finds(
  'a token, by the group of its subresource',
  `@id("a") permit (principal, action in K8s::Action::"token", resource in K8s::Namespace::"prod/shop");`,
  ['1:29'],
)
finds(
  'a certificate for anybody',
  `@id("a") permit (principal, action == K8s::Action::"update:approval", resource in K8s::Cluster::"prod");`,
  ['1:29'],
)
finds(
  'a way through a node',
  `@id("a") permit (principal, action == K8s::Action::"proxy", resource is K8s::Resource);`,
  ['1:29'],
)

silent(
  'to see whether one is approved',
  `@id("a") permit (principal, action == K8s::Action::"get:approval", resource in K8s::Cluster::"prod");`,
)
silent(
  'commands in a pod',
  `@id("a") permit (principal, action == K8s::Action::"exec", resource in K8s::Cluster::"prod");`,
)
silent('to write', `@id("a") permit (principal, action in K8s::Action::"write", resource in K8s::Cluster::"prod");`)
silent(
  'one that somebody approves',
  `@id("a") @approvers("dba") permit (principal, action == Postgres::Action::"grant", resource)
when { context has approval && context.approval.roles.contains(Gate::Role::"dba") };`,
)
silent('a forbid of it', `@id("a") forbid (principal, action in Postgres::Action::"escalate", resource);`)
silent('other groups', `@id("a") permit (principal, action in Postgres::Action::"define", resource);`)
silent('actions in no group', `@id("a") permit (principal, action == Postgres::Action::"notify", resource);`)
silent('any action, which another rule finds', `@id("a") permit (principal, action, resource);`)
silent(
  'a group on what none of it is asked on',
  `@id("a") permit (principal, action in Postgres::Action::"code", resource is Postgres::Server);`,
)

run()
