/** A listener with the adapter behind it, for the tests beside it. */
import { createCertificateAuthority } from '@cedargate/demo'
import type { PostgresOperation } from '@cedargate/policy-schema'
import type { Door } from '../../core/contract.ts'
import { listen } from '../../core/listener.ts'
import { createTlsContext } from '../../core/tls.ts'
import { createPostgresAdapter, type PostgresAdapterSettings } from './adapter.ts'

export interface TestGateway {
  readonly port: number
  /** PEM of the authority behind its certificate. */
  readonly ca: string
  readonly log: { readonly event: string; readonly [key: string]: string | number }[]
  readonly connections: () => number
  stop(): Promise<void>
}

export async function startTestGateway(
  door: Door<PostgresOperation>,
  settings: Partial<PostgresAdapterSettings> = {},
): Promise<TestGateway> {
  const authority = await createCertificateAuthority('Test gateway CA')
  const { certPem, keyPem } = await authority.issue(['localhost', '127.0.0.1'])
  const log: { event: string; [key: string]: string | number }[] = []
  const adapter = createPostgresAdapter({
    tls: { mode: 'required', context: createTlsContext({ cert: certPem, key: keyPem }) },
    log: (event, detail) => log.push({ event, ...detail }),
    ...settings,
  })
  const listener = await listen({ host: '127.0.0.1', port: 0, serve: socket => adapter.serve(socket, door) })
  return {
    port: listener.port,
    ca: authority.pem,
    log,
    connections: () => listener.connections,
    stop: () => listener.close(0),
  }
}
