import type { WireProtocolName } from '@cedargate/policy-schema'
import type { Play } from '../play.ts'

/** The demo of each protocol, loaded with its client when it is played. */
export const plays = {
  postgres: async () => (await import('./postgres/play.ts')).postgresPlay,
  kubernetes: async () => (await import('./kubernetes/play.ts')).kubernetesPlay,
} satisfies { readonly [N in WireProtocolName]: () => Promise<Play> }
