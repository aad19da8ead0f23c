import type { KubernetesObject } from '../api-client.ts'

type Field = readonly [
  name: string,
  type: 'text' | 'texts' | 'number' | 'flag' | 'bytes' | 'textMap' | 'bytesMap' | Message,
  many?: 'many',
]
/** A member without a name is a message whose members are this one's. */
type Message = { readonly [number: number]: Field }

const metadata: Message = {
  1: ['name', 'text'],
  2: ['generateName', 'text'],
  3: ['namespace', 'text'],
  5: ['uid', 'text'],
  6: ['resourceVersion', 'text'],
  11: ['labels', 'textMap'],
  12: ['annotations', 'textMap'],
}
const named: Message = { 1: ['metadata', metadata] }
const rule: Message = {
  1: ['verbs', 'texts'],
  2: ['apiGroups', 'texts'],
  3: ['resources', 'texts'],
  4: ['resourceNames', 'texts'],
  5: ['nonResourceURLs', 'texts'],
}
const subject: Message = { 1: ['kind', 'text'], 2: ['apiGroup', 'text'], 3: ['name', 'text'], 4: ['namespace', 'text'] }
const roleRef: Message = { 1: ['apiGroup', 'text'], 2: ['kind', 'text'], 3: ['name', 'text'] }
const role: Message = { ...named, 2: ['rules', rule, 'many'] }
const clusterRole: Message = {
  ...role,
  3: ['aggregationRule', { 1: ['clusterRoleSelectors', { 1: ['matchLabels', 'textMap'] }, 'many'] }],
}
const binding: Message = { ...named, 2: ['subjects', subject, 'many'], 3: ['roleRef', roleRef] }
const attributes: Message = {
  1: ['namespace', 'text'],
  2: ['verb', 'text'],
  3: ['group', 'text'],
  5: ['resource', 'text'],
  6: ['subresource', 'text'],
  7: ['name', 'text'],
}
const reference: Message = { 1: ['name', 'text'] }
const keyOfSecret: Message = { 1: ['', reference], 2: ['key', 'text'] }
const variable: Message = {
  1: ['name', 'text'],
  2: ['value', 'text'],
  3: ['valueFrom', { 4: ['secretKeyRef', keyOfSecret] }],
}
const securityContext: Message = { 1: ['capabilities', { 1: ['add', 'texts'] }], 2: ['privileged', 'flag'] }
const container: Message = {
  1: ['name', 'text'],
  2: ['image', 'text'],
  3: ['command', 'texts'],
  4: ['args', 'texts'],
  7: ['env', variable, 'many'],
  15: ['securityContext', securityContext],
  16: ['stdin', 'flag'],
  17: ['stdinOnce', 'flag'],
  18: ['tty', 'flag'],
}
const volumeSource: Message = {
  1: ['hostPath', { 1: ['path', 'text'] }],
  6: ['secret', { 1: ['secretName', 'text'] }],
}
const pod: Message = {
  1: ['volumes', { 1: ['name', 'text'], 2: ['', volumeSource] }, 'many'],
  2: ['containers', container, 'many'],
  3: ['restartPolicy', 'text'],
  4: ['terminationGracePeriodSeconds', 'number'],
  8: ['serviceAccountName', 'text'],
  10: ['nodeName', 'text'],
  11: ['hostNetwork', 'flag'],
  12: ['hostPID', 'flag'],
  13: ['hostIPC', 'flag'],
  15: ['imagePullSecrets', reference, 'many'],
  20: ['initContainers', container, 'many'],
}
const template: Message = { ...named, 2: ['spec', pod] }
const deploymentSpec: Message = {
  1: ['replicas', 'number'],
  2: ['selector', { 1: ['matchLabels', 'textMap'] }],
  3: ['template', template],
}

/** Of the objects that clients send as protobuf here. Source: `generated.proto` of k8s.io/api 1.35. */
const messages: { readonly [kind: string]: Message } = {
  ConfigMap: { ...named, 2: ['data', 'textMap'], 3: ['binaryData', 'bytesMap'] },
  Secret: { ...named, 2: ['data', 'bytesMap'], 3: ['type', 'text'], 4: ['stringData', 'textMap'] },
  Pod: { ...named, 2: ['spec', pod] },
  Deployment: { ...named, 2: ['spec', deploymentSpec] },
  Job: { ...named, 2: ['spec', { 6: ['template', template] }] },
  ResourceQuota: named,
  Ingress: named,
  Scale: { ...named, 2: ['spec', { 1: ['replicas', 'number'] }] },
  ServiceAccount: { ...named, 3: ['imagePullSecrets', reference, 'many'] },
  Namespace: named,
  Role: role,
  ClusterRole: clusterRole,
  RoleBinding: binding,
  ClusterRoleBinding: binding,
  TokenRequest: { ...named, 2: ['spec', { 1: ['audiences', 'texts'], 4: ['expirationSeconds', 'number'] }] },
  SelfSubjectAccessReview: {
    ...named,
    2: [
      'spec',
      {
        1: ['resourceAttributes', attributes],
        2: ['nonResourceAttributes', { 1: ['path', 'text'], 2: ['verb', 'text'] }],
      },
    ],
  },
  SelfSubjectRulesReview: { ...named, 2: ['spec', { 1: ['namespace', 'text'] }] },
  Eviction: named,
  DeleteOptions: { 1: ['gracePeriodSeconds', 'number'], 5: ['dryRun', 'texts'] },
}

const unknown: Message = { 1: ['typeMeta', { 1: ['apiVersion', 'text'], 2: ['kind', 'text'] }], 2: ['raw', 'bytes'] }

/** The object in `application/vnd.kubernetes.protobuf`. @throws Error for a kind that is not known */
export function readProtobuf(body: Buffer): KubernetesObject {
  const { typeMeta, raw } = read(body.subarray(4), unknown)
  const message = messages[typeMeta.kind]
  if (message === undefined) throw new Error(`this fake reads no protobuf of \`${typeMeta.kind}\``)
  return { ...typeMeta, ...read(Buffer.from(raw, 'base64'), message) }
}

function read(bytes: Buffer, message: Message): KubernetesObject {
  const object: KubernetesObject = {}
  let at = 0
  const varint = () => {
    let [value, shift] = [0, 1]
    for (;;) {
      const byte = bytes[at++] ?? 0
      value += (byte & 0x7f) * shift
      if (byte < 0x80) return value
      shift *= 128
    }
  }
  while (at < bytes.length) {
    const tag = varint()
    const value = (tag & 7) === 2 ? take() : varint()
    const [name, type, many] = message[tag >> 3] ?? []
    if (name === undefined || type === undefined) continue
    if (typeof value === 'number') object[name] = type === 'flag' ? value !== 0 : value
    else if (type === 'text' && value.length === 0)
      continue // Go writes it where there is none
    else if (name === '') Object.assign(object, read(value, type as Message))
    else if (typeof type === 'object')
      object[name] = many ? [...(object[name] ?? []), read(value, type)] : read(value, type)
    else if (type === 'text') object[name] = value.toString()
    else if (type === 'texts') object[name] = [...(object[name] ?? []), value.toString()]
    else if (type === 'bytes') object[name] = value.toString('base64')
    else {
      const { key = '', value: of = '' } = read(value, {
        1: ['key', 'text'],
        2: ['value', type === 'textMap' ? 'text' : 'bytes'],
      })
      object[name] = { ...object[name], [key]: of }
    }
  }
  function take(): Buffer {
    const length = varint()
    at += length
    return bytes.subarray(at - length, at)
  }
  return object
}

/** As `application/vnd.kubernetes.protobuf`; `undefined` for a kind that is not known. */
export function writeProtobuf(object: KubernetesObject): Buffer | undefined {
  const { apiVersion, kind } = object
  const message = messages[kind]
  if (message === undefined) return undefined
  const raw = write(object, message).toString('base64')
  return Buffer.concat([Buffer.from('k8s\0'), write({ typeMeta: { apiVersion, kind }, raw }, unknown)])
}

function write(object: KubernetesObject, message: Message): Buffer {
  const written = Object.entries(message).flatMap(([number, [name, type, many]]) => {
    const value = name === '' ? object : object[name]
    if (value === undefined) return []
    const values =
      type === 'textMap' || type === 'bytesMap' ? Object.entries(value) : many || type === 'texts' ? value : [value]
    return values.map((each: KubernetesObject) => writeField(Number(number), each, type))
  })
  return Buffer.concat(written)
}

function writeField(number: number, value: KubernetesObject, type: Field[1]): Buffer {
  if (type === 'number' || type === 'flag') return Buffer.concat([varint(number * 8), varint(Number(value))])
  const bytes = () => {
    if (typeof type === 'object') return write(value, type)
    if (type === 'bytes') return Buffer.from(value, 'base64')
    if (type === 'text' || type === 'texts') return Buffer.from(value)
    const [key, of] = value
    return write({ key, of }, { 1: ['key', 'text'], 2: ['of', type === 'textMap' ? 'text' : 'bytes'] })
  }
  const content = bytes()
  return Buffer.concat([varint(number * 8 + 2), varint(content.length), content])
}

function varint(value: number): Buffer {
  return value < 128
    ? Buffer.of(value)
    : Buffer.concat([Buffer.of((value % 128) + 128), varint(Math.floor(value / 128))])
}
