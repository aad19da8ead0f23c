import { readFileSync } from 'node:fs'
import { canonicalJson } from '../../canonical.ts'
import type { Protocol } from '../../protocol.ts'
import { toRequests } from './mapping.ts'
import type { KubernetesOperation } from './operation.ts'
import { operationSchema, shorthandSchema, targetSchema } from './schemas.ts'
import { toOperation } from './shorthand.ts'
import { toText } from './text.ts'

/** The pure half of Kubernetes: API calls, asked by their verb on what they name. */
export const kubernetesProtocol: Protocol<KubernetesOperation> = {
  name: 'kubernetes',
  cedarSchema: readFileSync(new URL('./kubernetes.cedarschema', import.meta.url), 'utf8'),
  operationSchema,
  targetSchema,
  shorthandSchema,
  shorthands: ['kubectl', 'api'],
  toOperation,
  toRequests,
  /** Bodies come in without the data of Secrets. Everything else, commands and environments too, is recorded as it came. */
  redact: operation => operation,
  toText,
  mappingKey: ({ method, path, query, upgrade, impersonate, body, catalog }) =>
    canonicalJson([method, path, query, upgrade ?? null, impersonate ?? null, (body?.bytes ?? 0) > 0, catalog]),
}
