// npm run bench:streams [-- --watches 1000 --megabytes 64 --rounds 3]
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { type RequestOptions, request } from 'node:https'
import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import {
  createCertificateAuthority,
  createKubeClient,
  findKubeApiserver,
  type KubeClient,
  kubectl,
  kubectlVersions,
} from '../../test/peers/index.ts'
import { startKubernetesStack } from '../../test/stack/kubernetes-stack.ts'
import { cpuUs, residentBytes, startApart } from '../apart.ts'
import { median, spread } from '../statistics.ts'
import type { NodeProxy } from './node-proxy.ts'

const { values } = parseArgs({
  options: {
    watches: { type: 'string', default: '1000' },
    megabytes: { type: 'string', default: '64' },
    rounds: { type: 'string', default: '3' },
  },
})
const [watches, megabytes, rounds] = [Number(values.watches), Number(values.megabytes), Number(values.rounds)]
const atOnce = 20

const real = (findKubeApiserver() ?? 'fake') !== 'fake'
if (!real) process.env.CEDARGATE_KUBE_APISERVER = 'fake'
const many = watches + 100
const stack = await startKubernetesStack({
  policies: '@id("bench") permit(principal in Gate::Role::"app", action, resource);',
  runs: 'apart',
  config: { limits: { maxConnections: many, maxHandshakes: many, maxCallsPerPrincipal: many } },
})
const { server, gateway } = stack
const admin = await server.issue('admin', 'system:masters')
const proxyAuthority = await createCertificateAuthority()
const certificate = await proxyAuthority.issue(['localhost', '127.0.0.1'])
const node = await startApart<NodeProxy>(new URL('node-proxy.ts', import.meta.url), {
  target: { port: server.port, ca: server.ca, cert: admin.certPem, key: admin.keyPem },
  ...{ cert: certificate.certPem, key: certificate.keyPem },
})
console.log('streams through Cedargate, deciding, trail and casts on, TLS on both sides of everything')
console.log(
  `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}; the target is a ${real ? 'kube-apiserver' : 'fake API server'}, its node a fake`,
)

const path = '/api/v1/namespaces/default/configmaps'
const headers = { authorization: `Bearer ${await stack.token({ role: 'app', seconds: 8 * 3600 })}` }
await watched('cedargate', gateway.pid, {
  ...{ host: 'localhost', port: gateway.port, ca: stack.ca, headers },
  path: `/clusters/prod/roles/app${path}?watch=1`,
})
await watched('node', node.pid, {
  ...{ host: 'localhost', port: node.port, ca: proxyAuthority.pem, path: `${path}?watch=1` },
})

/** Opens them, counts what they cost, and sees that one change reaches each. */
async function watched(name: string, pid: number, to: RequestOptions): Promise<void> {
  const resident = async () => {
    await sleep(5000) // what was allocated for the moment is gone
    return residentBytes(pid)
  }
  // what is allocated once, by the first of them
  for (const watch of await openAll(100, () => open(to))) watch.destroy()
  const before = await resident()
  const all = await openAll(watches, () => open(to))
  const after = await resident()
  const made = `bench-${name}`
  const heard = all.map(watch => hears(watch, made))
  const [cpu, began] = [cpuUs(pid) ?? Number.NaN, performance.now()]
  await server.api.call('POST', path, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: made } })
  await Promise.all(heard)
  const ms = performance.now() - began
  const each = ((cpuUs(pid) ?? Number.NaN) - cpu) / watches
  console.log(
    `  ${name.padEnd(10)} ${watches} open watches: ${((after - before) / watches / 1024).toFixed(1)} KB resident each; ` +
      `a change reaches all of them in ${ms.toFixed(0)} ms, ${each.toFixed(0)} µs of CPU each`,
  )
  for (const watch of all) watch.destroy()
}

async function open(to: RequestOptions): Promise<IncomingMessage> {
  const sent = request({ ...to, agent: false }).end()
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  if (answer.statusCode !== 200) throw new Error(`a watch was answered ${answer.statusCode}`)
  sent.on('error', () => {}) // it is cut, in the end
  return answer.on('error', () => {})
}

/** Resolves once an event with this name came; rejects where the watch ends before. */
function hears(watch: IncomingMessage, name: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let text = ''
  watch.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    if (text.includes(`"name":"${name}"`)) resolve()
  })
  watch.once('close', () => reject(new Error('a watch ended')))
  return promise
}

async function openAll<T>(count: number, one: () => Promise<T>): Promise<readonly T[]> {
  const opened: T[] = []
  for (let left = count; left > 0; left -= atOnce)
    opened.push(...(await Promise.all(Array.from({ length: Math.min(left, atOnce) }, one))))
  return opened
}

await server.api.call('POST', '/api/v1/namespaces/default/pods', {
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bench' } },
  spec: { containers: [{ name: 'main', image: 'busybox', command: ['sleep', '3600'] }] },
})
const bytes = megabytes * 2 ** 20
const line = 'one line of what a program prints while it builds something'
const says = ['exec', 'bench', '--', 'sh', '-c', `yes '${line}' | head -c ${bytes}`]
const hearsAll = ['exec', '-i', 'bench', '--', 'sh', '-c', 'wc -c']
for (const version of kubectlVersions) {
  const ways = {
    direct: createKubeClient(kubectl(version), server.kubeconfig()),
    cedargate: await stack.through(kubectl(version), 'app'),
  }
  const ready = await ways.direct.run(['wait', '--for=condition=Ready', 'pod/bench', '--timeout=30s'])
  if (ready.code !== 0) throw new Error(ready.stderr)
  for (const [what, run] of [
    ['out', said],
    ['in', heard],
  ] as const) {
    const figures: { [way in keyof typeof ways]: number[] } = { direct: [], cedargate: [] }
    let cpu = 0
    for (let round = 0; round < rounds; round++)
      for (const way of ['direct', 'cedargate'] as const) {
        const before = cpuUs(gateway.pid) ?? Number.NaN
        figures[way].push(megabytes / (await run(ways[way])))
        if (way === 'cedargate') cpu += (cpuUs(gateway.pid) ?? Number.NaN) - before
      }
    const { direct, cedargate } = figures
    const ratio = median(cedargate.map((each, round) => each / (direct[round] ?? Number.NaN)))
    console.log(
      `  kubectl ${version} exec, ${megabytes} MB ${what.padEnd(3)}  direct ${median(direct).toFixed(0)} MB/s ± ${spread(direct)}, ` +
        `cedargate ${median(cedargate).toFixed(0)} MB/s ± ${spread(cedargate)}: ${ratio.toFixed(2)}; ` +
        `${(cpu / rounds / megabytes / 1000).toFixed(1)} ms of CPU each MB`,
    )
  }
}

/** @returns seconds until all that the command prints is there */
async function said(client: KubeClient): Promise<number> {
  const began = performance.now()
  const child = client.start(says)
  let came = 0
  child.stdout.on('data', (chunk: Buffer) => {
    came += chunk.length
  })
  const [code] = await once(child, 'close')
  if (code !== 0 || came !== bytes) throw new Error(`exec ended with ${code} after ${came} bytes`)
  return (performance.now() - began) / 1000
}

/** @returns seconds until the command has read all that is typed */
async function heard(client: KubeClient): Promise<number> {
  const began = performance.now()
  const child = client.start(hearsAll)
  let counted = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    counted += chunk
  })
  child.stdin.end(Buffer.alloc(bytes, `${line}\n`))
  const [code] = await once(child, 'close')
  if (code !== 0 || Number(counted) !== bytes) throw new Error(`exec ended with ${code} after ${counted} bytes`)
  return (performance.now() - began) / 1000
}

await node.stop()
await stack.stop()
process.exit(0)
