// timeout: 200s
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTrailTail } from '@cedargate/demo'
import type pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { skipFile } from '../peers/index.ts'
import { eventually } from '../stack/eventually.ts'
import { assertParity } from '../stack/parity.ts'
import { type Stack, startStack } from '../stack/stack.ts'

// a disk of its own for the trail, which can be full while nothing else is
const disk = mkdtempSync(join(tmpdir(), 'cedargate-disk-'))
try {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk], { stdio: 'pipe' })
} catch {
  rmdirSync(disk)
  skipFile('a tmpfs cannot be mounted, next: run as root', false)
}
process.once('exit', () => {
  execFileSync('umount', ['--lazy', disk])
  rmdirSync(disk)
})
const folder = join(disk, 'trail')

const outages = suite('under the load of several clients')
let stack: Stack
outages.before(async () => {
  const policies = '@id("all") permit (principal, action, resource);'
  stack = await startStack({
    policies,
    setup: 'CREATE TABLE t (n int)',
    runs: 'apart',
    tls: false,
    config: { trail: { folder } },
  })
})
outages.after(() => stack.stop())

/** What became of one statement: `ok`, the code of a denial, or an SQLSTATE; `lost`: the connection ended. */
const ask = (client: pg.Client, sql: string): Promise<string> =>
  client.query(sql).then(
    () => 'ok',
    ({ code, detail }) => (detail?.startsWith('{') ? JSON.parse(detail).code : (code ?? 'lost')),
  )

/** Clients that go on asking, each over one connection, until that is lost or they are told to stop. */
async function load(clients: number) {
  const told: { readonly who: number; readonly what: string }[] = []
  let [stopped, asked] = [false, 0]
  const open = await Promise.all(Array.from({ length: clients }, () => stack.connect('app')))
  const running = open.map(async (client, who) => {
    for (let what = 'ok'; !stopped && what !== 'lost'; told.push({ who, what }))
      what = await ask(client, `SELECT ${++asked} AS load`)
    await client.end().catch(() => {})
  })
  /** Each client, from now on. */
  const heard = async (those: (what: string) => boolean, name: string) => {
    const from = told.length
    const heardBy = () =>
      new Set(
        told
          .slice(from)
          .filter(({ what }) => those(what))
          .map(({ who }) => who),
      ).size
    await eventually(`${name}, by ${clients} clients`, () => heardBy() === clients)
  }
  return {
    told: () => [...new Set(told.map(({ what }) => what))].sort(),
    hears: (what: string) => heard(each => each === what, what),
    failed: () => heard(each => each !== 'ok', 'what is not ok'),
    stop: async () => {
      stopped = true
      await Promise.all(running)
    },
  }
}

const isReady = () => fetch(`${stack.gateway.control}/readyz`).then(({ ok }) => ok)

outages('a full disk denies every statement, ends no session, and is over when there is room again', async () => {
  const { pid } = stack.gateway
  const running = await load(6)
  const idle = await stack.connect('app')
  await running.hears('ok')
  const filler = join(disk, 'filler')
  try {
    writeFileSync(filler, Buffer.alloc(16 * 1024 * 1024)) // by somebody else
  } catch (error) {
    assert.is((error as { readonly code?: string }).code, 'ENOSPC')
  }
  await running.hears('trail_unavailable')
  for (let time = 0; time < 20; time++) assert.is(await ask(idle, 'INSERT INTO t VALUES (1)'), 'trail_unavailable')
  assert.is(
    await stack.connect('app').then(
      () => 'let in',
      ({ message }) => message,
    ),
    'the audit trail cannot be written, so nothing is let through',
  )
  assert.is(await isReady(), false)

  rmSync(filler)
  await running.hears('ok')
  await eventually('readiness', isReady)
  assert.is(await ask(idle, 'INSERT INTO t VALUES (2)'), 'ok')
  await running.stop()
  await idle.end()
  assert.equal(running.told(), ['ok', 'trail_unavailable'])
  assert.equal(await stack.server.query('SELECT n FROM t', { database: 'orders' }), [{ n: 2 }])
  assert.not.match(await stack.server.log(), 'INSERT INTO t VALUES (1)')
  assert.is(stack.gateway.pid, pid)
})

outages('a target that crashes ends the sessions, and new ones are let in when it is up again', async () => {
  const running = await load(6)
  await running.hears('ok')
  const [backend] = await stack.server.query("SELECT pid FROM pg_stat_activity WHERE usename = 'gate_app' LIMIT 1")
  const failed = running.failed()
  process.kill(Number(backend?.pid), 'SIGKILL') // the server ends all the others, and recovers
  await failed
  await running.stop()
  const served = async () => {
    const client = await stack.connect('app')
    const answer = await ask(client, 'SELECT 1')
    await client.end()
    return answer === 'ok'
  }
  await eventually('a login', () => served().catch(() => false))
  const again = await load(6)
  await again.hears('ok')
  await again.stop()
  assert.equal(again.told(), ['ok'])
})

outages('a target that is gone turns logins away, and nothing else', async () => {
  const running = await load(6)
  await running.hears('ok')
  const failed = running.failed()
  await stack.server.stop()
  await failed
  await running.stop()
  for (let time = 0; time < 20; time++)
    assert.is(
      await stack.connect('app').then(
        () => 'let in',
        ({ code }) => code,
      ),
      '08001',
    )
  assert.is(await isReady(), true)
})

outages('the trail holds all that was let through, in one chain', async () => {
  const trail = () => createTrailTail(folder)
  const recorded = Object.create(stack, { trailFolder: { value: folder }, trail: { value: trail } }) as Stack
  await assertParity(recorded)
  const statements = trail()
    .all()
    .filter(event => event.kind === 'decision' && event.operation.kind === 'query')
  assert.ok(statements.length > 36)
})

outages.run()
