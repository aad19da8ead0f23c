import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ObjectReading } from './operation.ts'
import { registryOf } from './pod-readings.ts'
import { needsReading, readObject } from './readings.ts'
import { requestInfo } from './request-info.ts'

const quiet = {
  ...{ images: ['web:1'], registries: ['docker.io'], capabilities: [], privileged: false },
  ...{ hostNetwork: false, hostPID: false, hostIPC: false, hostPath: false, hostPorts: false },
  ...{ unconfined: false, serviceAccount: 'default' },
}
const spec = (more: object = {}, container: object = {}) => ({
  containers: [{ image: 'web:1', ...container }],
  ...more,
})
const pod = (more: object = {}, container: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  spec: spec(more, container),
})
const deployment = (more: object = {}) => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
  spec: { template: { spec: spec() }, ...more },
})
const info = (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string) => {
  const found = requestInfo({ method, path, query: [] })
  if (!found?.isResource) throw new Error(`${path} names no resource`)
  return found
}

const kinds = suite('every kind that makes pods')
const within = (path: readonly string[], value: object) => path.reduceRight((inner, key) => ({ [key]: inner }), value)
for (const [apiVersion, kind, path, replicas] of [
  ['v1', 'Pod', 'spec', false],
  ['v1', 'PodTemplate', 'template.spec', false],
  ['v1', 'ReplicationController', 'spec.template.spec', true],
  ['apps/v1', 'ReplicaSet', 'spec.template.spec', true],
  ['apps/v1', 'Deployment', 'spec.template.spec', true],
  ['extensions/v1beta1', 'Deployment', 'spec.template.spec', true],
  ['apps/v1beta2', 'StatefulSet', 'spec.template.spec', true],
  ['apps/v1', 'DaemonSet', 'spec.template.spec', false],
  ['batch/v1', 'Job', 'spec.template.spec', false],
  ['batch/v1beta1', 'CronJob', 'spec.jobTemplate.spec.template.spec', false],
  ['apps/v1', 'ControllerRevision', 'data.spec.template.spec', false],
] as const)
  kinds(`${kind} of ${apiVersion}`, () =>
    assert.equal(readObject({ apiVersion, kind, ...within(path.split('.'), spec()) }), {
      ...{ workload: quiet, secrets: [] },
      ...(replicas && { replicas: 1 }),
    }),
  )
kinds('but for one of another group, or another kind', () => {
  assert.equal(readObject({ ...deployment(), apiVersion: 'example.com/v1' }), {})
  assert.equal(readObject({ apiVersion: 'v1', kind: 'ConfigMap', data: { spec: 'x' } }), {})
  assert.equal(readObject({ apiVersion: 'v1', kind: 'constructor' }), {})
})
kinds.run()

const workloads = suite('of a workload is read')
const risky: readonly (readonly [what: string, object: object, read: object])[] = [
  ['a privileged container', pod({}, { securityContext: { privileged: true } }), { privileged: true }],
  [
    'a process of the host',
    pod({}, { securityContext: { windowsOptions: { hostProcess: true } } }),
    { privileged: true },
  ],
  ['one for the whole pod', pod({ securityContext: { windowsOptions: { hostProcess: true } } }), { privileged: true }],
  [
    'a host namespace',
    pod({ hostNetwork: true, hostPID: true, hostIPC: true }),
    { hostNetwork: true, hostPID: true, hostIPC: true },
  ],
  ['a path of the host', pod({ volumes: [{ name: 'x', hostPath: { path: '/' } }] }), { hostPath: true }],
  ['an empty path of the host', pod({ volumes: [{ name: 'x', hostPath: {} }] }), { hostPath: true }],
  [
    'capabilities in any spelling',
    pod({}, { securityContext: { capabilities: { add: ['CAP_NET_ADMIN', 'sys_admin', 'cap_sys_admin'] } } }),
    { capabilities: ['NET_ADMIN', 'SYS_ADMIN'] },
  ],
  [
    'a port of the node',
    pod({}, { ports: [{ containerPort: 80 }, { containerPort: 81, hostPort: 81 }] }),
    { hostPorts: true },
  ],
  [
    'one of an init container',
    pod({ initContainers: [{ image: 'web:1', ports: [{ hostPort: 1 }] }] }),
    { hostPorts: true },
  ],
  ['no port where it is 0', pod({}, { ports: [{ containerPort: 80, hostPort: 0 }] }), {}],
  ...['seccompProfile', 'appArmorProfile'].flatMap(profile => [
    [
      `no ${profile} of the whole pod`,
      pod({ securityContext: { [profile]: { type: 'Unconfined' } } }),
      { unconfined: true },
    ] as const,
    [
      `no ${profile} of a container`,
      pod({}, { securityContext: { [profile]: { type: 'Unconfined' } } }),
      { unconfined: true },
    ] as const,
    [`another ${profile}`, pod({}, { securityContext: { [profile]: { type: 'RuntimeDefault' } } }), {}] as const,
  ]),
  ['an unmasked /proc', pod({}, { securityContext: { procMount: 'Unmasked' } }), { unconfined: true }],
  ['a masked one', pod({}, { securityContext: { procMount: 'Default' } }), {}],
  ...[
    'container.apparmor.security.beta.kubernetes.io/web',
    'container.seccomp.security.alpha.kubernetes.io/web',
    'seccomp.security.alpha.kubernetes.io/pod',
  ].flatMap(key => [
    [
      `no profile by ${key}`,
      { ...pod(), metadata: { annotations: { [key]: 'unconfined' } } },
      { unconfined: true },
    ] as const,
    [`one by ${key}`, { ...pod(), metadata: { annotations: { [key]: 'runtime/default' } } }, {}] as const,
    [
      `no profile by ${key} of a template`,
      {
        apiVersion: 'apps/v1',
        kind: 'DaemonSet',
        spec: { template: { metadata: { annotations: { [key]: 'unconfined' } }, spec: spec() } },
      },
      { unconfined: true },
    ] as const,
  ]),
  ['nothing of other annotations', { ...pod(), metadata: { annotations: { note: 'unconfined', none: null } } }, {}],
  ['its account', pod({ serviceAccountName: 'a', serviceAccount: 'b' }), { serviceAccount: 'a' }],
  ['its account by the old name', pod({ serviceAccount: 'b' }), { serviceAccount: 'b' }],
  [
    'an image of an init and an ephemeral container, and of a volume',
    pod({
      initContainers: [{ image: 'a.example/i' }],
      ephemeralContainers: [{ image: 'b.example/e' }],
      volumes: [{ image: { reference: 'c.example/v' } }],
    }),
    {
      images: ['a.example/i', 'b.example/e', 'c.example/v', 'web:1'],
      registries: ['a.example', 'b.example', 'c.example', 'docker.io'],
    },
  ],
  [
    'an init container that is privileged',
    pod({ initContainers: [{ image: 'web:1', securityContext: { privileged: true } }] }),
    { privileged: true },
  ],
  ['nothing where all is null', pod({ volumes: null, hostNetwork: null, initContainers: null }), {}],
]
for (const [what, object, read] of risky)
  workloads(what, () => {
    const reading = readObject(object)
    assert.equal(typeof reading === 'string' ? reading : reading.workload, { ...quiet, ...read })
  })
workloads.run()

const secrets = suite('a secret is found in')
for (const [where, object] of [
  ['a volume', pod({ volumes: [{ secret: { secretName: 's' } }] })],
  [
    'a projected volume',
    pod({ volumes: [{ projected: { sources: [{ configMap: {} }, { secret: { name: 's' } }] } }] }),
  ],
  ['an Azure file share', pod({ volumes: [{ azureFile: { secretName: 's' } }] })],
  ['a CSI volume', pod({ volumes: [{ csi: { nodePublishSecretRef: { name: 's' } } }] })],
  ...['cephfs', 'cinder', 'flexVolume', 'iscsi', 'rbd', 'scaleIO', 'storageos'].map(
    kind => [`a volume ${kind}`, pod({ volumes: [{ [kind]: { secretRef: { name: 's' } } }] })] as const,
  ),
  ['a variable', pod({}, { env: [{ valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] })],
  ['all variables', pod({}, { envFrom: [{ secretRef: { name: 's' } }] })],
  ['an init container', pod({ initContainers: [{ envFrom: [{ secretRef: { name: 's' } }] }] })],
  ['what pulls images', pod({ imagePullSecrets: [{ name: 's' }] })],
  ['an account', { apiVersion: 'v1', kind: 'ServiceAccount', secrets: [{ name: 's' }] }],
  [
    'what an account pulls images with',
    { apiVersion: 'v1', kind: 'ServiceAccount', imagePullSecrets: [{ name: 's' }] },
  ],
] as const)
  secrets(where, () => assert.equal((readObject(object) as ObjectReading).secrets, ['s']))
secrets.run()

const registries = suite('the registry of')
for (const [image, registry] of [
  ['web', 'docker.io'],
  ['web:1', 'docker.io'],
  ['team/web', 'docker.io'],
  ['docker.io/web', 'docker.io'],
  ['index.docker.io/library/web', 'docker.io'],
  ['localhost/web', 'localhost'],
  ['localhost:5000/web', 'localhost:5000'],
  ['registry:5000/web:1', 'registry:5000'],
  ['registry.k8s.io/pause:3.9', 'registry.k8s.io'],
  ['registry.k8s.io.evil.example/pause', 'registry.k8s.io.evil.example'],
  ['registry/k8s.io/web', 'docker.io'],
  ['Registry.K8s.io/pause', 'registry.k8s.io'],
  ['Team/web', 'team'],
  ['[fd00::1]:5000/web', '[fd00::1]:5000'],
  ['web@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'docker.io'],
  ['a.example/web@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'a.example'],
  ['a.example@evil.example/web', 'a.example@evil.example'],
] as const)
  registries(`${image} is ${registry}`, () => assert.is(registryOf(image), registry))
registries.run()

const replicas = suite('of replicas is read')
const scale = (value?: object) => ({ apiVersion: 'autoscaling/v1', kind: 'Scale', ...value })
for (const [what, object, count] of [
  ['what is said', deployment({ replicas: 10 }), 10],
  ['none', deployment({ replicas: 0 }), 0],
  ['one where null is said', deployment({ replicas: null }), 1],
  ['what a Scale says', scale({ spec: { replicas: 10 } }), 10],
  ['none where a Scale says nothing', scale({ spec: {} }), 0],
  ['how many pods a Job runs at once', { apiVersion: 'batch/v1', kind: 'Job', spec: { parallelism: 50 } }, 50],
  ['none of a Job that runs one', { apiVersion: 'batch/v1', kind: 'Job', spec: { parallelism: 1 } }, undefined],
  [
    'how many pods a CronJob runs at once',
    { apiVersion: 'batch/v1', kind: 'CronJob', spec: { jobTemplate: { spec: { parallelism: 2 } } } },
    2,
  ],
  [
    'the most that an autoscaler makes',
    { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', spec: { minReplicas: 2, maxReplicas: 9 } },
    9,
  ],
] as const)
  replicas(what, () => assert.is((readObject(object) as ObjectReading).replicas, count))
replicas.run()

const services = suite('of a Service is read')
for (const [what, spec, service] of [
  ['that it is within the cluster', undefined, { type: 'ClusterIP', externalIPs: [] }],
  ['a port of every node', { type: 'NodePort' }, { type: 'NodePort', externalIPs: [] }],
  [
    'what addresses it takes',
    { externalIPs: ['10.0.0.2', '10.0.0.1', '10.0.0.2'] },
    { type: 'ClusterIP', externalIPs: ['10.0.0.1', '10.0.0.2'] },
  ],
  [
    'what name it stands for',
    { type: 'ExternalName', externalName: 'db.payments.svc' },
    { type: 'ExternalName', externalIPs: [], externalName: 'db.payments.svc' },
  ],
] as const)
  services(what, () => assert.equal(readObject({ apiVersion: 'v1', kind: 'Service', spec }), { service }))
services("but not of Knative's", () =>
  assert.equal(readObject({ apiVersion: 'serving.knative.dev/v1', kind: 'Service', spec: {} }), {}),
)
services.run()

const grants = suite('of RBAC is read')
const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1' }
const nothing = { verbs: [], apiGroups: [], resources: [], nonResourceUrls: [], subjects: [] }
for (const [what, object, read] of [
  [
    'all rules of a role as one',
    {
      ...rbac,
      kind: 'Role',
      rules: [
        { apiGroups: [''], resources: ['pods/exec'], verbs: ['create'] },
        { apiGroups: ['apps'], verbs: ['get'] },
      ],
    },
    { verbs: ['create', 'get'], apiGroups: ['', 'apps'], resources: ['pods/exec'] },
  ],
  [
    'URLs',
    { ...rbac, kind: 'ClusterRole', rules: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }] },
    { verbs: ['get'], nonResourceUrls: ['/metrics'] },
  ],
  [
    'everything, where it gathers the rules of others',
    { ...rbac, kind: 'ClusterRole', aggregationRule: { clusterRoleSelectors: [] }, rules: null },
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'], nonResourceUrls: ['*'] },
  ],
  [
    'which roles gather one, by the labels that are usual',
    {
      ...{ ...rbac, kind: 'ClusterRole' },
      metadata: {
        labels: {
          'rbac.authorization.k8s.io/aggregate-to-view': 'true',
          'metrics.example.com/aggregate-to-admin': 'true',
          'rbac.authorization.k8s.io/aggregate-to-edit': 'false',
          'aggregate-to-nothing': 'true',
        },
      },
    },
    { subjects: ['ClusterRole/admin', 'ClusterRole/view'] },
  ],
  [
    'who is bound to what',
    {
      ...{ ...rbac, kind: 'RoleBinding', roleRef: { kind: 'ClusterRole', name: 'admin' } },
      subjects: [
        { kind: 'User', name: 'jane' },
        { kind: 'ServiceAccount', namespace: 'shop', name: 'default' },
      ],
    },
    { role: 'ClusterRole/admin', subjects: ['ServiceAccount/shop/default', 'User/jane'] },
  ],
  [
    'an account by the name of its user, and everybody by the old one',
    {
      ...{ ...rbac, kind: 'RoleBinding', roleRef: { kind: 'ClusterRole', name: 'admin' } },
      subjects: [
        { kind: 'User', name: 'system:serviceaccount:shop:default' },
        { kind: 'User', name: 'system:serviceaccount:shop' },
        { kind: 'User', name: '*' },
      ],
    },
    {
      role: 'ClusterRole/admin',
      subjects: ['Group/system:authenticated', 'ServiceAccount/shop/default', 'User/system:serviceaccount:shop'],
    },
  ],
  [
    'a binding of nobody',
    { ...rbac, kind: 'ClusterRoleBinding', roleRef: { kind: 'ClusterRole', name: 'admin' } },
    { role: 'ClusterRole/admin' },
  ],
] as const)
  grants(what, () => assert.equal((readObject(object) as ObjectReading).grants, { ...nothing, ...read }))
grants.run()

const refused = suite('it is not read')
const create = info('POST', '/apis/apps/v1/namespaces/shop/deployments')
for (const [why, object, detail] of [
  ['a list', [], /no object/],
  ['nothing', null, /no object/],
  ['a number of replicas that is a text', deployment({ replicas: '3' }), /`spec.replicas` is no int32/],
  ['half a replica', deployment({ replicas: 1.5 }), /`spec.replicas` is no int32/],
  ['more replicas than an int32 counts', deployment({ replicas: 2 ** 31 }), /`spec.replicas` is no int32/],
  ['a spec that is a list', { ...deployment(), spec: [] }, /`spec` is no object/],
  ['containers that are an object', deployment({ template: { spec: { containers: {} } } }), /containers` is no list/],
  [
    'a container that is a text',
    deployment({ template: { spec: { containers: ['x'] } } }),
    /containers\[0\]` is no object/,
  ],
  ['more volumes than any pod', pod({ volumes: Array(50_000).fill({}) }), /more than 100000 parts/],
  ['a privilege that is a text', pod({}, { securityContext: { privileged: 'true' } }), /privileged` is no boolean/],
  ['an image that is a number', pod({}, { image: 1 }), /image` is no string/],
  ['a port that is a text', pod({}, { ports: [{ hostPort: '80' }] }), /hostPort` is no int32/],
  ['annotations that are a list', { ...pod(), metadata: { annotations: [] } }, /annotations` is no object/],
  ['one that is a number', { ...pod(), metadata: { annotations: { a: 1 } } }, /annotations.a` is no string/],
  ['a key in another case', pod({ HostNetwork: true }), /`spec.HostNetwork` could be read as `hostNetwork`/],
  ['beside the right one', pod({ hostPID: false, hostPid: true }), /`spec.hostPid` could be read as `hostPID`/],
  ['with a long s', pod({ hoſtPID: true }), /could be read as `hostPID`/],
  ['more replicas by another key', deployment({ replicas: 1, Replicas: 9 }), /`spec.Replicas` could be/],
  ['with a Kelvin sign', { ...deployment(), '\u212aind': 'Pod' }, /could be read as `kind`/],
  ['in the kind', { ...deployment(), Kind: 'Pod' }, /`Kind` could be read as `kind`/],
  ['in the spec', { ...deployment(), Spec: {} }, /`Spec` could be read as `spec`/],
  ['a List', { apiVersion: 'v1', kind: 'List', items: [pod()] }, /object by object/],
  [
    'a thousand and one secrets',
    pod({ imagePullSecrets: Array.from({ length: 1001 }, (_, i) => ({ name: `s${i}` })) }),
    /more than 1000/,
  ],
] as const)
  refused(why, () => assert.match(readObject(object) as string, detail))
refused('where it is of another kind than its path says', () => {
  assert.match(readObject(pod(), create) as string, /a `Pod` of the group `` is none of `deployments`/)
  assert.match(
    readObject({ ...deployment(), apiVersion: 'extensions/v1beta1' }, create) as string,
    /none of `deployments`/,
  )
  assert.match(readObject({ ...deployment(), kind: 'deployment' }, create) as string, /none of `deployments`/)
  assert.match(
    readObject(pod(), info('PUT', '/apis/apps/v1/namespaces/shop/deployments/web/scale')) as string,
    /a `Pod` is no Scale/,
  )
})
refused.run()

const implied = suite('where an object does not say what it is')
implied('its path does', () => {
  assert.is((readObject({ spec: { replicas: 4 } }, create) as ObjectReading).replicas, 4)
  const scaling = info('PUT', '/apis/example.com/v1/namespaces/shop/widgets/w/scale')
  assert.equal(readObject({ spec: { replicas: 4 } }, scaling), { replicas: 4 })
  assert.equal(readObject({ spec: { replicas: 4 } }, info('POST', '/apis/example.com/v1/namespaces/shop/widgets')), {})
})
implied.run()

const needs = suite('readings are needed for')
for (const [method, path, needed] of [
  ['POST', '/api/v1/namespaces/shop/pods', true],
  ['PATCH', '/apis/apps/v1/namespaces/shop/deployments/web', true],
  ['PUT', '/apis/apps/v1/namespaces/shop/deployments/web/scale', true],
  ['PATCH', '/apis/example.com/v1/namespaces/shop/widgets/w/scale', true],
  ['PATCH', '/api/v1/namespaces/shop/pods/web/ephemeralcontainers', true],
  ['PATCH', '/api/v1/namespaces/shop/pods/web/resize', true],
  ['POST', '/apis/rbac.authorization.k8s.io/v1/clusterroles', true],
  ['PUT', '/apis/apps/v1/namespaces/shop/deployments/web/status', false],
  ['POST', '/api/v1/namespaces/shop/pods/web/eviction', false],
  ['POST', '/api/v1/namespaces/shop/configmaps', false],
  ['PATCH', '/apis/example.com/v1/namespaces/shop/widgets/w', false],
  ['POST', '/apis/example.com/v1/namespaces/shop/deployments', false],
  ['DELETE', '/apis/apps/v1/namespaces/shop/deployments/web', false],
  ['GET', '/apis/apps/v1/namespaces/shop/deployments/web/scale', false],
] as const)
  needs(`${method} ${path}: ${needed}`, () => assert.is(needsReading(info(method, path)), needed))
needs.run()
