import { prod, ruleSuite } from '../../../test/rule-suite.ts'
import { forbidLeavesAWay } from './rule.ts'

const { finds, silent, run } = ruleSuite(forbidLeavesAWay, { targets: [prod] })

const all = (action: string, head = 'action in') =>
  `@id("all") permit (principal, ${head} K8s::Action::"${action}", resource in K8s::Cluster::"prod");`
const grown = 'context has replicas && context.replicas > 9'

for (const [why, forbid, permit] of [
  ['get without list', 'action == K8s::Action::"get", resource is K8s::Resource', all('read')],
  ['list without watch', 'action in [K8s::Action::"get", K8s::Action::"list"], resource', all('read')],
  [
    'a secret by its name, which is in a list',
    'action in K8s::Action::"read", resource == K8s::Resource::"prod/shop//secrets/root"',
    all('read'),
  ],
  [
    'a namespace that is in a list of all',
    'action in K8s::Action::"read", resource in K8s::Namespace::"prod/shop"',
    all('read'),
  ],
  [
    'update without patch',
    'action == K8s::Action::"update", resource in K8s::Namespace::"prod/shop"',
    all('patch', 'action =='),
  ],
  ['one spelling of a scale', 'action == K8s::Action::"patch:scale", resource', all('scale')],
  [
    'delete without deletecollection',
    'action == K8s::Action::"delete", resource in K8s::Namespace::"prod/shop"',
    all('remove'),
  ],
  ['delete beside evictions', 'action in K8s::Action::"remove", resource', all('create:eviction', 'action ==')],
  ['exec without attach', 'action == K8s::Action::"exec", resource', all('attach', 'action ==')],
  [
    'exec beside containers to debug with',
    'action in [K8s::Action::"exec", K8s::Action::"attach"], resource',
    all('ephemeralcontainers'),
  ],
] as const)
  finds(why, `@id("no") forbid (principal, ${forbid}); ${permit}`, ['1:30'])

finds(
  'a bound on replicas of a scale alone',
  `@id("no") forbid (principal, action in K8s::Action::"scale", resource is K8s::Resource) when { ${grown} };
${all('update', 'action ==')}`,
  ['1:30'],
)
finds(
  'a bound on replicas of the whole object alone',
  `@id("no") forbid (principal, action in K8s::Action::"write", resource is K8s::Resource) when { ${grown} };
${all('patch:scale', 'action ==')}`,
  ['1:30'],
)
finds(
  'images of what is created alone',
  `@id("no") forbid (principal, action == K8s::Action::"create", resource is K8s::Resource)
when { context has workload && context.workload.privileged };
@id("b") permit (principal, action == K8s::Action::"update", resource is K8s::Resource) when { resource.resource == "deployments" };`,
  ['1:30'],
)
finds(
  'images but of containers to debug with',
  `@id("no") forbid (principal, action in K8s::Action::"write", resource is K8s::Resource)
when { context has workload && context.workload.privileged };
${all('patch:ephemeralcontainers', 'action ==')}`,
  ['1:30'],
)
finds(
  'one that is lifted by an approval',
  `@id("no") @approvers("dba") forbid (principal, action == K8s::Action::"delete", resource is K8s::Resource)
unless { context has approval && context.approval.roles.contains(Gate::Role::"dba") };
${all('remove')}`,
  ['1:48'],
)

for (const [why, forbid, permit] of [
  [
    'create beside patch: an apply is asked for both',
    'action == K8s::Action::"create", resource',
    all('patch', 'action =='),
  ],
  ['the whole group', 'action in K8s::Action::"read", resource', all('read')],
  ['what nobody permits', 'action == K8s::Action::"get", resource', all('get', 'action ==')],
  [
    'list alone: by name they may be read',
    'action in [K8s::Action::"list", K8s::Action::"watch"], resource',
    all('read'),
  ],
  ['all of them at once alone', 'action == K8s::Action::"deletecollection", resource', all('remove')],
  [
    'another namespace than what is permitted',
    'action == K8s::Action::"get", resource in K8s::Namespace::"prod/shop"',
    all('list', 'action ==').replace('Cluster::"prod"', 'Namespace::"prod/web"'),
  ],
  ['another target', 'action == K8s::Action::"get", resource in K8s::Cluster::"dev"', all('read')],
  [
    'namespaces, which no server deletes all',
    'action == K8s::Action::"delete", resource == K8s::Resource::"prod///namespaces/shop"',
    all('remove'),
  ],
  ['Postgres', 'action == Postgres::Action::"select", resource', all('read')],
] as const)
  silent(why, `@id("no") forbid (principal, ${forbid}); ${permit}`)

finds(
  'a namespace by a condition, which is in a watch of all',
  `@id("no") forbid (principal, action in K8s::Action::"read", resource is K8s::Resource)
when { resource has namespace && resource.namespace like "kube-*" };
${all('watch', 'action ==')}`,
  ['1:30'],
)

silent(
  'a namespace beside a permit of namespaces',
  `@id("no") forbid (principal, action in K8s::Action::"read", resource in K8s::Namespace::"prod/shop");
@id("b") permit (principal, action in K8s::Action::"read", resource is K8s::Resource) when { resource has namespace };`,
)
silent(
  'a namespace beside a forbid of lists of all',
  `@id("no") forbid (principal, action in K8s::Action::"read", resource in K8s::Namespace::"prod/shop");
@id("nor") forbid (principal, action in K8s::Action::"read", resource is K8s::Resource) unless { resource has namespace };
${all('read')}`,
)
silent(
  'secrets but those of one namespace',
  `@id("no") forbid (principal, action in K8s::Action::"read", resource is K8s::Resource)
when { resource.resource == "secrets" } unless { resource has namespace && resource.namespace == "shop" };
${all('read')}`,
)
silent(
  'another role',
  `@id("no") forbid (principal in Gate::Role::"backup", action == K8s::Action::"get", resource);
@id("b") permit (principal in Gate::Role::"dba", action in K8s::Action::"read", resource in K8s::Cluster::"prod");`,
)
silent(
  'another kind than what is permitted',
  `@id("no") forbid (principal, action == K8s::Action::"get", resource is K8s::Resource) when { resource.resource == "secrets" };
@id("b") permit (principal, action in K8s::Action::"read", resource is K8s::Resource) when { resource.resource != "secrets" };`,
)
silent(
  'what another forbid closes',
  `@id("no") forbid (principal, action == K8s::Action::"get", resource is K8s::Resource) when { resource.resource == "secrets" };
@id("nor") forbid (principal, action in [K8s::Action::"list", K8s::Action::"watch"], resource is K8s::Resource) when { resource.resource == "secrets" };
${all('read')}`,
)
silent(
  'a bound that another forbid has',
  `@id("no") forbid (principal, action in K8s::Action::"scale", resource is K8s::Resource) when { ${grown} };
@id("nor") forbid (principal, action in K8s::Action::"write", resource is K8s::Resource) when { ${grown} };
${all('write')}`,
)
silent(
  'what is permitted to whom somebody approves it',
  `@id("no") forbid (principal, action == K8s::Action::"get", resource);
@id("b") @approvers("dba") permit (principal, action in K8s::Action::"read", resource is K8s::Resource)
when { context has approval && context.approval.roles.contains(Gate::Role::"dba") };`,
)
silent(
  'a look at what the other call does not have',
  `@id("no") forbid (principal, action == K8s::Action::"patch", resource is K8s::Resource) when { context.force };
${all('update', 'action ==')}`,
)
silent(
  'commands by their program',
  `@id("no") forbid (principal, action == K8s::Action::"exec", resource) when { context.execution.program == "sh" };
${all('attach', 'action ==')}`,
)
silent(
  'replicas beside what has none',
  `@id("no") forbid (principal, action in K8s::Action::"scale", resource is K8s::Resource) when { ${grown} };
@id("b") permit (principal, action in K8s::Action::"write", resource is K8s::Resource) when { resource.resource == "configmaps" };`,
)

run()
