import {
  Counter,
  collectDefaultMetrics,
  Gauge,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from 'prom-client'
import type { Counters } from '../core/counters.ts'
import type { Trail } from '../trail/trail.ts'

export interface Metrics {
  readonly contentType: string
  text(): Promise<string>
  /** The same, to be put together with those of other processes. */
  values(): Promise<MetricValues>
}
export type MetricValues = readonly MetricObjectWithValues<MetricValue<string>>[]

/** What is looked at when somebody scrapes. */
export interface Measured {
  readonly counters: Counters
  readonly policies: {
    readonly inForce: { readonly expiresAt: number } | undefined
    readonly stamp: { readonly commit: string }
  }
  readonly trail: Pick<Trail, 'healthy' | 'lost'>
  readonly doors: { readonly openSessions: number }
}

/**
 * Prometheus text, from numbers that are kept anyway: a scrape reads them, a decision pays for nothing.
 *
 * @param worker becomes a label, so that what starts again with a worker is not summed with what goes on
 */
export function createMetrics({ counters, policies, trail, doors }: Measured, worker?: number): Metrics {
  const registry = new Registry()
  if (worker !== undefined) registry.setDefaultLabels({ worker: String(worker) })
  collectDefaultMetrics({ register: registry, prefix: 'cedargate_' })
  const registers = [registry]

  const copied = (name: string, help: string, labelNames: readonly string[], counts: ReadonlyMap<string, number>) =>
    new Counter({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset()
        for (const [key, value] of counts) {
          const values = key.split(' ')
          this.inc(Object.fromEntries(labelNames.map((label, index) => [label, values[index] ?? ''])), value)
        }
      },
    })
  copied('cedargate_decisions_total', 'Operations decided.', ['protocol', 'effect', 'reason'], counters.decisions)
  copied(
    'cedargate_limits_exceeded_total',
    'Operations stopped at a limit of their policies.',
    ['protocol', 'limit'],
    counters.limits,
  )
  copied('cedargate_logins_total', 'Logins, by outcome.', ['protocol', 'outcome'], counters.logins)
  copied('cedargate_bundles_refused_total', 'Bundles refused: alert on any.', ['code'], counters.bundlesRefused)

  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  gauge('cedargate_sessions_open', 'Open sessions.', () => doors.openSessions)
  gauge('cedargate_bundles_activated', 'Bundles activated since the start.', () => counters.bundlesActivated)
  gauge(
    'cedargate_bundle_expires_timestamp_seconds',
    'When the policies in force expire.',
    () => (policies.inForce?.expiresAt ?? 0) / 1000,
  )
  gauge('cedargate_trail_healthy', '1 while the trail can be written; at 0 everything is denied.', () =>
    Number(trail.healthy),
  )
  gauge('cedargate_trail_failures', 'Failed writes of the trail since the start.', () => counters.trailFailures)
  gauge('cedargate_trail_lost_lines', 'Result lines given up while the trail could not be written.', () => trail.lost)
  new Gauge({
    name: 'cedargate_bundle_info',
    help: 'The commit in force, as a label.',
    labelNames: ['commit'],
    registers,
    collect() {
      this.reset()
      this.set({ commit: policies.stamp.commit }, 1)
    },
  })
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    values: () => registry.getMetricsAsJSON(),
  }
}
