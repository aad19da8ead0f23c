/** What a client says to a server with functions `chatty` and `failing`, and tables `t` and `told`. */
import { serialize } from 'pg-protocol'
import type { Heard, RawClient } from '../../gateway/src/protocols/postgres/raw-client.test-support.ts'

/** One of the two ways to the server, the same login on both. */
export interface Way {
  readonly client: RawClient
  /** Stops what the client's server does, as this way has it. */
  cancel(): Promise<void>
  /** Somebody else, with no gateway between. */
  beside(sql: string): Promise<unknown>
}
export type Script = (way: Way) => Promise<readonly Heard[]>

export const q = serialize.query
export const sync = serialize.sync()
const flush = serialize.flush()
const parse = (text: string, name = '') => serialize.parse({ name, text })
const bind = (values: string[] = [], statement = '', portal = '') => serialize.bind({ portal, statement, values })
const execute = (rows = 0, portal = '') => serialize.execute({ portal, rows })
const describe = (type: 'S' | 'P', name = '') => serialize.describe({ type, name })
export const run = (text: string) => Buffer.concat([parse(text), bind(), describe('P'), execute()])
const data = (text: string) => serialize.copyData(Buffer.from(text))
const done = serialize.copyDone()

/** Each step is sent at once, and heard to its last ReadyForQuery before the next. */
const steps =
  (...all: readonly (string | readonly [readonly Buffer[], number])[]): Script =>
  async ({ client }) => {
    const heard: Heard[] = []
    for (const step of all) {
      const [bytes, readies] = typeof step === 'string' ? [[q(step)], 1] : step
      client.send(...bytes)
      heard.push(...(await client.ready(readies)))
    }
    return heard
  }

/** Once the server is at it. */
const whileSleeping =
  (act: (way: Way) => Promise<unknown>, seconds: number): Script =>
  async way => {
    const sql = `select pg_sleep(${seconds})`
    way.client.send(q(sql))
    const active = `select count(*)::int as n from pg_stat_activity where query = '${sql}' and wait_event = 'PgSleep'`
    for (;;) if (((await way.beside(active)) as { n: number }[])[0]?.n === 1) break
    await act(way)
    return await way.client.ready()
  }

export const scripts: { readonly [what: string]: Script } = {
  'notices, warnings and information of a function': steps(
    'select chatty(1)',
    [[run('select chatty(2)'), sync], 1],
    'select chatty(3) from generate_series(1, 3)',
  ),
  'what client_min_messages lets through': steps(
    'set client_min_messages = error',
    'select chatty(1)',
    'set client_min_messages = debug1', // statements and durations too, which the server is told to log
    'select chatty(2)',
    'select * from t',
    'insert into told values (1)',
  ),
  'notices of triggers, of DDL and of names that are cut': steps(
    'begin',
    'insert into told values (1), (2)',
    'drop table if exists nothing',
    `select 1 as ${'x'.repeat(70)}`,
    'rollback',
  ),
  'warnings about transactions': steps('commit', 'begin; begin', 'rollback', 'rollback', 'abort; begin; end'),
  'an exception of a function, with its context': steps(
    'select failing(1)',
    [[run('select failing(2)'), run('select 1'), sync], 1],
    'begin; select failing(3)',
    'rollback',
  ),
  'violations of constraints': steps(
    'insert into t values (1)',
    'insert into t values (1)',
    'insert into t values (2, null)',
    'insert into t values (1000)',
    [[parse('insert into t values ($1)'), bind(['1']), execute(), sync], 1],
    [[parse('insert into t values ($1)'), bind(['no number']), execute(), sync], 1],
    'truncate t',
  ),
  'notifications of its own': steps(
    'listen c',
    "notify c, 'one'",
    "begin; notify c, 'two'; notify c, 'two'",
    "select pg_notify('c', 'three')",
    'commit',
    [[run("select pg_notify('c', 'four')"), run('select 1'), sync], 1],
    "begin; notify c, 'never'",
    'rollback',
    'unlisten *',
    "notify c, 'unheard'",
  ),
  'notifications while it is idle': async ({ client, beside }) => {
    client.send(q('listen c'))
    const heard = await client.ready()
    for (const word of ['one', 'two']) {
      await beside(`notify c, '${word}'`)
      heard.push(await client.message())
    }
    return heard
  },
  'a notification during a transaction, at its end': async way => {
    const heard = [...(await steps('listen c', 'begin', 'select 1')(way))]
    await way.beside("notify c, 'meanwhile'")
    return [...heard, ...(await steps('select 1', 'commit')(way))]
  },
  'a notification during a statement': async way => {
    const heard = await steps('listen c')(way)
    return [...heard, ...(await whileSleeping(({ beside }) => beside("notify c, 'meanwhile'"), 0.5)(way))]
  },
  'a cancel during a statement': async way => {
    const heard = await whileSleeping(({ cancel }) => cancel(), 60)(way)
    return [...heard, ...(await steps('select 1')(way))]
  },
  'settings that are reported': steps(
    "set application_name = 'wire'",
    "set datestyle = 'SQL, DMY'; set intervalstyle = 'iso_8601'",
    [[run("set timezone = 'Europe/Vienna'"), run("select '2020-01-01 12:00+00'::timestamptz"), sync], 1],
    'set search_path = public, pg_catalog',
    'set default_transaction_read_only = on',
    'set default_transaction_read_only = off',
    "select set_config('application_name', 'again', false)",
    'reset application_name',
  ),
  'settings that a transaction takes back': steps(
    'begin',
    "set local application_name = 'local'",
    'select 1',
    'commit',
    "begin; set application_name = 'gone'; set timezone = 'UTC'",
    'rollback',
    "begin; set application_name = 'gone'; select 1 / 0",
    'rollback',
  ),
  'errors in a pipeline': steps(
    [[run('select 1'), run('select 1 / 0'), run('select 2'), sync, run('select 3'), sync], 2],
    [[run('insert into t values (1)'), flush, run('select 1 / (a - 1) from t'), run('select 2'), sync], 1],
    [[run('begin'), sync, run('select 1 / 0'), sync, run('rollback'), sync, run('select 4'), sync], 4],
    'select count(*) from t',
  ),
  'COPY to the server': steps(
    [[q('copy t from stdin'), data('1\tone\n2\tt'), data('wo\n'), done], 1],
    [[run('copy t (a) from stdin'), data('3\n'), done, sync], 1],
    [[q('copy t from stdin (format csv); select count(*) from t'), data('4,four\n'), done], 1],
    'truncate t',
  ),
  'COPY to the server that fails in its middle': steps(
    [[q('copy t from stdin'), data('1\tone\n'), data('x\tno number\n'), data('2\ttwo\n'), done], 1],
    [[q('copy t from stdin'), data('1\tone\n'), serialize.copyFail('thought better of it')], 1],
    [[run('copy t from stdin'), data('1\tone\n'), serialize.copyFail('again'), sync], 1],
    'begin',
    [[q('copy t from stdin'), data('1\tone\n1\tone\n'), done], 1],
    'rollback',
    'select count(*) from t',
  ),
  'COPY from the server, to its end and to an error in its middle': steps(
    'copy (select n, repeat(n::text, 20) from generate_series(1, 2000) n) to stdout',
    'copy (select 1 / (1500 - n) from generate_series(1, 2000) n) to stdout',
    [[run('copy (select 1 as a) to stdout (format binary)'), sync], 1],
    [[run('copy (select 1 / (1500 - n) from generate_series(1, 2000) n) to stdout (header, format csv)'), sync], 1],
  ),
  'portals that are run a few rows at a time': steps(
    [[parse('select generate_series(1, 5)'), bind(), describe('P'), execute(2), execute(2), execute(2), sync], 1],
    'begin',
    [[parse('select generate_series(1, 5) as n', 's'), bind([], 's', 'p'), execute(2, 'p'), sync], 1],
    [[describe('P', 'p'), execute(1, 'p'), sync], 1],
    [[execute(0, 'p'), execute(0, 'p'), serialize.close({ type: 'P', name: 'p' }), sync], 1],
    'commit',
    [
      [describe('S', 's'), serialize.close({ type: 'S', name: 's' }), serialize.close({ type: 'S', name: 's' }), sync],
      1,
    ],
  ),
  'rows before an error, in a portal and in a Query': steps('select 1 / (3 - n) from generate_series(1, 9) n', [
    [parse('select 1 / (4 - n) from generate_series(1, 9) n'), bind(), execute(2), execute(2), sync],
    1,
  ]),
  'statements that are none': steps(
    '',
    ' ; ',
    '-- nothing',
    [[parse(''), bind(), describe('P'), execute(), sync], 1],
    [[parse('select 1'), bind(), execute(), parse(''), bind(), execute(), sync], 1],
    'begin',
    '',
    'rollback',
  ),
  'several statements in one Query': steps(
    'select 1; select 2 as two; insert into t values (1); ; select count(*) from t',
    'insert into t values (2); select 1 / 0; insert into t values (3)',
    'select 1; begin; insert into t values (4)',
    'select count(*) from t; rollback',
    'select count(*) from t; truncate t',
  ),
  'names in SQL': steps(
    'prepare p (int) as select $1 + 1',
    'execute p (1)',
    [[bind(['2'], 'p'), describe('S', 'p'), execute(), sync], 1],
    'deallocate p',
    'begin',
    'declare c cursor for select generate_series(1, 5)',
    'fetch 2 from c; move 1 in c',
    [[execute(1, 'c'), sync], 1],
    'close c; commit',
  ),
  'two-phase commit': steps(
    'begin',
    'insert into t values (1)',
    "prepare transaction 'one'",
    'select count(*) from t',
    "commit prepared 'one'",
    [
      [
        run('begin'),
        run('insert into t values (2)'),
        run("prepare transaction 'two'"),
        run('select count(*) from t'),
        sync,
      ],
      1,
    ],
    [[run("rollback prepared 'two'"), sync, run('select count(*) from t'), sync], 2],
    'begin; select 1 / 0',
    "prepare transaction 'three'",
    "commit prepared 'three'",
    "begin; commit prepared 'three'",
    "prepare transaction 'four'",
    "prepare transaction 'five'",
    'begin; listen c',
    "prepare transaction 'six'",
    'rollback',
  ),
  'rows that are large, and many': steps(
    "select repeat('x', 1000000)",
    "select n, repeat('y', n % 100) from generate_series(1, 20000) n",
    [[run('select generate_series(1, 20000)'), sync], 1],
  ),
}
