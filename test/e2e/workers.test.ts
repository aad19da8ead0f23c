// timeout: 300s
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { requirePeers, runPsql } from '../peers/index.ts'
import { eventually } from '../stack/eventually.ts'
import { cedargate } from '../stack/gateways.ts'
import { assertParity } from '../stack/parity.ts'
import { type Stack, startStack } from '../stack/stack.ts'

const { psql } = await requirePeers('psql')
const run = promisify(execFile)

const permissive = '@id("app-works") permit(principal in Gate::Role::"app", action, resource);'
const closed = `${permissive}
  @id("closed") @reason("payments are closed") forbid(principal, action, resource is Postgres::Table) when { resource.name == "payments" };`

const several = suite('a gateway of two workers')
let stack: Stack
several.before(async () => {
  stack = await startStack({
    policies: permissive,
    runs: 'apart',
    setup: 'CREATE TABLE payments AS SELECT 7 AS id',
    config: { workers: 2, limits: { maxSessions: 6, drainSeconds: 5 } },
  })
})
several.after(() => stack.stop())

const metrics = async () => await (await fetch(`${stack.gateway.control}/metrics`)).text()
const readiness = async () => (await (await fetch(`${stack.gateway.control}/readyz`)).json()) as { status: string }
async function ready(): Promise<void> {
  for (const deadline = performance.now() + 60_000; (await readiness()).status !== 'ready'; await sleep(50))
    assert.ok(performance.now() < deadline, `not ready: ${JSON.stringify(await readiness())}`)
}
/** Sessions that are open now, by the worker that holds them. */
function openSessions(): ReadonlyMap<number, number> {
  const open = new Map<string, number>()
  for (const event of stack.trail().all()) {
    if (event.kind === 'session.started') open.set(event.session.id, event.worker)
    if (event.kind === 'session.ended') open.delete(event.session)
  }
  const by = new Map<number, number>()
  for (const worker of open.values()) by.set(worker, (by.get(worker) ?? 0) + 1)
  return by
}
/** The process of a worker. */
function processOf(worker: number): number {
  const line = stack.gateway.log.findLast(of => of.worker === worker && of.msg === 'policies in force')
  return Number(line?.pid)
}

/** Waits until a statement sleeps at the target. */
async function sleeps(): Promise<void> {
  const asleep = `SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'`
  for (const deadline = performance.now() + 10_000; (await stack.server.query(asleep)).length === 0; await sleep(20))
    assert.ok(performance.now() < deadline, 'no statement sleeps')
}
async function cancel(process: number, secret: number): Promise<void> {
  const request = Buffer.alloc(16)
  for (const [at, value] of [16, 80877102, process, secret].entries()) request.writeInt32BE(value, at * 4)
  const socket = connect(stack.port, '127.0.0.1')
    .on('error', () => {})
    .resume()
  socket.end(request)
  await once(socket, 'close')
}
function lastSegmentOf(worker: number): string {
  const names = readdirSync(stack.trailFolder).filter(
    name => name.split('.')[1] === String(worker) && name.endsWith('.jsonl'),
  )
  return join(stack.trailFolder, names.sort().at(-1) ?? '')
}

several('spreads sessions over both, and takes psql over TLS', async () => {
  await ready()
  const answers = await Promise.all(
    Array.from({ length: 4 }, async () => runPsql(psql, await stack.connection('app'), 'SELECT id FROM payments')),
  )
  for (const { stdout, stderr, code } of answers) assert.equal([code, stdout, stderr], [0, '7\n', ''])
  const workers = new Set(
    stack
      .trail()
      .all()
      .flatMap(event => (event.kind === 'session.started' ? [event.worker] : [])),
  )
  assert.equal([...workers].sort(), [1, 2])
})

several('serves everybody else while clients say nothing', async () => {
  const silent = Array.from({ length: 20 }, () => connect(stack.port, '127.0.0.1').on('error', () => {}))
  const answers = await Promise.all(Array.from({ length: 4 }, () => stack.connect('app')))
  for (const client of answers) assert.equal((await client.query('SELECT 1 AS one')).rows, [{ one: 1 }])
  await Promise.all(answers.map(client => client.end()))
  for (const socket of silent) socket.destroy()
})

several('brings policies into force in both, under sessions that are open', async () => {
  const clients = await Promise.all(Array.from({ length: 4 }, () => stack.connect('app')))
  await eventually('sessions at both', () => openSessions().size === 2)
  const commit = await stack.publish({ 'policies/main.cedar': closed })
  await ready()
  for (const client of clients) {
    const denied = await client.query('SELECT id FROM payments').catch(error => error)
    assert.is(denied.code, '42501')
    assert.is(JSON.parse(denied.detail).commit, commit)
  }
  await Promise.all(clients.map(client => client.end()))
  const activated = stack
    .trail()
    .all()
    .filter(event => event.kind === 'bundle.activated' && event.commit === commit)
  assert.equal(activated.map(({ worker }) => worker).sort(), [0, 1, 2])
  await stack.publish({ 'policies/main.cedar': permissive })
  await ready()
})

several('cancels at the worker that holds the session, whichever is asked, and only by the whole key', async () => {
  const outcomes = () => stack.gateway.log.flatMap(line => (line.msg === 'cancel' ? [line.outcome] : []))
  // by turns, unless the machine is busy: the session is at one worker, forged keys arrive at both, the whole one at the other
  for (let tries = 0; !outcomes().includes('passed'); tries += 1) {
    assert.ok(tries < 6, `arrived always at the holder: ${outcomes()}`)
    const client = await stack.connect('app')
    let ended: string | undefined
    client.query('SELECT pg_sleep(60)').catch(error => {
      ended = error.code
    })
    await sleeps()
    const { processID, secretKey } = client as unknown as { readonly processID: number; readonly secretKey: number }
    for (const bit of [1, 2]) await cancel(processID, secretKey ^ bit)
    assert.is(ended, undefined)
    await cancel(processID, secretKey)
    await eventually('its end', () => ended === '57014')
    await client.end()
  }
  assert.is(outcomes().filter(outcome => outcome === 'unknown').length, (outcomes().length / 3) * 2)
})

several('counts sessions over both', async () => {
  const came = await Promise.allSettled(Array.from({ length: 9 }, () => stack.connect('app')))
  const clients = came.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []))
  assert.is(clients.length, 6)
  for (const one of came) if (one.status === 'rejected') assert.match(String(one.reason), 'too many sessions')
  const text = await metrics()
  assert.match(text, /^cedargate_logins_total\{protocol="postgres",outcome="too_many_sessions",worker="[12]"\} [123]$/m)
  for (const worker of [0, 1, 2])
    assert.match(text, new RegExp(`^cedargate_trail_healthy\\{worker="${worker}"\\} 1$`, 'm'))
  await Promise.all(clients.map(client => client.end()))
  await eventually('all have left', () => openSessions().size === 0)
  await (await stack.connect('app')).end()
})

several('goes on when one is killed, starts it again, and gives its seats back', async () => {
  const clients = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const client = new pg.Client(await stack.client('app'))
      client.on('error', () => {})
      await client.connect()
      return client
    }),
  )
  await eventually('sessions at both', () => openSessions().size === 2)
  process.kill(processOf(1), 'SIGKILL')
  await sleep(20)
  appendFileSync(lastSegmentOf(1), '{"seq":') // as a kill in the middle of a write leaves it
  const alive = await Promise.allSettled(clients.map(client => client.query('SELECT 1 AS one')))
  assert.is(alive.filter(({ status }) => status === 'fulfilled').length, openSessions().get(2))
  await (await stack.connect('app')).end() // at the other, or at the new one
  await ready()
  assert.match(await metrics(), 'cedargate_worker_restarts_total{worker="1"} 1')
  const recovered = stack
    .trail()
    .all()
    .filter(event => event.kind === 'trail.recovered')
  assert.equal(
    recovered.map(({ worker }) => worker),
    [1],
  )
  await Promise.allSettled(clients.map(client => client.end()))
  // the dead one's seats are free: all six can be taken again
  const again = await Promise.all(Array.from({ length: 6 }, () => stack.connect('app')))
  await Promise.all(again.map(client => client.end()))
})

several('drains both when it is told to end, and leaves chains that hold', async () => {
  const clients = await Promise.all(Array.from({ length: 4 }, () => stack.connect('app')))
  const slow = clients.map(client => client.query('SELECT pg_sleep(1)'))
  await sleep(300)
  const ended = stack.stopGateway()
  assert.equal(
    (await Promise.allSettled(slow)).map(({ status }) => status),
    Array(4).fill('fulfilled'),
  )
  await ended
  const { stdout } = await run(process.execPath, [
    ...[cedargate, 'trail', 'verify', stack.trailFolder, '--key', stack.trailKeyFile, '--format', 'json'],
  ])
  const { ok, trail } = JSON.parse(stdout)
  assert.is(ok, true)
  assert.equal(
    trail.chains.map(({ worker, unsealed }: { worker: number; unsealed: number }) => [worker, unsealed]),
    [
      [0, 0],
      [1, 0],
      [2, 0],
    ],
  )
  const listed = await run(process.execPath, [cedargate, 'sessions', 'list', stack.trailFolder, '--format', 'json'])
  const started = stack
    .trail()
    .all()
    .filter(event => event.kind === 'session.started')
  assert.is(JSON.parse(listed.stdout).sessions.length, started.length)
})

several('are decided again from their record as they were decided', () => assertParity(stack))

several.run()
