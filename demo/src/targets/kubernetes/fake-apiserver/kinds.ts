/** What the fake serves, as discovery says it. */
export interface Kind {
  readonly group: string
  readonly resource: string
  readonly kind: string
  readonly namespaced: boolean
  readonly shortNames: readonly string[]
  readonly subresources: readonly string[]
}

const rbac = 'rbac.authorization.k8s.io'
const row = (group: string, resource: string, kind: string, namespaced = true, short = '', sub = ''): Kind => ({
  ...{ group, resource, kind, namespaced },
  shortNames: short === '' ? [] : short.split(' '),
  subresources: sub === '' ? [] : sub.split(' '),
})

export const kinds: readonly Kind[] = [
  row('', 'namespaces', 'Namespace', false, 'ns', 'status'),
  row('', 'nodes', 'Node', false, 'no', 'status'),
  row('', 'pods', 'Pod', true, 'po', 'status log exec attach portforward binding eviction ephemeralcontainers'),
  row('', 'configmaps', 'ConfigMap', true, 'cm'),
  row('', 'secrets', 'Secret'),
  row('', 'services', 'Service', true, 'svc'),
  row('', 'serviceaccounts', 'ServiceAccount', true, 'sa', 'token'),
  row('', 'events', 'Event', true, 'ev'),
  row('', 'endpoints', 'Endpoints', true, 'ep'),
  row('', 'resourcequotas', 'ResourceQuota', true, 'quota', 'status'),
  row('', 'replicationcontrollers', 'ReplicationController', true, 'rc'),
  row('apps', 'deployments', 'Deployment', true, 'deploy', 'status scale'),
  row('apps', 'replicasets', 'ReplicaSet', true, 'rs', 'status scale'),
  row('apps', 'statefulsets', 'StatefulSet', true, 'sts', 'status scale'),
  row('apps', 'daemonsets', 'DaemonSet', true, 'ds', 'status'),
  row('autoscaling', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', true, 'hpa', 'status'),
  row('batch', 'jobs', 'Job', true, '', 'status'),
  row('networking.k8s.io', 'ingresses', 'Ingress', true, 'ing', 'status'),
  row('policy', 'poddisruptionbudgets', 'PodDisruptionBudget', true, 'pdb', 'status'),
  row(rbac, 'roles', 'Role'),
  row(rbac, 'rolebindings', 'RoleBinding'),
  row(rbac, 'clusterroles', 'ClusterRole', false),
  row(rbac, 'clusterrolebindings', 'ClusterRoleBinding', false),
  row('authorization.k8s.io', 'selfsubjectaccessreviews', 'SelfSubjectAccessReview', false),
  row('authorization.k8s.io', 'selfsubjectrulesreviews', 'SelfSubjectRulesReview', false),
]

export const groups: readonly string[] = [...new Set(kinds.map(({ group }) => group))].slice(1)
/** What `get all` shows. */
const inAll: ReadonlySet<string> = new Set([
  ...['Pod', 'ReplicationController', 'Service', 'DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'],
  ...['HorizontalPodAutoscaler', 'Job'],
])
const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const ofSubresources: { readonly [name: string]: object } = {
  scale: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
  eviction: { group: 'policy', version: 'v1', kind: 'Eviction' },
  token: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' },
  binding: { kind: 'Binding' },
  log: { kind: 'Pod' },
  exec: { kind: 'PodExecOptions' },
  attach: { kind: 'PodAttachOptions' },
  portforward: { kind: 'PodPortForwardOptions' },
}

/** The answers to GET of `/api`, `/apis`, `/api/v1`, `/apis/apps/v1` … */
export function discovery(path: string): object | undefined {
  const of = (group: string) => {
    const version = { groupVersion: `${group}/v1`, version: 'v1' }
    return { name: group, versions: [version], preferredVersion: version }
  }
  if (path === '/version')
    return { major: '1', minor: '20', gitVersion: 'v1.20.0-fake', platform: `${process.platform}/fake` }
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(of) }
  const found = /^\/(?:api|apis\/([^/]+))(\/v1)?$/.exec(path)
  const group = found?.[1] ?? ''
  if (found === null || (group !== '' && !groups.includes(group))) return undefined
  if (found[2] === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...of(group) }
  return {
    ...{ kind: 'APIResourceList', apiVersion: 'v1', groupVersion: group === '' ? 'v1' : `${group}/v1` },
    resources: kinds
      .filter(each => each.group === group)
      .flatMap(({ resource, kind, namespaced, shortNames, subresources }) => [
        {
          ...{ name: resource, singularName: kind.toLowerCase(), namespaced, kind, shortNames, verbs },
          ...(inAll.has(kind) && { categories: ['all'] }),
        },
        ...subresources.map(name => ({
          ...{
            name: `${resource}/${name}`,
            singularName: '',
            namespaced,
            kind,
            verbs: ['create', 'get', 'patch', 'update'],
          },
          ...ofSubresources[name],
        })),
      ]),
  }
}
