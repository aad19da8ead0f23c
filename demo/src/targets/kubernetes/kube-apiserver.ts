import { type ChildProcess, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DemoError } from '../../errors.ts'
import type { CertificateAuthority } from '../certificates.ts'
import { freePort } from '../free-port.ts'
import type { ApiClient } from './api-client.ts'
import type { Call, KubernetesOptions } from './kubernetes.ts'

const startMs = 60_000
const issuer = 'https://kubernetes.default.svc'

export interface StartedApiserver {
  readonly port: number
  ready(api: ApiClient): Promise<void>
  calls(): Promise<readonly Call[]>
}

/** A real kube-apiserver over a real etcd. No controller runs, so no ServiceAccount is asked of a pod. */
export async function startKubeApiserver(
  folder: string,
  authority: CertificateAuthority,
  binaries: NonNullable<KubernetesOptions['binaries']>,
  undo: AsyncDisposableStack,
): Promise<StartedApiserver> {
  const at = (name: string) => join(folder, name)
  const [port, client, peer] = [await freePort(), await freePort(), await freePort()]
  const launch = (program: string, args: readonly string[], log: string) => {
    const output = openSync(at(log), 'a')
    const child = spawn(program, args, {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '' },
      stdio: ['ignore', output, output],
    })
    closeSync(output)
    child.on('error', () => {}) // `ready` tells
    const kill = () => void child.kill('SIGKILL')
    process.once('exit', kill)
    undo.defer(async () => {
      process.removeListener('exit', kill)
      await end(child)
    })
    return child
  }
  await writeFiles(at, authority)
  launch(binaries.etcd, etcdFlags(at('etcd'), client, peer), 'etcd.log')
  const child = launch(binaries.apiserver, apiserverFlags(at, port, client), 'apiserver.log')
  return {
    port,
    async ready(api) {
      for (const deadline = performance.now() + startMs; performance.now() < deadline; await sleep(100)) {
        if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) break
        const answer = await api.call('GET', '/readyz').catch(() => undefined)
        if (answer?.status === 200) return
      }
      const said = readFileSync(at('apiserver.log'), 'utf8').trimEnd().split('\n').slice(-5).join(' | ')
      throw new DemoError('ERR_DEMO_START', `kube-apiserver did not start: ${said}`)
    },
    calls: async () => readFileSync(at('audit.log'), 'utf8').trimEnd().split('\n').map(toCall),
  }
}

async function writeFiles(at: (name: string) => string, authority: CertificateAuthority): Promise<void> {
  const write = (name: string, text: string) => writeFileSync(at(name), text, { mode: 0o600 })
  const server = await authority.issue(['localhost', '127.0.0.1', 'kubernetes.default.svc'])
  const kubeletClient = await authority.issue(['kube-apiserver'], undefined, 'client')
  const accounts = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  write('ca.crt', authority.pem)
  write('server.crt', server.certPem)
  write('server.key', server.keyPem)
  write('kubelet-client.crt', kubeletClient.certPem)
  write('kubelet-client.key', kubeletClient.keyPem)
  write('accounts.key', accounts.privateKey.export({ type: 'sec1', format: 'pem' }).toString())
  write('accounts.pub', accounts.publicKey.export({ type: 'spki', format: 'pem' }).toString())
  write('audit.log', '')
  write(
    'audit.yaml',
    JSON.stringify({
      apiVersion: 'audit.k8s.io/v1',
      kind: 'Policy',
      omitStages: ['RequestReceived'],
      rules: [{ level: 'Metadata' }],
    }),
  )
}

function etcdFlags(data: string, client: number, peer: number): readonly string[] {
  const [own, others] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`]
  return [
    ...['--data-dir', data, '--listen-client-urls', own, '--advertise-client-urls', own],
    ...['--listen-peer-urls', others, '--initial-advertise-peer-urls', others],
    ...['--initial-cluster', `default=${others}`, '--unsafe-no-fsync', '--log-level', 'error'],
  ]
}

function apiserverFlags(at: (name: string) => string, port: number, etcd: number): readonly string[] {
  return Object.entries({
    'etcd-servers': `http://127.0.0.1:${etcd}`,
    ...{ 'bind-address': '127.0.0.1', 'advertise-address': '127.0.0.1', 'secure-port': port, 'insecure-port': 0 },
    ...{ 'tls-cert-file': at('server.crt'), 'tls-private-key-file': at('server.key'), 'client-ca-file': at('ca.crt') },
    ...{ 'authorization-mode': 'RBAC', 'disable-admission-plugins': 'ServiceAccount' },
    ...{ 'service-account-issuer': issuer, 'api-audiences': issuer },
    ...{ 'service-account-signing-key-file': at('accounts.key'), 'service-account-key-file': at('accounts.pub') },
    ...{ 'kubelet-client-certificate': at('kubelet-client.crt'), 'kubelet-client-key': at('kubelet-client.key') },
    ...{ 'kubelet-certificate-authority': at('ca.crt'), 'kubelet-preferred-address-types': 'InternalIP' },
    ...{ 'service-cluster-ip-range': '10.0.0.0/24', 'cert-dir': at('certs') },
    ...{ 'audit-log-path': at('audit.log'), 'audit-policy-file': at('audit.yaml') },
  }).map(([name, value]) => `--${name}=${value}`)
}

function toCall(line: string): Call {
  const { verb, requestURI, user, impersonatedUser, responseStatus } = JSON.parse(line)
  return {
    ...{ verb, uri: requestURI, user: user?.username ?? '', status: responseStatus?.code ?? 0 },
    ...(impersonatedUser !== undefined && { as: impersonatedUser.username }),
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
