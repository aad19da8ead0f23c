import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { toRequests } from './mapping.ts'
import { writeTarget } from './path.ts'
import { toOperation } from './shorthand.ts'

const target = { name: 'prod', protocol: 'kubernetes', tags: [], settings: { server: 'https://k', roles: {} } } as const
const read = (shorthand: object) => toOperation(shorthand, target)
const call = (shorthand: object) => {
  const operation = read(shorthand)
  return `${operation.method} ${writeTarget(operation)}`
}
const asked = (shorthand: object) => {
  const mapped = toRequests(read(shorthand), target)
  return 'requests' in mapped
    ? mapped.requests.map(({ action, resource }) => `${action.id} ${resource.id}`).join(', ')
    : ''
}

const lines = suite('kubectl')
for (const [command, expected, request] of [
  ['get pods', 'GET /api/v1/namespaces/default/pods', 'list prod/default//pods/'],
  ['kubectl get pods -A', 'GET /api/v1/pods', 'list prod///pods/'],
  ['get po/web -n shop', 'GET /api/v1/namespaces/shop/pods/web', 'get prod/shop//pods/web'],
  [
    'get deployments.apps web --namespace=shop -o yaml',
    'GET /apis/apps/v1/namespaces/shop/deployments/web',
    'get prod/shop/apps/deployments/web',
  ],
  [
    'get pods -n shop -l app=web -w',
    'GET /api/v1/namespaces/shop/pods?labelSelector=app%3Dweb&watch=true',
    'watch prod/shop//pods/',
  ],
  ['get nodes -n shop', 'GET /api/v1/nodes', 'list prod///nodes/'],
  ['get --raw /metrics', 'GET /metrics', 'get prod/%2Fmetrics'],
  ['describe secret db -n shop', 'GET /api/v1/namespaces/shop/secrets/db', 'get prod/shop//secrets/db'],
  [
    'logs web -n shop -f -c app --tail=5',
    'GET /api/v1/namespaces/shop/pods/web/log?container=app&follow=true&tailLines=5',
    'get:log prod/shop//pods/web',
  ],
  [
    "exec -it web -n shop -c app -- sh -c 'id; ls'",
    'GET /api/v1/namespaces/shop/pods/web/exec?command=sh&command=-c&command=id%3B%20ls&container=app&stdin=true&stdout=true&tty=true',
    'exec prod/shop//pods/web',
  ],
  [
    'attach web -i',
    'GET /api/v1/namespaces/default/pods/web/attach?stdin=true&stdout=true&stderr=true',
    'attach prod/default//pods/web',
  ],
  [
    'port-forward pod/web 8080:80 -n shop',
    'GET /api/v1/namespaces/shop/pods/web/portforward',
    'portforward prod/shop//pods/web',
  ],
  [
    'cp shop/web:/etc/passwd ./passwd',
    'GET /api/v1/namespaces/shop/pods/web/exec?command=tar&command=cf&command=-&command=%2Fetc%2Fpasswd&stdout=true&stderr=true',
    'exec prod/shop//pods/web',
  ],
  [
    'cp ./x web:/tmp/x',
    'GET /api/v1/namespaces/default/pods/web/exec?command=tar&command=-xmf&command=-&command=-C&command=%2Ftmp&stdin=true&stdout=true&stderr=true',
    'exec prod/default//pods/web',
  ],
  [
    'scale deployment/web --replicas=10 -n shop',
    'PATCH /apis/apps/v1/namespaces/shop/deployments/web/scale?fieldManager=kubectl-scale',
    'patch:scale prod/shop/apps/deployments/web',
  ],
  ['delete pod web -n shop --force', 'DELETE /api/v1/namespaces/shop/pods/web', 'delete prod/shop//pods/web'],
  ['create namespace shop', 'POST /api/v1/namespaces?fieldManager=kubectl-create', 'create prod///namespaces/'],
  [
    'create configmap web -n shop --from-literal=a=b',
    'POST /api/v1/namespaces/shop/configmaps?fieldManager=kubectl-create',
    'create prod/shop//configmaps/',
  ],
  [
    'create secret generic db -n shop',
    'POST /api/v1/namespaces/shop/secrets?fieldManager=kubectl-create',
    'create prod/shop//secrets/',
  ],
  [
    'create token web -n shop',
    'POST /api/v1/namespaces/shop/serviceaccounts/web/token',
    'create:token prod/shop//serviceaccounts/web',
  ],
  [
    'create job once --image=busybox -n shop',
    'POST /apis/batch/v1/namespaces/shop/jobs?fieldManager=kubectl-create',
    'create prod/shop/batch/jobs/',
  ],
  [
    'run web --image=nginx -n shop --dry-run=server',
    'POST /api/v1/namespaces/shop/pods?fieldManager=kubectl-run&dryRun=All',
    'create prod/shop//pods/',
  ],
  [
    'expose deployment web --port=80 -n shop',
    'POST /api/v1/namespaces/shop/services?fieldManager=kubectl-expose',
    'create prod/shop//services/',
  ],
  [
    'rollout status deployment/web -n shop',
    'GET /apis/apps/v1/namespaces/shop/deployments/web',
    'get prod/shop/apps/deployments/web',
  ],
  [
    'rollout restart deployment web -n shop',
    'PATCH /apis/apps/v1/namespaces/shop/deployments/web?fieldManager=kubectl-rollout',
    'patch prod/shop/apps/deployments/web',
  ],
  ['label node n1 tier=web', 'PATCH /api/v1/nodes/n1?fieldManager=kubectl-label', 'patch prod///nodes/n1'],
  [
    'annotate pod/web -n shop example.com/a=b c-',
    'PATCH /api/v1/namespaces/shop/pods/web?fieldManager=kubectl-annotate',
    'patch prod/shop//pods/web',
  ],
  ['cordon n1', 'PATCH /api/v1/nodes/n1?fieldManager=kubectl-cordon', 'patch prod///nodes/n1'],
  [
    `patch deployment web -n shop --type=merge --subresource=scale -p '{"spec":{"replicas":3}}'`,
    'PATCH /apis/apps/v1/namespaces/shop/deployments/web/scale?fieldManager=kubectl-patch',
    'patch:scale prod/shop/apps/deployments/web',
  ],
  [
    'auth can-i create pods -n shop',
    'POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    'create prod//authorization.k8s.io/selfsubjectaccessreviews/',
  ],
  ['top pods -n shop', 'GET /apis/metrics.k8s.io/v1beta1/namespaces/shop/pods', 'list prod/shop/metrics.k8s.io/pods/'],
  [
    'wait --for=condition=Ready pod/web -n shop',
    'GET /api/v1/namespaces/shop/pods?fieldSelector=metadata.name%3Dweb&watch=true',
    'watch prod/shop//pods/web',
  ],
  [
    'get pods --as=jane --as-group=ops',
    'GET /api/v1/namespaces/default/pods',
    'list prod/default//pods/, impersonate prod///users/jane, impersonate prod///groups/ops',
  ],
] as const)
  lines(`${command} asks ${request}`, () => {
    assert.is(call({ kubectl: command }), expected)
    assert.is(asked({ kubectl: command }), request)
  })
lines.run()

const deployment = {
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' } },
  spec: { replicas: 2, template: { spec: { containers: [{ name: 'app', image: 'a.example/web:1' }] } } },
}
const workload = {
  ...{ images: ['a.example/web:1'], registries: ['a.example'], capabilities: [], privileged: false },
  ...{ hostNetwork: false, hostPID: false, hostIPC: false, hostPath: false, hostPorts: false },
  ...{ unconfined: false, serviceAccount: 'default' },
}
const reading = { workload, secrets: [], replicas: 2 }
const at = '/apis/apps/v1/namespaces/shop/deployments'

const catalogs = suite('what would be is known of')
catalogs('a scaling, with what was and without', () => {
  const command = 'scale deployment/web --replicas=10 -n shop'
  assert.equal(read({ kubectl: command }).catalog, { after: { replicas: 10 } })
  assert.equal(read({ kubectl: { command, before: { spec: { replicas: 3 } } } }).catalog, {
    ...{ before: { replicas: 3 }, after: { replicas: 10 } },
  })
})
catalogs('what is created or applied', () => {
  for (const command of ['create -f web.yaml', 'apply -f web.yaml', 'apply --server-side -f web.yaml'])
    assert.equal(read({ kubectl: { command, manifest: deployment } }).catalog, { after: reading })
  const again = read({ kubectl: { command: 'apply -f web.yaml', manifest: deployment, before: deployment } })
  assert.is(again.method, 'PATCH')
  assert.equal(again.catalog, { before: reading, after: reading })
})
catalogs('a deletion, as far as it is one', () => {
  assert.equal(read({ kubectl: 'delete pod web --dry-run=server' }).catalog, { dryRun: true })
  assert.equal(read({ kubectl: 'delete pod web --dry-run=none' }).catalog, {})
})
catalogs('a change of an image', () => {
  const command = 'set image deployment/web app=b.example/web:2 -n shop'
  assert.equal(read({ kubectl: { command, before: deployment } }).catalog, {
    before: reading,
    after: { ...reading, workload: { ...workload, images: ['b.example/web:2'], registries: ['b.example'] } },
  })
})
catalogs('a patch of what was', () => {
  const patch = (contentType: string, body: object) =>
    read({ api: { method: 'PATCH', path: `${at}/web`, contentType, body, before: deployment } }).catalog
  assert.equal(patch('application/merge-patch+json', { spec: { replicas: null } }).after, { ...reading, replicas: 1 })
  const step = { op: 'replace', path: '/spec/replicas', value: 7 }
  assert.equal(patch('application/json-patch+json', [step]).after, { ...reading, replicas: 7 })
  assert.match(patch('application/strategic-merge-patch+json', {}).unread ?? '', /say `before:` or `after:`/)
})
catalogs('no patch without what was', () => {
  const { catalog } = read({ kubectl: 'rollout restart deployment/web -n shop' })
  assert.match(catalog.unread ?? '', /not known/)
})
catalogs('nothing that has no readings', () =>
  assert.equal(read({ api: { method: 'POST', path: '/api/v1/namespaces/shop/configmaps', body: {} } }).catalog, {}),
)
catalogs('a call as it is written', () => {
  const operation = read({ api: { method: 'POST', path: at, body: deployment } })
  assert.equal(operation.catalog, { after: reading })
  assert.equal(operation.body?.content, deployment)
})
catalogs.run()

const line = suite('a call without a body')
line('is a line as well', () =>
  assert.equal(
    read({ api: 'GET /api/v1/pods?watch=1' }),
    read({ api: { method: 'GET', path: '/api/v1/pods?watch=1' } }),
  ),
)
line.run()

const refused = suite('a shorthand is refused')
for (const [why, shorthand, message] of [
  ['that is none', {}, /stands in `kubectl:` or `api:`/],
  ['of another protocol', { sql: 'SELECT 1' }, /stands in `kubectl:` or `api:`/],
  ['of an unknown command', { kubectl: 'drain n1' }, /the command `drain` is not read .*`api:`/],
  ['of a command that was mistyped', { kubectl: 'scael deployment/web' }, /did you mean `scale`\? Else/],
  ['of what every object has', { kubectl: 'constructor' }, /the command `constructor`/],
  [
    'of an unknown flag',
    { kubectl: 'get pods --sort-by=name' },
    /the flag `--sort-by` is not read in `kubectl:`, next: say the call/,
  ],
  ['of a flag that was mistyped', { kubectl: 'scale deployment/web --replicsa=3' }, /did you mean `--replicas`/],
  ['of an unknown kind', { kubectl: 'get widgets' }, /the kind `widgets`/],
  ['of a kind that was mistyped', { kubectl: 'get deploymnet web' }, /did you mean `deployment`/],
  ['of more than one object', { kubectl: 'get pods a b' }, /more than one object/],
  ['of no object', { kubectl: 'delete pods --field-selector=a=b' }, /does not name one object/],
  ['of the log of what is no pod', { kubectl: 'logs deployment/web' }, /which is no pod/],
  ['of a pipe', { kubectl: 'get pods | sh' }, /what a shell would interpret/],
  ['that asks the target nothing', { kubectl: 'run x --image=a --dry-run=client' }, /nothing is asked/],
  ['that scales to nothing said', { kubectl: 'scale deployment/web' }, /no `--replicas`/],
  ['that scales to no number', { kubectl: 'scale deployment/web --replicas=many' }, /a whole number, not `many`/],
  ['that scales to an empty number', { kubectl: 'scale deployment/web --replicas=' }, /a whole number, not ``/],
  ['that runs no command', { kubectl: 'exec web' }, /says no command/],
  ['that applies nothing', { kubectl: 'apply -f x.yaml' }, /`apply -f` says no object, next: .*manifest:/],
  ['that creates nothing', { kubectl: 'create -f x.yaml' }, /`create -f` says no object/],
  [
    'that applies a custom kind',
    { kubectl: { command: 'apply -f x', manifest: { kind: 'W', apiVersion: 'a/v1' } } },
    /a manifest of/,
  ],
  ['that patches with no JSON', { kubectl: "patch pod web -p '{'" }, /`-p` is not JSON/],
  ['of no method', { api: { method: 'GTE', path: '/api' } }, /`GTE` is no method, next: say GET, HEAD/],
  ['of no method in a line', { api: 'GTE /api' }, /`GTE` is no method/],
  ['of no path', { api: { method: 'GET' } }, /no `path`/],
  ['of half a line', { api: 'GET' }, /`api:` says no call/],
  ['of nothing', { api: null }, /`api:` says no call/],
  ['with a path in two ways', { api: { method: 'GET', path: '/api/v1/../x' } }, /`\.\.`/],
  ['of an object of the wrong type', { api: { method: 'POST', path: at, body: { spec: [] } } }, /`spec` is no object/],
] as const)
  refused(why, () =>
    assert.throws(
      () => read(shorthand),
      (error: Error & { code?: string }) => error.code === 'ERR_SHORTHAND' && message.test(error.message),
    ),
  )
refused.run()
