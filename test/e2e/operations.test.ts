// timeout: 300s
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { eventually } from '../stack/eventually.ts'
import { cedargate } from '../stack/gateways.ts'
import { assertParity } from '../stack/parity.ts'
import { type Stack, startStack } from '../stack/stack.ts'

const run = promisify(execFile)
const operations = suite('a gateway in operation')
let stack: Stack
operations.before(async () => {
  stack = await startStack({
    policies: '@id("app-works") permit(principal in Gate::Role::"app", action, resource);',
    setup: 'CREATE TABLE marks (id int)',
    runs: 'apart',
  })
})
operations.after(() => stack.stop())

const get = async (path: string) => {
  const response = await fetch(`${stack.gateway.control}${path}`)
  return { status: response.status, text: await response.text() }
}

/** `/readyz` says so from the first moment. */
const draining = async () => {
  for (;;) if ((await get('/readyz')).text.includes('shutting down')) return
}

operations('says that it is healthy and ready, and what it counted', async () => {
  const client = await stack.connect('app')
  await client.query('SELECT 1')
  await client.query('SELECT * FROM nowhere').catch(() => {})
  assert.is((await get('/healthz')).status, 200)
  assert.equal(await get('/readyz'), { status: 200, text: '{"status":"ready","failing":{}}' })
  const { text } = await get('/metrics')
  assert.match(text, /cedargate_decisions_total\{protocol="postgres",effect="allow",reason="none"\} \d+/)
  assert.match(text, /cedargate_decisions_total\{protocol="postgres",effect="deny",reason="unresolved"\} 1/)
  assert.match(text, 'cedargate_sessions_open 1')
  assert.match(text, `cedargate_bundle_info{commit="${stack.gateway.commit()}"} 1`)
  await client.end()
})

operations('logs the commit in force on every line', () => {
  assert.ok(stack.gateway.log.length > 1)
  for (const line of stack.gateway.log.slice(1)) assert.is(line.commit, stack.gateway.commit(), JSON.stringify(line))
})

operations('keeps what it holds to itself', () => {
  const state = join(stack.folder, 'state')
  assert.is(statSync(state).mode & 0o777, 0o700)
  for (const name of readdirSync(state, { recursive: true, encoding: 'utf8' })) {
    const { mode } = statSync(join(state, name))
    if (!name.endsWith('.pub') && name !== 'trail') assert.is(mode & 0o077, 0, `${name} ${(mode & 0o777).toString(8)}`)
  }
})

operations('says what stands in its way when its port or its state is taken', async () => {
  const yaml = JSON.parse(readFileSync(join(stack.folder, 'gateway.yaml'), 'utf8'))
  for (const [change, code] of [
    [{}, 'ERR_STATE_IN_USE'],
    [
      { state: 'other', listen: { postgres: { ...yaml.listen.postgres, address: `127.0.0.1:${stack.port}` } } },
      'ERR_LISTEN_IN_USE',
    ],
    [{ state: 'other', bundle: { ...yaml.bundle, keys: ['missing.pub'] } }, 'ERR_CONFIG_FILE'],
  ] as const) {
    const file = join(stack.folder, 'second.yaml')
    writeFileSync(file, JSON.stringify({ ...yaml, ...change }))
    const failed = await run(process.execPath, [cedargate, 'gateway', '--config', file], { timeout: 20_000 }).catch(
      error => error,
    )
    assert.match(failed.stderr, code)
    assert.match(failed.stderr, 'next:')
    assert.not.match(failed.stderr, /\n\s+at /)
  }
})

operations('tells a client that the target cannot be reached, and goes on', async () => {
  const targets = JSON.parse(stack.repositoryFile('targets.yaml'))
  const { port } = targets.targets['orders-db']
  targets.targets['orders-db'].port = 1
  await stack.publish({ 'targets.yaml': JSON.stringify(targets) })
  const error = await stack.connect('app').catch(reason => reason)
  assert.is(error.code, '08001')
  targets.targets['orders-db'].port = port
  await stack.publish({ 'targets.yaml': JSON.stringify(targets) })
  const client = await stack.connect('app')
  await client.end()
})

operations('drains: what is under way ends, what is new is turned away', async () => {
  const client = await stack.connect('app')
  const running = client.query('SELECT pg_sleep(1), 7 AS seven')
  await stack
    .trail()
    .until(
      event => event.kind === 'decision' && 'sql' in event.operation && event.operation.sql.includes('pg_sleep'),
      'sleep',
    )
  const closed = stack.gateway.close()
  await draining()
  const error = await stack.connect('app').catch(reason => reason)
  assert.is(error.code, 'ECONNREFUSED')
  assert.is((await running).rows[0].seven, 7)
  await closed
  const last = stack.trail().all().at(-2)
  assert.is(last?.kind === 'gateway.stopped' && last.reason, 'SIGTERM')
  await stack.restartGateway()
})

operations('drains: a transaction that is open comes to its own end', async () => {
  const client = await stack.connect('app')
  await client.query('BEGIN')
  await client.query('INSERT INTO marks VALUES (-1)')
  const closed = stack.gateway.close()
  await draining()
  await client.query('COMMIT')
  await closed
  const [row] = await stack.server.query('SELECT count(*)::int AS n FROM marks WHERE id = -1', { database: 'orders' })
  assert.is(row?.n, 1)
  await stack.restartGateway()
})

operations('goes on after a crash: nothing that was forwarded is missing from its trail', async () => {
  const client = await stack.connect('app')
  let sent = 0
  const load = (async () => {
    for (;;) await client.query(`INSERT INTO marks VALUES (${++sent})`)
  })().catch(() => {})
  await eventually('a load', () => sent > 200)
  await stack.gateway.kill()
  await load
  await stack.restartGateway()
  const rows = await stack.server.query('SELECT id FROM marks WHERE id > 0', { database: 'orders' })
  const decided = new Set(
    stack
      .trail()
      .all()
      .flatMap(event => {
        const sql = event.kind === 'decision' && 'sql' in event.operation ? event.operation.sql : ''
        return /INSERT INTO marks VALUES \((\d+)\)/.exec(sql)?.[1] ?? []
      }),
  )
  assert.ok(rows.length >= 200)
  for (const { id } of rows) assert.ok(decided.has(String(id)), `row ${id} has no decision`)
})

operations('writes through to the disk where it is told to', async () => {
  await stack.restartGateway({ trail: { durability: 'disk' } })
  const clients = await Promise.all(Array.from({ length: 8 }, () => stack.connect('app')))
  const answers = await Promise.all(clients.map((client, n) => client.query(`SELECT ${n} AS n`)))
  assert.equal(
    answers.map(({ rows }) => rows[0].n),
    [0, 1, 2, 3, 4, 5, 6, 7],
  )
  await Promise.all(clients.map(client => client.end()))
})

operations('are decided again from their record as they were decided', () => assertParity(stack))

operations.run()
