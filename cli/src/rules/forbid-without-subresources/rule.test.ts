import { prod, ruleSuite } from '../../../test/rule-suite.ts'
import { forbidWithoutSubresources } from './rule.ts'

const { finds, silent, run } = ruleSuite(forbidWithoutSubresources, { targets: [prod] })

const kubeSystem = 'resource in K8s::Namespace::"prod/kube-system"'
const closed = `@id("no") forbid (principal, action in [K8s::Action::"read", K8s::Action::"write", K8s::Action::"remove"], ${kubeSystem});`
const everywhere = (...actions: readonly string[]) =>
  `@id("all") permit (principal, action in [${actions.map(action => `K8s::Action::"${action}"`).join()}], resource in K8s::Cluster::"prod");`

for (const action of [
  'get:log',
  'exec',
  'portforward',
  'create:eviction',
  'create:token',
  'patch:scale',
  'ephemeralcontainers',
])
  finds(`a closed namespace beside ${action}`, `${closed} ${everywhere(action)}`, ['1:30'])
finds(
  'one that is closed by a condition',
  `@id("no") forbid (principal, action in K8s::Action::"read", resource is K8s::Resource)
when { resource has namespace && resource.namespace like "kube-*" };
${everywhere('read', 'get:log')}`,
  ['1:30'],
)
finds(
  'a role that is kept from what all others may',
  `@id("no") forbid (principal in Gate::Role::"backup", action in K8s::Action::"write", resource);
${everywhere('write', 'scale')}`,
  ['1:54'],
)

silent(
  'one that names them',
  `@id("no") forbid (principal, action in [K8s::Action::"read", K8s::Action::"get:log"], ${kubeSystem}); ${everywhere('get:log')}`,
)
silent('one on any action', `@id("no") forbid (principal, action, ${kubeSystem}); ${everywhere('get:log')}`)
silent(
  'what another forbid names',
  `${closed} @id("nor") forbid (principal, action == K8s::Action::"exec", ${kubeSystem}); ${everywhere('exec')}`,
)
silent(
  'a subresource of another verb',
  `@id("no") forbid (principal, action in K8s::Action::"write", ${kubeSystem}); ${everywhere('get:log')}`,
)
silent(
  'a permit there, which is meant',
  `${closed} @id("b") permit (principal in Gate::Role::"dba", action == K8s::Action::"get:log", ${kubeSystem});`,
)
silent(
  'a whole cluster whose objects only scale',
  `@id("no") forbid (principal, action in K8s::Action::"write", resource in K8s::Cluster::"prod"); ${everywhere('scale')}`,
)
silent(
  'a forbid of some',
  `@id("no") forbid (principal, action in K8s::Action::"write", ${kubeSystem}) when { context has task }; ${everywhere('exec')}`,
)
silent(
  'another kind',
  `@id("no") forbid (principal, action in K8s::Action::"read", resource is K8s::Resource) when { resource.resource == "secrets" }; ${everywhere('read', 'get:log')}`,
)

run()
