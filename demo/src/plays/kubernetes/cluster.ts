import type { KubernetesServer } from '../../targets/kubernetes/kubernetes.ts'
import { container } from './client.ts'
import { agents } from './scenes.ts'

/** As whom the gateway itself appears in the cluster. */
export const ownName = 'cedargate-gateway'
const home = 'cedargate'
const rbac = 'rbac.authorization.k8s.io'
const roles = Object.values(agents).map(({ role }) => role)

/**
 * The shop with three pods, the cluster's own etcd, and a service account for each role that may do everything. The gateway
 * may do nothing but ask for their tokens.
 */
export async function createShop({ api }: KubernetesServer): Promise<void> {
  const create = async (path: string, kind: string, object: object) => {
    const [, group] = /^\/apis\/([^/]+)\//.exec(path) ?? []
    const apiVersion = group === undefined ? 'v1' : `${group}/v1`
    const { status, body } = await api.call('POST', path, { apiVersion, kind, ...object })
    if (status !== 201) throw new Error(`${path} was not created: ${JSON.stringify(body)}`)
  }
  for (const name of ['shop', home]) await create('/api/v1/namespaces', 'Namespace', { metadata: { name } })
  for (const name of roles)
    await create(`/api/v1/namespaces/${home}/serviceaccounts`, 'ServiceAccount', { metadata: { name } })
  await create(`/apis/${rbac}/v1/clusterrolebindings`, 'ClusterRoleBinding', {
    metadata: { name: 'roles-of-cedargate' },
    ...{ roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'cluster-admin' } },
    ...{ subjects: roles.map(name => ({ kind: 'ServiceAccount', name, namespace: home })) },
  })
  await create(`/apis/${rbac}/v1/namespaces/${home}/roles`, 'Role', {
    metadata: { name: 'tokens' },
    rules: [{ apiGroups: [''], resources: ['serviceaccounts/token'], resourceNames: roles, verbs: ['create'] }],
  })
  await create(`/apis/${rbac}/v1/namespaces/${home}/rolebindings`, 'RoleBinding', {
    metadata: { name: 'tokens' },
    ...{ roleRef: { apiGroup: rbac, kind: 'Role', name: 'tokens' } },
    ...{ subjects: [{ apiGroup: rbac, kind: 'User', name: ownName }] },
  })
  await create('/apis/apps/v1/namespaces/shop/deployments', 'Deployment', {
    metadata: { name: 'web' },
    spec: {
      ...{ replicas: 3, selector: { matchLabels: { app: 'web' } } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: container, image }] } },
    },
  })
  for (const name of ['web-1', 'web-2', 'web-3']) await createPod({ api }, 'shop', name)
  await createPod({ api }, 'kube-system', 'etcd-0')
}

const image = 'registry.example.com/web:1'
/** It says something, then waits: for what, its pipe never brings. */
const program = 'echo "GET /cart 200 12 ms"; echo "GET /checkout 200 31 ms"; exec cat'

/** Waits until it runs. */
export async function createPod({ api }: Pick<KubernetesServer, 'api'>, namespace: string, name: string) {
  const path = `/api/v1/namespaces/${namespace}/pods`
  await api.call('POST', path, {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: 'web' } } },
    spec: { containers: [{ name: container, image, command: ['sh', '-c', program] }] },
  })
  const deadline = performance.now() + 30_000
  for (;;) {
    const { body } = await api.call('GET', `${path}/${name}`)
    if (body.status?.phase === 'Running') return
    if (performance.now() > deadline) throw new Error(`pod ${name} does not run: ${JSON.stringify(body.status)}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}
