// npm run bench:postgres [-- --tls --seconds 4 --rounds 5 --only 'simple -S, 16 clients' --processes]
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { type Connection, requirePeers, runClient } from '../../test/peers/index.ts'
import { cpuUs } from '../apart.ts'
import { median, spread } from '../statistics.ts'
import { countTrail } from './trail-count.ts'
import { startProcesses, startWays, type Way, type WayName, wayNames } from './ways.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '5' },
    tls: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    /** One process against two, instead of all that stand beside one. */
    processes: { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds)
/** What every way gets before the first round: V8 compiles what it sees often. */
const warmSeconds = '3'

interface Figures {
  readonly tps: number
  /** Of what stands in between, per transaction. It says less than `tps` about waiting, and more where others work beside. */
  readonly cpuUs: number | undefined
}

/** `ofPipe`: the least that the gateway should reach of a bare Node pipe. */
const workloads = [
  { name: 'prepared -S, 1 client', args: ['-S', '-M', 'prepared', '-c', '1'], perTransaction: 1, ofPipe: 0.8 },
  { name: 'prepared -S, 16 clients', args: ['-S', '-M', 'prepared', '-c', '16'], perTransaction: 1, ofPipe: 0.85 },
  { name: 'simple -S, 1 client', args: ['-S', '-M', 'simple', '-c', '1'], perTransaction: 1 },
  { name: 'simple -S, 16 clients', args: ['-S', '-M', 'simple', '-c', '16'], perTransaction: 1, ofPipe: 0.85 },
  { name: 'TPC-B, 8 clients', args: ['-M', 'simple', '-c', '8'], perTransaction: 7, ofPipe: 0.85 },
] as const satisfies readonly { name: string; args: readonly string[]; perTransaction: number; ofPipe?: number }[]

/** What is divided by what, and the least that it should be. Inside TLS a bare pipe is no measure: it encrypts nothing. */
const comparisons: readonly { readonly own: WayName; readonly other: WayName; readonly least?: number }[] = [
  { own: 'cedargate', other: 'direct' },
  { own: 'cedargate', other: 'pipe' },
  { own: 'cedargate', other: 'pgbouncer' },
  { own: 'cedargate', other: 'undecided', least: 0.85 },
  { own: 'cedargate of 5,000 policies', other: 'cedargate', least: 0.85 },
  { own: 'two processes', other: 'one process', least: 0.95 },
]

const { pgbench, pgbouncer } = await requirePeers('pgbench', 'pgbouncer')
const { tls } = values
const { ways, servers, stop } = values.processes
  ? await startProcesses({ tls })
  : await startWays({ tls, bouncerProgram: pgbouncer })
for (const server of servers) await mustRun(server, ['-i', '-s', '4', '-q'])

console.log(
  `pgbench through Cedargate: parsing, deciding and trail on, ${values.tls ? 'TLS' : 'plaintext'} on both sides; undecided: neither deciding nor trail`,
)
console.log(
  `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, ${rounds} rounds of ${values.seconds} s, alternating\n`,
)
let faults = 0
let missed = 0
for (const workload of workloads.filter(({ name }) => name.startsWith(values.only))) {
  const figures: Partial<Record<WayName, Figures[]>> = {}
  for (const way of Object.values(ways)) await mustRun(way.connection, ['-n', '-T', warmSeconds, ...workload.args])
  for (let round = 0; round < rounds; round += 1)
    for (const name of wayNames) {
      const way = ways[name]
      if (way !== undefined) figures[name] = [...(figures[name] ?? []), await measured(way, workload)]
    }
  report(workload.name, 'ofPipe' in workload && !values.tls ? workload.ofPipe : undefined, figures)
}
await stop()
console.log(
  faults === 0 ? '\nevery statement has its decision and its result in the trail' : `\n${faults} rounds with faults`,
)
if (missed > 0) console.log(`${missed} targets missed`)
process.exit(faults + missed === 0 ? 0 : 1)

async function measured(
  { connection, trailFolder, pid }: Way,
  { name, args, perTransaction }: (typeof workloads)[number],
): Promise<Figures> {
  const cpuBefore = pid === undefined ? undefined : cpuUs(pid)
  const before = trailFolder && countTrail(trailFolder)
  const output = await mustRun(connection, ['-n', '-T', values.seconds, ...args])
  const transactions = figure(output, /actually processed: (\d+)/)
  const cpu = pid === undefined ? undefined : cpuUs(pid)
  if (trailFolder && before) {
    const wanted = transactions * perTransaction
    await new Promise(resolve => setTimeout(resolve, 200)) // what is noted is written after 50 ms
    const after = countTrail(trailFolder)
    const decisions = after.scripted - before.scripted
    const open = after.allowed - after.results - (before.allowed - before.results)
    if (decisions !== wanted || open !== 0) {
      faults += 1
      console.log(`  FAULT ${name}: ${wanted} statements sent, ${decisions} decided, ${open} without a result`)
    }
  }
  return {
    tps: figure(output, /tps = ([\d.]+)/),
    cpuUs: cpu === undefined || cpuBefore === undefined ? undefined : (cpu - cpuBefore) / transactions,
  }
}

function report(name: string, ofPipe: number | undefined, figures: Partial<Record<WayName, readonly Figures[]>>) {
  console.log(name)
  for (const [way, all] of Object.entries(figures)) {
    const tps = all.map(one => one.tps)
    const cpu = all.flatMap(one => one.cpuUs ?? [])
    const used = cpu.length === 0 ? '' : `${median(cpu).toFixed(1).padStart(8)} µs of CPU ± ${spread(cpu)}`
    console.log(`  ${way.padEnd(28)} ${median(tps).toFixed(0).padStart(8)} tps ± ${spread(tps).padEnd(4)} ${used}`)
  }
  for (const { own, other, least } of comparisons) {
    const [ours, theirs] = [figures[own], figures[other]]
    if (ours === undefined || theirs === undefined) continue
    const ratios = ours.map(({ tps }, round) => tps / (theirs[round]?.tps ?? Number.NaN))
    const wanted = other === 'pipe' ? ofPipe : least
    const verdict = wanted === undefined ? '' : `   at least ${wanted}: ${median(ratios) >= wanted ? 'ok' : 'MISSED'}`
    if (wanted !== undefined && !(median(ratios) >= wanted)) missed += 1
    console.log(`  ${`${own} / ${other}`.padEnd(40)} ${median(ratios).toFixed(2)} (${spread(ratios)})${verdict}`)
  }
}

async function mustRun(connection: Connection, args: readonly string[]): Promise<string> {
  const ran = await runClient(pgbench, connection, args, { timeoutMs: 300_000 })
  if (ran.code !== 0) throw new Error(`pgbench ${args.join(' ')}: ${ran.stderr}`)
  return ran.stdout
}

function figure(output: string, pattern: RegExp): number {
  const found = Number(pattern.exec(output)?.[1])
  if (Number.isNaN(found)) throw new Error(`pgbench did not say ${pattern}: ${output}`)
  return found
}
