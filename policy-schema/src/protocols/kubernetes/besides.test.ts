import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { saysOwners } from './besides.ts'
import { readBody } from './body.ts'
import { toRequests } from './mapping.ts'
import type { KubernetesCatalog, KubernetesOperation, Method } from './operation.ts'
import { field, protobuf } from './protobuf.test-support.ts'
import { requestInfo } from './request-info.ts'

const target = { name: 'prod', protocol: 'kubernetes', tags: [], settings: { server: 'https://k', roles: {} } } as const
const shop = '/api/v1/namespaces/shop'
const asked = (method: Method, path: string, contentType: string, catalog: KubernetesCatalog = {}) => {
  const body = { contentType, bytes: 2, digest: 'd' }
  const call: KubernetesOperation = {
    ...{ protocol: 'kubernetes', kind: 'request', method, path, query: [], body, catalog },
  }
  const mapped = toRequests(call, target)
  return 'requests' in mapped && mapped.requests.map(({ action }) => action.id).join(' ')
}
const [json, apply, merge] = ['application/json', 'application/apply-patch+yaml', 'application/merge-patch+json']
const [smp, steps] = ['application/strategic-merge-patch+json', 'application/json-patch+json']

const makes = suite('what may make an object is asked for `create` too')
for (const [what, method, path, type, catalog, actions] of [
  ['an update', 'PUT', `${shop}/endpoints/web`, json, {}, 'update create'],
  ['an update of what is not there', 'PUT', `${shop}/endpoints/web`, json, { before: null }, 'update create'],
  ['not one of what is there', 'PUT', `${shop}/endpoints/web`, json, { before: {} }, 'update'],
  ['an apply', 'PATCH', `${shop}/pods/web`, apply, {}, 'patch create'],
  ['an apply in CBOR', 'PATCH', `${shop}/pods/web`, 'application/apply-patch+cbor', {}, 'patch create'],
  ['not one to what is there', 'PATCH', `${shop}/pods/web`, apply, { before: { replicas: 1 } }, 'patch'],
  ['not a patch', 'PATCH', `${shop}/pods/web`, merge, {}, 'patch'],
  ['not a change of a part', 'PUT', `${shop}/pods/web/status`, json, {}, 'update:status'],
  ['not a call to a program', 'PUT', `${shop}/pods/web/proxy/x`, json, {}, 'proxy'],
  ['not what throws away', 'DELETE', `${shop}/pods/web`, json, {}, 'delete'],
  ['beside one that says owners', 'PUT', `${shop}/pods/web`, json, { owned: true }, 'update create delete'],
  ['as one of a part may', 'PATCH', `${shop}/pods/web/status`, merge, { owned: true }, 'patch:status delete'],
] as const)
  makes(what, () => assert.is(asked(method, path, type, catalog), actions))
makes.run()

const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: '1' }
const owned = (owners: unknown = [owner]) => ({ metadata: { ownerReferences: owners } })
const step = (op: string, path: string, value?: unknown) => [
  { op: 'test', path: '/metadata/ownerReferences' },
  { op, path, value },
]
const owners = suite('a change says of what an object is a part')
for (const [what, type, body, expected] of [
  ['by a merge patch', merge, owned(), true],
  ['by a strategic one', smp, owned([{ $patch: 'delete', uid: '1' }]), true],
  ['by an apply', apply, owned(), true],
  ['as a whole object', json, owned(), true],
  ['in other letters', json, { Metadata: { ownerreferences: [owner] } }, true],
  ['with a long ſ', json, { metadata: { 'ownerReference\u017f': [owner] } }, true],
  ['by what is no list', merge, owned({}), true],
  ['by a step', steps, step('add', '/metadata/ownerReferences/-', owner), true],
  ['by one that takes an owner', steps, step('remove', '/metadata/ownerReferences/0'), true],
  ['by one for all metadata', steps, step('replace', '/metadata', owned().metadata), true],
  ['by one for all of it', steps, step('replace', '', owned()), true],
  ['by a copy', steps, [{ op: 'copy', from: '/metadata/annotations', path: '/metadata/ownerReferences' }], true],
  ['by a move of all metadata', steps, [{ op: 'move', from: '/spec', path: '/metadata' }], true],
  ['not where it is a part of nothing', merge, owned([]), false],
  ['not where it no longer is', merge, owned(null), false],
  ['not where it says nothing of it', merge, { metadata: { labels: { ownerReferences: 'x' } } }, false],
  ['not in what pods are made of', merge, { spec: { template: owned() } }, false],
  ['not by a step elsewhere', steps, step('add', '/metadata/labels/ownerReferences', 'x'), false],
  ['not by one for metadata without', steps, step('replace', '/metadata', { name: 'web' }), false],
  ['not by one that takes metadata away', steps, step('remove', '/metadata'), false],
] as const)
  owners(what, () => {
    const of = (method: Method, path = `${shop}/configmaps/web`) => {
      const info = requestInfo({ method, path, query: [] })
      const read = readBody(Buffer.from(JSON.stringify(body)), type, info)
      return typeof read === 'string' ? read : saysOwners(info, read)
    }
    assert.is(of(type === json ? 'PUT' : 'PATCH'), expected)
    assert.is(of('POST'), false)
    assert.is(of('PUT', `${shop}/replicationcontrollers/web/scale`), false)
  })
owners('in protobuf', () => {
  const says = (bytes: Uint8Array) => {
    const read = readBody(bytes, 'application/vnd.kubernetes.protobuf')
    return (
      typeof read !== 'string' && saysOwners(requestInfo({ method: 'PUT', path: `${shop}/pods/web`, query: [] }), read)
    )
  }
  assert.is(says(protobuf('v1', 'Pod', field(1, field(13, field(3, 'gone'))))), true)
  assert.is(says(protobuf('v1', 'Pod', field(1, field(1, 'web')))), false)
})
owners('where it cannot be read, it could', () => {
  const says = (bytes: string, type: string) => {
    const read = readBody(Buffer.from(bytes), type)
    return (
      typeof read !== 'string' && saysOwners(requestInfo({ method: 'PUT', path: `${shop}/pods/web`, query: [] }), read)
    )
  }
  assert.is(says('x', 'application/cbor'), true)
  assert.is(says('k8s\0', 'application/vnd.kubernetes.protobuf'), true)
  assert.is(says('', json), false)
})
owners.run()
