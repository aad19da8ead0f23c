// npm run bench:postgres [-- --seconds 4 --rounds 5]
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { type Connection, requirePeers, runClient } from '../../test/peers/index.ts'
import { startStack } from '../../test/stack/stack.ts'
import { median, spread } from '../statistics.ts'
import { startPgbouncer } from './pgbouncer.ts'
import { startPipe } from './pipe.ts'
import { countTrail } from './trail-count.ts'

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '4' }, rounds: { type: 'string', default: '5' } },
})
const rounds = Number(values.rounds)

const workloads = [
  { name: 'prepared -S, 1 client', args: ['-S', '-M', 'prepared', '-c', '1'], perTransaction: 1 },
  { name: 'prepared -S, 16 clients', args: ['-S', '-M', 'prepared', '-c', '16'], perTransaction: 1 },
  { name: 'simple -S, 1 client', args: ['-S', '-M', 'simple', '-c', '1'], perTransaction: 1 },
  { name: 'simple -S, 16 clients', args: ['-S', '-M', 'simple', '-c', '16'], perTransaction: 1 },
  { name: 'TPC-B, 8 clients', args: ['-M', 'simple', '-c', '8'], perTransaction: 7 },
] as const

const { pgbench, pgbouncer: bouncerProgram } = await requirePeers('pgbench', 'pgbouncer')
const stack = await startStack({
  policies: '@id("bench") permit(principal in Gate::Role::"app", action, resource);',
  tls: false,
})
const { server } = stack
const login = { user: 'gate_app', password: 'secret of app' }
const target = { host: '127.0.0.1', port: server.port }
const at = (port: number): Connection => ({ host: '127.0.0.1', port, ...login, database: 'orders' })
await mustRun(at(server.port), ['-i', '-s', '4', '-q'])

const pipe = await startPipe(target)
const bouncer = await startPgbouncer(bouncerProgram, target, login)
const ways: Record<string, Connection> = {
  direct: at(server.port),
  pipe: at(pipe.port),
  pgbouncer: at(bouncer.port),
  cedargate: await stack.connection('app'),
}

console.log(`pgbench through Cedargate: parsing, deciding and trail on, plaintext on both sides`)
console.log(
  `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, ${rounds} rounds of ${values.seconds} s, alternating\n`,
)
let faults = 0
for (const { name, args, perTransaction } of workloads) {
  const tps: Record<string, number[]> = Object.fromEntries(Object.keys(ways).map(way => [way, []]))
  for (let round = 0; round < rounds; round += 1)
    for (const [way, connection] of Object.entries(ways)) {
      const before = countTrail(stack.trailFolder)
      const output = await mustRun(connection, ['-n', '-T', values.seconds, ...args])
      tps[way]?.push(figure(output, /tps = ([\d.]+)/))
      if (way !== 'cedargate') continue
      const wanted = figure(output, /actually processed: (\d+)/) * perTransaction
      await new Promise(resolve => setTimeout(resolve, 200)) // what is noted is written after 50 ms
      const after = countTrail(stack.trailFolder)
      const decisions = after.scripted - before.scripted
      const open = after.allowed - after.results - (before.allowed - before.results)
      if (decisions !== wanted || open !== 0) {
        faults += 1
        console.log(`  FAULT ${name}: ${wanted} statements sent, ${decisions} decided, ${open} without a result`)
      }
    }
  const ratios = (other: string) => (tps.cedargate ?? []).map((own, round) => own / (tps[other]?.[round] ?? Number.NaN))
  console.log(name)
  for (const [way, all] of Object.entries(tps))
    console.log(
      `  ${way.padEnd(10)} ${median(all).toFixed(0).padStart(8)} tps ± ${spread(all)}` +
        (way === 'cedargate' ? '' : `   cedargate/${way} ${median(ratios(way)).toFixed(2)} (${spread(ratios(way))})`),
    )
}
pipe.stop()
await bouncer.stop()
await stack.stop()
console.log(
  faults === 0 ? '\nevery statement has its decision and its result in the trail' : `\n${faults} rounds with faults`,
)
process.exit(faults === 0 ? 0 : 1)

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
