// timeout: 300s
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { libpqEnv, requirePeers, runClient, runPsql } from '../peers/index.ts'
import { assertParity } from '../stack/parity.ts'
import { type Stack, startStack } from '../stack/stack.ts'

const { psql } = await requirePeers('psql')

const clients = suite('real clients')
let stack: Stack
clients.before(async () => {
  stack = await startStack({
    policies: `
      @id("app-does-its-work")
      permit(principal in Gate::Role::"app", action, resource);
      @id("audit-is-not-for-the-app") @reason("the audit schema is for backup jobs only")
      forbid(principal in Gate::Role::"app", action, resource is Postgres::Table) when { resource.schema == "audit" };`,
    setup: `CREATE SCHEMA audit; CREATE TABLE audit.events AS SELECT 1 AS id; GRANT USAGE ON SCHEMA audit TO PUBLIC;
      CREATE TABLE notes (id int PRIMARY KEY, body text)`,
  })
})
clients.after(() => stack.stop())

clients('psql runs a script of every kind of statement', async () => {
  const connection = await stack.connection('app')
  const ran = await runPsql(
    psql,
    connection,
    `INSERT INTO notes VALUES (1, 'one'), (2, 'two');
     BEGIN; UPDATE notes SET body = upper(body) WHERE id = 2; SAVEPOINT s; DELETE FROM notes; ROLLBACK TO s; COMMIT;
     SELECT * FROM notes ORDER BY id;
     ;
     SHOW server_version_num \\gset
     COPY notes TO STDOUT;
     WITH gone AS (DELETE FROM notes WHERE id = 1 RETURNING id) SELECT count(*) FROM gone;
     EXPLAIN (COSTS OFF) SELECT * FROM notes;
     VACUUM notes;
     SELECT $$a 'quoted' string$$, E'\\n' = chr(10), count(*) FROM notes;`,
  )
  assert.is(ran.stderr, '')
  assert.is(ran.code, 0)
  assert.equal(
    ran.stdout
      .trim()
      .split('\n')
      .filter(line => !/^(INSERT|BEGIN|UPDATE|SAVEPOINT|DELETE|ROLLBACK|COMMIT|VACUUM)/.test(line)),
    ['1|one', '2|TWO', '1\tone', '2\tTWO', '1', 'Seq Scan on notes', "a 'quoted' string|t|1"],
  )
})

clients('psql copies in and out', async () => {
  const connection = await stack.connection('app')
  const copied = await runPsql(
    psql,
    connection,
    'CREATE TABLE copied (n int);\nCOPY copied FROM STDIN;\n1\n2\n3\n\\.\nSELECT sum(n) FROM copied;\nDROP TABLE copied;',
  )
  assert.is(copied.stderr, '')
  assert.match(copied.stdout, 'COPY 3\n6\n')
})

clients('psql sees a multi-statement smuggle denied as a whole', async () => {
  const ran = await runClient(psql, await stack.connection('app'), [
    ...['-X', '-c', `INSERT INTO notes VALUES (99, 'smuggled'); SELECT * FROM audit.events`],
  ])
  assert.match(ran.stderr, 'the audit schema is for backup jobs only')
  const [row] = await stack.server.query('SELECT count(*)::int AS n FROM notes WHERE id = 99', { database: 'orders' })
  assert.is(row?.n, 0)
})

clients('node-postgres prepares, binds, pipelines errors and goes on', async () => {
  const client = await stack.connect('app')
  const prepared = { name: 'by-id', text: 'SELECT body FROM notes WHERE id = $1' }
  assert.equal((await client.query({ ...prepared, values: [2] })).rows, [{ body: 'TWO' }])
  assert.equal((await client.query({ ...prepared, values: [3] })).rows, [])

  const denied = await client.query('SELECT * FROM audit.events').catch(error => error)
  assert.is(denied.code, '42501')
  const detail = JSON.parse(denied.detail)
  assert.is(detail.code, 'forbidden')
  assert.equal(detail.policies, ['audit-is-not-for-the-app'])
  assert.is(detail.commit, stack.gateway.commit())
  assert.ok(denied.hint)

  const wrong = await client.query('SELECT * FROM nowhere_at_all').catch(error => error)
  assert.is(wrong.code, '42501')
  assert.is(JSON.parse(wrong.detail).code, 'unresolved')
  const failed = await client.query('SELECT 1/(id - 2) FROM notes WHERE id = 2').catch(error => error)
  assert.is(failed.code, '22012')
  assert.equal((await client.query({ ...prepared, values: [2] })).rows, [{ body: 'TWO' }])

  assert.equal((await client.query('')).rows, [])
  await client.end()
})

clients('psql cancels a statement when it is interrupted', async () => {
  const child = spawn(psql, ['-X', '-c', 'SELECT pg_sleep(30)'], {
    env: { ...process.env, ...libpqEnv(await stack.connection('app')) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', chunk => {
    said += chunk
  })
  await stack
    .trail()
    .until(
      event => event.kind === 'decision' && 'sql' in event.operation && /pg_sleep/.test(event.operation.sql),
      'sleep',
    )
  await sleep(200)
  child.kill('SIGINT')
  await once(child, 'close')
  assert.match(said, 'canceling statement due to user request')
})

clients('node-postgres cancels a statement that runs', async () => {
  const client = await stack.connect('app')
  const running = client.query('SELECT pg_sleep(30)').catch(error => error)
  await sleep(300)
  const canceller = new pg.Client(await stack.client('app'))
  // node-postgres keeps the key that BackendKeyData gave it, and sends a CancelRequest on a connection of its own
  const { processID, secretKey } = client as unknown as { processID: number; secretKey: number }
  const connection = (canceller as unknown as { connection: pg.Connection }).connection as unknown as {
    connect(port: number, host: string): void
    once(event: string, listener: () => void): void
    requestSsl(): void
    cancel(process: number, secret: number): void
  }
  connection.once('connect', () => connection.requestSsl())
  connection.once('sslconnect', () => connection.cancel(processID, secretKey))
  connection.connect(stack.port, 'localhost')
  assert.is((await running).code, '57014')
  assert.is((await client.query('SELECT 1 AS one')).rows[0].one, 1)
  await client.end()
})

clients('are decided again from their record as they were decided', () => assertParity(stack))

clients.run()
