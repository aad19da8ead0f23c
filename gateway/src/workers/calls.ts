/** What the processes of a gateway ask of each other. The first one is the primary, which serves nobody; the others are its workers. */
import type { HighWaterMark, TrustRoot } from '@cedargate/policy-schema'
import type { GatewayConfig } from '../config/schema.ts'
import type { Checks } from '../control/control.ts'
import type { MetricValues } from '../control/metrics.ts'
import type { NoSeat, Sitter } from '../core/seats.ts'
import type { Addresses } from '../open-listeners.ts'
import type { CancelKey, CancelOutcome } from '../protocols/postgres/cancel.ts'

/** Policies, as bytes: whoever takes them verifies them. */
export interface Handed {
  readonly envelope: Uint8Array
  /** The bundle's own place in the order: nothing older is taken for it. */
  readonly seen: HighWaterMark
}

export interface Start {
  readonly config: GatewayConfig
  readonly gateway: string
  readonly release: string
  readonly worker: number
  readonly trust: TrustRoot
  /** What is in force already. */
  readonly bundle?: Handed
}

/** What a worker answers. */
export interface WorkerCalls {
  /** Once, and first. Answers when connections are taken. */
  start(given: Start): Promise<Addresses>
  /** Answers when these policies decide. */
  activate(given: Handed): Promise<void>
  /** What arrived at another worker. */
  cancel(given: CancelKey): Promise<CancelOutcome>
  readiness(): Promise<{ readonly commit: string; readonly checks: Checks }>
  metrics(): Promise<MetricValues>
  /** Answers when every session has ended and the chain is closed. */
  drain(given: { readonly reason: string }): Promise<void>
}

/** What the primary answers. */
export interface PrimaryCalls {
  /** @param id the worker's own, to free it by */
  takeSeat(given: { readonly id: number; readonly sitter: Sitter }): Promise<'taken' | NoSeat>
  freeSeat(given: { readonly id: number }): void
  /** @param worker the holder of the key's session, by the key's own word */
  cancel(given: { readonly worker: number; readonly key: CancelKey }): Promise<CancelOutcome>
}
