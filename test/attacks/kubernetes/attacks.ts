/** What is tried: [what, the call, the HTTP status, code or policy]. Each says `@` where its marker stands, which the target must not hear. */
import type { RawCall } from './raw.ts'

/** `closed`: no answer that a client could take for one; why is in the trail. */
export type Attack = readonly [what: string, call: RawCall, status: number, code: string]

const shop = '/api/v1/namespaces/shop'
const apps = '/apis/apps/v1/namespaces/shop'
const rbac = '/apis/rbac.authorization.k8s.io/v1'
const upgrade = (to: string, ...more: string[]) => ['Connection: Upgrade', `Upgrade: ${to}`, ...more]
const websocket = upgrade(
  'websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol: v5.channel.k8s.io',
)
const spdy = upgrade('SPDY/3.1', 'X-Stream-Protocol-Version: v4.channel.k8s.io')
const json = (value: unknown) => JSON.stringify(value)
const none = 'no_permit'

/** By what the call is about, whatever way it is written. */
export const verbs: readonly Attack[] = [
  ['exec by GET and a WebSocket', { path: `${shop}/pods/web/exec?command=@`, headers: websocket }, 403, none],
  ['exec by POST and SPDY', { method: 'POST', path: `${shop}/pods/web/exec?command=@`, headers: spdy }, 403, none],
  ['exec without an upgrade', { method: 'POST', path: `${shop}/pods/web/exec?command=@` }, 403, none],
  ['exec behind a slash', { path: `${shop}/pods/web/exec/?command=@`, headers: websocket }, 403, none],
  ['exec with encoded letters', { path: `${shop}/pods/web/%65%78ec?command=@`, headers: websocket }, 403, none],
  ['EXEC in capitals', { method: 'POST', path: `${shop}/pods/web/EXEC?command=@` }, 403, none],
  ['attach', { path: `${shop}/pods/web/attach?x=@`, headers: websocket }, 403, none],
  ['port-forward', { method: 'POST', path: `${shop}/pods/web/portforward?x=@`, headers: spdy }, 403, none],
  ['an upgrade of a plain GET', { path: `${shop}/pods/web?x=@`, headers: websocket }, 403, 'unmapped'],
  [
    'an upgrade to HTTP/2',
    { path: `${shop}/pods?x=@`, headers: upgrade('h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__') },
    400,
    'ERR_HTTP_UPGRADE',
  ],
  ['a proxy to a node', { path: '/api/v1/nodes/n1/proxy/run/@' }, 403, none],
  ['a proxy to a pod', { path: `${shop}/pods/web/proxy/@` }, 403, none],
  ['a proxy to a service', { path: `${shop}/services/https:web:443/proxy/@` }, 403, none],
  ['a proxy the old way', { path: '/api/v1/proxy/nodes/n1/@' }, 403, none],
  ['a watch the old way', { path: '/api/v1/watch/namespaces/kube-system/secrets?x=@' }, 403, none],
  ['a watch that says nothing', { path: '/api/v1/secrets?watch&x=@' }, 403, none],
  [
    'a watch by a list of one name',
    { path: '/api/v1/secrets?fieldSelector=metadata.name%3Ddb&watch=yes&x=@' },
    403,
    none,
  ],
  ['all of a kind in every namespace', { path: '/api/v1/pods?x=@' }, 403, none],
  ['HEAD of a secret', { method: 'HEAD', path: `${shop}/secrets/db?x=@` }, 403, ''],
  ['delete of many', { method: 'DELETE', path: `${shop}/pods?x=@` }, 403, none],
  [
    'delete of many by one name',
    { method: 'DELETE', path: `${shop}/pods?fieldSelector=metadata.name%3Dweb&x=@` },
    403,
    none,
  ],
  ['a subresource that nobody knows', { path: `${shop}/pods/web/@` }, 403, none],
  ['a namespace as a resource', { method: 'DELETE', path: '/api/v1/namespaces/shop?x=@' }, 403, none],
  [
    'the finalizers of a namespace',
    { method: 'PUT', path: `${shop}/finalize?x=@`, body: json({ kind: 'Namespace' }) },
    403,
    none,
  ],
  ['a method of the web', { method: 'TRACE', path: `${shop}/pods?x=@` }, 405, 'ERR_HTTP_METHOD'],
  ['OPTIONS', { method: 'OPTIONS', path: `${shop}/pods?x=@` }, 403, 'unmapped'],
  ['what is no object', { path: '/metrics?x=@' }, 403, none],
  ['logs of the server', { path: '/logs/@' }, 403, none],
]

/** What gives more than it seems to. */
export const critical: readonly Attack[] = [
  [
    'an ephemeral container',
    {
      method: 'PATCH',
      path: `${shop}/pods/web/ephemeralcontainers?x=@`,
      type: 'application/strategic-merge-patch+json',
      body: '{}',
    },
    403,
    none,
  ],
  ['a token of an account', { path: `${shop}/serviceaccounts/default/token?x=@`, body: '{}' }, 403, none],
  [
    'a cluster role',
    {
      path: `${rbac}/clusterroles?x=@`,
      body: json({ kind: 'ClusterRole', metadata: { name: '@' }, rules: [{ verbs: ['*'] }] }),
    },
    403,
    none,
  ],
  [
    'a binding to a cluster role',
    {
      path: `${rbac}/namespaces/shop/rolebindings?x=@`,
      body: json({
        kind: 'RoleBinding',
        metadata: { name: '@' },
        roleRef: { kind: 'ClusterRole', name: 'cluster-admin' },
      }),
    },
    403,
    none,
  ],
  [
    'an API service',
    { path: '/apis/apiregistration.k8s.io/v1/apiservices?x=@', body: json({ metadata: { name: '@' } }) },
    403,
    none,
  ],
  [
    'a webhook',
    { path: '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations?x=@', body: '{}' },
    403,
    none,
  ],
  [
    'an approval of a certificate',
    { method: 'PUT', path: '/apis/certificates.k8s.io/v1/certificatesigningrequests/@/approval', body: '{}' },
    403,
    none,
  ],
  ['a binding of a pod to a node', { path: `${shop}/pods/web/binding?x=@`, body: '{}' }, 403, none],
  ['an eviction', { path: `${shop}/pods/web/eviction?x=@`, body: '{}' }, 403, none],
  [
    'a question whose token is good',
    { path: '/apis/authentication.k8s.io/v1/tokenreviews?x=@', body: '{}' },
    403,
    none,
  ],
]

/** Who asks. */
export const identity: readonly Attack[] = [
  ['another user', { path: `${shop}/pods?x=@`, headers: ['Impersonate-User: system:admin'] }, 403, none],
  ['another user in odd letters', { path: `${shop}/pods?x=@`, headers: ['iMPERSONATE-uSER: jane'] }, 403, none],
  ['a group', { path: `${shop}/pods?x=@`, headers: ['Impersonate-Group: system:masters'] }, 403, none],
  ['a UID', { path: `${shop}/pods?x=@`, headers: ['Impersonate-Uid: 0'] }, 403, none],
  ['an extra', { path: `${shop}/pods?x=@`, headers: ['Impersonate-Extra-Scopes: all'] }, 403, none],
  [
    'another user whom Connection names',
    { path: `${shop}/pods?x=@`, headers: ['Connection: close, Impersonate-User', 'Impersonate-User: jane'] },
    403,
    none,
  ],
  ['another user for discovery', { path: '/version?x=@', headers: ['Impersonate-User: jane'] }, 403, none],
  [
    'two users',
    { path: `${shop}/pods?x=@`, headers: ['Impersonate-User: a', 'Impersonate-User: b'] },
    400,
    'ERR_HTTP_HEADERS',
  ],
  [
    'an extra without a name',
    { path: `${shop}/pods?x=@`, headers: ['Impersonate-Extra-%ff: a'] },
    400,
    'ERR_HTTP_HEADERS',
  ],
  ['no token', { path: `${shop}/pods?x=@`, headers: ['Authorization: '] }, 401, 'auth_failed'],
  ['a password', { path: `${shop}/pods?x=@`, headers: ['Authorization: Basic YTpi'] }, 401, 'auth_failed'],
  [
    'a token in the query',
    { path: `${shop}/pods?access_token=x&x=@`, headers: ['Authorization: '] },
    401,
    'auth_failed',
  ],
  [
    'a token in a WebSocket',
    {
      path: `${shop}/pods/web/exec?command=@`,
      headers: [
        ...websocket.slice(0, -1),
        'Sec-WebSocket-Protocol: base64url.bearer.authorization.k8s.io.eA, v5.channel.k8s.io',
      ],
    },
    400,
    'ERR_HTTP_HEADERS',
  ],
  [
    'two tokens',
    { path: `${shop}/pods?x=@`, headers: ['Authorization: Bearer a', 'Authorization: Bearer b'] },
    400,
    'ERR_HTTP_HEADERS',
  ],
  ['two hosts', { path: `${shop}/pods?x=@`, headers: ['Host: a', 'Host: b'] }, 400, 'ERR_HTTP_HEADERS'],
]

/** What two readers could take for two things. */
export const spelling: readonly Attack[] = [
  ['a path that climbs', { path: `${shop}/../kube-system/secrets?x=@` }, 400, 'ERR_HTTP_TARGET'],
  ['a path that climbs, encoded', { path: `${shop}/%2e%2e/kube-system/secrets?x=@` }, 400, 'ERR_HTTP_TARGET'],
  ['a slash that is hidden', { path: `${shop}%2Fsecrets?x=@` }, 400, 'ERR_HTTP_TARGET'],
  ['a slash that is hidden twice', { path: `${shop}/pods%252Fweb?x=@` }, 403, none],
  ['a backslash', { path: `${shop}%5Csecrets?x=@` }, 400, 'ERR_HTTP_TARGET'],
  ['a zero', { path: `${shop}/pods/web%00?x=@` }, 400, 'ERR_HTTP_TARGET'],
  ['UTF-8 that is too long', { path: `${shop}/pods/%c0%ae?x=@` }, 400, 'ERR_HTTP_TARGET'],
  ['a namespace of no letters', { path: '/api/v1/namespaces//secrets?x=@' }, 403, none],
  ['two slashes', { path: '//api/v1/secrets?x=@' }, 403, none],
  ['a parameter of the path', { path: `${shop}/secrets;x=1/db?x=@` }, 403, none],
  ['a query with a semicolon', { path: `${shop}/pods?a=1;watch=1&x=@` }, 400, 'ERR_HTTP_TARGET'],
  ['API in capitals', { path: '/API/v1/namespaces/shop/pods?x=@' }, 403, none],
  ['a kind in capitals', { path: `${shop}/PODS?x=@` }, 403, none],
]

const container = { name: 'main', image: 'registry.example/web:1' }
const pod = (spec: object) =>
  json({ apiVersion: 'v1', kind: 'Pod', metadata: { name: '@' }, spec: { containers: [container], ...spec } })
const secured = (securityContext: object) => ({ containers: [{ ...container, securityContext }] })
const post = (body: string, type = 'application/json'): RawCall => ({ path: `${shop}/pods?x=@`, body, type })

/** The role may write here, so what stands in a body is what denies it. */
export const bodies: readonly Attack[] = [
  ['a privileged container', post(pod(secured({ privileged: true }))), 403, 'harmless'],
  [
    'a privileged init container',
    post(pod({ initContainers: [{ ...container, securityContext: { privileged: true } }] })),
    403,
    'harmless',
  ],
  ['a capability', post(pod(secured({ capabilities: { add: ['CAP_sys_admin'] } }))), 403, 'harmless'],
  ["the host's files", post(pod({ volumes: [{ name: 'x', hostPath: { path: '/' } }] })), 403, 'harmless'],
  ["the host's network", post(pod({ hostNetwork: true })), 403, 'harmless'],
  ["the host's processes", post(pod({ hostPID: true })), 403, 'harmless'],
  ['an image from elsewhere', post(pod({ containers: [{ name: 'a', image: 'evil.example/web' }] })), 403, 'registries'],
  ['an image that names no registry', post(pod({ containers: [{ name: 'a', image: 'web' }] })), 403, 'registries'],
  [
    'an image by its digest, from elsewhere',
    post(pod({ containers: [{ name: 'a', image: `evil.example:443/web@sha256:${'a'.repeat(64)}` }] })),
    403,
    'registries',
  ],
  ['the account by its old name', post(pod({ serviceAccount: 'root' })), 403, 'accounts'],
  [
    'a secret in the environment',
    post(pod({ containers: [{ ...container, envFrom: [{ secretRef: { name: 'db' } }] }] })),
    403,
    'no-db',
  ],
  [
    'a secret in a projected volume',
    post(pod({ volumes: [{ name: 'x', projected: { sources: [{ secret: { name: 'db' } }] } }] })),
    403,
    'no-db',
  ],
  [
    'a pod within a cron job',
    {
      path: '/apis/batch/v1beta1/namespaces/shop/cronjobs?x=@',
      body: json({
        apiVersion: 'batch/v1beta1',
        kind: 'CronJob',
        metadata: { name: '@' },
        spec: {
          schedule: '* * * * *',
          jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', ...secured({ privileged: true }) } } } },
        },
      }),
    },
    403,
    'harmless',
  ],
  [
    'a key twice',
    post(pod({}).replace('"containers"', '"hostPID":false,"hostPID":true,"containers"')),
    400,
    'ERR_BODY_UNREADABLE',
  ],
  ['a key in other letters', post(pod({}).replace('"containers"', '"HostPID":true,"containers"')), 403, 'unresolved'],
  [
    'an anchor of YAML',
    post(
      'kind: Pod\nmetadata: {name: "@"}\nspec:\n  containers: &a [{name: a, image: registry.example/a}]\n  initContainers: *a\n',
      'application/yaml',
    ),
    400,
    'ERR_BODY_UNREADABLE',
  ],
  [
    'a merge key of YAML',
    post('kind: Pod\nmetadata: {name: "@"}\nspec: {<<: {hostPID: true}, containers: []}\n', 'application/yaml'),
    400,
    'ERR_BODY_UNREADABLE',
  ],
  [
    'two documents',
    post('kind: Pod\nmetadata: {name: "@"}\n---\nkind: Pod\n', 'application/yaml'),
    400,
    'ERR_BODY_UNREADABLE',
  ],
  ['no JSON at all', post('kind: Pod'), 400, 'ERR_BODY_UNREADABLE'],
  ['nested a thousand deep', post(`${'['.repeat(1000)}${']'.repeat(1000)}`), 400, 'ERR_BODY_UNREADABLE'],
  ['half a character', post('{"kind":"Pod","a":"\\ud800"}'), 400, 'ERR_BODY_UNREADABLE'],
  ['a type that nobody knows', post(pod({}), 'text/plain'), 403, 'unresolved'],
  ['no type, which is JSON', { ...post(pod({ hostPID: true })), headers: ['Content-Type:'] }, 403, 'harmless'],
  [
    'two types in one',
    { ...post(pod({})), headers: ['Content-Type: application/json, application/yaml'] },
    403,
    'unresolved',
  ],
  [
    'two types',
    { ...post(pod({})), headers: ['Content-Type: application/json', 'Content-Type: application/yaml'] },
    400,
    'ERR_HTTP_HEADERS',
  ],
  ['a body that is packed', { ...post(pod({})), headers: ['Content-Encoding: gzip'] }, 400, 'ERR_HTTP_BODY'],
  ['too large a body', post(`{"kind":"Pod","a":"${'x'.repeat(3 * 1024 * 1024)}"}`), 413, 'ERR_BODY_TOO_LARGE'],
  ['a body to a GET', { method: 'GET', path: `${shop}/pods?x=@`, body: '{}' }, 400, 'ERR_HTTP_BODY'],
  [
    'more replicas',
    {
      method: 'PATCH',
      path: `${apps}/deployments/web/scale?x=@`,
      type: 'application/merge-patch+json',
      body: '{"spec":{"replicas":9}}',
    },
    403,
    'scale-out',
  ],
  [
    'more replicas of the deployment itself',
    {
      method: 'PATCH',
      path: `${apps}/deployments/web?x=@`,
      type: 'application/merge-patch+json',
      body: '{"spec":{"replicas":9}}',
    },
    403,
    'scale-out',
  ],
  [
    'a value that a patch copies',
    {
      method: 'PATCH',
      path: `${apps}/deployments/web?x=@`,
      type: 'application/json-patch+json',
      body: json([
        { op: 'add', path: '/metadata/annotations', value: { a: 9 } },
        { op: 'move', from: '/metadata/annotations/a', path: '/spec/replicas' },
      ]),
    },
    403,
    'scale-out',
  ],
  [
    'an apply by force',
    {
      method: 'PATCH',
      path: `${apps}/deployments/web?fieldManager=x&force=true&x=@`,
      type: 'application/apply-patch+yaml',
      body: json({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 9 } }),
    },
    403,
    'scale-out',
  ],
  [
    'a dry run that is none',
    {
      method: 'PATCH',
      path: `${apps}/deployments/web?dryRun=&x=@`,
      type: 'application/merge-patch+json',
      body: '{"spec":{"replicas":8}}',
    },
    403,
    'scale-out',
  ],
  [
    'a patch of what makes pods',
    {
      method: 'PATCH',
      path: `${apps}/deployments/web?x=@`,
      type: 'application/strategic-merge-patch+json',
      body: json({
        spec: { template: { spec: { hostPID: true } } },
      }),
    },
    403,
    'harmless',
  ],
]
