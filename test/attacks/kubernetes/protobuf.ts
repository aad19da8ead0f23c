/** Objects in Kubernetes' protobuf, well written and not. */
import {
  field,
  magic,
  number,
  protobuf,
  typeMeta,
  varint,
} from '../../../policy-schema/src/protocols/kubernetes/protobuf.test-support.ts'
import type { Attack } from './attacks.ts'
import type { RawCall } from './raw.ts'

const type = 'application/vnd.kubernetes.protobuf'
const shop = '/api/v1/namespaces/shop'
const deployments = '/apis/apps/v1/namespaces/shop/deployments'
const named = field(1, field(1, 'attack'))
const main = field(2, field(1, 'a'), field(2, 'registry.example/a'))
const hostNetwork = number(11, 1)

const post = (path: string, body: Buffer): RawCall => ({ path: `${path}?x=@`, type, body })
const pod = (...spec: readonly Buffer[]) => post(`${shop}/pods`, protobuf('v1', 'Pod', named, field(2, main, ...spec)))
const put = (body: Buffer): RawCall => ({ ...post(`${deployments}/web`, body), method: 'PUT' })
const deployment = (...spec: readonly Buffer[]) => {
  const selector = field(2, field(1, field(1, 'app'), field(2, 'web')))
  const template = field(3, field(1, field(11, field(1, 'app'), field(2, 'web'))), field(2, main))
  return [field(1, field(1, 'web'), field(3, 'shop')), field(2, selector, template, ...spec)]
}
const cronJob = (...spec: readonly Buffer[]) => {
  const template = field(6, field(2, main, field(3, 'Never'), ...spec))
  return protobuf('batch/v1', 'CronJob', named, field(2, field(1, '* * * * *'), field(5, field(2, template))))
}

export const protobufBodies: readonly Attack[] = [
  ["the host's network, in protobuf", pod(hostNetwork), 403, 'harmless'],
  ["the host's files, in protobuf", pod(field(1, field(1, 'x'), field(2, field(1, field(1, '/'))))), 403, 'harmless'],
  [
    'an image from elsewhere, in protobuf',
    pod(field(20, field(1, 'b'), field(2, 'evil.example/b'))),
    403,
    'registries',
  ],
  [
    'a secret in the environment, in protobuf',
    pod(field(2, field(1, 'b'), field(2, 'registry.example/b'), field(19, field(3, field(1, field(1, 'db')))))),
    403,
    'no-db',
  ],
  [
    'a pod within a cron job, in protobuf',
    post('/apis/batch/v1/namespaces/shop/cronjobs', cronJob(hostNetwork)),
    403,
    'harmless',
  ],
  [
    'a second spec, which a server merges with the first',
    post(`${shop}/pods`, protobuf('v1', 'Pod', named, field(2, main), field(2, hostNetwork))),
    403,
    'harmless',
  ],
  [
    'the number of a field that a server cuts to 32 bits',
    pod(Buffer.concat([varint((2n ** 32n + 11n) * 8n), varint(1)])),
    403,
    'harmless',
  ],
  ['more replicas, in protobuf', put(protobuf('apps/v1', 'Deployment', ...deployment(number(1, 9)))), 403, 'scale-out'],
  [
    'two numbers of replicas',
    put(protobuf('apps/v1', 'Deployment', ...deployment(number(1, 1), number(1, 9)))),
    403,
    'unresolved',
  ],
  [
    'protobuf that does not say what it is',
    put(Buffer.concat([magic, field(2, ...deployment(number(1, 9)))])),
    403,
    'unresolved',
  ],
  [
    'JSON in protobuf',
    put(Buffer.concat([magic, typeMeta('apps/v1', 'Deployment'), field(2, '{"spec":{"replicas":9}}')])),
    403,
    'unresolved',
  ],
  [
    'protobuf that breaks off',
    put(protobuf('apps/v1', 'Deployment', ...deployment(number(1, 9))).subarray(0, -9)),
    403,
    'unresolved',
  ],
  ['protobuf that is JSON', put(Buffer.from('{"spec":{"replicas":9}}')), 403, 'unresolved'],
]
