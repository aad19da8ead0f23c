import fastify, { LogController } from 'fastify'
import type { Logger } from 'pino'
import type { Metrics } from './metrics.ts'

/** What `/readyz` looks at: name → `undefined` where all is well, else what is wrong. */
export interface Checks {
  readonly [check: string]: string | undefined
}

export interface ControlServer {
  /** `http://127.0.0.1:9464` */
  readonly address: string
  close(): Promise<void>
}

/** Health, readiness and metrics. No secrets, no decisions: keep it internal all the same. */
export async function startControl(
  listen: { readonly host: string; readonly port: number },
  readiness: () => Checks | Promise<Checks>,
  metrics: Metrics,
  logger: Logger,
): Promise<ControlServer> {
  const server = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 1024,
  })
  server.get('/healthz', async () => ({ status: 'ok' }))
  server.get('/readyz', async (_request, reply) => {
    const checks = await readiness()
    const failing = Object.entries(checks).filter(([, wrong]) => wrong !== undefined)
    if (failing.length > 0) reply.code(503)
    return { status: failing.length === 0 ? 'ready' : 'not ready', failing: Object.fromEntries(failing) }
  })
  server.get('/metrics', async (_request, reply) => {
    reply.type(metrics.contentType)
    return await metrics.text()
  })
  const address = await server.listen(listen)
  return { address, close: () => server.close() }
}
