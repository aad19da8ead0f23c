import type { OperationOf, Target, WireProtocolName } from '@cedargate/policy-schema'
import type { ProtocolAdapter, Shown } from '../core/contract.ts'
import { createKubernetesAdapter } from './kubernetes/adapter.ts'
import { shown as shownToKubernetes } from './kubernetes/targets.ts'
import { createPostgresAdapter, shown as shownToPostgres } from './postgres/adapter.ts'

/** What makes each protocol's adapter, one line each. */
export const adapters = {
  postgres: createPostgresAdapter,
  kubernetes: createKubernetesAdapter,
} satisfies { readonly [N in WireProtocolName]: (settings: never) => ProtocolAdapter<OperationOf<N>> }

/** Which login each protocol shows a target for a role. */
export const shown = {
  postgres: shownToPostgres,
  kubernetes: shownToKubernetes,
} satisfies { readonly [N in WireProtocolName]: (target: Target, role: string) => Shown | undefined }
