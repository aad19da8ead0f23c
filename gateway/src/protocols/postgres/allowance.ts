import type { Obligations } from '@cedargate/policy-schema'

/** The annotation that was overrun, without its `@`. */
export type LimitName = 'maxRows' | 'maxBytes' | 'statementTimeout'

/** What the policies that allowed an operation let it have, and what it has had, over all of its messages. */
export class Allowance {
  readonly limits: Obligations
  rows = 0
  bytes = 0
  /** For how long the target has been at it. */
  ms = 0

  constructor(limits: Obligations) {
    this.limits = limits
  }

  /** `undefined` where there is nothing to keep to. */
  static of(limits: Obligations): Allowance | undefined {
    const { maxRows, maxBytes, statementTimeoutMs } = limits
    const none = maxRows === undefined && maxBytes === undefined && statementTimeoutMs === undefined
    return none ? undefined : new Allowance(limits)
  }

  get msLeft(): number | undefined {
    const { statementTimeoutMs } = this.limits
    return statementTimeoutMs === undefined ? undefined : Math.max(0, statementTimeoutMs - this.ms)
  }

  /** One row of so many bytes, whole or not at all. @returns what does not let it through */
  row(bytes: number): LimitName | undefined {
    const { maxRows } = this.limits
    if (maxRows !== undefined && this.rows >= maxRows) return 'maxRows'
    const limit = this.data(bytes)
    if (limit === undefined) this.rows++
    return limit
  }

  /** Copied data, of which nobody knows how many rows it makes. */
  data(bytes: number): LimitName | undefined {
    const { maxBytes } = this.limits
    if (maxBytes !== undefined && this.bytes + bytes > maxBytes) return 'maxBytes'
    this.bytes += bytes
    return undefined
  }

  /** Goes on from what another had: the policies changed between two executions of one portal. */
  goOn({ rows, bytes, ms }: Allowance): void {
    this.rows = rows
    this.bytes = bytes
    this.ms = ms
  }
}
