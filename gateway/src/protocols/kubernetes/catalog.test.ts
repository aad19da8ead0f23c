import { type KubernetesOperation, type Method, requestInfo } from '@cedargate/policy-schema'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { prepare, type Question, type Told } from './catalog.ts'

const deployment = (replicas: number, metadata = {}) => ({
  ...{ kind: 'Deployment', apiVersion: 'apps/v1', metadata: { name: 'web', ...metadata } },
  spec: { replicas, template: { spec: { containers: [{ name: 'main', image: 'busybox' }] } } },
})
/** A field of protobuf, short enough for a length of one byte. */
const field = (number: number, ...of: readonly (string | Buffer)[]) => {
  const value = Buffer.concat(of.map(each => Buffer.from(each)))
  return Buffer.concat([Buffer.of(number * 8 + 2, value.length), value])
}
const asProtobuf = (replicas: number, version: string) => {
  const [typeMeta, metadata] = [field(1, field(1, 'apps/v1'), field(2, 'Deployment')), field(6, version)]
  return Buffer.concat([Buffer.from('k8s\0'), typeMeta, field(2, field(1, metadata), field(2, Buffer.of(8, replicas)))])
}
const protobufType = 'application/vnd.kubernetes.protobuf'
const one = '/apis/apps/v1/namespaces/shop/deployments/web'
const all = '/apis/apps/v1/namespaces/shop/deployments'

type Foreseen = 'unresolved' | 'forbidden' | 'allow'
interface Given {
  readonly method?: Method
  readonly path?: string
  readonly body?: unknown
  readonly contentType?: string
  readonly foreseen?: Foreseen | ((operation: KubernetesOperation) => Foreseen)
  readonly proxied?: boolean
  readonly query?: KubernetesOperation['query']
  readonly before?: Told | undefined
  readonly after?: Told | undefined
}

async function prepared(given: Given) {
  const { method = 'PATCH', path = one, contentType = 'application/merge-patch+json', foreseen = 'unresolved' } = given
  const { body = { spec: { replicas: 5 } }, proxied = false, query = [] } = given
  const asked: Question[] = []
  const draft: KubernetesOperation = { protocol: 'kubernetes', kind: 'request', method, path, query, catalog: {} }
  assert.ok(requestInfo(draft))
  const bytes =
    body instanceof Uint8Array ? Buffer.from(body) : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const before = 'before' in given ? given.before : { status: 200, object: deployment(2, { resourceVersion: '7' }) }
  const after = () => ('after' in given ? given.after : { status: 200, object: deployment(5) })
  const outcome = await prepare(draft, bytes, contentType, proxied, {
    source: '10.0.0.9',
    gate: {
      evaluate(operation) {
        const reason = typeof foreseen === 'string' ? foreseen : foreseen(operation)
        return {
          decision:
            reason === 'allow'
              ? { effect: 'allow', policies: [] }
              : { effect: 'deny', policies: [], reason, detail: '' },
          ...{ requests: [], requestsDigest: '', obligations: {} },
        }
      },
    },
    async ask(question) {
      asked.push(question)
      return question.method === 'GET' ? before : after()
    },
  })
  const passedOn = typeof outcome === 'string' ? undefined : outcome.body
  return { outcome, asked, passedOn, sent: String(passedOn) }
}
const catalogOf = ({ outcome }: Awaited<ReturnType<typeof prepared>>) => {
  assert.not.type(outcome, 'string')
  return typeof outcome === 'string' ? {} : outcome.operation.catalog
}

const preparing = suite('the body of a call')

preparing('of a DELETE says whether it is one', async () => {
  const path = '/api/v1/namespaces/shop/pods/web'
  const dry = { kind: 'DeleteOptions', apiVersion: 'v1', dryRun: ['All'] }
  for (const [given, expected] of [
    [{ body: dry, contentType: 'application/json' }, { dryRun: true }],
    [{ body: 'kind: DeleteOptions\ndryRun: [All]\n', contentType: 'application/yaml' }, { dryRun: true }],
    [{ body: { ...dry, dryRun: [] }, contentType: 'application/json', query: [['dryRun', 'All']] }, {}],
    [{ body: dry, contentType: 'application/vnd.kubernetes.protobuf' }, {}],
    [{ body: dry, contentType: 'application/json', path: `${path}/proxy/x`, proxied: true }, {}],
    [{ body: dry, contentType: 'application/json', method: 'POST', path: '/api/v1/namespaces/shop/configmaps' }, {}],
  ] as const) {
    const done = await prepared({ method: 'DELETE', path, ...given })
    assert.equal(catalogOf(done), expected, JSON.stringify(given))
    assert.equal(done.asked, [])
  }
})
preparing('is read of the target before and after, and pinned to what was read', async () => {
  const done = await prepared({})
  const { before, after } = catalogOf(done)
  assert.is(before?.replicas, 2)
  assert.is(after?.replicas, 5)
  assert.equal(after?.workload?.images, ['busybox'])
  assert.equal(
    done.asked.map(({ method, target }) => `${method} ${target}`),
    [`GET ${one}`, `PATCH ${one}?dryRun=All`],
  )
  assert.equal(JSON.parse(done.sent), { spec: { replicas: 5 }, metadata: { resourceVersion: '7' } })
  assert.is(String(done.asked[1]?.body), done.sent)
})

preparing('is asked about once as a dry run, also where the call is one', async () => {
  const { asked } = await prepared({
    query: [
      ['dryRun', 'All'],
      ['fieldManager', 'me'],
    ],
  })
  assert.is(asked[1]?.target, `${one}?fieldManager=me&dryRun=All`)
})

preparing('is not asked about where it makes something new: it says all itself', async () => {
  const body = deployment(3)
  const done = await prepared({ method: 'POST', path: all, body, contentType: 'application/json' })
  assert.is(catalogOf(done).after?.replicas, 3)
  assert.equal(done.asked, [])
})

preparing('that makes something new and is not read here is asked about as a dry run', async () => {
  const body = 'k8s\0 bytes'
  const contentType = protobufType
  const done = await prepared({ method: 'POST', path: all, body, contentType })
  assert.equal(catalogOf(done).after?.replicas, 5)
  assert.equal('before' in catalogOf(done), false)
  assert.is(done.sent, body)
  assert.equal(
    done.asked.map(({ method, target }) => `${method} ${target}`),
    [`POST ${all}?dryRun=All`],
  )
})

preparing('in protobuf that makes something new says all itself, and is passed on as it is', async () => {
  const body = asProtobuf(3, '')
  const done = await prepared({ method: 'POST', path: all, body, contentType: protobufType })
  assert.is(catalogOf(done).after?.replicas, 3)
  assert.equal(done.asked, [])
  assert.equal(done.passedOn, body)
})

preparing('in protobuf that changes what is there is pinned to what was read', async () => {
  const done = await prepared({ method: 'PUT', body: asProtobuf(5, ''), contentType: protobufType })
  assert.is(catalogOf(done).before?.replicas, 2)
  assert.is(catalogOf(done).after?.replicas, 5)
  const again = await prepared({ method: 'POST', path: all, body: done.passedOn, contentType: protobufType })
  assert.is(catalogOf(again).after?.replicas, 5)
  assert.ok(done.passedOn?.includes(field(6, '7')))
  assert.equal(done.asked[1]?.body, done.passedOn)
  assert.is(done.asked[1]?.contentType, protobufType)
})

preparing('says that there was nothing before', async () => {
  const done = await prepared({ before: { status: 404, object: {} } })
  assert.is(catalogOf(done).before, null)
  assert.is(catalogOf(done).after?.replicas, 5)
})

for (const [what, given] of [
  ['nothing looks at it', { foreseen: 'allow' }],
  ['it is denied anyway', { foreseen: 'forbidden' }],
] as const)
  preparing(`is not asked about where ${what}`, async () => {
    const done = await prepared(given)
    assert.ok(catalogOf(done).unread)
    assert.equal(done.asked, [])
  })

for (const [what, given] of [
  ['is of a kind without readings', { path: '/api/v1/namespaces/shop/configmaps/web' }],
  [
    'is for a program behind the API',
    { path: '/api/v1/namespaces/shop/services/web/proxy/x', method: 'POST', proxied: true },
  ],
] as const)
  preparing(`has no catalog where it ${what}`, async () => {
    const done = await prepared(given)
    assert.equal(catalogOf(done), {})
    assert.equal(done.asked, [])
  })

/** Whoever may change what is there, and make nothing. */
const changesOnly = ({ catalog }: KubernetesOperation): Foreseen =>
  (catalog.before ?? null) === null ? 'forbidden' : 'allow'
const applies = { contentType: 'application/apply-patch+yaml', path: '/api/v1/namespaces/shop/configmaps/web' }
const configMap = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'web' } }

preparing('that may make an object is asked about where that alone stands against it', async () => {
  const metadata = { resourceVersion: '7', uid: 'u' }
  const given = { ...applies, body: configMap, foreseen: changesOnly }
  const done = await prepared({ ...given, before: { status: 200, object: { ...configMap, metadata } } })
  assert.equal(catalogOf(done), { before: {} })
  assert.equal(JSON.parse(done.sent).metadata, { name: 'web', ...metadata })
  assert.equal(
    done.asked.map(({ method, target }) => `${method} ${target}`),
    [`GET ${applies.path}`],
  )
  const absent = await prepared({ ...given, before: { status: 404, object: {} } })
  assert.equal(catalogOf(absent), { before: null })
  const unknown = await prepared({ ...given, before: { status: 403, object: {} } })
  assert.equal(catalogOf(unknown), {})
})
preparing('that may make an object is not asked about where it is allowed to, or denied anyway', async () => {
  for (const foreseen of ['allow', 'forbidden'] as const) {
    const done = await prepared({ ...applies, body: configMap, foreseen })
    assert.equal(done.asked, [])
    assert.equal(catalogOf(done), {})
  }
})
preparing('that changes a workload by one who may make none is asked about', async () => {
  const foreseen = ({ catalog }: KubernetesOperation) => (catalog.before == null ? 'forbidden' : 'unresolved')
  const done = await prepared({ method: 'PUT', contentType: 'application/json', body: deployment(5), foreseen })
  assert.is(catalogOf(done).before?.replicas, 2)
  assert.is(catalogOf(done).after?.replicas, 5)
})
preparing('that the target would refuse is still pinned to what is there, so that it makes nothing', async () => {
  const body = { ...deployment(5), metadata: { name: 'web' } }
  const after = { status: 422, object: {} }
  const { outcome, sent, ...done } = await prepared({ method: 'PUT', contentType: 'application/json', body, after })
  assert.is(catalogOf({ outcome, sent, ...done }).before?.replicas, 2)
  assert.ok(catalogOf({ outcome, sent, ...done }).unread)
  assert.is(JSON.parse(sent).metadata.resourceVersion, '7')
})
preparing('says of what its object is a part', async () => {
  const body = { metadata: { ownerReferences: [{ name: 'gone', uid: '1' }] }, spec: { replicas: 1 } }
  assert.equal(catalogOf(await prepared({ ...applies, body, foreseen: 'allow' })), { owned: true })
  const done = await prepared({ body })
  assert.is(catalogOf(done).owned, true)
  assert.is(catalogOf(done).after?.replicas, 5)
})

preparing('that leaves the owners of its object as they are throws nothing away', async () => {
  const ownerReferences = [{ kind: 'ReplicaSet', name: 'web', uid: '1' }]
  const metadata = { name: 'web', resourceVersion: '7', ownerReferences }
  const foreseen = ({ catalog }: KubernetesOperation) => (catalog.owned ? 'forbidden' : 'allow')
  const update = { ...applies, method: 'PUT', contentType: 'application/json', foreseen } as const
  const before = { status: 200, object: { ...configMap, metadata } }
  const done = await prepared({ ...update, body: { ...configMap, metadata }, before })
  assert.equal(catalogOf(done), { before: {} })
  assert.is(JSON.parse(done.sent).metadata.resourceVersion, '7')
  const others = [{ ...ownerReferences[0], uid: '2' }]
  for (const changed of [
    { ...metadata, ownerReferences: others },
    { ...metadata, OwnerReferences: others },
  ]) {
    const { catalog } = await prepared({ ...update, body: { ...configMap, metadata: changed }, before }).then(
      ({ outcome }) => (typeof outcome === 'string' ? { catalog: {} } : outcome.operation),
    )
    assert.equal(catalog, { before: {}, owned: true })
  }
  const there = { status: 200, object: { ...deployment(2), metadata } }
  const body = { ...deployment(1), metadata }
  const status = await prepared({ ...update, path: `${one}/status`, body, before: there })
  assert.is(catalogOf(status).owned, undefined)
})

const foreign = '/apis/example.com/v1/namespaces/shop/crons/web/scale'
const scale = (replicas: number, resourceVersion = '7') => ({
  ...{ kind: 'Scale', apiVersion: 'autoscaling/v1', metadata: { name: 'web', resourceVersion }, spec: { replicas } },
})
for (const [what, given, replicas] of [
  ['a merge patch', { body: { spec: { replicas: 5 } } }, 5],
  ['an update', { method: 'PUT', contentType: 'application/json', body: scale(6) }, 6],
  [
    'a JSON patch',
    { contentType: 'application/json-patch+json', body: [{ op: 'replace', path: '/spec/replicas', value: 4 }] },
    4,
  ],
  ['an apply', { contentType: 'application/apply-patch+yaml', body: scale(5) }, undefined],
] as const)
  preparing(`that scales what is not of Kubernetes itself is never tried there: ${what}`, async () => {
    const done = await prepared({ ...given, path: foreign, before: { status: 200, object: scale(3) } })
    assert.equal(
      done.asked.map(({ method, target }) => `${method} ${target}`),
      [`GET ${foreign}`],
    )
    const { before, after, unread } = catalogOf(done)
    assert.is(after?.replicas, replicas)
    assert.is(before?.replicas, 3)
    assert.is(unread === undefined, replicas !== undefined)
    if (replicas !== undefined) assert.match(done.sent, /"resourceVersion":"7"|"value":"7"/)
  })

const stale = { spec: {}, metadata: { resourceVersion: '6' } }
for (const [what, given, conflict] of [
  ['the target does not show the object', { before: { status: 403, object: {} } }, false],
  ['the target does not answer', { before: undefined }, false],
  ['the object has no version', { before: { status: 200, object: deployment(1) } }, false],
  ['the target answers garbage', { before: { status: 200, object: undefined } }, false],
  ['the target would refuse it', { after: { status: 422, object: {} } }, false],
  ['the target says nothing of a dry run', { after: undefined }, false],
  ['the dry run gives another kind', { after: { status: 200, object: { kind: 'Status', apiVersion: 'v1' } } }, false],
  ['the object has changed meanwhile', { after: { status: 409, object: {} } }, true],
  ['it is made for another version', { body: stale }, true],
  ['it is protobuf for another version', { method: 'PUT', body: asProtobuf(5, '6'), contentType: protobufType }, true],
  ['it changes what is there, and is not decoded', { method: 'PUT', body: 'x', contentType: protobufType }, false],
  ['it is of a type that nobody knows', { method: 'PUT', body: 'x', contentType: 'text/plain' }, false],
] as const)
  preparing(`is unread where ${what}`, async () => {
    const done = await prepared(given)
    assert.ok(catalogOf(done).unread)
    assert.is(typeof done.outcome !== 'string' && done.outcome.conflict === true, conflict)
  })

const status = (code: number, more = {}) => ({
  status: code,
  object: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason: 'Any', message: 'so', ...more },
})
for (const [what, given, expected] of [
  ['is invalid', { after: status(422) }, 422],
  ['is a conflict', { after: status(409) }, 409],
  ['is made for another version', { body: stale, after: status(409) }, 409],
  ['the role may not make there', { after: status(403) }, 403],
  ['comes with a bad token of the gateway', { after: status(401) }, undefined],
  ['comes too often', { after: status(429) }, undefined],
  ['is of a type that the target does not know', { after: status(415) }, undefined],
  ['finds the target broken', { after: status(500) }, undefined],
  ['is answered by something else', { after: status(422, { kind: 'Pod' }) }, undefined],
  ['is answered in two ways', { after: status(422, { code: 409 }) }, undefined],
] as const)
  preparing(`that ${what} is ${expected ? '' : 'not '}refused in the target's own words`, async () => {
    const done = await prepared(given)
    assert.ok(catalogOf(done).unread)
    assert.is(typeof done.outcome === 'string' ? undefined : done.outcome.targetRefusal?.code, expected)
  })

preparing('that is refused for its pin alone has been raced', async () => {
  const answers = [status(409), { status: 200, object: deployment(5) }]
  for (const [body, raced] of [
    [{ spec: { replicas: 5 } }, true],
    [stale, undefined],
  ] as const) {
    let at = 0
    const { outcome } = await prepared({
      body,
      get after() {
        return answers[at++]
      },
    })
    assert.is(typeof outcome === 'string' ? undefined : outcome.raced, raced)
  }
})
preparing('that is pinned is refused for what the client has sent', async () => {
  const { asked } = await prepared({ after: status(422) })
  assert.equal(
    asked.map(({ body }) => String(body)),
    ['undefined', '{"spec":{"replicas":5},"metadata":{"resourceVersion":"7"}}', '{"spec":{"replicas":5}}'],
  )
})

for (const [what, body] of [
  ['a key is there twice', '{"spec":{},"spec":{}}'],
  ['it is no JSON', '{'],
] as const)
  preparing(`is refused where ${what}`, async () => assert.type((await prepared({ body })).outcome, 'string'))

preparing.run()
