import type { KubernetesObject } from '../api-client.ts'

type Field = readonly [
  name: string,
  type: 'text' | 'texts' | 'number' | 'bytes' | 'textMap' | 'bytesMap' | Message,
  many?: 'many',
]
type Message = { readonly [number: number]: Field }

const metadata: Message = {
  1: ['name', 'text'],
  2: ['generateName', 'text'],
  3: ['namespace', 'text'],
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
const binding: Message = { ...named, 2: ['subjects', subject, 'many'], 3: ['roleRef', roleRef] }
const attributes: Message = {
  1: ['namespace', 'text'],
  2: ['verb', 'text'],
  3: ['group', 'text'],
  5: ['resource', 'text'],
  6: ['subresource', 'text'],
  7: ['name', 'text'],
}
const container: Message = { 1: ['name', 'text'], 2: ['image', 'text'], 3: ['command', 'texts'], 4: ['args', 'texts'] }
const template: Message = { ...named, 2: ['spec', { 2: ['containers', container, 'many'] }] }
const deploymentSpec: Message = {
  1: ['replicas', 'number'],
  2: ['selector', { 1: ['matchLabels', 'textMap'] }],
  3: ['template', template],
}

/** Of the objects that kubectl sends as protobuf. Source: `generated.proto` of k8s.io/api 1.35. */
const messages: { readonly [kind: string]: Message } = {
  ConfigMap: { ...named, 2: ['data', 'textMap'], 3: ['binaryData', 'bytesMap'] },
  Secret: { ...named, 2: ['data', 'bytesMap'], 3: ['type', 'text'], 4: ['stringData', 'textMap'] },
  Deployment: { ...named, 2: ['spec', deploymentSpec] },
  Job: { ...named, 2: ['spec', { 6: ['template', template] }] },
  ServiceAccount: named,
  ResourceQuota: named,
  Ingress: named,
  Namespace: named,
  Role: role,
  ClusterRole: role,
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
  Eviction: named,
  DeleteOptions: { 1: ['gracePeriodSeconds', 'number'], 5: ['dryRun', 'texts'] },
}

/** The object in `application/vnd.kubernetes.protobuf`. @throws Error for a kind that is not known */
export function readProtobuf(body: Buffer): KubernetesObject {
  const { typeMeta, raw } = read(body.subarray(4), {
    1: ['typeMeta', { 1: ['apiVersion', 'text'], 2: ['kind', 'text'] }],
    2: ['raw', 'bytes'],
  })
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
    if (typeof value === 'number') object[name] = value
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
