/**
 * Random conversations, told to PostgreSQL and through the gateway. Where the gateway denies, the direct connection gets what
 * PostgreSQL itself refuses at the same message. Both must tell the same story, message by message, and leave the same rows.
 *
 * `FUZZ_SEED=… FUZZ_ROUNDS=…` repeats a run or makes a longer one.
 */
// timeout: 120s
import { startPostgres } from '@cedargate/demo'
import { loadGrammars } from '@cedargate/policy-schema'
import pg from 'pg'
import { serialize } from 'pg-protocol'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createFakeDoor, fakeToken } from '../../gateway/src/protocols/postgres/fake-door.test-support.ts'
import { startTestGateway } from '../../gateway/src/protocols/postgres/gateway.test-support.ts'
import { message } from '../../gateway/src/protocols/postgres/messages.ts'
import { type Heard, RawClient, until } from '../../gateway/src/protocols/postgres/raw-client.test-support.ts'
import { openUpstream } from '../../gateway/src/protocols/postgres/upstream.ts'
import { createRandom } from './random.ts'
import { startSplittingProxy } from './splitting-proxy.ts'

const seed = Number(process.env.FUZZ_SEED ?? 20261124)
const rounds = Number(process.env.FUZZ_ROUNDS ?? 150)
const random = createRandom(seed)
const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T

/** A message, in the gateway's version and in the direct one: they differ where something is wrong. */
type Twice = readonly [gateway: Buffer, direct: Buffer]
const same = (bytes: Buffer): Twice => [bytes, bytes]
const wrong = ['delete from t', 'delet from t'] as const
/** More rows than its policies allow, or an error behind as many. Not as a Query, which may have been committed before its cancel came. */
const over = ['select n from generate_series(1, 9) n', 'select 9 / (4 - n) from generate_series(1, 9) n'] as const
const maxRows = 3

const texts: readonly (readonly [string, string])[] = [
  ...[
    'insert into t values (1)',
    'select 1',
    '',
    '-- nothing',
    'select n from generate_series(1, 5) n',
    "select 'x'::int",
  ],
  ...[
    'begin',
    'commit',
    'rollback',
    'savepoint s',
    'rollback to s',
    'release s',
    'select count(*) from t',
    'select 1/(n-n) from t',
    ...['create table made (n int)', 'drop table made', 'select count(*) from made'],
  ],
].map(text => [text, text] as const)
const statements = [...texts, wrong, wrong]
/** What ends a failed transaction is followed by a Sync: until the target has said that it ended, we hold it for failed. */
const ending = /^(commit|rollback)/
const going = statements.filter(([text]) => !ending.test(text))
const prepared = [
  ...going,
  over,
  ...(['insert into t values ($1::int)', 'select $1::int'].map(text => [text, text]) as [string, string][]),
]
const names = ['', 'a', 'b']

const makers: readonly (() => readonly Twice[])[] = [
  () => {
    const [ours, theirs] = pick(statements)
    return [[serialize.query(ours), serialize.query(theirs)]]
  },
  () => {
    const all = [pick(going), pick(going)]
    const text = (side: 0 | 1) => all.map(each => each[side]).join(';')
    // in one text PostgreSQL runs what stands before a syntax error no more than we do
    return [[serialize.query(text(0)), serialize.query(text(1))]]
  },
  () => {
    const [ours, theirs] = pick(prepared)
    const name = pick(names)
    const parse = (text: string) => serialize.parse({ name, text, types: [] })
    return [[parse(ours), parse(theirs)]]
  },
  () => {
    const [portal, statement] = [pick(names), pick(names)]
    const bind = (values: string[]) => serialize.bind({ portal, statement, values })
    return [pick([same(bind([])), same(bind(['7'])), [bind(['666']), bind(['x'])]])]
  },
  () => [same(serialize.execute({ portal: pick(names), rows: pick([0, 2]) }))],
  () => {
    const [ours, theirs] = pick(prepared)
    const run = (text: string) =>
      Buffer.concat([serialize.parse({ name: '', text, types: [] }), serialize.bind(), serialize.execute()])
    return [[run(ours), run(theirs)]]
  },
  () => {
    const portal = pick(names)
    const executions = pick([[0], [2, 0], [2, 2], [1, 1, 1], [3, 3]])
    const run = (text: string) => [
      ...[serialize.parse({ name: '', text, types: [] }), serialize.bind({ portal })],
      ...executions.map(rows => serialize.execute({ portal, rows })),
    ]
    return [[Buffer.concat(run(over[0])), Buffer.concat(run(over[1]))]]
  },
  () => {
    const text = pick(['commit', 'rollback', 'rollback to s'])
    return [
      same(serialize.parse({ name: '', text, types: [] })),
      same(serialize.bind()),
      same(serialize.execute()),
      same(serialize.sync()),
    ]
  },
  // not the unnamed portal, which a Query that failed leaves behind in the server
  () => [
    same(
      serialize.describe(
        pick([
          { type: 'S', name: pick(names) },
          { type: 'P', name: pick(['a', 'b']) },
        ]),
      ),
    ),
  ],
  () => [same(serialize.close({ type: pick(['S', 'P']), name: pick(names) }))],
  () => [same(serialize.flush())],
  () => [same(serialize.sync())],
  () => [same(serialize.sync())],
  () => {
    const copy = 'copy t from stdin'
    const run = [serialize.parse({ name: '', text: copy, types: [] }), serialize.bind(), serialize.execute()]
    const begin = pick([[serialize.query(copy)], run, [...run, serialize.sync()]])
    const data = Array.from({ length: random(4) }, () => message('d', pick(['1\n', '2\n3\n', 'x\n'])))
    return [...begin, ...data, pick([message('c'), message('f', 'no\0')])].map(same)
  },
  () => [same(serialize.query(pick(['copy t to stdout', 'copy (select 1) to stdout'])))],
]

await loadGrammars()
const server = await startPostgres({ tls: false, setup: 'create table t (n int); create table t_direct (n int)' })
const split = createRandom(seed + 1)
const before = await startSplittingProxy(server.port, split)
const settings = {
  host: server.host,
  port: server.port,
  database: 'postgres',
  tls: { mode: 'disable' },
  roles: {},
} as const
const beside = new pg.Client(server.client())
await beside.connect()
const door = createFakeDoor({ ...settings, port: before.port }, server.superuser)
door.rule = operation => {
  if (!('sql' in operation)) return undefined
  if (operation.catalog.transaction === 'failed')
    return /^(commit|rollback)( to s)?$/.test(operation.sql) ? undefined : 'the transaction has failed'
  if (operation.sql.includes(wrong[0])) return 'nothing is deleted here'
  return operation.kind === 'execute' && operation.parameters.includes('666') ? 'not this one' : undefined
}
door.oblige = operation => ('sql' in operation && operation.sql === over[0] ? { maxRows } : {})
const gateway = await startTestGateway(door, { tls: { mode: 'optional' } })

const behind = await startSplittingProxy(gateway.port, split)

async function throughGateway(): Promise<RawClient> {
  const client = await RawClient.open(behind.port)
  await client.logIn('backup@orders-db', fakeToken)
  return client
}
async function direct(): Promise<RawClient> {
  const { user, password } = server.superuser
  const login = { ...settings, user, secret: async () => password, parameters: {}, deadlineMs: 5000 }
  const { socket } = await openUpstream(login)
  const client = new RawClient(socket)
  socket.resume()
  return client
}

/**
 * PostgreSQL 18 itself loses its place where a Query follows what was not synced, and the message behind that did not fail:
 * `StartTransactionCommand: unexpected state STARTED`. Then nothing can be compared.
 */
const lost = 'the server lost its place'

/** All that comes until the answer to a last query that nothing else answers so. */
async function story(client: RawClient, bytes: Buffer, round: number): Promise<string> {
  const end = `the end of round ${round}`
  client.send(bytes, serialize.sync(), serialize.query('rollback'), serialize.query(`select '${end}'`))
  const heard: Heard[] = []
  while (!heard.at(-1)?.body.includes(end)) heard.push(await client.message())
  await client.ready()
  if (heard.some(({ fields }) => fields.M?.includes('unexpected state'))) return lost
  return heard
    .filter(({ type }) => type !== 'N')
    .map(({ type, body }) => ('ZC'.includes(type) ? `${type}(${body.replace('\0', '')})` : type))
    .join(' ')
}
async function rows(): Promise<string> {
  const found = (await beside.query('select n, count(*)::int from t group by n order by n')).rows
  await beside.query('truncate t; drop table if exists made')
  return JSON.stringify(found)
}
/** A conversation in words, for whoever has to find out why. */
const words = (bytes: Buffer) => bytes.toString('latin1').replace(/[^ -~]+/g, '·')

const fuzz = suite(`random conversations (seed ${seed}, ${rounds} rounds)`)

for (const slow of [false, true])
  fuzz(`go as they would without us${slow ? ', decisions taking their time' : ''}`, async () => {
    door.slow = slow
    let [theirs, ours] = [await direct(), await throughGateway()]
    let [denied, compared, overrun] = [0, 0, 0]
    for (let round = 0; round < rounds; round++) {
      const twice = Array.from({ length: 1 + random(10) }, () => pick(makers)()).flat()
      const [told, toldDirect] = [0, 1].map(side => Buffer.concat(twice.map(each => each[side as 0 | 1])))
      if (told === undefined || toldDirect === undefined) throw new TypeError('there are two sides')
      const where = `seed ${seed}, round ${round}: ${words(told)}`
      const expected = [await story(theirs, toldDirect, round), await rows()]
      door.decisions.length = 0
      const found = [await story(ours, told, round).catch(error => `${error.message}`), await rows()]
      if (found[0] === lost || expected[0] === lost) {
        theirs.close()
        ours.close()
        ;[theirs, ours] = [await direct(), await throughGateway()]
        continue
      }
      compared++
      assert.equal(found, expected, where)
      denied += door.decisions.filter(({ allowed }) => !allowed).length
      const open = () => door.decisions.filter(({ allowed, results }) => results.length !== (allowed ? 1 : 0))
      await until(() => open().length === 0, `one result for each forwarded operation, ${where}`)
      overrun += door.decisions.filter(({ results }) => results[0]?.status === 'limit_exceeded').length
    }
    assert.ok(denied > rounds / 10, 'noise in which nothing is denied proves nothing')
    assert.ok(compared > rounds * 0.9)
    assert.ok(overrun > rounds / 50, `${overrun} limits were overrun`)
    theirs.close()
    ours.close()
  })

fuzz.after(async () => {
  await beside.end()
  behind.stop()
  before.stop()
  await gateway.stop()
  await server.stop()
})

fuzz.run()
