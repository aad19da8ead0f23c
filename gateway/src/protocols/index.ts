import type { OperationOf, WireProtocolName } from '@cedargate/policy-schema'
import type { ProtocolAdapter } from '../core/contract.ts'
import { createKubernetesAdapter } from './kubernetes/adapter.ts'
import { createPostgresAdapter } from './postgres/adapter.ts'

/** What makes each protocol's adapter, one line each. */
export const adapters = {
  postgres: createPostgresAdapter,
  kubernetes: createKubernetesAdapter,
} satisfies { readonly [N in WireProtocolName]: (settings: never) => ProtocolAdapter<OperationOf<N>> }
