import type { Evaluation, GateReason } from '@cedargate/policy-schema'

/**
 * What the gateway counts. Plain numbers, read when somebody scrapes: a decision must not pay for a metrics library.
 */
export class Counters {
  /** `protocol effect reason` → how many */
  readonly decisions = new Map<string, number>()
  readonly logins = new Map<string, number>()
  readonly bundlesRefused = new Map<string, number>()
  readonly #allows = new Map<string, string>()
  /** `protocol limit` → how often it was overrun */
  readonly limits = new Map<string, number>()
  bundlesActivated = 0
  trailFailures = 0

  decided(protocol: string, { decision }: Evaluation, refused: GateReason | undefined): void {
    if (decision.effect === 'allow') add(this.decisions, this.#allow(protocol))
    else if (decision.effect === 'deny') add(this.decisions, `${protocol} deny ${decision.reason}`)
    else add(this.decisions, `${protocol} pending ${refused ?? 'forwarded'}`)
  }

  /** The same text each time: these are the many. */
  #allow(protocol: string): string {
    const known = this.#allows.get(protocol)
    if (known !== undefined) return known
    const key = `${protocol} allow none`
    this.#allows.set(protocol, key)
    return key
  }

  refused(protocol: string, reason: GateReason): void {
    add(this.decisions, `${protocol} deny ${reason}`)
  }

  login(protocol: string, outcome: string): void {
    add(this.logins, `${protocol} ${outcome}`)
  }

  limited(protocol: string, limit: string): void {
    add(this.limits, `${protocol} ${limit}`)
  }

  bundleRefused(code: string): void {
    add(this.bundlesRefused, code)
  }
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
