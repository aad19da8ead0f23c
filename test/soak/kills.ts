import { execFile } from 'node:child_process'
import { appendFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { TrailReport } from '@cedargate/policy-schema'
import type pg from 'pg'
import { createRandom, type Random } from '../fuzz/random.ts'
import { eventually } from '../stack/eventually.ts'
import { cedargate } from '../stack/gateways.ts'
import { type Stack, startStack } from '../stack/stack.ts'

export interface KillsOptions {
  readonly kills: number
  readonly seed: number
  readonly workers: number
  readonly told?: (line: string) => void
}

export interface KillsReport {
  /** Statements that the target logged. */
  readonly reached: number
  /** Of these, the markers that no allow in the trail speaks of: there must be none. */
  readonly unrecorded: readonly number[]
  /** Statements whose answer a client had, and that no allow speaks of: there must be none. */
  readonly answeredUnrecorded: readonly number[]
  /** Lines of each piece that was set aside: at most one. */
  readonly tornLines: readonly number[]
  /** As `trail verify` counts them. */
  readonly recovered: number
  /** Whether `trail verify` holds the chains to be whole. */
  readonly verified: boolean
  readonly findings: readonly { readonly severity: string; readonly code: string }[]
}

const run = promisify(execFile)
const clients = 4

/**
 * Kills a gateway under load, again and again, and compares what its target has seen with what its trail says. Each
 * statement is unlike every other, and some are long: so a kill has a chance to hit in the middle of a write.
 */
export async function soakKills({ kills, seed, workers, told = () => {} }: KillsOptions): Promise<KillsReport> {
  const random = createRandom(seed)
  const stack = await startStack({
    policies: '@id("app-works") permit(principal in Gate::Role::"app", action, resource);',
    runs: 'apart',
    tls: false,
    config: { workers },
  })
  try {
    const load = startLoad(stack, random)
    let torn = false
    for (let kill = 1; kill <= kills; kill += 1) {
      const before = load.answered.size
      for (const deadline = performance.now() + 60_000; load.answered.size < before + 20; await sleep(5))
        if (performance.now() > deadline) throw new Error(`nobody is answered before kill ${kill}: ${load.failed()}`)
      await sleep(random(500))
      const victim = anyOf(random, workers, kill === kills && !torn)
      await killOne(stack, victim)
      if (!torn || random(2) === 0) torn = tear(stack, victim, workers, random(1e9)) || torn
      await back(stack, victim)
      told(`kill ${kill} of ${kills}: ${nameOf(victim)}, ${load.answered.size} statements answered so far`)
    }
    await load.stop()
    await stack.stopGateway()
    return await compare(stack, load.answered)
  } finally {
    await stack.stop()
  }
}

function startLoad(stack: Stack, random: Random) {
  const answered = new Set<number>()
  let marker = 0
  let going = true
  let last: unknown
  const filler = 'x'.repeat(100_000)
  const work = async () => {
    while (going) {
      let client: pg.Client | undefined
      try {
        client = await stack.connect('app')
        while (going) {
          marker += 1
          const own = marker
          const text = `SELECT 1 /* marker-${own} ${random(20) === 0 ? filler : ''} */`
          // the simple and the extended protocol, by turns
          await client.query(own % 2 === 0 ? text : { text, values: [] })
          answered.add(own)
        }
      } catch (error) {
        last = error
        await sleep(50) // the gateway is gone, or not there yet
      } finally {
        await client?.end().catch(() => {})
      }
    }
  }
  const all = Array.from({ length: clients }, work)
  return {
    answered,
    /** What a client last failed of. */
    failed: () => (last instanceof Error ? last.message : last),
    async stop() {
      going = false
      await Promise.all(all)
    },
  }
}

/** Of several processes any, 0 the gateway's own; a worker, where something has still to be torn. */
function anyOf(random: Random, workers: number, hasToTear: boolean): number {
  if (workers === 1) return 0
  return hasToTear ? 1 + random(workers) : random(workers + 1)
}

async function killOne(stack: Stack, victim: number): Promise<void> {
  const killed = stack.gateway.log.filter(line => line.msg === 'a worker has ended').length
  if (victim === 0) await stack.gateway.kill()
  else {
    const line = stack.gateway.log.findLast(of => of.worker === victim && of.msg === 'policies in force')
    process.kill(Number(line?.pid), 'SIGKILL')
    await eventually(
      'the end of a worker',
      () => stack.gateway.log.filter(line => line.msg === 'a worker has ended').length > killed,
    )
  }
}

/**
 * As a kill in the middle of a write leaves it: so at least one chain has something to recover. Nobody may be writing to it:
 * workers outlive their primary for a moment.
 */
function tear(stack: Stack, victim: number, workers: number, unlike: number): boolean {
  if (victim === 0 && workers > 1) return false
  const own = readdirSync(stack.trailFolder).filter(
    name => name.split('.')[1] === String(victim) && name.endsWith('.jsonl'),
  )
  appendFileSync(join(stack.trailFolder, own.sort().at(-1) ?? ''), `{"seq":${unlike}`)
  return true
}

async function back(stack: Stack, victim: number): Promise<void> {
  if (victim === 0) await stack.restartGateway()
  const ready = async () => (await fetch(`${stack.gateway.control}/readyz`)).ok
  for (const deadline = performance.now() + 60_000; !(await ready()); await sleep(50))
    if (performance.now() > deadline) throw new Error(`not ready again after the kill of ${nameOf(victim)}`)
}

function nameOf(victim: number): string {
  return victim === 0 ? 'the gateway' : `worker ${victim}`
}

async function compare(stack: Stack, answered: ReadonlySet<number>): Promise<KillsReport> {
  const reached = new Set(
    [...(await stack.server.log()).matchAll(/SELECT 1 \/\* marker-(\d+)/g)].map(([, own]) => Number(own)),
  )
  const allowed = new Set<number>()
  for (const event of stack.trail().all()) {
    if (event.kind !== 'decision' || event.decision?.effect !== 'allow') continue
    const found = /marker-(\d+)/.exec(JSON.stringify(event.operation))
    if (found !== null) allowed.add(Number(found[1]))
  }
  const torn = readdirSync(stack.trailFolder).filter(name => name.includes('.torn-'))
  const verified = await run(
    process.execPath,
    [cedargate, 'trail', 'verify', stack.trailFolder, '--key', stack.trailKeyFile, '--format', 'json'],
    { maxBuffer: 1 << 26 },
  ).catch(error => error as { readonly stdout: string })
  const { ok, trail } = JSON.parse(verified.stdout) as { readonly ok: boolean; readonly trail: TrailReport }
  return {
    reached: reached.size,
    unrecorded: [...reached].filter(own => !allowed.has(own)),
    answeredUnrecorded: [...answered].filter(own => !allowed.has(own)),
    tornLines: torn.map(name => readFileSync(join(stack.trailFolder, name), 'utf8').trimEnd().split('\n').length),
    recovered: trail.chains.reduce((sum, { recoveries }) => sum + recoveries, 0),
    verified: ok,
    findings: trail.findings,
  }
}

/** What must not be. */
export function faultsOf(report: KillsReport): readonly string[] {
  const { unrecorded, answeredUnrecorded, tornLines, recovered, verified, findings } = report
  const errors = findings.filter(({ severity }) => severity === 'error')
  return [
    ...(unrecorded.length > 0 ? [`reached the target without a decision: ${unrecorded.join(', ')}`] : []),
    ...(answeredUnrecorded.length > 0 ? [`answered without a decision: ${answeredUnrecorded.join(', ')}`] : []),
    ...(tornLines.some(lines => lines > 1) ? [`more than the last line was torn: ${tornLines.join(', ')}`] : []),
    ...(recovered !== tornLines.length ? [`${tornLines.length} torn, and ${recovered} recoveries recorded`] : []),
    ...(recovered === 0 ? ['nothing was recovered'] : []),
    ...(verified && errors.length === 0 ? [] : [`the chains do not hold: ${JSON.stringify(errors)}`]),
  ]
}
