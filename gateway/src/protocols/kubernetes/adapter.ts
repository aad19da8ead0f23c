import type { KubernetesOperation } from '@cedargate/policy-schema'
import type { ProtocolAdapter } from '../../core/contract.ts'

/** Nothing is served yet: no configuration opens a port for it. */
export function createKubernetesAdapter(): ProtocolAdapter<KubernetesOperation> {
  return { protocol: 'kubernetes', serve: socket => socket.destroy() }
}
