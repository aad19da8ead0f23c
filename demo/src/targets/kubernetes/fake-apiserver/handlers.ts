import { randomBytes } from 'node:crypto'
import type { KubernetesObject } from '../api-client.ts'
import type { ResourceCall } from './call.ts'
import { type Kind, kinds } from './kinds.ts'
import { applyPatch, conflicts, PatchError } from './patches.ts'
import { isAllowed, rulesOf, type User } from './rights.ts'
import { isSelected } from './selectors.ts'
import type { Store } from './store.ts'
import { invalid } from './validation.ts'

export interface Answer {
  readonly status: number
  readonly body: KubernetesObject
}
export interface Given {
  readonly call: ResourceCall
  readonly url: URL
  readonly contentType: string
  readonly body: KubernetesObject
  readonly user: User
}

/** A Status, as the real server words it where a client prints it. */
export function failure(code: number, reason: string, message: string, causes?: readonly object[]): Answer {
  const details = causes === undefined ? {} : { details: { causes } }
  return {
    status: code,
    body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code, ...details },
  }
}

/** What each verb does to the objects; streams, logs and watches are elsewhere. */
export function handle(store: Store, tokens: Map<string, string>, given: Given): Answer {
  const { call, url, body } = given
  const { verb, kind, namespace, name, subresource } = call
  const found = name === '' ? undefined : store.get(kind, namespace, name)
  if (kind.kind === 'SelfSubjectAccessReview') return review(store, given)
  if (kind.kind === 'SelfSubjectRulesReview') return reviewRules(store, given)
  if (verb === 'create' && subresource === '') return create(store, given)
  if (verb === 'list') return list(store, given)
  if (verb === 'deletecollection') {
    const gone = store.list(kind, namespace).filter(object => isSelected(url, object))
    for (const object of gone) remove(store, kind, object, given)
    return { status: 200, body: { kind: `${kind.kind}List`, apiVersion: 'v1', metadata: {}, items: gone } }
  }
  const isApply = given.contentType === 'application/apply-patch+yaml'
  if (found === undefined && !(verb === 'patch' && isApply))
    return failure(404, 'NotFound', `${plural(kind)} "${name}" not found`)
  if (subresource === 'token') return issueToken(tokens, namespace, name, body)
  if (subresource === 'scale') return scale(store, given, found)
  if (subresource === 'binding') {
    store.put(kind, { ...found, spec: { ...found.spec, nodeName: body.target.name } })
    return { status: 201, body: { kind: 'Status', apiVersion: 'v1', status: 'Success', code: 201 } }
  }
  if (subresource === 'eviction') return { ...remove(store, kind, found, given), status: 201 }
  if (verb === 'get') return { status: 200, body: found }
  if (verb === 'delete') return remove(store, kind, found, given)
  return change(store, given, found)
}

function plural({ group, resource }: Kind): string {
  return group === '' ? resource : `${resource}.${group}`
}

/** A DELETE is asked by its body where it has one. */
function isDry({ url, call, body }: Given): boolean {
  if (call.verb.startsWith('delete') && Object.keys(body).length > 0) return body.dryRun?.includes('All') ?? false
  return url.searchParams.has('dryRun')
}

function create(store: Store, given: Given): Answer {
  const { kind, namespace } = given.call
  const { metadata = {} } = given.body
  const name = metadata.name ?? `${metadata.generateName}${randomBytes(3).toString('hex')}`
  if (store.get(kind, namespace, name) !== undefined)
    return failure(409, 'AlreadyExists', `${plural(kind)} "${name}" already exists`)
  if (kind.namespaced && store.get(namespaces, '', namespace) === undefined)
    return failure(404, 'NotFound', `namespaces "${namespace}" not found`)
  const object = store.prepare(kind, namespace, { ...given.body, metadata: { ...metadata, name } })
  const defaults =
    kind.kind === 'Pod' ? { spec: { securityContext: {}, ...object.spec }, status: { phase: 'Pending' } } : {}
  const made = { ...object, ...defaults }
  const wrong = invalid(kind, made)
  if (wrong !== undefined) return failure(422, 'Invalid', wrong)
  return { status: 201, body: isDry(given) ? made : store.put(kind, made) }
}
const namespaces = kinds[0] as Kind

function list(store: Store, { call: { kind, namespace }, url }: Given): Answer {
  const items = store.list(kind, namespace).filter(object => isSelected(url, object))
  const apiVersion = kind.group === '' ? 'v1' : `${kind.group}/v1`
  return {
    status: 200,
    body: { kind: `${kind.kind}List`, apiVersion, metadata: { resourceVersion: store.version }, items },
  }
}

/** A pod of a node stays until that says that it is gone, as it does with a grace period of 0. */
function remove(store: Store, kind: Kind, object: KubernetesObject, given: Given): Answer {
  const grace =
    given.url.searchParams.get('gracePeriodSeconds') ??
    given.body?.gracePeriodSeconds ??
    object.spec?.terminationGracePeriodSeconds
  if (isDry(given)) return { status: 200, body: object }
  if (kind.kind === 'Pod' && Number(grace ?? 30) > 0 && object.spec.nodeName !== undefined) {
    const deletionTimestamp = object.metadata.deletionTimestamp ?? new Date().toISOString().replace(/\.\d+/, '')
    return { status: 200, body: store.put(kind, { ...object, metadata: { ...object.metadata, deletionTimestamp } }) }
  }
  store.remove(kind, object)
  return {
    status: 200,
    body: kind.kind === 'Pod' ? object : { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' },
  }
}

/** `0` is whatever version there is. */
function isStale(wanted: string | undefined, before: KubernetesObject): boolean {
  return wanted !== undefined && wanted !== '0' && wanted !== before?.metadata.resourceVersion
}

function change(store: Store, given: Given, before: KubernetesObject): Answer {
  const { call, url, body, contentType } = given
  const { kind, namespace, name, verb } = call
  const isApply = contentType === 'application/apply-patch+yaml'
  const wanted = verb === 'update' ? body.metadata?.resourceVersion : undefined
  if (isStale(wanted, before))
    return failure(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${plural(kind)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    )
  if (isApply && url.searchParams.get('force') !== 'true') {
    const fields = conflicts(before?.spec, body.spec, '.spec')
    if (fields.length > 0)
      return failure(
        409,
        'Conflict',
        `Apply failed with ${fields.length} conflict(s): ${fields.join(', ')}`,
        fields.map(field => ({ reason: 'FieldManagerConflict', message: 'conflict with another manager', field })),
      )
  }
  try {
    const after = verb === 'update' ? body : applyPatch(contentType, before ?? {}, body)
    const pinned = after.metadata?.resourceVersion
    if (before !== undefined && isStale(pinned, before))
      return failure(
        409,
        'Conflict',
        `Operation cannot be fulfilled on ${plural(kind)} "${name}": the object has been modified`,
      )
    const object = store.prepare(kind, namespace, after, before)
    const wrong = invalid(kind, object)
    if (wrong !== undefined) return failure(422, 'Invalid', wrong)
    return { status: before === undefined ? 201 : 200, body: isDry(given) ? object : store.put(kind, object) }
  } catch (error) {
    if (error instanceof PatchError)
      return failure(422, 'Invalid', `the server rejected our request due to an error in our request: ${error.message}`)
    throw error
  }
}

function scale(store: Store, given: Given, before: KubernetesObject): Answer {
  const { kind, verb } = given.call
  const { name, namespace, uid, creationTimestamp, resourceVersion } = before.metadata
  const of = (replicas: number) => ({
    ...{
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name, namespace, uid, creationTimestamp, resourceVersion },
    },
    ...{ spec: { replicas }, status: { replicas: before.status?.replicas ?? 0 } },
  })
  if (verb === 'get') return { status: 200, body: of(before.spec.replicas) }
  const asked = verb === 'update' ? given.body : applyPatch(given.contentType, of(before.spec.replicas), given.body)
  if (asked.metadata?.resourceVersion !== undefined && asked.metadata.resourceVersion !== resourceVersion)
    return failure(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${plural(kind)} "${name}": the object has been modified`,
    )
  const after = store.prepare(
    kind,
    namespace,
    { ...before, spec: { ...before.spec, replicas: asked.spec.replicas } },
    before,
  )
  if (!isDry(given)) store.put(kind, after)
  return { status: 200, body: of(asked.spec.replicas) }
}

function issueToken(
  tokens: Map<string, string>,
  namespace: string,
  name: string,
  { spec = {} }: KubernetesObject,
): Answer {
  const seconds = spec.expirationSeconds ?? 3600
  const claims = { sub: `system:serviceaccount:${namespace}:${name}`, exp: Math.floor(Date.now() / 1000) + seconds }
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const token = `${part({ alg: 'none' })}.${part(claims)}.${randomBytes(32).toString('base64url')}`
  tokens.set(token, `${namespace}/${name}`)
  const expirationTimestamp = new Date(claims.exp * 1000).toISOString().replace(/\.\d+/, '')
  return {
    status: 201,
    body: {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name, namespace },
      spec: { ...spec, audiences: [], expirationSeconds: seconds },
      status: { token, expirationTimestamp },
    },
  }
}

function review(store: Store, { body, user }: Given): Answer {
  const { verb = '', group = '', resource = '', namespace = '' } = body.spec.resourceAttributes ?? {}
  const allowed = isAllowed(store, user, { verb, group, resource, namespace })
  return { status: 201, body: { ...body, status: { allowed } } }
}

function reviewRules(store: Store, { body, user }: Given): Answer {
  const resourceRules = rulesOf(store, user, body.spec.namespace ?? '')
  return { status: 201, body: { ...body, status: { resourceRules, nonResourceRules: [], incomplete: false } } }
}
