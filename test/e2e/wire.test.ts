// timeout: 300s
import { serialize } from 'pg-protocol'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { cancelRequest } from '../../gateway/src/protocols/postgres/messages.ts'
import { type Heard, letters, RawClient } from '../../gateway/src/protocols/postgres/raw-client.test-support.ts'
import { openUpstream } from '../../gateway/src/protocols/postgres/upstream.ts'
import { debianServers } from '../peers/index.ts'
import { type Stack, startStack } from '../stack/stack.ts'

const policies = `
  @id("app-works") permit (principal in Gate::Role::"app", action, resource);
  @id("nothing-is-deleted") forbid (principal, action == Postgres::Action::"delete", resource);
  @id("a-few-rows") @maxRows("3") permit (principal in Gate::Role::"app", action == Postgres::Action::"select", resource is Postgres::Table)
  when { resource.name == "numbers" };`

const setup = `
  CREATE TABLE t (a int PRIMARY KEY, b text NOT NULL DEFAULT 'b', CONSTRAINT small CHECK (a < 1000)); CREATE TABLE numbers AS SELECT generate_series(1, 9) AS n;
  CREATE FUNCTION chatty(n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN
    RAISE NOTICE 'n is %', n USING DETAIL = 'a detail', HINT = 'a hint', ERRCODE = '01ABC', SCHEMA = 's', TABLE = 't', COLUMN = 'c';
    RAISE WARNING 'a warning'; RAISE INFO 'some information'; RAISE DEBUG 'not heard'; RETURN n; END $$;
  CREATE FUNCTION failing(n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'before'; RAISE EXCEPTION 'no %', n USING ERRCODE = 'UX001', DETAIL = 'why'; END $$;
  CREATE FUNCTION telling() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'row %', NEW.a; RETURN NEW; END $$;
  CREATE TABLE told (a int); CREATE TRIGGER tells BEFORE INSERT ON told FOR EACH ROW EXECUTE FUNCTION telling()`

/** One of the two ways to the server, the same login on both. */
interface Way {
  readonly client: RawClient
  /** Stops what the client's server does, as this way has it. */
  cancel(): Promise<void>
  /** Somebody else, with no gateway between. */
  beside(sql: string): Promise<unknown>
}
type Script = (way: Way) => Promise<readonly Heard[]>

const q = serialize.query
const sync = serialize.sync()
const flush = serialize.flush()
const parse = (text: string, name = '') => serialize.parse({ name, text })
const bind = (values: string[] = [], statement = '', portal = '') => serialize.bind({ portal, statement, values })
const execute = (rows = 0, portal = '') => serialize.execute({ portal, rows })
const describe = (type: 'S' | 'P', name = '') => serialize.describe({ type, name })
const run = (text: string) => Buffer.concat([parse(text), bind(), describe('P'), execute()])
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

const scripts: { readonly [what: string]: Script } = {
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
  'rows that are large, and many': steps(
    "select repeat('x', 3000000)",
    "select n, repeat('y', n % 100) from generate_series(1, 20000) n",
    [[run('select generate_series(1, 20000)'), sync], 1],
  ),
}

/** Without what no two runs have alike: the process that notified, and how long it took. */
function comparable({ type, bytes, body }: Heard): string {
  if (type === 'A') return `A ${JSON.stringify(bytes.toString('latin1', 4))}`
  return `${type} ${bytes.length > 2000 ? `${bytes.length} bytes` : JSON.stringify(body.replace(/duration: [\d.]+ ms/, 'duration'))}`
}

const servers = [['npm', undefined] as const, ...debianServers().map(bin => [bin, bin] as const)]
for (const [which, bin] of servers) {
  const wire = suite(`on the server of ${which}, a client hears through the gateway what it hears directly:`)
  let stack: Stack
  let ca = ''
  wire.before(async () => {
    stack = await startStack({ policies, setup, ...(bin !== undefined && { bin }) })
    ca = (await stack.client('app').then(({ ssl }) => ssl as { ca: string })).ca
  })
  wire.after(() => stack.stop())

  const beside = (sql: string) => stack.server.query(sql, { database: 'orders' })
  const direct = async (): Promise<Way & { readonly parameters: ReadonlyMap<string, string> }> => {
    const upstream = await openUpstream({
      ...{
        host: '127.0.0.1',
        port: stack.server.port,
        tls: { mode: 'verify-full', serverName: 'localhost', ca: `${stack.server.ca}` },
      },
      ...{
        user: 'gate_app',
        database: 'orders',
        secret: async () => 'secret of app',
        parameters: {},
        deadlineMs: 5000,
      },
    })
    upstream.socket.resume()
    const cancel = async () =>
      void (await beside("select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'"))
    return { client: new RawClient(upstream.socket), cancel, beside, parameters: upstream.parameters }
  }
  const through = async (): Promise<Way & { readonly welcome: readonly Heard[] }> => {
    const client = await RawClient.openTls(stack.port, ca)
    const { user, password } = await stack.client('app')
    const welcome = await client.logIn(`${user}`, `${password}`, { database: 'orders' })
    const key = welcome.find(({ type }) => type === 'K')?.bytes ?? Buffer.alloc(0)
    const cancel = async () => {
      const asker = await RawClient.open(stack.port)
      asker.send(cancelRequest(key.readInt32BE(0), key.subarray(4)))
      await asker.rest()
    }
    return { client, cancel, beside, welcome }
  }

  wire('what the server reports at login', async () => {
    const [expected, { welcome, client }] = [await direct(), await through()]
    const said = welcome.filter(({ type }) => type === 'S').map(({ body }) => body.split('\0').slice(0, 2))
    assert.equal(
      said,
      [...expected.parameters].map(each => [...each]),
    )
    assert.is(letters(welcome).replace(/S+/, 'S'), 'RSKZ')
    client.close()
    expected.client.close()
  })

  for (const [what, script] of Object.entries(scripts))
    wire(what, async () => {
      const told: string[][] = []
      for (const open of [direct, through]) {
        const way = await open()
        told.push((await script(way)).map(comparable))
        way.client.close()
        await beside('truncate t, told')
      }
      const [expected, heard] = told
      assert.ok(expected !== undefined && expected.length > 1)
      assert.equal(heard, expected)
    })

  wire('what is denied, as an error at its place', async () => {
    const { client } = await through()
    const say = async (...bytes: Buffer[]) => {
      client.send(...bytes)
      return (await client.ready())
        .map(({ type, body, fields }) => (type === 'E' ? fields.C : type === 'Z' ? body : type))
        .join(' ')
    }
    assert.is(await say(q('begin')), 'C T')
    assert.is(await say(q('insert into t values (1); delete from t')), '42501 E')
    assert.is(await say(q('select 1')), '25P02 E')
    assert.is(await say(q('rollback')), 'C I')
    assert.is(await say(run('select 1'), run('delete from t'), run('select 2'), sync), '1 2 T D C 42501 I')
    assert.is(await say(q('select n from numbers')), 'T D D D 54000 I')
    assert.is(await say(run('select n from numbers limit 3'), sync), '1 2 T D D D C I')
    assert.is(await say(q('select 1')), 'T D C I')
    client.close()
  })

  wire.run()
}
