import { AggregatorRegistry, Counter, Gauge, Registry } from 'prom-client'
import type { Metrics } from '../control/metrics.ts'
import type { Fleet } from './fleet.ts'

/** Every process's numbers in one text, told apart by `worker`: those of one that starts again start again too. */
export function createFleetMetrics(own: Metrics, fleet: Fleet): Metrics {
  const registry = new Registry()
  const registers = [registry]
  new Gauge({
    name: 'cedargate_workers',
    help: 'Workers that run.',
    registers,
    collect() {
      this.set(fleet.members.length)
    },
  })
  new Counter({
    name: 'cedargate_worker_restarts_total',
    help: 'Workers that died and were started again: alert on any.',
    labelNames: ['worker'],
    registers,
    collect() {
      this.reset()
      for (const [worker, count] of fleet.restarts) this.inc({ worker }, count)
    },
  })
  const values = async () => {
    const asked = fleet.members.map(
      // one that is gone by now, or hangs, has nothing to say
      ({ calls }) => calls.ask('metrics', undefined, 2_000).catch(() => []),
    )
    return [await own.values(), await registry.getMetricsAsJSON(), ...(await Promise.all(asked))]
  }
  return {
    contentType: own.contentType,
    text: async () => AggregatorRegistry.aggregate(await values()).metrics(),
    values: async () => (await values()).flat(),
  }
}
