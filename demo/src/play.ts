import type { WireProtocolName } from '@cedargate/policy-schema'
import type { Ground, Theatre } from './theatre.ts'

/** A protocol's part in the demo: a target, agents at work on it, a policy that changes meanwhile. All else is shared. */
export interface Play {
  /** Also the template whose policies are played. */
  readonly protocol: WireProtocolName
  /** What the policies are for, as the first commit says. */
  readonly about: string
  /** Who works in the demo. Each has a token. */
  readonly agents: { readonly [name: string]: Identity }
  readonly change: Change
  /** Starts the target, in view; it ends with `ground.props`. */
  build(ground: Ground): Promise<Scenery>
}

/** An agent, as its issuer vouches for it. */
export interface Identity {
  readonly agent: string
  readonly role: string
  readonly task: { readonly id: string; readonly kind: string }
}

/** What is committed while an agent is at work: a policy and its test. */
export interface Change {
  readonly id: string
  readonly message: string
  /** The file that the policy is added to. */
  readonly policies: string
  readonly policy: string
  readonly tests: string
  readonly test: string
}

/** A target that runs, and what happens on it. */
export interface Scenery {
  /** Lines of the template's `targets.yaml`, and what stands there instead. */
  readonly targets: readonly (readonly [line: RegExp, by: string])[]
  /** The `credentials` of `gateway.yaml`. */
  readonly credentials: { readonly [name: string]: object }
  /** Each agent does what its scenes say; each decision is shown as it reaches the trail. */
  playScenes(theatre: Theatre): Promise<void>
  /** The policies change under what an agent has open. */
  playChange(theatre: Theatre): Promise<void>
  /** What to type, now that it stays up. */
  invite(theatre: Theatre): void
}
