import type { OperationOf, ProtocolName } from '../operation.ts'
import type { Protocol } from '../protocol.ts'
import { gateProtocol } from './gate/protocol.ts'
import { kubernetesProtocol } from './kubernetes/protocol.ts'
import { postgresProtocol } from './postgres/protocol.ts'

/** The pure half of every protocol. */
export const protocols = {
  postgres: postgresProtocol,
  kubernetes: kubernetesProtocol,
  gate: gateProtocol,
} satisfies { readonly [N in ProtocolName]: Protocol<OperationOf<N>> }
