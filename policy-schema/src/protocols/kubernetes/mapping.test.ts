import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isDryDelete } from './delete-options.ts'
import { toRequests } from './mapping.ts'
import type { KubernetesCatalog, KubernetesOperation } from './operation.ts'
import { toOperation } from './shorthand.ts'

const target = { name: 'prod', protocol: 'kubernetes', tags: [], settings: { server: 'https://k', roles: {} } } as const
const call = (line: string, more: Partial<KubernetesOperation> = {}) => {
  const [method, path] = line.split(' ')
  return { ...toOperation({ api: { method, path } }, target), ...more }
}
const asked = (operation: KubernetesOperation) => {
  const mapped = toRequests(operation, target)
  if ('reason' in mapped) return `${mapped.reason}: ${mapped.detail}`
  if ('unconditional' in mapped) return 'unconditional'
  return mapped.requests
    .map(({ action, resource }) => `${action.id} ${resource.type.slice(5)} ${resource.id}`)
    .join(', ')
}

const test = suite('what an API call asks')

const rows: readonly (readonly [call: string, asked: string])[] = [
  ['GET /api/v1/namespaces/shop/pods/web', 'get Resource prod/shop//pods/web'],
  ['GET /api/v1/namespaces/shop/pods', 'list Resource prod/shop//pods/'],
  ['GET /api/v1/pods?watch=true', 'watch Resource prod///pods/'],
  ['POST /apis/apps/v1/namespaces/shop/deployments', 'create Resource prod/shop/apps/deployments/'],
  ['PATCH /apis/apps/v1/namespaces/shop/deployments/web/scale', 'patch:scale Resource prod/shop/apps/deployments/web'],
  ['GET /api/v1/namespaces/shop/pods/web/log', 'get:log Resource prod/shop//pods/web'],
  ['POST /api/v1/namespaces/shop/pods/web/eviction', 'create:eviction Resource prod/shop//pods/web'],
  ['GET /api/v1/namespaces/shop/pods/web/exec?command=id', 'exec Resource prod/shop//pods/web'],
  ['POST /api/v1/namespaces/shop/pods/web/exec?command=id', 'exec Resource prod/shop//pods/web'],
  ['POST /api/v1/namespaces/shop/pods/web/attach', 'attach Resource prod/shop//pods/web'],
  ['GET /api/v1/namespaces/shop/pods/web/portforward', 'portforward Resource prod/shop//pods/web'],
  ['GET /api/v1/namespaces/shop/services/web/proxy/admin', 'proxy Resource prod/shop//services/web'],
  ['DELETE /api/v1/nodes/n1/proxy/run', 'proxy Resource prod///nodes/n1'],
  ['GET /api/v1/proxy/nodes/n1', 'proxy Resource prod///nodes/n1'],
  [
    'PUT /apis/apps/v1/namespaces/shop/deployments/web/odd',
    'other:subresource Resource prod/shop/apps/deployments/web',
  ],
  ['DELETE /api/v1/namespaces/shop/pods', 'deletecollection Resource prod/shop//pods/'],
  ['GET /api/v1/namespaces/shop', 'get Resource prod/shop//namespaces/shop'],
  ['PUT /api/v1/namespaces/shop/finalize', 'update:finalize Resource prod/shop//namespaces/shop'],
  ['GET /metrics', 'get NonResourceUrl prod/%2Fmetrics'],
  ['POST /healthz', 'post NonResourceUrl prod/%2Fhealthz'],
  ['GET /apis', 'unconditional'],
  ['GET /apis/apps/v1', 'unconditional'],
  ['GET /openapi/v3/apis/apps/v1', 'unconditional'],
  ['POST /apis/apps/v1', 'post NonResourceUrl prod/%2Fapis%2Fapps%2Fv1'],
  ['OPTIONS /api/v1/pods', 'unmapped: no object has a method `OPTIONS`'],
  ['OPTIONS /metrics', 'unmapped: the method `OPTIONS` is none of `/metrics`'],
  ['GET /api/v1/watch/namespaces/shop/pods/web', 'watch Resource prod/shop//pods/web'],
  ['DELETE /api/v1/watch/namespaces/shop/pods/web', 'unmapped: nobody watches with the method `DELETE`'],
  ['GET /api/v1/watch', 'unmapped: `/api/v1/watch` names no kind of object'],
]
for (const [line, expected] of rows)
  test(`${line} asks ${expected}`, () => {
    assert.is(asked(call(line)), expected)
  })

test('to appear as somebody else is asked on each of them, beside the call', () => {
  const impersonate = {
    user: 'system:serviceaccount:shop:web',
    groups: ['system:masters'],
    uid: '7',
    extra: { scopes: ['a/b'] },
  }
  assert.is(
    asked(call('GET /api/v1/nodes', { impersonate })),
    [
      'list Resource prod///nodes/',
      'impersonate Resource prod/shop//serviceaccounts/web',
      'impersonate Resource prod///groups/system:masters',
      'impersonate Resource prod//authentication.k8s.io/uids/7',
      'impersonate Resource prod//authentication.k8s.io/userextras%2Fscopes/a%2Fb',
    ].join(', '),
  )
  assert.is(asked(call('GET /version', { impersonate: { user: 'jane' } })).startsWith('get '), true)
})

test('an upgrade is for streams alone', () => {
  assert.is(
    asked(call('GET /api/v1/namespaces/shop/pods/web', { upgrade: 'spdy' })),
    'unmapped: a connection that goes on as spdy is none of `/api/v1/namespaces/shop/pods/web`',
  )
  const exec = call('GET /api/v1/namespaces/shop/pods/web/exec?command=sh&command=-c&command=id', {
    upgrade: 'websocket',
  })
  const mapped = toRequests(exec, target)
  assert.equal('requests' in mapped && mapped.requests[0].context, {
    execution: { program: 'sh', arguments: ['-c', 'id'], text: 'sh -c id', stdin: false, tty: false },
  })
})

test('what an object was and would be is in the context', () => {
  const workload = {
    ...{ images: ['docker.io/a'], registries: ['docker.io'], capabilities: [], privileged: false },
    ...{ hostNetwork: false, hostPID: false, hostIPC: false, hostPath: false, hostPorts: false },
    ...{ unconfined: false, serviceAccount: 'default' },
  }
  const catalog = { before: { replicas: 2 }, after: { replicas: 5, workload, secrets: ['db'] } }
  const mapped = toRequests(
    call('PATCH /apis/apps/v1/namespaces/shop/deployments/web?dryRun=All&force=true', { catalog }),
    target,
  )
  assert.equal('requests' in mapped && mapped.requests[0].context, {
    ...{ dryRun: true, force: true, replicas: 5, replicasBefore: 2, workload, secrets: ['db'] },
  })
})

test('an autoscaler has no number before: within its bounds it makes any of any other', () => {
  const catalog = { before: { replicas: 9 }, after: { replicas: 9 } }
  const at = 'PATCH /apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/web'
  const context = (line: string) => {
    const mapped = toRequests(call(line, { catalog }), target)
    return 'requests' in mapped && mapped.requests[0].context
  }
  assert.equal(context(at), { dryRun: false, force: false, replicas: 9 })
  assert.equal(context('PATCH /apis/apps/v1/namespaces/shop/deployments/web'), {
    ...{ dryRun: false, force: false, replicas: 9, replicasBefore: 9 },
  })
})

test('a write of which nothing says what would come of it is unread', () => {
  const isUnread = (line: string, catalog: KubernetesCatalog = {}) => {
    const mapped = toRequests(call(line, { catalog }), target)
    return 'requests' in mapped && mapped.requests.map(({ unread }) => unread?.detail)
  }
  const web = '/apis/apps/v1/namespaces/shop/deployments/web'
  const unsaid = 'nothing says what would become of the object'
  assert.equal(isUnread(`PATCH ${web}`), [unsaid])
  assert.equal(isUnread(`PUT ${web}`, { before: { replicas: 1 } }), [unsaid])
  assert.equal(isUnread(`PUT ${web}/scale`), [unsaid])
  assert.equal(isUnread(`PATCH ${web}`, { unread: 'why' }), ['why'])
  assert.equal(isUnread(`PATCH ${web}`, { after: {} }), [undefined])
  assert.equal(isUnread(`DELETE ${web}`), [undefined])
  assert.equal(isUnread('PATCH /api/v1/namespaces/shop/configmaps/web'), [undefined])
})

test('it is a dry run only where the server changes nothing', () => {
  const body = { contentType: 'application/json', bytes: 2, digest: 'd' }
  const isDry = (line: string, more: Partial<KubernetesOperation> = {}) => {
    const mapped = toRequests(call(line, more), target)
    return 'requests' in mapped && mapped.requests[0].context.dryRun
  }
  for (const [line, more, expected] of [
    ['POST /api/v1/namespaces/shop/pods?dryRun=All', { body }, true],
    ['PATCH /apis/apps/v1/namespaces/shop/deployments/web/scale?dryRun=All', { body }, true],
    ['DELETE /api/v1/namespaces/shop/pods/web?dryRun=All', {}, true],
    ['DELETE /api/v1/namespaces/shop/pods/web?dryRun=All', { body }, false],
    ['DELETE /api/v1/namespaces/shop/pods?dryRun=All', { body }, false],
    ['DELETE /api/v1/namespaces/shop/pods/web', { body, catalog: { dryRun: true } }, true],
    ['DELETE /api/v1/namespaces/shop/pods?dryRun=', { body, catalog: { dryRun: true } }, true],
    ['DELETE /api/v1/namespaces/shop/pods/web/proxy', { body, catalog: { dryRun: true } }, false],
    ['DELETE /api/v1/namespaces/shop/pods/web?dryRun=None', { catalog: { dryRun: true } }, false],
    ['POST /api/v1/namespaces/shop/pods', { body, catalog: { dryRun: true } }, false],
    ['POST /api/v1/namespaces/shop/pods?dryRun=', {}, false],
    ['POST /api/v1/namespaces/shop/pods?dryRun=All&dryRun=None', {}, false],
    ['POST /api/v1/namespaces/shop/serviceaccounts/web/token?dryRun=All', { body }, false],
    ['POST /api/v1/namespaces/shop/pods/web/proxy?dryRun=All', {}, false],
    ['POST /api/v1/namespaces/shop/pods/web/attach?dryRun=All', {}, false],
    ['POST /api/v1/namespaces/shop/pods/web/odd?dryRun=All', {}, false],
    ['GET /api/v1/namespaces/shop/pods?dryRun=All', {}, false],
  ] as const)
    assert.is(isDry(line, more), expected, line)
})

test('a body asks for a trial only where every server reads it so', () => {
  for (const [options, expected] of [
    [{ dryRun: ['All'] }, true],
    [{ kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0, dryRun: ['All', 'All'] }, true],
    [{ dryRun: [] }, false],
    [{ dryRun: ['All', 'None'] }, false],
    [{ dryRun: ['All', null] }, false],
    [{ dryRun: 'All' }, false],
    [{ dryrun: ['All'] }, false],
    [{ dryRun: ['All'], DryRun: [] }, false],
    [{ kind: 'Pod', dryRun: ['All'] }, false],
    [[{ dryRun: ['All'] }], false],
    [null, false],
  ] as const)
    assert.is(isDryDelete(options), expected, JSON.stringify(options))
})

test('a switch is on whatever it says, but for `0` and `false`', () => {
  const isForced = (query: string) => {
    const mapped = toRequests(call(`PATCH /api/v1/namespaces/shop/pods/web?${query}`), target)
    return 'requests' in mapped && mapped.requests[0].context.force
  }
  for (const query of ['force', 'force=', 'force=true', 'force=yes', 'force=1&force=0'])
    assert.is(isForced(query), true)
  for (const query of ['force=0', 'force=FALSE', 'force=false&force=true', 'Force=true'])
    assert.is(isForced(query), false)
})

test.run()
