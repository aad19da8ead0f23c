import { methods } from './operation.ts'

const nonEmpty = { type: 'string', minLength: 1 } as const
const strings = { type: 'array', items: { type: 'string' } } as const
const count = { type: 'integer', minimum: 0 } as const
const object = <P extends object>(properties: P, required: readonly (keyof P & string)[]) =>
  ({ type: 'object', additionalProperties: false, properties, required }) as const

const yes = { type: 'boolean' } as const
const workload = {
  ...{ images: strings, registries: strings, capabilities: strings },
  ...{ privileged: yes, hostNetwork: yes, hostPID: yes, hostIPC: yes, hostPath: yes },
  ...{ hostPorts: yes, unconfined: yes },
  serviceAccount: { type: 'string' },
} as const
const grants = {
  ...{ verbs: strings, apiGroups: strings, resources: strings, nonResourceUrls: strings },
  ...{ role: nonEmpty, subjects: strings },
} as const
const service = { type: nonEmpty, externalIPs: strings, externalName: nonEmpty } as const
const reading = object(
  {
    workload: object(workload, Object.keys(workload) as (keyof typeof workload)[]),
    replicas: { type: 'integer' },
    secrets: strings,
    grants: object(grants, ['verbs', 'apiGroups', 'resources', 'nonResourceUrls', 'subjects']),
    service: object(service, ['type', 'externalIPs']),
  },
  [],
)

/** JSON Schema of a KubernetesOperation as the trail records it. */
export const operationSchema = object(
  {
    protocol: { const: 'kubernetes' },
    kind: { const: 'request' },
    method: { enum: methods },
    path: { type: 'string', pattern: '^/' },
    query: {
      type: 'array',
      items: { type: 'array', items: { type: 'string' }, minItems: 2, maxItems: 2 },
    },
    upgrade: { enum: ['spdy', 'websocket'] },
    impersonate: object(
      {
        ...{ user: { type: 'string' }, groups: strings, uid: { type: 'string' } },
        extra: { type: 'object', additionalProperties: strings },
      },
      [],
    ),
    body: object({ contentType: { type: 'string' }, bytes: count, digest: nonEmpty, content: {} }, [
      'contentType',
      'bytes',
      'digest',
    ]),
    catalog: object(
      {
        ...{ before: { anyOf: [reading, { type: 'null' }] }, after: reading },
        ...{ dryRun: { const: true }, owned: { const: true }, unread: nonEmpty },
      },
      [],
    ),
  },
  ['protocol', 'kind', 'method', 'path', 'query', 'catalog'],
)

const credential = nonEmpty
/** JSON Schema of KubernetesTargetSettings. */
export const targetSchema = object(
  {
    server: { type: 'string', pattern: '^https://[^/?#@\\s]+$', examples: ['https://prod.internal.example:6443'] },
    tls: object({ ca: nonEmpty, serverName: nonEmpty }, []),
    roles: {
      type: 'object',
      additionalProperties: {
        oneOf: [
          object(
            { serviceAccount: { type: 'string', pattern: '^[^/]+/[^/]+$', examples: ['namespace/name'] }, credential },
            ['serviceAccount', 'credential'],
          ),
          object({ user: nonEmpty, groups: strings, credential }, ['user', 'credential']),
        ],
      },
    },
  },
  ['server', 'roles'],
)

const before = { anyOf: [{ type: 'object' }, { type: 'null' }] } as const
/** JSON Schema of `kubectl:` and `api:`. */
export const shorthandSchema = {
  type: 'object',
  properties: {
    kubectl: {
      oneOf: [nonEmpty, object({ command: nonEmpty, manifest: { type: 'object' }, before }, ['command'])],
    },
    api: {
      ...object(
        {
          method: { enum: methods },
          path: { type: 'string', pattern: '^/', examples: ['/api/v1/namespaces/shop/pods'] },
          body: {},
          contentType: nonEmpty,
          upgrade: { enum: ['spdy', 'websocket'] },
          impersonate: { type: 'object' },
          before,
          after: { type: 'object' },
        },
        ['method', 'path'],
      ),
      // a line, or the members above
      ...{ type: ['object', 'string'], pattern: '^[A-Z]+ +/\\S*$', examples: ['GET /api/v1/nodes'] },
    },
  },
} as const
