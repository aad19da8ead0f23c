import { PolicyError } from '../../errors.ts'
import type { Target } from '../../repository/types.ts'
import { type KubernetesOperation, type Method, methods } from './operation.ts'
import { readTarget } from './path.ts'

interface ApiShorthand {
  readonly method: Method
  readonly path: string
}

/**
 * `api:` as an operation.
 *
 * @throws PolicyError `ERR_SHORTHAND` where it is none
 */
export function toOperation(shorthand: unknown, _target: Target): KubernetesOperation {
  const { api } = (typeof shorthand === 'object' && shorthand !== null ? shorthand : {}) as { api?: ApiShorthand }
  if (api === undefined || !methods.includes(api.method) || typeof api.path !== 'string')
    throw new PolicyError(
      'ERR_SHORTHAND',
      'a Kubernetes test says neither `kubectl:` nor `api:`, next: add one of them',
    )
  const target = readTarget(api.path)
  if (typeof target === 'string') throw new PolicyError('ERR_SHORTHAND', `\`${api.path}\`: ${target}`)
  return { protocol: 'kubernetes', kind: 'request', method: api.method, ...target, catalog: {} }
}
