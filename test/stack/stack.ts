import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCertificateAuthority, createTrailTail, type PostgresServer, startPostgres } from '@cedargate/demo'
import { loadGrammars } from '@cedargate/policy-schema'
import pg from 'pg'
import type { Connection } from '../peers/index.ts'
import { asProcess, inThisProcess, type TestGateway } from './gateways.ts'
import type { Recorded } from './parity.ts'
import { createPolicyBundles } from './policy-bundles.ts'
import { createTestIssuer, type TokenFor } from './tokens.ts'

/** The whole of Cedargate, for an end-to-end test: a real target, a policy repository in git, a gateway, and tokens. */
export interface Stack extends Recorded {
  readonly server: PostgresServer
  readonly gateway: TestGateway
  readonly port: number
  /** Changes files of the policy repository, commits, signs and publishes; resolves when the commit is in force. */
  publish(files: { readonly [path: string]: string }): Promise<string>
  /** Puts what is no bundle where bundles are. */
  publishRaw(text: string): Promise<void>
  /** A file of the policy repository, as it is in the work tree. */
  repositoryFile(path: string): string
  token(who: TokenFor): Promise<string>
  /** What node-postgres needs to reach the target through the gateway. */
  client(role: string, more?: Partial<pg.ClientConfig> & { readonly agent?: string }): Promise<pg.ClientConfig>
  /** A node-postgres client that has done so. Its end is the caller's; what is left open ends with the stack. */
  connect(role: string): Promise<pg.Client>
  /** What libpq needs to do the same: psql, pgbench. */
  connection(role: string, more?: Partial<Omit<TokenFor, 'role'>>): Promise<Connection>
  /** Starts the gateway again where it ended, with more of `gateway.yaml`. */
  restartGateway(more?: object): Promise<void>
  stop(): Promise<void>
}

export type { TokenFor }

export interface StackOptions {
  /** Cedar text of `policies/main.cedar`. */
  readonly policies: string
  /** Roles that the target knows, each with a login of its own. `['app']` unless given. */
  readonly roles?: readonly string[]
  /** SQL that makes the objects of database `orders`; the logins may do everything on what stands in `public`. */
  readonly setup?: string
  /** The folder of the target's `initdb` and `postgres`; npm's PostgreSQL 18 unless given. */
  readonly bin?: string
  /** TLS between client and gateway, and between gateway and target. True unless given. */
  readonly tls?: boolean
  /** In the test's own process, or in one of its own. `here` unless given. */
  readonly runs?: 'here' | 'apart'
  /** Lines of the target's `postgresql.conf`. */
  readonly settings?: { readonly [name: string]: string }
  /** More of `gateway.yaml`, merged at its top. */
  readonly config?: { readonly [key: string]: unknown }
}

const login = (role: string) => role.replaceAll('-', '_')

export async function startStack(options: StackOptions): Promise<Stack> {
  const { policies, roles = ['app'], setup = '', bin, tls = true, runs = 'here', settings = {}, config = {} } = options
  await loadGrammars()
  const folder = mkdtempSync(join(tmpdir(), 'cedargate-stack-'))
  const at = (...path: readonly string[]) => join(folder, ...path)
  const server = await startPostgres({
    tls,
    settings,
    ...(bin !== undefined && { bin }),
    setup: roles.map(role => `CREATE ROLE gate_${login(role)} LOGIN PASSWORD 'secret of ${role}'`).join(';'),
  })
  await server.query('CREATE DATABASE orders')
  await server.query(
    `${setup};${roles.map(role => `GRANT ALL ON SCHEMA public TO gate_${login(role)}; GRANT ALL ON ALL TABLES IN SCHEMA public TO gate_${login(role)}`).join(';')}`,
    { database: 'orders' },
  )

  const tokens = await createTestIssuer(roles)
  const bundles = createPolicyBundles(folder, {
    'identities.yaml': tokens.identities,
    'targets.yaml': JSON.stringify({
      targets: {
        'orders-db': {
          protocol: 'postgres',
          tags: { env: 'test' },
          host: '127.0.0.1',
          port: server.port,
          database: 'orders',
          tls: tls ? { ca: server.ca, serverName: 'localhost' } : { mode: 'disable' },
          roles: Object.fromEntries(
            roles.map(role => [role, { user: `gate_${login(role)}`, credential: `orders-${role}` }]),
          ),
        },
      },
    }),
    'policies/main.cedar': policies,
  })

  // the gateway
  const authority = await createCertificateAuthority()
  const certificate = await authority.issue(['localhost', '127.0.0.1'])
  writeFileSync(at('ca.crt'), authority.pem)
  writeFileSync(at('server.crt'), certificate.certPem)
  writeFileSync(at('server.key'), certificate.keyPem, { mode: 0o600 })
  const writeConfig = (more: object) =>
    writeFileSync(
      at('gateway.yaml'),
      JSON.stringify({
        state: 'state',
        listen: {
          postgres: {
            address: '127.0.0.1:0',
            tls: tls ? { certificate: 'server.crt', key: 'server.key' } : { required: false },
          },
        },
        control: { address: '127.0.0.1:0' },
        bundle: bundles.config,
        credentials: Object.fromEntries(
          roles.map(role => [`orders-${role}`, { env: `SECRET_${login(role)}`, hosts: ['127.0.0.1'] }]),
        ),
        ...config,
        ...more,
      }),
    )
  const start = () =>
    (runs === 'here' ? inThisProcess : asProcess)(
      folder,
      Object.fromEntries(roles.map(role => [`SECRET_${login(role)}`, `secret of ${role}`])),
    )
  writeConfig({})
  let gateway = await start()
  if (gateway.commit() !== bundles.first)
    throw new Error(`commit ${gateway.commit()} is in force instead of ${bundles.first}`)

  const trailFolder = at('state', 'trail')
  const stack: Stack = {
    folder,
    server,
    get gateway() {
      return gateway
    },
    repository: bundles.folder,
    trailFolder,
    trailKeyFile: at('state', 'trail.pub'),
    get port() {
      return gateway.port
    },
    async restartGateway(more = {}) {
      await gateway.close()
      writeConfig(more)
      gateway = await start()
    },
    publish: files => bundles.publish(files, () => gateway),
    publishRaw: async text => bundles.publishRaw(text),
    repositoryFile: path => bundles.file(path),
    token: tokens.sign,
    async client(role, { agent, ...more } = {}) {
      return {
        host: 'localhost',
        port: gateway.port,
        user: `${role}@orders-db`,
        database: 'orders',
        password: await tokens.sign({ role, ...(agent !== undefined && { agent }) }),
        ssl: tls && { ca: authority.pem },
        ...more,
      }
    },
    async connect(role) {
      const client = new pg.Client(await stack.client(role))
      client.on('error', () => {}) // an unheard one would end the process, and hide what failed
      await client.connect()
      return client
    },
    async connection(role, who = {}) {
      const password = await tokens.sign({ role, ...who })
      return {
        host: 'localhost',
        port: gateway.port,
        user: `${role}@orders-db`,
        database: 'orders',
        password,
        ca: tls ? authority.pem : undefined,
      }
    },
    trail: () => createTrailTail(trailFolder),
    stopGateway: () => gateway.close(),
    async stop() {
      await gateway.close()
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return stack
}
