import { startPostgres } from '@cedargate/demo'
import { loadGrammars } from '@cedargate/policy-schema'
import pg from 'pg'
import { serialize } from 'pg-protocol'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createFakeDoor, type FakeDoor, fakeToken } from './fake-door.test-support.ts'
import { startTestGateway } from './gateway.test-support.ts'
import { message } from './messages.ts'
import { type Heard, play, RawClient, type Step, until } from './raw-client.test-support.ts'
import { openUpstream } from './upstream.ts'

/**
 * The same bytes are sent to PostgreSQL and through the gateway. Where the gateway denies, the direct connection gets what
 * PostgreSQL itself refuses at the same message. Then both must have told the same story and left the same rows.
 */
interface Wrong {
  /** Denied, or a syntax error. */
  readonly statement: string
  /** Denied at Bind, or no number. */
  readonly parameter: string
}
const denied: Wrong = { statement: 'delete from t', parameter: '666' }
const broken: Wrong = { statement: 'delet from t', parameter: 'x' }
/** Too many rows, or an error behind as many. */
const limited: Wrong = { statement: 'select n from generate_series(1, 9) n', parameter: '666' }
const failing: Wrong = { statement: 'select 1 / (6 - n) from generate_series(1, 9) n', parameter: 'x' }
const maxRows = 5
/** Where the Query itself ends the transaction, a cancel may come too late. */
const committed = ['simple, all in one text', 'simple, the transaction begun and spoiled in one text']

const q = serialize.query
const sync = serialize.sync()
const flush = serialize.flush()
const parse = (text: string, name = '') => serialize.parse({ name, text, types: [] })
const bind = (values: string[] = [], statement = '', portal = '') => serialize.bind({ portal, statement, values })
const execute = (portal = '', rows = 0) => serialize.execute({ portal, rows })
const run = (text: string) => Buffer.concat([parse(text), bind(), execute()])
const insert = 'insert into t values (1)'
const insertOne = 'insert into t values ($1::int)'
const copy = 'copy t from stdin'

const scenarios: { readonly [name: string]: (wrong: Wrong) => readonly Step[] } = {
  'simple, no transaction': ({ statement }) => [
    [[q(insert)], 1],
    [[q(statement)], 1],
    [[q(insert)], 1],
  ],
  'simple, three at once': ({ statement }) => [[[q(insert), q(statement), q(insert)], 3]],
  'simple, all in one text': ({ statement }) => [[[q(`${insert}; ${statement}; ${insert}`)], 1]],
  'simple, in a transaction': ({ statement }) => [
    [[q('begin')], 1],
    [[q(insert)], 1],
    [[q(statement)], 1],
    [[q('select 1')], 1],
    [[q('commit')], 1],
    [[q(insert)], 1],
  ],
  'simple, a whole transaction in one write': ({ statement }) => [
    [[q('begin'), q(insert), q(statement), q(insert), q('commit'), q(insert)], 6],
  ],
  'simple, to a savepoint': ({ statement }) => [
    [[q('begin')], 1],
    [[q(insert)], 1],
    [[q('savepoint s')], 1],
    [[q(statement)], 1],
    [[q('rollback to s')], 1],
    [[q(insert)], 1],
    [[q('commit')], 1],
  ],
  'simple, the transaction begun and spoiled in one text': ({ statement }) => [
    [[q(`begin; ${insert}; ${statement}; commit`)], 1],
    [[q(insert)], 1],
  ],
  'extended, one Sync': ({ statement }) => [[[run(insert), run(statement), run(insert), sync], 1]],
  'extended, a Sync each': ({ statement }) => [[[run(insert), sync, run(statement), sync, run(insert), sync], 3]],
  'extended, nothing before it': ({ statement }) => [
    [[run(statement), run(insert), sync], 1],
    [[run(insert), sync], 1],
  ],
  'extended, in a transaction': ({ statement }) => [
    [[run('begin'), sync], 1],
    [[run(insert), sync], 1],
    [[run(statement), run(insert), sync], 1],
    [[run(insert), sync], 1],
    [[run('rollback'), sync], 1],
    [[run(insert), sync], 1],
  ],
  'extended, begin and deny before one Sync': ({ statement }) => [
    [[run('begin'), run(insert), run(statement), run('commit'), sync], 1],
    [[run('commit'), sync], 1],
  ],
  'extended, behind a Flush': ({ statement }) => [[[run(insert), flush, run(statement), flush, run(insert), sync], 1]],
  'extended, behind an error of the target': ({ statement }) => [
    [[run(insert), run("select 'x'::int"), run(statement), sync], 1],
    [[run(insert), sync], 1],
  ],
  'extended, before what the target would refuse': ({ statement }) => [
    [[run(insert), run(statement), run("select 'x'::int"), sync], 1],
  ],
  'Query behind what was not synced': ({ statement }) => [
    [[run(insert), q(statement)], 1],
    [[q(insert)], 1],
  ],
  'an allowed Query behind what was not synced': ({ statement }) => [
    [[run(insert), q(insert)], 1],
    [[q(statement)], 1],
  ],
  'Query where the server skips to Sync': ({ statement }) => [
    [[run(statement), q(insert), sync], 1],
    [[q(insert)], 1],
  ],
  Bind: ({ parameter }) => [
    [[parse(insertOne), bind(['1']), execute(), bind([parameter]), execute(), bind(['3']), execute(), sync], 1],
    [[parse(insertOne, 'keep'), bind(['1'], 'keep'), execute(), sync], 1],
    [[bind([parameter], 'keep'), execute(), sync, bind(['1'], 'keep'), execute(), sync], 2],
  ],
  'Bind in a transaction': ({ parameter }) => [
    [[q('begin')], 1],
    [[parse(insertOne, 'keep'), bind(['1'], 'keep'), execute(), sync], 1],
    [[bind([parameter], 'keep'), execute(), sync], 1],
    [[bind(['1'], 'keep'), execute(), sync], 1],
    [[q('rollback')], 1],
    [[bind(['1'], 'keep'), execute(), sync], 1],
  ],
  'Bind of a name that is unknown': () => [
    [[run(insert), bind([], 'nowhere'), execute(), run(insert), sync], 1],
    [[bind([], 'nowhere'), sync, run(insert), sync], 2],
  ],
  'Execute of a portal that is unknown': () => [
    [[run(insert), execute('nowhere'), run(insert), sync], 1],
    [[execute('nowhere'), sync], 1],
  ],
  'Describe of names that are unknown': () => [
    [[serialize.describe({ type: 'S', name: 'nowhere' }), run(insert), sync], 1],
    [[run(insert), serialize.describe({ type: 'P', name: 'nowhere' }), sync], 1],
  ],
  'a name that is in use': ({ statement }) => [
    [[parse(insert, 'mine'), sync], 1],
    [[parse('select 1', 'mine'), bind([], 'mine'), execute(), sync], 1],
    [[bind([], 'mine'), execute(), sync], 1],
    [[serialize.close({ type: 'S', name: 'mine' }), parse(statement, 'mine'), sync], 1],
    [[bind([], 'mine'), execute(), sync], 1],
    [[parse(insert, 'mine'), bind([], 'mine'), execute(), sync], 1],
  ],
  'portals in pieces': ({ statement }) => [
    [[q('begin')], 1],
    [[parse('select n from generate_series(1, 5) n'), bind([], '', 'p'), execute('p', 2), execute('p', 2), sync], 1],
    [[execute('p', 2), sync], 1],
    [[serialize.close({ type: 'P', name: 'p' }), execute('p', 2), sync], 1],
    [[q('rollback')], 1],
    [[parse('select n from generate_series(1, 5) n'), bind([], '', 'p'), execute('p', 2), sync], 1],
    [[execute('p', 2), sync, run(statement), sync], 2],
  ],
  'empty statements': ({ statement }) => [
    [[q(''), q(' -- nothing\n;; '), run(''), sync], 3],
    [[run(insert), q('')], 1],
    [[run('/* nothing */'), run(statement), sync], 1],
    [[q('begin'), q(''), q(statement), q(''), q('commit')], 5],
  ],
  'COPY in, simple': ({ statement }) => [
    [[q(copy), message('d', '1\n2\n'), message('d', '3\n'), message('c')], 1],
    [[q(statement), q(copy), message('d', '4\n'), message('c')], 2],
    [[q(`${insert}; ${copy}; ${insert}`), message('d', '1\n'), message('c')], 1],
  ],
  'COPY in that the client gives up': () => [
    [[q(copy), message('d', '1\n'), message('f', 'no more\0')], 1],
    [[run(copy), message('d', '1\n'), message('f', 'no more\0'), sync], 1],
    [[q(insert)], 1],
  ],
  'COPY in of what is no number': () => [
    [[q(copy), message('d', 'x\n'), message('d', '1\n'), message('c')], 1],
    [[run(copy), message('d', 'x\n'), message('d', '1\n'), message('c'), sync], 1],
    [[q(insert)], 1],
  ],
  'COPY in, extended': ({ statement }) => [
    [[run(insert), run(copy), message('d', '2\n'), message('c'), run(statement), sync], 1],
    [[run(insert), run(copy), message('d', '2\n'), message('c'), run(insert), sync], 1],
    // a client that sends Sync behind every Execute: the server reads past it
    [[run(copy), sync, flush, message('d', '5\n'), message('c'), sync], 1],
  ],
  'COPY data that nobody asked for': () => [[[message('d', '1\n'), message('c'), q(insert)], 1]],
  'COPY out': ({ statement }) => [
    [[q(insert)], 1],
    [[q('copy t to stdout'), run('copy t to stdout'), run(statement), sync], 2],
  ],
  'a COMMIT that fails': ({ statement }) => [
    [[q('insert into child values (7)')], 1],
    [[q('begin'), q(insert), q('insert into child values (7)'), q('commit'), q(insert)], 5],
    [[run(insert), run('insert into child values (7)'), sync, run(statement), sync], 2],
  ],
}

await loadGrammars()
const server = await startPostgres({
  tls: false,
  setup: `create table t (n int);
    create table parent (n int primary key);
    create table child (n int references parent deferrable initially deferred)`,
})
const beside = new pg.Client(server.client())
await beside.connect()
const settings = {
  host: server.host,
  port: server.port,
  database: 'postgres',
  tls: { mode: 'disable' },
  roles: {},
} as const

/** What a client sees of each step, errors only as such: their texts are each side's own. */
function told(heard: readonly Heard[]): string {
  return heard
    .map(({ type, body }) => (type === 'Z' || type === 'C' ? `${type}(${body.replace('\0', '')})` : type))
    .filter(each => each !== 'N')
    .join(' ')
}

async function rows(): Promise<unknown> {
  return (await beside.query('select n, count(*)::int from t group by n order by n')).rows
}

async function direct(): Promise<RawClient> {
  const upstream = await openUpstream({
    ...settings,
    user: server.superuser.user,
    secret: async () => server.superuser.password,
    parameters: {},
    deadlineMs: 5000,
  })
  const client = new RawClient(upstream.socket)
  upstream.socket.resume()
  return client
}

function deny(door: FakeDoor): void {
  door.rule = operation => {
    if (!('sql' in operation)) return undefined
    if (operation.catalog.transaction === 'failed')
      return /^(commit|rollback)/.test(operation.sql) ? undefined : 'failed'
    if (operation.sql.includes(denied.statement)) return 'nothing is deleted here'
    return operation.kind === 'execute' && operation.parameters.includes(denied.parameter) ? 'not this one' : undefined
  }
}

const door = createFakeDoor(settings, server.superuser)
deny(door)
const gateway = await startTestGateway(door, { tls: { mode: 'optional' } })

for (const [slow, ours, theirs, when] of [
  [false, denied, broken, ''],
  [true, denied, broken, ', decisions taking their time'],
  [false, limited, failing, ', where limits are overrun'],
] as const) {
  const same = suite(`rows and answers are those of a direct connection${when}:`)
  same.before(() => {
    door.slow = slow
    door.oblige = operation => ('sql' in operation && operation.sql === limited.statement ? { maxRows } : {})
  })
  for (const [name, steps] of Object.entries(scenarios)) {
    if (ours === limited && committed.includes(name)) continue
    same(name, async () => {
      await beside.query('truncate t')
      const expected = (await play(await direct(), steps(theirs))).map(told)
      const expectedRows = await rows()

      await beside.query('truncate t')
      door.decisions.length = 0
      const client = await RawClient.open(gateway.port)
      await client.logIn('backup@orders-db', fakeToken)
      assert.equal((await play(client, steps(ours))).map(told), expected)
      assert.equal(await rows(), expectedRows)
      const open = () => door.decisions.filter(({ allowed, results }) => results.length !== (allowed ? 1 : 0))
      await until(() => open().length === 0, 'one result for each forwarded operation')
    })
  }
  if (ours === limited)
    same.after(async () => {
      await beside.end()
      await gateway.stop()
      await server.stop()
    })
  same.run()
}
