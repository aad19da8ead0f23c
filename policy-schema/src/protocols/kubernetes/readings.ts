import type { ObjectReading } from './operation.ts'
import { isRecord, Part, Unreadable } from './part.ts'
import { bounded, readPod, sorted } from './pod-readings.ts'
import { readBinding, readRole } from './rbac-readings.ts'
import type { RequestInfo, ResourceInfo } from './request-info.ts'

type Read = (object: Part) => ObjectReading

/** The pod, or its template, at a path. */
const pods =
  (...path: readonly string[]): Read =>
  object => {
    const pod = path.reduce((part, key) => part.part(key), object)
    return readPod(pod.part('spec'), pod.part('metadata'))
  }
const template = pods('spec', 'template')
/** One pod unless it says how many. */
const replicated: Read = object => ({ ...template(object), replicas: object.part('spec').count('replicas') ?? 1 })
const scale: Read = object => ({ replicas: object.part('spec').count('replicas') ?? 0 })
/** As many pods as it runs at once, where they are more than one. */
const parallel = (...path: readonly string[]): Read => {
  const read = pods(...path, 'template')
  return object => {
    const count = path.reduce((part, key) => part.part(key), object).count('parallelism') ?? 1
    return { ...read(object), ...(count > 1 && { replicas: count }) }
  }
}
/** As many pods as there may come to be. */
const autoscaler: Read = object => ({ replicas: object.part('spec').count('maxReplicas') ?? 0 })
const role: Read = object => ({ grants: readRole(object) })
const binding: Read = object => ({ grants: readBinding(object) })
const service: Read = object => {
  const spec = object.part('spec')
  const externalName = spec.text('externalName')
  return {
    service: {
      ...{ type: spec.text('type') || 'ClusterIP', externalIPs: sorted(spec.texts('externalIPs')) },
      ...(externalName !== '' && { externalName }),
    },
  }
}
const account: Read = object => ({
  secrets: sorted(['secrets', 'imagePullSecrets'].flatMap(key => object.parts(key).map(each => each.text('name')))),
})

interface Kind {
  readonly groups: readonly string[]
  readonly resource: string
  readonly read: Read
}
const apps = ['apps', 'extensions']
const batch = ['batch', 'extensions']
const rbac = ['rbac.authorization.k8s.io']

/** Kinds that have readings. Others, custom ones too, have none. */
const kinds: { readonly [kind: string]: Kind } = {
  Pod: { groups: [''], resource: 'pods', read: pods() },
  PodTemplate: { groups: [''], resource: 'podtemplates', read: pods('template') },
  ReplicationController: { groups: [''], resource: 'replicationcontrollers', read: replicated },
  ReplicaSet: { groups: apps, resource: 'replicasets', read: replicated },
  Deployment: { groups: apps, resource: 'deployments', read: replicated },
  StatefulSet: { groups: apps, resource: 'statefulsets', read: replicated },
  DaemonSet: { groups: apps, resource: 'daemonsets', read: template },
  Job: { groups: batch, resource: 'jobs', read: parallel('spec') },
  CronJob: { groups: batch, resource: 'cronjobs', read: parallel('spec', 'jobTemplate', 'spec') },
  // What a StatefulSet or a DaemonSet was, and may be made again.
  ControllerRevision: { groups: ['apps'], resource: 'controllerrevisions', read: pods('data', 'spec', 'template') },
  HorizontalPodAutoscaler: { groups: ['autoscaling'], resource: 'horizontalpodautoscalers', read: autoscaler },
  Service: { groups: [''], resource: 'services', read: service },
  ServiceAccount: { groups: [''], resource: 'serviceaccounts', read: account },
  Role: { groups: rbac, resource: 'roles', read: role },
  ClusterRole: { groups: rbac, resource: 'clusterroles', read: role },
  RoleBinding: { groups: rbac, resource: 'rolebindings', read: binding },
  ClusterRoleBinding: { groups: rbac, resource: 'clusterrolebindings', read: binding },
}

/** Of whatever has a subresource `scale`, custom kinds too. */
const scaleGroups = ['autoscaling', ...apps]
/** What servers before 1.22 took for a pod's debugging containers. */
const ephemeral: Read = object => readPod(object, new Part({}, 'metadata'))

const writing: ReadonlySet<string> = new Set(['create', 'update', 'patch'])

/**
 * Whether what a call sends has readings, so that what was and would be is to be asked. A change of `status` alone has none,
 * nor has an object of a custom kind; its `scale` has.
 */
export function needsReading(info: RequestInfo): boolean {
  if (!info.isResource || !writing.has(info.verb)) return false
  if (info.subresource === 'scale') return true
  if (info.subresource === '') return kindOf(info) !== undefined
  return kindOf(info) === 'Pod' && (info.subresource === 'ephemeralcontainers' || info.subresource === 'resize')
}

/**
 * What policies may ask of an object of the API: of a pod or what makes pods, a Scale, a ServiceAccount, an object of RBAC.
 * Nothing of any other.
 *
 * @param object decoded JSON or YAML, without duplicate keys
 * @param info the call that sends it: it says what the object is where that says nothing itself
 * @returns why it cannot be read, as a text
 */
export function readObject(object: unknown, info?: ResourceInfo): ObjectReading | string {
  try {
    return bounded(readOne(object, info))
  } catch (error) {
    if (error instanceof Unreadable) return error.message
    throw error
  }
}

function readOne(object: unknown, info: ResourceInfo | undefined): ObjectReading {
  if (!isRecord(object)) throw new Unreadable('what was sent is no object')
  const whole = new Part(object, '')
  const kind = whole.text('kind') || expectedKind(info)
  const apiVersion = whole.text('apiVersion')
  const group = apiVersion === '' ? info?.apiGroup : groupOf(apiVersion)
  if (info !== undefined && info.subresource !== 'scale') verifyKind(kind, group ?? '', info)
  // No server takes one: clients send its objects one by one.
  if (kind.endsWith('List') && whole.has('items')) throw new Unreadable(`a \`${kind}\` is sent object by object`)
  if (kind === 'Scale' && (apiVersion === '' || scaleGroups.includes(group ?? ''))) return scale(whole)
  if (info?.subresource === 'scale') throw new Unreadable(`a \`${kind}\` is no Scale`)
  if (kind === 'EphemeralContainers') return ephemeral(whole)
  const known = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  return known?.groups.includes(group ?? '') ? known.read(whole) : {}
}

/** As the server, which takes the kind from the path where the object names none. */
function expectedKind(info: ResourceInfo | undefined): string {
  if (info === undefined) return ''
  return info.subresource === 'scale' ? 'Scale' : (kindOf(info) ?? '')
}

function verifyKind(kind: string, group: string, info: ResourceInfo): void {
  const expected = kindOf(info)
  if (expected === undefined) return
  const isOld = kind === 'EphemeralContainers' && info.subresource === 'ephemeralcontainers'
  if ((kind !== expected && !isOld) || group !== info.apiGroup)
    throw new Unreadable(`a \`${kind}\` of the group \`${group}\` is none of \`${info.resource}\``)
}

function kindOf({ apiGroup, resource }: ResourceInfo): string | undefined {
  return Object.keys(kinds).find(kind => kinds[kind]?.resource === resource && kinds[kind].groups.includes(apiGroup))
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? '' : apiVersion.slice(0, slash)
}
