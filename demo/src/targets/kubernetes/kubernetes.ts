import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { begin } from '../../begin.ts'
import { createCertificateAuthority, type Issued } from '../certificates.ts'
import { type ApiClient, createApiClient } from './api-client.ts'
import { startFakeApiserver } from './fake-apiserver/fake-apiserver.ts'
import { startFakeNode } from './fake-node.ts'
import { startKubeApiserver } from './kube-apiserver.ts'

export interface KubernetesOptions {
  /** Paths of the real servers; a fake API server in this process unless given. */
  readonly binaries?: { readonly apiserver: string; readonly etcd: string }
}

/** A Kubernetes API server on 127.0.0.1 with RBAC, real or fake, and one fake node that runs pods as programs of this machine. */
export interface KubernetesServer {
  readonly port: number
  /** PEM of the authority behind the server's certificate, which is for `localhost` and 127.0.0.1. */
  readonly ca: string
  /** A client certificate of group `system:masters`. */
  readonly admin: Issued
  /** As the admin. */
  readonly api: ApiClient
  /** A client certificate for a user and a group. */
  issue(user: string, group: string): Promise<Issued>
  /** What kubectl needs to talk to it as the admin. */
  kubeconfig(): string
  /** What was asked of it, up to now. */
  calls(): Promise<readonly Call[]>
  /** Ends it at once; nothing of it remains. Idempotent. */
  stop(): Promise<void>
}

/** One API call that the server heard. */
export interface Call {
  readonly verb: string
  readonly uri: string
  readonly user: string
  /** As whom, where it impersonated. */
  readonly as?: string
  readonly status: number
}

/**
 * Starts it in a temporary folder: about seven seconds.
 *
 * @throws DemoError `ERR_DEMO_START` with the end of a log
 */
export async function startKubernetes(options: KubernetesOptions = {}): Promise<KubernetesServer> {
  return await begin(undo => assemble(options, undo))
}

async function assemble({ binaries }: KubernetesOptions, undo: AsyncDisposableStack): Promise<KubernetesServer> {
  const folder = mkdtempSync(join(tmpdir(), 'cedargate-kubernetes-'))
  undo.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const authority = await createCertificateAuthority('Cedargate target CA')
  const issue = (user: string, group: string) => authority.issue([user], undefined, 'client', group)
  const server =
    binaries === undefined
      ? await startFakeApiserver(authority, undo)
      : await startKubeApiserver(folder, authority, binaries, undo)
  const admin = await issue('admin', 'system:masters')
  const api = createApiClient({ port: server.port, ca: authority.pem, ...admin })
  await server.ready(api)
  const node = await startFakeNode(api, authority.pem, await authority.issue(['127.0.0.1', 'localhost']))
  undo.defer(() => node.close())
  let stopped: Promise<void> | undefined
  return {
    ...{ port: server.port, ca: authority.pem, admin, api, issue, calls: server.calls },
    kubeconfig: () => kubeconfig(server.port, authority.pem, admin),
    stop() {
      stopped ??= undo.disposeAsync()
      return stopped
    },
  }
}

function kubeconfig(port: number, ca: string, { certPem, keyPem }: Issued): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const server = `https://127.0.0.1:${port}`
  return JSON.stringify({
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'direct' },
    clusters: [{ name: 'direct', cluster: { server, 'certificate-authority-data': base64(ca) } }],
    users: [{ name: 'admin', user: { 'client-certificate-data': base64(certPem), 'client-key-data': base64(keyPem) } }],
    contexts: [{ name: 'direct', context: { cluster: 'direct', user: 'admin' } }],
  })
}
