// timeout: 300s
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Connection, requirePeers, runClient } from '../peers/index.ts'
import { assertParity } from '../stack/parity.ts'
import { type Stack, startStack } from '../stack/stack.ts'

const { pgbench } = await requirePeers('pgbench')

/** Its scripts use what its documentation shows, and a pipeline. */
const script = `\\set id random(1, 100000)
SELECT abalance AS balance FROM pgbench_accounts WHERE aid = :id \\gset
\\set delta :id % 7 + :balance
UPDATE pgbench_accounts SET abalance = :delta WHERE aid = :id \\; INSERT INTO pgbench_history (aid, delta) VALUES (:id, :delta);
`
const pipelined = `\\set id random(1, 100000)
\\startpipeline
BEGIN;
UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = :id;
INSERT INTO pgbench_history (aid, delta) VALUES (:id, 1);
END;
\\endpipeline
`

const clients = suite('pgbench')
let stack: Stack
const folder = mkdtempSync(join(tmpdir(), 'pgbench-'))
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
clients.before(async () => {
  stack = await startStack({
    roles: ['bench'],
    policies: `
      @id("bench-does-what-pgbench-does")
      permit(
        principal in Gate::Role::"bench",
        action in [Postgres::Action::"session", Postgres::Action::"read", Postgres::Action::"write",
          Postgres::Action::"define", Postgres::Action::"vacuum", Postgres::Action::"analyze"],
        resource in Postgres::Database::"orders-db/through");`,
  })
  for (const name of ['direct', 'through']) await stack.server.query(`CREATE DATABASE ${name} OWNER gate_bench`)
})
clients.after(() => stack.stop())

async function bench(through: boolean, args: readonly string[]): Promise<string> {
  const server = { host: 'localhost', port: stack.server.port, ca: stack.server.ca }
  const direct: Connection = { ...server, user: 'gate_bench', password: 'secret of bench', database: 'direct' }
  const connection = through ? { ...(await stack.connection('bench')), database: 'through' } : direct
  const ran = await runClient(pgbench, connection, args)
  assert.is(ran.code, 0, ran.stderr)
  return ran.stdout.replace(/^(latency|tps|(initial|average) connection time|pgbench \().*$/gm, '')
}

/** What the tables hold when it is done: all but the times and what nobody touched, whatever the order. */
async function left(database: string) {
  const sum = (columns: string, table: string, where = 'true') =>
    `(SELECT md5(string_agg(concat_ws(' ', ${columns}), ',' ORDER BY ${columns})) FROM pgbench_${table} WHERE ${where}) AS ${table}`
  return await stack.server.query(
    `SELECT (SELECT count(*) FROM pgbench_accounts), ${sum('aid, bid, abalance', 'accounts', 'abalance <> 0')}, ${sum('tid, bid, tbalance', 'tellers')},
       ${sum('bid, bbalance', 'branches')}, ${sum('aid, delta, tid, bid', 'history')}`,
    { database },
  )
}

const seeded = ['--random-seed=7', '-c', '4', '-j', '2', '-t', '25']
for (const [what, args] of [
  ['initialises from the client', ['-i', '-q']],
  ['initialises at the server, with foreign keys', ['-i', '-q', '-I', 'dtGvpf']],
  ['runs its TPC-B in mode simple', ['-M', 'simple', ...seeded]],
  ['runs its TPC-B in mode extended', ['-M', 'extended', ...seeded]],
  ['runs its TPC-B in mode prepared', ['-M', 'prepared', ...seeded]],
  ['selects only', ['-S', '-M', 'prepared', '-C', ...seeded, '-t', '5']],
  [
    'runs a script of its own',
    ['-n', '-f', file('script.sql', script), '-M', 'simple', ...seeded, '-c', '1', '-j', '1'],
  ],
  ['runs a pipeline', ['-n', '-f', file('pipeline.sql', pipelined), '-M', 'prepared', ...seeded, '-c', '1', '-j', '1']],
] as const)
  clients(`${what}, and leaves what it leaves without the gateway`, async () => {
    const said = await bench(true, args)
    assert.is(said, await bench(false, args))
    if (args[0] !== '-i') assert.match(said, /number of transactions actually processed: (\d+)\/\1\n/)
    assert.equal(await left('through'), await left('direct'))
  })
clients('is decided again from its record as it was decided', () => assertParity(stack))
clients.run()
