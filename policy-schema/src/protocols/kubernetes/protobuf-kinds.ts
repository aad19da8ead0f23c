/**
 * The fields that readings look at, of every kind that has any, and those that tie an object to its version.
 * Source: `generated.proto` of k8s.io/api and k8s.io/apimachinery, 1.20 to 1.35.
 */
import { count, flag, inline, type Message, map, part, parts, text, texts } from './protobuf.ts'

/** Whatever it says: that it is there is all. */
const anything: Message = {}
const named: Message = { 1: text('name') }
/** k8s.io.apimachinery.pkg.apis.meta.v1.ObjectMeta */
export const metadata = 1
export const resourceVersion = 6
export const uid = 5
const objectMeta: Message = {
  ...{ [uid]: text('uid'), [resourceVersion]: text('resourceVersion') },
  13: parts('ownerReferences', anything),
}
const meta: Message = { [metadata]: part('metadata', objectMeta) }
const podMeta: Message = { [metadata]: part('metadata', { ...objectMeta, 12: map('annotations') }) }

// k8s.io.api.core.v1
const windows: Message = { 4: flag('hostProcess') }
const profile: Message = { 1: text('type') }
const securityContext: Message = {
  1: part('capabilities', { 1: texts('add') }),
  2: flag('privileged'),
  9: text('procMount'),
  10: part('windowsOptions', windows),
  11: part('seccompProfile', profile),
  12: part('appArmorProfile', profile),
}
/** A key of a Secret, all of one, or its projection. */
const ofSecret: Message = { 1: inline(named) }
const container: Message = {
  2: text('image'),
  6: parts('ports', { 2: count('hostPort') }),
  7: parts('env', { 3: part('valueFrom', { 4: part('secretKeyRef', ofSecret) }) }),
  15: part('securityContext', securityContext),
  19: parts('envFrom', { 3: part('secretRef', ofSecret) }),
}
const volumeSource: Message = {
  1: part('hostPath', anything),
  6: part('secret', { 1: text('secretName') }),
  8: part('iscsi', { 10: part('secretRef', named) }),
  11: part('rbd', { 7: part('secretRef', named) }),
  12: part('flexVolume', { 3: part('secretRef', named) }),
  13: part('cinder', { 4: part('secretRef', named) }),
  14: part('cephfs', { 5: part('secretRef', named) }),
  18: part('azureFile', { 1: text('secretName') }),
  25: part('scaleIO', { 3: part('secretRef', named) }),
  26: part('projected', { 1: parts('sources', { 1: part('secret', ofSecret) }) }),
  27: part('storageos', { 5: part('secretRef', named) }),
  28: part('csi', { 5: part('nodePublishSecretRef', named) }),
  30: part('image', { 1: text('reference') }),
}
const ephemeralContainers = parts('ephemeralContainers', { 1: inline(container) })
const pod: Message = {
  1: parts('volumes', { 2: inline(volumeSource) }),
  2: parts('containers', container),
  8: text('serviceAccountName'),
  9: text('serviceAccount'),
  11: flag('hostNetwork'),
  12: flag('hostPID'),
  13: flag('hostIPC'),
  14: part('securityContext', {
    8: part('windowsOptions', windows),
    10: part('seccompProfile', profile),
    11: part('appArmorProfile', profile),
  }),
  15: parts('imagePullSecrets', named),
  20: parts('initContainers', container),
  34: ephemeralContainers,
}
const template = part('template', { ...podMeta, 2: part('spec', pod) })

const object = (spec: Message): Message => ({ ...meta, 2: part('spec', spec) })
/** Deployment, ReplicaSet, StatefulSet, ReplicationController */
const replicated = object({ 1: count('replicas'), 3: template })
const daemonSet = object({ 2: template })
const job: Message = { 1: count('parallelism'), 6: template }
const cronJob = object({ 5: part('jobTemplate', { 2: part('spec', job) }) })
const scale = object({ 1: count('replicas') })
const autoscaler = object({ 3: count('maxReplicas') })
const account: Message = { ...meta, 2: parts('secrets', { 3: text('name') }), 3: parts('imagePullSecrets', named) }

// k8s.io.api.rbac
const roles = (rule: Message) => {
  const labelled = part('metadata', { ...objectMeta, 11: map('labels') })
  const role: Message = { [metadata]: labelled, 2: parts('rules', rule) }
  return { Role: role, ClusterRole: { ...role, 3: part('aggregationRule', anything) } }
}
const rule: Message = { 1: texts('verbs'), 2: texts('apiGroups'), 3: texts('resources'), 5: texts('nonResourceURLs') }
const oldRule: Message = {
  1: texts('verbs'),
  3: texts('apiGroups'),
  4: texts('resources'),
  6: texts('nonResourceURLs'),
}
const subject: Message = { 1: text('kind'), 3: text('name'), 4: text('namespace') }
const binding: Message = {
  ...meta,
  2: parts('subjects', subject),
  3: part('roleRef', { 2: text('kind'), 3: text('name') }),
}
const bindings = { RoleBinding: binding, ClusterRoleBinding: binding }

/** Of these nothing but the metadata is read. */
const only = (...kinds: readonly string[]) => Object.fromEntries(kinds.map(kind => [kind, meta]))

/** Of every group. */
const deleteOptions: Message = { 5: texts('dryRun') }

/** @returns `undefined` for a kind or version that is not decoded */
export function messageOf(apiVersion: string, kind: string): Message | undefined {
  if (kind === 'DeleteOptions') return deleteOptions
  const kinds = Object.hasOwn(protobufKinds, apiVersion) ? protobufKinds[apiVersion] : undefined
  return kinds !== undefined && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
}

/** By `apiVersion` and kind. */
export const protobufKinds: { readonly [apiVersion: string]: { readonly [kind: string]: Message } } = {
  v1: {
    Pod: { ...object(pod), ...podMeta },
    PodTemplate: { ...meta, 2: template },
    ReplicationController: replicated,
    ServiceAccount: account,
    Service: object({ 4: text('type'), 5: texts('externalIPs'), 10: text('externalName') }),
    EphemeralContainers: { ...meta, 2: ephemeralContainers },
    ...only('ConfigMap', 'Endpoints', 'Event', 'LimitRange', 'Namespace', 'Node', 'PersistentVolume'),
    ...only('PersistentVolumeClaim', 'ResourceQuota', 'Secret'),
  },
  'apps/v1': { Deployment: replicated, ReplicaSet: replicated, StatefulSet: replicated, DaemonSet: daemonSet },
  'apps/v1beta1': { Deployment: replicated, StatefulSet: replicated, Scale: scale },
  'apps/v1beta2': {
    ...{ Deployment: replicated, ReplicaSet: replicated, StatefulSet: replicated, DaemonSet: daemonSet },
    Scale: scale,
  },
  'extensions/v1beta1': { Deployment: replicated, ReplicaSet: replicated, DaemonSet: daemonSet, Scale: scale },
  'autoscaling/v1': { Scale: scale, HorizontalPodAutoscaler: autoscaler },
  'autoscaling/v2': { HorizontalPodAutoscaler: autoscaler },
  'autoscaling/v2beta1': { HorizontalPodAutoscaler: autoscaler },
  'autoscaling/v2beta2': { HorizontalPodAutoscaler: autoscaler },
  'batch/v1': { Job: object(job), CronJob: cronJob },
  'batch/v1beta1': { CronJob: cronJob },
  'batch/v2alpha1': { CronJob: cronJob },
  'rbac.authorization.k8s.io/v1': { ...roles(rule), ...bindings },
  'rbac.authorization.k8s.io/v1beta1': { ...roles(rule), ...bindings },
  'rbac.authorization.k8s.io/v1alpha1': { ...roles(oldRule), ...bindings },
  'coordination.k8s.io/v1': only('Lease'),
  'discovery.k8s.io/v1': only('EndpointSlice'),
  'events.k8s.io/v1': only('Event'),
  'networking.k8s.io/v1': only('Ingress', 'IngressClass', 'NetworkPolicy'),
  'policy/v1': only('PodDisruptionBudget'),
  'scheduling.k8s.io/v1': only('PriorityClass'),
  'storage.k8s.io/v1': only('CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment'),
}
