/** A listener with the adapter behind it, for the tests beside it. */
import { createCertificateAuthority, type PostgresServer, startPostgres } from '@cedargate/demo'
import { loadGrammars, type PostgresOperation, type PostgresTargetSettings } from '@cedargate/policy-schema'
import pg from 'pg'
import type { Door } from '../../core/contract.ts'
import { listen } from '../../core/listener.ts'
import { createTlsContext } from '../../core/tls.ts'
import { createPostgresAdapter, type PostgresAdapterSettings } from './adapter.ts'
import { createFakeDoor, type FakeDoor, fakeToken } from './fake-door.test-support.ts'
import { RawClient, until } from './raw-client.test-support.ts'
import { openUpstream } from './upstream.ts'

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

export const user = 'backup@orders-db'

/** A real PostgreSQL with TLS, a gateway before it with a fake door, and ways in. */
export interface Rig {
  readonly server: PostgresServer
  readonly settings: PostgresTargetSettings
  readonly door: FakeDoor
  readonly gateway: TestGateway
  /** A connection that does not go through the gateway. */
  readonly beside: pg.Client
  raw(parameters?: { readonly [name: string]: string }): Promise<RawClient>
  /** Bytes to the server itself, logged in. */
  direct(): Promise<RawClient>
  client(more?: pg.ClientConfig): Promise<pg.Client>
  /** As at the beginning: nobody is connected, everything is allowed, nothing remembered. */
  fresh(): Promise<void>
  stop(): Promise<void>
}

export async function startRig(setup: string, adapter: Partial<PostgresAdapterSettings> = {}): Promise<Rig> {
  await loadGrammars()
  const server = await startPostgres({ setup })
  const { host, port, ca } = server
  const settings = { host, port, database: 'postgres', ...(ca === undefined ? {} : { tls: { ca } }), roles: {} }
  const door = createFakeDoor(settings, server.superuser)
  const gateway = await startTestGateway(door, adapter)
  const beside = new pg.Client(server.client())
  await beside.connect()
  return {
    server,
    settings,
    door,
    gateway,
    beside,
    async raw(parameters = {}) {
      const opened = await RawClient.openTls(gateway.port, gateway.ca)
      await opened.logIn(user, fakeToken, parameters)
      return opened
    },
    async direct() {
      const { user: name, password } = server.superuser
      const tls = ca === undefined ? ({ mode: 'disable' } as const) : ({ mode: 'verify-full', ca } as const)
      const upstream = await openUpstream({
        ...{ host, port, database: 'postgres', tls, user: name, secret: async () => password },
        ...{ parameters: {}, deadlineMs: 5000 },
      })
      upstream.socket.resume()
      return new RawClient(upstream.socket)
    },
    async client(more = {}) {
      const ssl = { ca: gateway.ca }
      const opened = new pg.Client({
        ...{ host: '127.0.0.1', port: gateway.port, ssl },
        ...{ user, database: 'postgres', password: fakeToken },
        ...more,
      })
      opened.on('error', () => {})
      await opened.connect()
      return opened
    },
    async fresh() {
      await until(() => gateway.connections() === 0, 'the end of every connection')
      door.decisions.length = door.ends.length = door.logins.length = door.rejections.length = 0
      door.rule = () => undefined
      door.oblige = () => ({})
      door.requests = () => []
      door.bundle = 'bundle-1'
      door.slow = false
    },
    async stop() {
      await beside.end()
      await gateway.stop()
      await server.stop()
    },
  }
}
