import { serialize } from 'pg-protocol'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startRig } from './gateway.test-support.ts'
import { message } from './messages.ts'
import { type Heard, letters, type RawClient } from './raw-client.test-support.ts'

const rig = await startRig(`create table t (n int);
  create table empty_rows ();
  insert into empty_rows default values; insert into empty_rows default values`)
const { door, beside } = rig

const q = serialize.query
const sync = serialize.sync()
const parse = (text: string, name = '') => serialize.parse({ name, text, types: [] })
const bind = (portal = '') => serialize.bind({ portal, statement: '', values: [] })
const execute = (portal = '', rows = 0) => serialize.execute({ portal, rows })
const run = (text: string, portal = '') => Buffer.concat([parse(text), bind(portal), execute(portal)])
const series = (rows: number) => `select generate_series(1, ${rows}) n`
const endless = "select repeat('x', 1000), generate_series(1, 100000000)"

const limitOf = (heard: readonly Heard[]) => {
  const detail = heard.find(({ type }) => type === 'E')?.fields.D
  return detail === undefined ? undefined : JSON.parse(detail)
}
/** Each run of rows as their number. */
const story = (heard: readonly Heard[]) => letters(heard).replace(/[Dd]{2,}/g, rows => `${rows[0]}${rows.length}`)
const lastResult = () => door.decisions.flatMap(({ results }) => results).at(-1)
const count = async () => (await beside.query('select count(*)::int as c from t')).rows[0].c

const opened: RawClient[] = []
async function raw(): Promise<RawClient> {
  const client = await rig.raw()
  opened.push(client)
  return client
}
async function fresh(): Promise<void> {
  for (const client of opened.splice(0)) client.close()
  await rig.fresh()
  await beside.query('truncate t')
}
/** What is limited says so; what follows it, and what looks after it, is not. */
function oblige(obligations: object): void {
  door.oblige = operation => ('sql' in operation && !operation.sql.includes('free') ? obligations : {})
}

const rows = suite('@maxRows')
rows.before.each(fresh)

for (const [what, bytes, sent] of [
  ['in a Query', (n: number) => [q(series(n))], 'TD5'],
  ['executed', (n: number) => [run(series(n)), sync], '12D5'],
  [
    'of the third statement of a Query',
    (n: number) => [q(`select 1 where false; select 2; ${series(n - 1)}`)],
    'TCTDCTD4',
  ],
  ['copied out', (n: number) => [q(`copy (${series(n)}) to stdout`)], 'Hd5'],
  ['copied out, executed', (n: number) => [run(`copy (${series(n)}) to stdout`), sync], '12Hd5'],
  [
    'explained',
    (n: number) => [
      q(
        `explain (costs off) ${Array(n - 1)
          .fill('select 1')
          .join(' union all ')}`,
      ),
    ],
    'TD5',
  ],
] as const)
  rows(`lets through so many and not one more ${what}`, async () => {
    oblige({ maxRows: 5 })
    const it = await raw()
    it.send(...bytes(5))
    const within = story(await it.ready())
    assert.ok(within.startsWith(sent), within)
    assert.not.match(within, /E/)
    assert.is(lastResult()?.status, 'ok')
    it.send(...bytes(6))
    const over = await it.ready()
    assert.is(story(over), `${sent}EZ`)
    assert.is(over.at(-2)?.fields.C, '54000')
    assert.match(`${over.at(-2)?.fields.M}`, /more than 5 rows/)
    const { limit, code, policies, commit } = limitOf(over)
    assert.equal(
      { limit, code, policies, commit },
      { limit: 'maxRows', code: 'limit_exceeded', policies: ['a-policy'], commit: 'c0ffee' },
    )
    const { rows, status, limit: recorded } = lastResult() ?? {}
    assert.equal({ rows, status, recorded }, { rows: 5, status: 'limit_exceeded', recorded: 'maxRows' })
    assert.is(letters(await it.query("select 'free'")), 'TDCZ')
    it.close()
  })

rows('counts binary copies by their rows, not by what ends them', async () => {
  oblige({ maxRows: 5 })
  const it = await raw()
  assert.is(story(await it.query(`copy (${series(5)}) to stdout (format binary)`)), 'Hd6cCZ')
  assert.is(story(await it.query(`copy (${series(6)}) to stdout (format binary)`)), 'Hd5EZ')
  it.close()
})

rows('adds up over a portal that is run in pieces', async () => {
  oblige({ maxRows: 5 })
  const it = await raw()
  await it.query('begin -- free')
  it.send(parse(series(9)), bind('p'), execute('p', 3), sync)
  assert.is(story(await it.ready()), '12D3sZ')
  it.send(execute('p', 3), sync)
  const over = await it.ready()
  assert.is(story(over), 'D2EZ')
  assert.is(over.at(-1)?.body, 'E')
  it.send(execute('p', 3), sync)
  assert.is(letters(await it.ready()), 'EZ')
  it.close()
})

rows('adds up over a portal that is decided again', async () => {
  oblige({ maxRows: 5 })
  const it = await raw()
  await it.query('begin -- free')
  it.send(parse(series(9)), bind('p'), execute('p', 3), sync)
  await it.ready()
  door.bundle = 'bundle-2'
  it.send(execute('p', 3), sync)
  assert.is(story(await it.ready()), 'D2EZ')
  it.close()
})

rows('stops a target that would go on for ever, and reads no more of it than it must', async () => {
  oblige({ maxRows: 5 })
  const it = await raw()
  for (const bytes of [[q(endless)], [run(endless), sync], [q(`copy (${endless}) to stdout`)]]) {
    it.send(...bytes)
    assert.match(story(await it.ready()), /[Dd]5EZ$/)
    assert.is(lastResult()?.status, 'limit_exceeded')
  }
  const active = await beside.query(
    "select 1 from pg_stat_activity where state = 'active' and pid <> pg_backend_pid() and backend_type = 'client backend'",
  )
  assert.is(active.rowCount, 0)
  it.close()
})

rows('fails a transaction whether the cancel comes in time or not', async () => {
  oblige({ maxRows: 5 })
  const it = await raw()
  for (const over of [series(6), endless])
    for (const bytes of [[q(over)], [run(over), sync]]) {
      await it.query('begin -- free')
      await it.query('insert into t values (1) -- free')
      it.send(...bytes)
      assert.is((await it.ready()).at(-1)?.body, 'E')
      assert.is((await it.query('select 1'))[0]?.fields.C, '25P02')
      await it.query('rollback -- free')
    }
  assert.is(await count(), 0)
  it.close()
})

rows('takes back what was written in one pipeline, though its Sync is sent along', async () => {
  oblige({ maxRows: 5 })
  const it = await raw()
  it.send(
    run('insert into t values (1) -- free'),
    run(`insert into t ${series(6)} returning n`),
    run("select 'free'"),
    sync,
  )
  assert.is(story(await it.ready()), '12C12D5EZ')
  assert.is(await count(), 0)
  it.send(run(`insert into t ${series(5)} returning n`), sync)
  assert.is(story(await it.ready()), '12D5CZ')
  assert.is(await count(), 5)
  it.close()
})

rows('says so where a Query had committed before it could be cancelled', async () => {
  oblige({ maxRows: 5 })
  const it = await raw()
  const over = await it.query(`insert into t ${series(6)} returning n`)
  assert.is(story(over), 'TD5EZ')
  assert.is(over.at(-1)?.body, 'I')
  assert.is(limitOf(over).failed, (await count()) === 0)
  assert.is(/what it changed is kept/.test(`${over.at(-2)?.fields.M}`), (await count()) === 6)
  it.close()
})

rows('has nothing against a statement without rows', async () => {
  oblige({ maxRows: 1 })
  const it = await raw()
  assert.is(story(await it.query(`insert into t ${series(9)}`)), 'CZ')
  assert.is(story(await it.query('select 1')), 'TDCZ')
  it.close()
})

rows('leaves drivers in step', async () => {
  oblige({ maxRows: 5 })
  const it = await rig.client()
  for (const values of [undefined, []]) {
    const error = await it.query(series(6), values as never).then(undefined, cause => cause)
    assert.is(error?.code, '54000')
    assert.is((await it.query("select 'free'", values as never)).rowCount, 1)
  }
  await it.end()
})

rows.run()

const races = suite('a cancel')
races.before.each(fresh)

/** Lengths about that of the socket's buffers: the statement has ended, or is about to, or goes on. */
const lengths = [6, 7, 50, 400, 3_000, 20_000, 150_000, 2_000_000]

races('never hits the next statement of the client, nor one of its pipeline', async () => {
  oblige({ maxRows: 5 })
  const its = await Promise.all(Array.from({ length: 4 }, () => raw()))
  const turns = async (it: RawClient, round: number) => {
    for (let turn = 0; turn < 60; turn++) {
      const over = series(lengths[(turn + round) % lengths.length] ?? 6)
      if (turn % 2 === 0) it.send(q(over), q(`select 'free', pg_sleep(0.001)`), run(`select 'free'`), sync)
      else
        it.send(run(over), run(`select 'free'`), sync, run(`select 'free', pg_sleep(0.001)`), sync, q(`select 'free'`))
      const heard = await it.ready(3)
      assert.is(story(heard), turn % 2 === 0 ? 'TD5EZTDCZ12DCZ' : '12D5EZ12DCZTDCZ', `turn ${turn}`)
      assert.is(limitOf(heard).code, 'limit_exceeded')
    }
    it.close()
  }
  await Promise.all(its.map(turns))
})

races('leaves a portal and a statement that were made before usable', async () => {
  oblige({ maxRows: 5 })
  const it = await raw()
  it.send(parse("select 'free'", 'kept'), sync)
  await it.ready()
  it.send(run(series(100)), sync, serialize.bind({ portal: '', statement: 'kept', values: [] }), execute(), sync)
  assert.is(story(await it.ready(2)), '12D5EZ2DCZ')
  it.close()
})

races.run()

const bytes = suite('@maxBytes')
bytes.before.each(fresh)

bytes('counts rows as they are sent, whole or not at all', async () => {
  oblige({ maxBytes: 3 * (5 + 2 + 4 + 100) })
  const it = await raw()
  const wide = (rows: number) => `select repeat('x', 100) from generate_series(1, ${rows})`
  assert.is(story(await it.query(wide(3))), 'TD3CZ')
  const over = await it.query(wide(4))
  assert.is(story(over), 'TD3EZ')
  assert.is(limitOf(over).limit, 'maxBytes')
  assert.is(over.at(-2)?.fields.C, '54000')
  assert.is(story(await it.query("select repeat('x', 10000000)")), 'TEZ')
  it.close()
})

bytes('counts what is copied in, and leaves the table as it was', async () => {
  oblige({ maxBytes: 200 })
  const it = await raw()
  const data = message('d', `${'1\n'.repeat(50)}`)
  await it.query('begin -- free')
  for (const begin of [[q('copy t from stdin')], [run('copy t from stdin')]]) {
    const end = begin[0]?.[0] === 0x51 ? [message('c')] : [message('c'), sync]
    await it.query('savepoint s -- free')
    it.send(...begin, data, ...end)
    assert.match(story(await it.ready()), /GCZ$/)
    it.send(...begin, data, data, data, message('d', 'x'.repeat(300_000)), ...end)
    const over = await it.ready()
    assert.match(story(over), /GEZ$/)
    assert.is(limitOf(over).limit, 'maxBytes')
    assert.is(over.at(-1)?.body, 'E')
    await it.query('rollback to s -- free')
  }
  await it.query('commit -- free')
  it.send(q('copy t from stdin'), data, message('d', 'x'.repeat(300_000)), message('c'), q("select 'free'"))
  assert.is(story(await it.ready(2)), 'GEZTDCZ')
  assert.is(await count(), 0)
  it.close()
})

bytes('counts what a FunctionCall gives', async () => {
  door.oblige = operation => (operation.kind === 'functionCall' ? { maxBytes: 12 } : {})
  const loCreat = message('F', Buffer.from([0, 0, 957 >> 8, 957 & 255, 0, 1, 0, 1, 0, 1, 0, 0, 0, 4, 0, 0, 0, 0, 0, 1]))
  const it = await raw()
  await it.query('begin')
  it.send(loCreat)
  const over = await it.ready()
  assert.is(letters(over), 'EZ')
  assert.is(over.at(-1)?.body, 'E')
  assert.is(limitOf(over).limit, 'maxBytes')
  await it.query('rollback')
  door.oblige = operation => (operation.kind === 'functionCall' ? { maxBytes: 13 } : {})
  it.send(loCreat)
  assert.is(letters(await it.ready()), 'VZ')
  it.close()
})

bytes.run()

const times = suite('@statementTimeout')
times.before.each(fresh)

for (const [what, bytes, told] of [
  ['a Query', [q('select pg_sleep(30)')], 'TEZ'],
  ['a Query of which one statement has ended', [q('select 1; select pg_sleep(30); select 2')], 'TDCTEZ'],
  ['an Execute', [run('select pg_sleep(30)'), run("select 'free'"), sync], '12EZ'],
  ['a COPY', [q('copy (select pg_sleep(30)) to stdout')], 'HEZ'],
  ['a COPY that waits for data', [q('copy t from stdin'), message('d', '1\n')], 'GEZ'],
  ['an executed COPY that waits for data', [run('copy t from stdin'), message('d', '1\n')], '12GE'],
] as const)
  times(`stops ${what}`, async () => {
    oblige({ statementTimeoutMs: 300 })
    const it = await raw()
    it.send(...bytes)
    const heard = told.endsWith('Z')
      ? await it.ready()
      : [await it.message(), await it.message(), await it.message(), await it.message()]
    assert.is(story(heard), told)
    const error = heard.find(({ type }) => type === 'E')
    assert.is(error?.fields.C, '57014')
    assert.is(limitOf(heard).limit, 'statementTimeout')
    assert.is(lastResult()?.status, 'limit_exceeded')
    if (!told.endsWith('Z')) {
      it.send(message('c'), sync)
      assert.is(letters(await it.ready()), 'Z')
    }
    assert.is(letters(await it.query("select 'free'")), 'TDCZ')
    it.close()
  })

times('stops what waits for a lock, also at its Parse', async () => {
  oblige({ statementTimeoutMs: 300 })
  await beside.query('begin; lock table t')
  const it = await raw()
  it.send(parse('select * from t'), bind(), execute(), sync)
  const heard = await it.ready()
  await beside.query('rollback')
  assert.match(story(heard), /^1?EZ$/)
  assert.is(heard.at(-2)?.fields.C, '57014')
  it.close()
})

times('does not count what the client takes between its messages', async () => {
  oblige({ statementTimeoutMs: 500 })
  const it = await raw()
  it.send(parse('select 1'))
  await new Promise(resolve => setTimeout(resolve, 700))
  it.send(bind())
  await new Promise(resolve => setTimeout(resolve, 700))
  it.send(execute())
  await new Promise(resolve => setTimeout(resolve, 700))
  it.send(sync)
  assert.is(letters(await it.ready()), '12DCZ')
  it.close()
})

times('fails a transaction, and lets one go on that was in time', async () => {
  oblige({ statementTimeoutMs: 1000 })
  const it = await raw()
  await it.query('begin -- free')
  assert.is((await it.query('select pg_sleep(0.01)')).at(-1)?.body, 'T')
  assert.is((await it.query('select pg_sleep(30)')).at(-1)?.body, 'E')
  it.close()
})

times('never hits the next statement', async () => {
  oblige({ statementTimeoutMs: 20 })
  const it = await raw()
  for (let turn = 0; turn < 120; turn++) {
    const ms = 14 + (turn % 12)
    const limited = `select pg_sleep(${ms / 1000})`
    if (turn % 2 === 0) it.send(q(limited), q("select 'free', pg_sleep(0.002)"))
    else it.send(run(limited), sync, run("select 'free', pg_sleep(0.002)"), sync)
    // where the machine is busy, already its Parse may be late
    const heard = story(await it.ready(2))
    assert.ok(/^(T?(DC)?E?ZTDCZ|1?2?(DC)?E?Z12DCZ)$/.test(heard), heard)
  }
  it.close()
})

times.after(async () => {
  await fresh()
  await rig.stop()
})
times.run()
