// timeout: 200s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { requirePeers, runPsql } from '../peers/index.ts'
import { eventually } from '../stack/eventually.ts'
import { assertParity } from '../stack/parity.ts'
import { type Stack, startStack } from '../stack/stack.ts'

const { psql } = await requirePeers('psql')

const policies = (rows: number) => `
  @id("app-works") permit(principal in Gate::Role::"app", action, resource);
  @id("app-reads-a-little") @maxRows("100") @maxBytes("1MiB") @statementTimeout("1m")
  permit(principal in Gate::Role::"app", action in Postgres::Action::"read", resource);
  @id("payments-by-the-dozen") @maxRows("${rows}")
  permit(principal in Gate::Role::"app", action == Postgres::Action::"select", resource is Postgres::Table)
  when { resource.name == "payments" };`

const limits = suite('what policies oblige to')
let stack: Stack
limits.before(async () => {
  stack = await startStack({
    policies: policies(12),
    setup:
      'CREATE TABLE payments AS SELECT generate_series(1, 100) AS id; CREATE TABLE notes AS SELECT generate_series(1, 101) AS id',
  })
})
limits.after(() => stack.stop())

const decisions = () =>
  stack
    .trail()
    .all()
    .flatMap(event => (event.kind === 'decision' ? [event] : []))
const results = () =>
  stack
    .trail()
    .all()
    .flatMap(event => (event.kind === 'result' ? [event] : []))

limits('is the strictest of each, over all policies and all that is asked, and stands in the trail', async () => {
  const client = await stack.connect('app')
  const failed = async (sql: string) => {
    const error = await client.query(sql).then(
      () => undefined,
      cause => cause,
    )
    assert.is(error?.code, '54000', sql)
    return JSON.parse(error.detail)
  }
  const detail = await failed('SELECT id FROM payments')
  assert.equal(detail.policies, ['app-reads-a-little', 'app-works', 'payments-by-the-dozen'])
  assert.is(detail.commit, stack.gateway.commit())
  assert.is((await client.query('SELECT id FROM payments LIMIT 12')).rowCount, 12)
  await failed('SELECT notes.id FROM notes JOIN payments USING (id)')
  await failed('SELECT id FROM notes')
  assert.is((await client.query('SELECT id FROM notes LIMIT 100')).rowCount, 100)
  assert.is((await client.query('UPDATE notes SET id = id')).rowCount, 101)
  await client.end()
  await eventually('the results', () => results().filter(({ status }) => status === 'limit_exceeded').length === 3)
  const metrics = await (await fetch(`${stack.gateway.control}/metrics`)).text()
  assert.match(metrics, /cedargate_limits_exceeded_total\{protocol="postgres",limit="maxRows"[^}]*\} 3/)
  const over = results().find(({ status }) => status === 'limit_exceeded')
  assert.equal([over?.rows, over?.limit], [12, 'maxRows'])
  const { obligations } = decisions().find(({ seq }) => seq === over?.decisionSeq) ?? {}
  assert.equal(obligations, { maxRows: 12, maxBytes: 1_048_576, statementTimeoutMs: 60_000 })
})

limits('holds for a statement that was prepared before they changed', async () => {
  const client = await stack.connect('app')
  const prepared = { name: 'pay', text: 'SELECT id FROM payments LIMIT 9' }
  assert.is((await client.query(prepared)).rowCount, 9)
  await stack.publish({ 'policies/main.cedar': policies(7) })
  assert.is((await client.query(prepared).catch(error => error)).code, '54000')
  await client.end()
})

limits('holds for a name in SQL as for the query that it stands for', async () => {
  const client = await stack.connect('app')
  const code = async (sql: string) => (await client.query(sql).catch(error => error)).code
  await client.query('PREPARE few AS SELECT id FROM payments')
  assert.is(await code('EXECUTE few'), '54000')
  await client.query('BEGIN')
  await client.query('DECLARE c CURSOR FOR SELECT id FROM payments')
  assert.is((await client.query('FETCH 7 FROM c')).rowCount, 7)
  assert.is(await code('FETCH 8 FROM c'), '54000')
  assert.is(await code('SELECT 1'), '25P02')
  await client.query('ROLLBACK')
  await client.end()
})

limits('leaves psql in step, and says what to do', async () => {
  const ran = await runPsql(
    psql,
    await stack.connection('app'),
    `BEGIN;
     SELECT count(*) FROM notes;
     SELECT id FROM payments;
     SELECT 'not in a failed transaction';
     ROLLBACK;
     COPY payments TO STDOUT;
     SELECT 'goes on';`,
    ['-v', 'ON_ERROR_STOP=0'],
  )
  assert.match(ran.stderr, 'the answer has more than 7 rows')
  assert.match(ran.stderr, 'next: add LIMIT 7')
  assert.match(ran.stderr, 'current transaction is aborted')
  assert.match(ran.stdout, 'goes on')
})

limits('are decided again from their record as they were decided', () => assertParity(stack))

limits.run()
