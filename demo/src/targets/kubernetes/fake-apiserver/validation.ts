import type { KubernetesObject } from '../api-client.ts'
import type { Kind } from './kinds.ts'

/** What is wrong with an object, as a server says it; of what makes pods only, and only about so. */
export function invalid({ group, kind }: Kind, { metadata, spec }: KubernetesObject): string | undefined {
  if (spec?.template === undefined) return undefined
  const wrong = [
    ...(isCount(spec.replicas ?? 0)
      ? []
      : [`spec.replicas: Invalid value: ${spec.replicas}: must be a number from 0 on`]),
    ...(spec.template?.spec?.containers?.length > 0 ? [] : ['spec.template.spec.containers: Required value']),
  ]
  const of = group === '' ? kind : `${kind}.${group}`
  return wrong.length === 0 ? undefined : `${of} "${metadata?.name}" is invalid: ${wrong.join(', ')}`
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0
}
