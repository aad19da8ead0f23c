// npm run bench:kubernetes [-- --seconds 4 --rounds 5 --connections 16 --workers 2 --warm-up 15]
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { freePort } from '@cedargate/demo'
import { createCertificateAuthority, requirePeers } from '../../test/peers/index.ts'
import { startKubernetesGateway } from '../../test/stack/kubernetes-stack.ts'
import { cpuUs, startApart } from '../apart.ts'
import { median, spread } from '../statistics.ts'
import { startNginx } from './nginx.ts'
import type { NodeProxy } from './node-proxy.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '16' },
    // processes of each proxy, as Debian's nginx has them
    workers: { type: 'string', default: String(availableParallelism()) },
    // seconds of traffic before anything is measured, the same for all: V8 compiles what it has seen to be hot
    'warm-up': { type: 'string', default: '15' },
  },
})
const rounds = Number(values.rounds)
const workers = Number(values.workers)
const path = '/api/v1/namespaces/shop/configmaps/settings'
/** A small object, as an API server would answer. */
const object = JSON.stringify({
  kind: 'ConfigMap',
  apiVersion: 'v1',
  metadata: { name: 'settings', namespace: 'shop', resourceVersion: '1' },
  data: { colour: 'green', note: 'x'.repeat(400) },
})

const { nginx, wrk } = await requirePeers('nginx', 'wrk')
const authority = await createCertificateAuthority()
const certificate = await authority.issue(['localhost', '127.0.0.1'])

/** What is proxied to: it answers from memory, so that what stands before it is what is measured. */
const target = await startNginx(nginx, {
  ...{ port: await freePort(), certificate },
  location: `default_type application/json; return 200 '${object}';`,
})
const cluster = {
  ...{ port: target.port, ca: authority.pem },
  issue: (user: string, group: string) => authority.issue([user], undefined, 'client', group),
}
const gateway = await startKubernetesGateway(cluster, {
  policies:
    '@id("bench") permit(principal in Gate::Role::"app", action == K8s::Action::"get", resource is K8s::Resource);',
  runs: 'apart',
  config: { workers },
})
const proxy = await startNginx(nginx, {
  ...{ port: await freePort(), certificate, workers, files: { 'ca.pem': authority.pem } },
  http: `upstream target { server 127.0.0.1:${target.port}; keepalive 64; keepalive_requests 1000000; }`,
  location:
    'proxy_pass https://target; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_ssl_verify on; ' +
    'proxy_ssl_trusted_certificate $folder/ca.pem; proxy_ssl_name localhost; proxy_ssl_server_name on;',
})
const apart = (program: string) =>
  startApart<NodeProxy>(new URL(program, import.meta.url), {
    ...{ target: { port: target.port, ca: authority.pem }, cert: certificate.certPem, key: certificate.keyPem },
    workers,
  })
const node = await apart('node-proxy.ts')
const bare = await apart('bare-proxy.ts')

/** In a file: what stands among a program's arguments is everybody's to read. */
const folder = mkdtempSync(join(tmpdir(), 'cedargate-bench-'))
const script = join(folder, 'headers.lua')
const token = await gateway.token({ role: 'app', seconds: 8 * 3600 })
writeFileSync(script, `wrk.headers["Authorization"] = "Bearer ${token}"\n`, { mode: 0o600 })
const ways = {
  direct: { url: `https://127.0.0.1:${target.port}${path}`, pid: target.pid },
  nginx: { url: `https://127.0.0.1:${proxy.port}${path}`, pid: proxy.pid },
  node: { url: `https://127.0.0.1:${node.port}${path}`, pid: node.pid },
  bare: { url: `https://127.0.0.1:${bare.port}${path}`, pid: bare.pid },
  cedargate: {
    url: `https://localhost:${gateway.gateway.port}/clusters/prod/roles/app${path}`,
    pid: gateway.gateway.pid,
  },
} as const
type WayName = keyof typeof ways

interface Figures {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly cpuUs: number | undefined
}

console.log('small GETs through Cedargate, deciding and trail on, TLS on both sides of everything')
console.log(
  `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, wrk with ${values.connections} connections, ${workers} process(es) of each proxy, ${values['warm-up']} s of warm-up each, then ${rounds} rounds of ${values.seconds} s, alternating\n`,
)
const figures: { [name in WayName]: Figures[] } = { direct: [], nginx: [], node: [], bare: [], cedargate: [] }
const names = Object.keys(ways) as WayName[]
for (const name of names) await measured(name, values['warm-up'])
for (let round = 0; round < rounds; round++)
  for (const name of names) figures[name].push(await measured(name, values.seconds))

for (const name of names) {
  const all = figures[name]
  const of = (figure: 'perSecond' | 'p50Ms' | 'p99Ms') => median(all.map(one => one[figure]))
  const cpu = all.flatMap(one => one.cpuUs ?? [])
  console.log(
    `  ${name.padEnd(10)} ${of('perSecond').toFixed(0).padStart(7)} per s ± ${spread(all.map(one => one.perSecond)).padEnd(4)}` +
      ` p50 ${of('p50Ms').toFixed(2)} ms, p99 ${of('p99Ms').toFixed(2)} ms${cpu.length === 0 ? '' : `, ${median(cpu).toFixed(0)} µs of CPU each`}`,
  )
}
const ratio = (other: WayName, one: WayName = 'cedargate') =>
  median(figures[one].map(({ perSecond }, round) => perSecond / (figures[other][round]?.perSecond ?? Number.NaN)))
let missed = 0
console.log(`  bare / nginx       ${ratio('nginx', 'bare').toFixed(2)}   node:https and undici, which decide nothing`)
for (const [other, least] of [
  ['nginx', 0.35],
  ['node', 1],
] as const) {
  const reached = ratio(other)
  if (!(reached >= least)) missed += 1
  console.log(
    `  cedargate / ${other}  ${reached.toFixed(2)}   at least ${least}: ${reached >= least ? 'ok' : 'MISSED'}`,
  )
}
const added = (figure: 'p50Ms' | 'p99Ms') =>
  median(figures.cedargate.map((one, round) => one[figure] - (figures.direct[round]?.[figure] ?? Number.NaN)))
console.log(`  added to direct: p50 ${added('p50Ms').toFixed(2)} ms, p99 ${added('p99Ms').toFixed(2)} ms`)
await Promise.all([gateway.stop(), proxy.stop(), node.stop(), bare.stop()])
await target.stop()
rmSync(folder, { recursive: true })
process.exit(missed === 0 ? 0 : 1)

async function measured(name: WayName, seconds: string): Promise<Figures> {
  const { url, pid } = ways[name]
  const before = pid === undefined ? undefined : cpuUs(pid)
  const args = ['-t', '1', '-c', values.connections, '-d', `${seconds}s`, '--latency', '-s', script, url]
  const { stdout } = await promisify(execFile)(wrk, args)
  const after = pid === undefined ? undefined : cpuUs(pid)
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`${name}: ${stdout}`)
  const figure = (of: RegExp) => of.exec(stdout)?.slice(1) ?? []
  const ms = (of: RegExp) => {
    const [number, unit] = figure(of)
    return Number(number) * ({ us: 0.001, ms: 1, s: 1000 }[unit ?? ''] ?? Number.NaN)
  }
  const requests = Number(figure(/(\d+) requests in/)[0])
  return {
    perSecond: Number(figure(/Requests\/sec:\s+([\d.]+)/)[0]),
    p50Ms: ms(/50%\s+([\d.]+)(us|ms|s)/),
    p99Ms: ms(/99%\s+([\d.]+)(us|ms|s)/),
    cpuUs: before === undefined || after === undefined ? undefined : (after - before) / requests,
  }
}
