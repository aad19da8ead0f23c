/** What a call would do beside what its verb says, or by another way than the one that policies seem to speak of. */
import type { Attack } from './attacks.ts'
import type { RawCall } from './raw.ts'

const shop = '/api/v1/namespaces/shop'
const apps = '/apis/apps/v1/namespaces/shop'
const web = `${apps}/deployments/web`
const none = 'no_permit'
const json = (value: unknown) => JSON.stringify(value)
const [merge, smp] = ['application/merge-patch+json', 'application/strategic-merge-patch+json']
const [steps, apply] = ['application/json-patch+json', 'application/apply-patch+yaml']
const patch = (path: string, type: string, body: unknown): RawCall => ({
  ...{ method: 'PATCH', path: `${path}${path.includes('?') ? '&' : '?'}x=@`, type },
  body: json(body),
})
const put = (path: string, body: unknown): RawCall => ({ method: 'PUT', path: `${path}?x=@`, body: json(body) })
const post = (path: string, body: unknown): RawCall => ({ path: `${path}?x=@`, body: json(body) })

const container = { name: 'main', image: 'registry.example/web:1' }
const spec = { containers: [container] }
const owners = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: '00000000-0000-4000-8000-000000000000' }]
const deployment = (replicas: number, metadata: object = {}) => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop', ...metadata } },
  spec: {
    ...{ replicas, selector: { matchLabels: { app: 'web' } } },
    template: { metadata: { labels: { app: 'web' } }, spec },
  },
})

/** The role may change what is there: make nothing, and throw nothing away. */
export const beside: readonly Attack[] = [
  [
    'an apply that makes a pod',
    patch(`${shop}/pods/made?fieldManager=x`, apply, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'made' },
      spec,
    }),
    403,
    none,
  ],
  ['an apply in CBOR', patch(`${shop}/pods/made?fieldManager=x`, 'application/apply-patch+cbor', 1), 403, none],
  [
    'an apply of what nobody looks into',
    patch(`${shop}/configmaps/made?fieldManager=x`, apply, { apiVersion: 'v1', kind: 'ConfigMap' }),
    403,
    none,
  ],
  ['an update that makes what it names', put(`${shop}/endpoints/made`, { metadata: { name: 'made' } }), 403, none],
  [
    'an update that makes rights',
    put('/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles/made', { metadata: { name: 'made' }, rules: [] }),
    403,
    none,
  ],
  ['an owner that never was', patch(web, merge, { metadata: { ownerReferences: owners } }), 403, none],
  ['an owner given by a status', patch(`${web}/status`, merge, { metadata: { ownerReferences: owners } }), 403, none],
  ['an owner in other letters', patch(web, merge, { metadata: { OwnerReferences: owners } }), 403, none],
  [
    'an owner by a step for all metadata',
    patch(web, steps, [{ op: 'add', path: '/metadata', value: { name: 'web', ownerReferences: owners } }]),
    403,
    none,
  ],
  [
    'an owner that a step copies',
    patch(web, steps, [
      { op: 'add', path: '/metadata/annotations', value: owners },
      { op: 'move', from: '/metadata/annotations', path: '/metadata/ownerReferences' },
    ]),
    403,
    none,
  ],
  ['an owner in an update', put(web, deployment(2, { ownerReferences: owners })), 403, none],
  [
    'an owner in an apply',
    patch(`${web}?fieldManager=x&force=1`, apply, deployment(2, { ownerReferences: owners })),
    403,
    none,
  ],
  [
    'a change that nobody can read',
    { method: 'PUT', path: `${shop}/configmaps/web?x=@`, type: 'application/cbor', body: '@' },
    403,
    none,
  ],
]

/** A Service of the type ExternalName with two `externalIPs`, as Go writes it. */
const elsewhere =
  'azhzAAoNCgJ2MRIHU2VydmljZRKfAQofCgllbHNld2hlcmUSABoEc2hvcCIAKgF1MgE3OABCABJ4ChQKBGh0dHASABhQIgYIABAAGgAoABIKCgNhcHASA3dlYhoETm9uZSIMRXh0ZXJuYWxOYW1lKggxMC4wLjAuMSoIMTAuMC4wLjI6BE5vbmVCCDEwLjAuMC4zUg9kYi5wYXltZW50cy5zdmNaAGAAaACSAQROb25lGgIKABoAIgA='

/** The role may write here: it is denied for what would come of it. */
export const waysAround: readonly Attack[] = [
  [
    'an autoscaler',
    post('/apis/autoscaling/v1/namespaces/shop/horizontalpodautoscalers', {
      ...{ kind: 'HorizontalPodAutoscaler', metadata: { name: '@' } },
      spec: { minReplicas: 2, maxReplicas: 2, scaleTargetRef: { kind: 'Deployment', name: 'web' } },
    }),
    403,
    'scale-out',
  ],
  [
    'a job of many pods at once',
    post('/apis/batch/v1/namespaces/shop/jobs', {
      metadata: { name: '@' },
      spec: { parallelism: 50, template: { spec } },
    }),
    403,
    'scale-out',
  ],
  [
    "a Service that takes an address's traffic",
    post(`${shop}/services`, { metadata: { name: '@' }, spec: { externalIPs: ['10.0.0.1'], ports: [{ port: 443 }] } }),
    403,
    'inside',
  ],
  [
    'a Service that is made to stand for another name',
    patch(`${shop}/services/web`, merge, { spec: { type: 'ExternalName', externalName: 'db.payments.svc' } }),
    403,
    'inside',
  ],
  [
    'a Service in protobuf that takes one',
    {
      ...{ path: `${shop}/services?x=@`, type: 'application/vnd.kubernetes.protobuf' },
      body: Buffer.from(elsewhere, 'base64'),
    },
    403,
    'inside',
  ],
  [
    'a Service that a step gives an address',
    patch(`${shop}/services/web`, steps, [{ op: 'add', path: '/spec/externalIPs', value: ['10.0.0.1'] }]),
    403,
    'inside',
  ],
  [
    'a revision to go back to',
    post(`${apps}/controllerrevisions`, {
      ...{ metadata: { name: '@' }, revision: 9 },
      data: {
        spec: { template: { $patch: 'replace', spec: { containers: [{ name: 'a', image: 'evil.example/a' }] } } },
      },
    }),
    403,
    'registries',
  ],
  [
    'a patch that replaces all containers',
    patch(web, smp, {
      spec: { template: { spec: { $patch: 'replace', containers: [{ name: 'a', image: 'evil.example/a' }] } } },
    }),
    403,
    'registries',
  ],
  [
    'a rollout that is undone, to an image of then',
    patch(web, steps, [
      {
        ...{ op: 'replace', path: '/spec/template' },
        value: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ ...container, image: 'web:0' }] } },
      },
    ]),
    403,
    'registries',
  ],
  [
    'a secret that a patch merges into a container',
    patch(web, smp, {
      spec: {
        template: {
          spec: {
            containers: [
              { name: 'main', env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }] },
            ],
          },
        },
      },
    }),
    403,
    'no-db',
  ],
  [
    'an account that an update gives',
    put(web, {
      ...deployment(2),
      spec: {
        ...deployment(2).spec,
        template: { metadata: { labels: { app: 'web' } }, spec: { ...spec, serviceAccount: 'root' } },
      },
    }),
    403,
    'accounts',
  ],
  [
    'replicas that a patch takes away, where one is the default',
    patch(`${apps}/deployments/none`, merge, { spec: { replicas: null } }),
    403,
    'scale-out',
  ],
  [
    'a patch that says nothing',
    { method: 'PATCH', path: `${web}?x=@`, headers: [`Content-Type: ${merge}`] },
    403,
    'unresolved',
  ],
  ['an update for whatever version there is', put(web, deployment(1, { resourceVersion: '0' })), 409, 'unresolved'],
  ['a patch for no version', patch(web, merge, { metadata: { resourceVersion: '1' }, spec: { replicas: 1 } }), 409, ''],
  [
    'a watch that throws away',
    { method: 'DELETE', path: '/api/v1/watch/namespaces/shop/configmaps/@' },
    403,
    'unmapped',
  ],
  ['exec of a deployment', { method: 'POST', path: `${web}/exec?command=@` }, 403, none],
]
