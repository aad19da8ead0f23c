import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  createCertificateAuthority,
  createPolicyRepository,
  createTrailTail,
  type PostgresServer,
  startPostgres,
} from '@cedargate/demo'
import { generateSigningKey, loadGrammars, packBundle, signPayload } from '@cedargate/policy-schema'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import pg from 'pg'
import type { Connection } from '../peers/index.ts'
import { asProcess, inThisProcess, type TestGateway } from './gateways.ts'

/** The whole of Cedargate, for an end-to-end test: a real target, a policy repository in git, a gateway, and tokens. */
export interface Stack {
  /** Where everything lies. */
  readonly folder: string
  readonly server: PostgresServer
  readonly gateway: TestGateway
  /** Of the policies. */
  readonly repository: string
  readonly trailFolder: string
  /** PEM of the public key that vouches for the trail. */
  readonly trailKeyFile: string
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
  trail(): ReturnType<typeof createTrailTail>
  /** Starts the gateway again where it ended, with more of `gateway.yaml`. */
  restartGateway(more?: object): Promise<void>
  /** Stops the gateway; what it recorded can still be read. Idempotent. */
  stopGateway(): Promise<void>
  stop(): Promise<void>
}

export interface TokenFor {
  readonly role: string
  /** `tester` unless given. */
  readonly agent?: string
  readonly task?: { readonly id: string; readonly kind: string }
  /** 600 unless given. */
  readonly seconds?: number
}

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
const audience = 'test-gateways'
const repositoryName = 'example/policies'

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

  // tokens
  const issuer = await generateKeyPair('EdDSA')
  const { x = '' } = await exportJWK(issuer.publicKey)
  const signToken = ({ role, agent = 'tester', task, seconds = 600 }: TokenFor) =>
    new SignJWT({ role, ...(task && { task }) })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'k1' })
      .setIssuer('https://issuer.test')
      .setSubject(agent)
      .setAudience('cedargate')
      .setIssuedAt()
      .setJti(`token-of-${agent}`)
      .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
      .sign(issuer.privateKey)

  // policies, in git
  mkdirSync(at('policies'))
  const repository = createPolicyRepository(at('policies'))
  const write = (files: { readonly [path: string]: string }) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(at('policies', path)), { recursive: true })
      writeFileSync(at('policies', path), text)
    }
  }
  write({
    'cedargate.yaml': 'name: example/policies\nschemaVersion: "1.0"\n',
    'identities.yaml': JSON.stringify({
      keySets: { test: [{ kty: 'OKP', crv: 'Ed25519', kid: 'k1', x }] },
      issuers: {
        test: {
          issuer: 'https://issuer.test',
          audience: 'cedargate',
          keySet: 'test',
          principal: 'agent',
          grants: [{ when: { sub: 'tester' }, roles }],
        },
      },
    }),
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

  // the bundle
  const bundleKey = generateSigningKey()
  writeFileSync(at('bundle.pub'), bundleKey.publicPem)
  mkdirSync(at('bundles'))
  const build = (): string => {
    const commit = repository.commit('policies')
    const files = new Map(
      repository
        .git('ls-tree', '-r', '--name-only', commit)
        .split('\n')
        .map(path => [
          path,
          execFileSync('git', ['-C', at('policies'), 'show', `${commit}:${path}`], { encoding: 'utf8' }),
        ]),
    )
    const payload = packBundle(files, {
      repository: repositoryName,
      ref: 'refs/heads/main',
      commit,
      commits: Number(repository.git('rev-list', '--count', commit)),
      audience,
      issuedAt: Date.now(),
    })
    writeFileSync(at('bundle.partial'), JSON.stringify(signPayload(payload, [bundleKey.privatePem])))
    renameSync(at('bundle.partial'), at('bundles', `${commit}.bundle`))
    return commit
  }

  // the gateway
  const authority = await createCertificateAuthority()
  const certificate = await authority.issue(['localhost', '127.0.0.1'])
  writeFileSync(at('ca.crt'), authority.pem)
  writeFileSync(at('server.crt'), certificate.certPem)
  writeFileSync(at('server.key'), certificate.keyPem, { mode: 0o600 })
  const first = build()
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
        bundle: { folder: 'bundles', keys: ['bundle.pub'], audience, repository: repositoryName },
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
  if (gateway.commit() !== first) throw new Error(`commit ${gateway.commit()} is in force instead of ${first}`)

  const trailFolder = at('state', 'trail')
  const stack: Stack = {
    folder,
    server,
    get gateway() {
      return gateway
    },
    repository: at('policies'),
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
    async publish(files) {
      write(files)
      const commit = build()
      for (const deadline = Date.now() + 10_000; gateway.commit() !== commit; ) {
        if (Date.now() > deadline) throw new Error(`commit ${commit} did not come into force`)
        await new Promise(resolve => setTimeout(resolve, 10))
      }
      return commit
    },
    async publishRaw(text) {
      writeFileSync(at('bundle.partial'), text)
      renameSync(at('bundle.partial'), at('bundles', 'raw.bundle'))
    },
    repositoryFile: path => readFileSync(at('policies', path), 'utf8'),
    token: signToken,
    async client(role, { agent, ...more } = {}) {
      return {
        host: 'localhost',
        port: gateway.port,
        user: `${role}@orders-db`,
        database: 'orders',
        password: await signToken({ role, ...(agent !== undefined && { agent }) }),
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
      const password = await signToken({ role, ...who })
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
