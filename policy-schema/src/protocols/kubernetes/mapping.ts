import type { AccessRequest, Context, Mapped, Unmappable } from '../../protocol.ts'
import type { Target } from '../../repository/types.ts'
import { besides } from './besides.ts'
import { type Lineage, resourceLineage, urlLineage } from './objects.ts'
import type { Impersonation, KubernetesOperation } from './operation.ts'
import { needsReading } from './readings.ts'
import { isOn, isProxied, type ResourceInfo, requestInfo } from './request-info.ts'

/** Most users, groups and extras that one call may want to appear as. */
const maxImpersonated = 100

/** What Cedar is asked of an API call. Never throws. */
export function toRequests(operation: KubernetesOperation, target: Target): Mapped {
  const info = requestInfo(operation)
  if (info === undefined) return refusal('unmapped', `\`${operation.path}\` names no kind of object`)
  if (isDiscovery(operation) && operation.impersonate === undefined) return { unconditional: true }
  const called = info.isResource ? resourceRequests(operation, info, target) : urlRequest(operation, target)
  if ('reason' in called) return called
  const impersonated = impersonationRequests(operation.impersonate, target)
  if ('reason' in impersonated) return impersonated
  return { requests: [...called, ...impersonated] }
}

/**
 * What tells a client which kinds of objects there are, and nothing of any object. Every client asks it first, whatever its
 * role; so it is recorded and not denied.
 */
export function isDiscovery({ method, path, upgrade }: KubernetesOperation): boolean {
  if ((method !== 'GET' && method !== 'HEAD') || upgrade !== undefined) return false
  return /^\/(version|api|apis|api\/v1|apis\/[^/]+|apis\/[^/]+\/[^/]+|openapi\/v2|openapi\/v3(\/.*)?)\/?$/.test(path)
}

const connecting: ReadonlySet<string> = new Set(['exec', 'attach', 'portforward'])
const subresources: ReadonlySet<string> = new Set([
  ...['status', 'scale', 'log', 'eviction', 'binding', 'token', 'approval', 'finalize'],
  ...['ephemeralcontainers', 'resize'],
])
const ofSubresources: ReadonlySet<string> = new Set(['get', 'watch', 'create', 'update', 'patch', 'delete'])

const reading: ReadonlySet<string> = new Set(['GET', 'HEAD'])

type Called = readonly [AccessRequest, ...AccessRequest[]]

function resourceRequests(operation: KubernetesOperation, info: ResourceInfo, target: Target): Called | Unmappable {
  const { verb, subresource, resource } = info
  if (verb === '') return refusal('unmapped', `no object has a method \`${operation.method}\``)
  if (resource === '') return refusal('unmapped', `\`${operation.path}\` names no kind of object`)
  if (verb === 'watch' && !reading.has(operation.method))
    return refusal('unmapped', `nobody watches with the method \`${operation.method}\``)
  const lineage = resourceLineage(target.name, info)
  if (subresource === 'exec') return [{ ...ask('exec', lineage, execution(operation)) }]
  const named = connecting.has(subresource) || isProxied(info)
  if (operation.upgrade !== undefined && !named)
    return refusal('unmapped', `a connection that goes on as ${operation.upgrade} is none of \`${operation.path}\``)
  const asking = (action: string) => ({
    ...ask(action, lineage, contextOf(operation, info)),
    ...unread(operation, info),
  })
  return [asking(actionOf(info, verb)), ...besides(operation, info).map(asking)]
}

function actionOf(info: ResourceInfo, verb: string): string {
  const { subresource } = info
  if (isProxied(info)) return 'proxy'
  if (subresource === '') return verb
  if (connecting.has(subresource)) return subresource
  return subresources.has(subresource) && ofSubresources.has(verb) ? `${verb}:${subresource}` : 'other:subresource'
}

function contextOf(operation: KubernetesOperation, info: ResourceInfo): Context {
  const { query, catalog } = operation
  const { subresource } = info
  const { before, after } = catalog
  const given = (name: string) => query.find(([each]) => each === name)?.[1]
  const text = (name: string) => {
    const value = given(name)
    return value === undefined || value === '' ? {} : { [name]: value }
  }
  return {
    ...(subresource === '' ? {} : { subresource }),
    dryRun: isDryRun(operation, info),
    force: isOn(given('force')),
    ...{ ...text('fieldManager'), ...text('labelSelector'), ...text('fieldSelector') },
    ...(after?.workload && { workload: { ...after.workload } }),
    ...(before?.workload && { workloadBefore: { ...before.workload } }),
    ...(after?.replicas !== undefined && { replicas: after.replicas }),
    ...(before?.replicas !== undefined && !isAutoscaler(info) && { replicasBefore: before.replicas }),
    ...(after?.secrets && { secrets: after.secrets }),
    ...(after?.grants && { grants: { ...after.grants } }),
    ...(after?.service && { service: { ...after.service } }),
  }
}

/** Whatever its bounds were, within them it makes any number of any other, and its target may be another one. */
function isAutoscaler({ apiGroup, resource, subresource }: ResourceInfo): boolean {
  return apiGroup === 'autoscaling' && resource === 'horizontalpodautoscalers' && subresource === ''
}

const changing: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])

/**
 * Whether nothing will change. A DELETE with a body is asked by that alone: the server then ignores the query. Not every
 * subresource heeds it: a token is made all the same.
 */
function isDryRun({ query, body, catalog }: KubernetesOperation, { verb, subresource }: ResourceInfo): boolean {
  if (!changing.has(verb) || !(subresource === '' || (subresources.has(subresource) && subresource !== 'token')))
    return false
  if (verb.startsWith('delete') && body !== undefined && body.bytes > 0) return catalog.dryRun === true
  const said = query.flatMap(([name, value]) => (name === 'dryRun' ? [value] : []))
  return said.length > 0 && said.every(value => value === 'All')
}

/** What policies may look at in vain: they are not answered then. */
const read = ['workload', 'workloadBefore', 'replicas', 'replicasBefore', 'secrets', 'grants', 'service']
function unread({ catalog }: KubernetesOperation, info: ResourceInfo): Pick<AccessRequest, 'unread'> {
  const unsaid =
    needsReading(info) && catalog.after === undefined ? 'nothing says what would become of the object' : undefined
  const detail = catalog.unread ?? unsaid
  return detail === undefined ? {} : { unread: { members: read, detail } }
}

function execution({ query }: KubernetesOperation): Context {
  const all = (name: string) => query.flatMap(([each, value]) => (each === name ? [value] : []))
  const [program = '', ...rest] = all('command')
  const [container] = all('container')
  return {
    execution: {
      ...{ program, arguments: [...new Set(rest)].sort(), text: all('command').join(' ') },
      ...(container === undefined || container === '' ? {} : { container }),
      ...{ stdin: isOn(all('stdin')[0]), tty: isOn(all('tty')[0]) },
    },
  }
}

const urlActions: { readonly [method: string]: string } = {
  ...{ GET: 'get', HEAD: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' },
}

function urlRequest(operation: KubernetesOperation, target: Target): Called | Unmappable {
  const action = urlActions[operation.method]
  if (action === undefined)
    return refusal('unmapped', `the method \`${operation.method}\` is none of \`${operation.path}\``)
  if (operation.upgrade !== undefined)
    return refusal('unmapped', `a connection that goes on as ${operation.upgrade} is none of \`${operation.path}\``)
  return [ask(action, urlLineage(target.name, operation.path), { dryRun: false, force: false })]
}

/** As RBAC asks it, each by itself: `users`, `serviceaccounts`, `groups`, `uids`, `userextras/<key>`. */
function impersonationRequests(as: Impersonation | undefined, target: Target): readonly AccessRequest[] | Unmappable {
  if (as === undefined) return []
  const one = (apiGroup: string, resource: string, name: string, namespace = '') =>
    ask('impersonate', resourceLineage(target.name, { apiGroup, resource, namespace, name }), {})
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(as.user ?? '')
  const requests = [
    ...(account ? [one('', 'serviceaccounts', account[2] ?? '', account[1])] : []),
    ...(as.user !== undefined && !account ? [one('', 'users', as.user)] : []),
    ...(as.groups ?? []).map(group => one('', 'groups', group)),
    ...(as.uid === undefined ? [] : [one(authentication, 'uids', as.uid)]),
    ...Object.entries(as.extra ?? {}).flatMap(([key, values]) =>
      values.map(value => one(authentication, `userextras/${key}`, value)),
    ),
  ]
  if (requests.length > maxImpersonated)
    return refusal('too_large', `the call wants to appear as more than ${maxImpersonated} things`)
  return requests
}
const authentication = 'authentication.k8s.io'

function ask(action: string, [resource, ...above]: Lineage, context: Context): AccessRequest {
  return {
    action: { type: 'K8s::Action', id: action },
    resource: resource.uid,
    entities: [resource, ...above],
    context,
  }
}

function refusal(reason: Unmappable['reason'], detail: string): Unmappable {
  return { reason, detail }
}
