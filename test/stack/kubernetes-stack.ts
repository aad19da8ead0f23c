import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCertificateAuthority, createTrailTail } from '@cedargate/demo'
import { createKubeClient, type KubeClient, type KubernetesServer, startTestKubernetes } from '../peers/index.ts'
import { asProcess, inThisProcess, type TestGateway } from './gateways.ts'
import type { Recorded } from './parity.ts'
import { createPolicyBundles } from './policy-bundles.ts'
import { createTestIssuer, type TokenFor } from './tokens.ts'

/** What a gateway has to know of the cluster behind it. */
export type Cluster = Pick<KubernetesServer, 'port' | 'ca' | 'issue'>

/** Cedargate before a cluster: target `prod`, a policy repository in git, a gateway, and tokens. */
export interface KubernetesGateway extends Recorded {
  readonly gateway: TestGateway
  /** Of the gateway. */
  readonly ca: string
  publish(files: { readonly [path: string]: string }): Promise<string>
  token(who: TokenFor): Promise<string>
  /** What kubectl needs to reach the target through the gateway, its token within. */
  kubeconfig(role: string): Promise<string>
  /** A client through the gateway. */
  through(program: string, role: string): Promise<KubeClient>
  stop(): Promise<void>
}

/** With the cluster itself. */
export interface KubernetesStack extends KubernetesGateway {
  readonly server: KubernetesServer
  /** A client past the gateway, as the admin. */
  direct(program: string): KubeClient
}

export interface KubernetesStackOptions {
  /** Cedar text of `policies/main.cedar`. */
  readonly policies: string
  /** As whom each role appears: of group `system:masters`, unless it names a service account. `{app: {}}` unless given. */
  readonly roles?: { readonly [role: string]: { readonly serviceAccount?: `${string}/${string}` } }
  /** In the test's own process, or in one of its own. `here` unless given. */
  readonly runs?: 'here' | 'apart'
  /** More of `gateway.yaml`, merged at its top. */
  readonly config?: { readonly [key: string]: unknown }
}

export async function startKubernetesStack(options: KubernetesStackOptions): Promise<KubernetesStack> {
  const server = await startTestKubernetes()
  const gateway = await startKubernetesGateway(server, options)
  return {
    ...gateway,
    server,
    direct: program => createKubeClient(program, server.kubeconfig()),
    async stop() {
      await gateway.stop()
      await server.stop()
    },
  }
}

export async function startKubernetesGateway(
  server: Cluster,
  options: KubernetesStackOptions,
): Promise<KubernetesGateway> {
  const { policies, roles = { app: {} }, runs = 'here', config = {} } = options
  const folder = mkdtempSync(join(tmpdir(), 'cedargate-stack-'))
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o600 })
  const tokens = await createTestIssuer(Object.keys(roles))
  const login = ({ serviceAccount }: { readonly serviceAccount?: string }) => ({
    ...(serviceAccount === undefined ? { user: 'admin', groups: ['system:masters'] } : { serviceAccount }),
    credential: 'prod-gateway',
  })
  const bundles = createPolicyBundles(folder, {
    'identities.yaml': tokens.identities,
    'targets.yaml': JSON.stringify({
      targets: {
        prod: {
          ...{ protocol: 'kubernetes', tags: { env: 'test' } },
          ...{ server: `https://127.0.0.1:${server.port}`, tls: { ca: server.ca, serverName: 'localhost' } },
          roles: Object.fromEntries(Object.entries(roles).map(([role, of]) => [role, login(of)])),
        },
      },
    }),
    'policies/main.cedar': policies,
  })
  const authority = await createCertificateAuthority()
  const certificate = await authority.issue(['localhost', '127.0.0.1'])
  write('server.crt', certificate.certPem)
  write('server.key', certificate.keyPem)
  const own = await server.issue('cedargate', 'system:masters')
  write('target.crt', own.certPem)
  write('target.key', own.keyPem)
  write(
    'gateway.yaml',
    JSON.stringify({
      state: 'state',
      listen: { kubernetes: { address: '127.0.0.1:0', tls: { certificate: 'server.crt', key: 'server.key' } } },
      control: { address: '127.0.0.1:0' },
      bundle: bundles.config,
      credentials: { 'prod-gateway': { certificate: 'target.crt', key: 'target.key', hosts: ['127.0.0.1'] } },
      ...config,
    }),
  )
  const gateway = await (runs === 'here' ? inThisProcess : asProcess)(folder, {})
  if (gateway.commit() !== bundles.first) throw new Error(`commit ${gateway.commit()} is in force`)

  const trailFolder = join(folder, 'state', 'trail')
  const stack: KubernetesGateway = {
    ...{ folder, gateway, ca: authority.pem, repository: bundles.folder, trailFolder },
    trailKeyFile: join(folder, 'state', 'trail.pub'),
    publish: files => bundles.publish(files, () => gateway),
    token: tokens.sign,
    async kubeconfig(role) {
      const address = `https://localhost:${gateway.port}/clusters/prod/roles/${role}`
      const ca = Buffer.from(authority.pem).toString('base64')
      return JSON.stringify({
        ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'through' },
        clusters: [{ name: 'through', cluster: { server: address, 'certificate-authority-data': ca } }],
        users: [{ name: role, user: { token: await tokens.sign({ role }) } }],
        contexts: [{ name: 'through', context: { cluster: 'through', user: role } }],
      })
    },
    through: async (program, role) => createKubeClient(program, await stack.kubeconfig(role)),
    trail: () => createTrailTail(trailFolder),
    stopGateway: () => gateway.close(),
    async stop() {
      await gateway.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return stack
}
