/** A kind of object as its paths name it. */
export interface KnownResource {
  readonly resource: string
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly namespaced: boolean
  readonly shortNames: readonly string[]
}

const rows: readonly (readonly [
  groupVersion: string,
  kind: string,
  resource: string,
  scope: 'n' | 'c',
  short?: string,
])[] = [
  ['v1', 'Pod', 'pods', 'n', 'po'],
  ['v1', 'Service', 'services', 'n', 'svc'],
  ['v1', 'ConfigMap', 'configmaps', 'n', 'cm'],
  ['v1', 'Secret', 'secrets', 'n'],
  ['v1', 'ServiceAccount', 'serviceaccounts', 'n', 'sa'],
  ['v1', 'Endpoints', 'endpoints', 'n', 'ep'],
  ['v1', 'Event', 'events', 'n', 'ev'],
  ['v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', 'n', 'pvc'],
  ['v1', 'ReplicationController', 'replicationcontrollers', 'n', 'rc'],
  ['v1', 'PodTemplate', 'podtemplates', 'n'],
  ['v1', 'ResourceQuota', 'resourcequotas', 'n', 'quota'],
  ['v1', 'LimitRange', 'limitranges', 'n', 'limits'],
  ['v1', 'Namespace', 'namespaces', 'c', 'ns'],
  ['v1', 'Node', 'nodes', 'c', 'no'],
  ['v1', 'PersistentVolume', 'persistentvolumes', 'c', 'pv'],
  ['apps/v1', 'Deployment', 'deployments', 'n', 'deploy'],
  ['apps/v1', 'StatefulSet', 'statefulsets', 'n', 'sts'],
  ['apps/v1', 'DaemonSet', 'daemonsets', 'n', 'ds'],
  ['apps/v1', 'ReplicaSet', 'replicasets', 'n', 'rs'],
  ['batch/v1', 'Job', 'jobs', 'n'],
  ['batch/v1', 'CronJob', 'cronjobs', 'n', 'cj'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', 'n', 'hpa'],
  ['networking.k8s.io/v1', 'Ingress', 'ingresses', 'n', 'ing'],
  ['networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies', 'n', 'netpol'],
  ['policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', 'n', 'pdb'],
  ['coordination.k8s.io/v1', 'Lease', 'leases', 'n'],
  ['rbac.authorization.k8s.io/v1', 'Role', 'roles', 'n'],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings', 'n'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', 'c'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', 'c'],
  ['storage.k8s.io/v1', 'StorageClass', 'storageclasses', 'c', 'sc'],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', 'c', 'crd'],
  ['apiregistration.k8s.io/v1', 'APIService', 'apiservices', 'c'],
  ['admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'validatingwebhookconfigurations', 'c'],
  ['admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', 'mutatingwebhookconfigurations', 'c'],
  ['certificates.k8s.io/v1', 'CertificateSigningRequest', 'certificatesigningrequests', 'c', 'csr'],
]

/** What kubectl's commands are read with in tests. A cluster may have more; `api:` says those. */
export const knownResources: readonly KnownResource[] = rows.map(([groupVersion, kind, resource, scope, short]) => {
  const [group = '', version = ''] = groupVersion.includes('/') ? groupVersion.split('/') : ['', groupVersion]
  return { resource, group, version, kind, namespaced: scope === 'n', shortNames: short === undefined ? [] : [short] }
})

/** By its plural, its kind or its short name in any case, and with its group: `deployments.apps`. */
export function resourceNamed(name: string): KnownResource | undefined {
  const [plain = '', ...group] = name.toLowerCase().split('.')
  return knownResources.find(
    known =>
      [known.resource, known.kind.toLowerCase(), ...known.shortNames].includes(plain) &&
      (group.length === 0 || group.join('.') === known.group || group.join('.') === `${known.version}.${known.group}`),
  )
}

/** `/apis/apps/v1/namespaces/shop/deployments/web/scale` */
export function resourcePath(known: KnownResource, namespace: string | undefined, ...rest: readonly string[]): string {
  const root = known.group === '' ? `/api/${known.version}` : `/apis/${known.group}/${known.version}`
  const within = known.namespaced && namespace !== undefined ? ['namespaces', namespace] : []
  return [root, ...[...within, known.resource, ...rest].map(encodeURIComponent)].join('/')
}
