import { serialize } from 'pg-protocol'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fakeToken } from './fake-door.test-support.ts'
import { startRig, user } from './gateway.test-support.ts'
import { message } from './messages.ts'
import { letters, RawClient, until } from './raw-client.test-support.ts'

const rig = await startRig(`create table t (n int); create table big (n int, filler text);
  insert into big select n, repeat('x', 1000) from generate_series(1, 20000) n; create role encoded`)
const { door, gateway, beside, raw, fresh, client: pgClient } = rig
await beside.query('create database other')

const code = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    error => (error as { code?: string }).code ?? String(error),
  )

const sessions = suite('a session')
sessions.before.each(fresh)

sessions(
  'of node-postgres reads, writes, prepares and copies out, and each operation is recorded with its result',
  async () => {
    const it = await pgClient()
    await it.query('truncate t')
    await it.query('insert into t select n from generate_series(1, $1::int) n', [10])
    const { rows } = await it.query({
      name: 'count',
      text: 'select count(*)::int as n from t where n > $1',
      values: [3],
    })
    assert.equal(rows, [{ n: 7 }])
    await it.query({ name: 'count', text: 'select count(*)::int as n from t where n > $1', values: [5] })
    await it.end()
    const told = door.decisions.map(({ operation, results }) => [
      operation.kind,
      operation.kind === 'execute' ? operation.parameters : undefined,
      results[0]?.rows,
      results[0]?.status,
    ])
    assert.equal(told, [
      ['connect', undefined, undefined, 'ok'],
      ['query', undefined, undefined, 'ok'],
      ['parse', undefined, undefined, 'ok'],
      ['execute', ['10'], 10, 'ok'],
      ['parse', undefined, undefined, 'ok'],
      ['execute', ['3'], 1, 'ok'],
      ['execute', ['5'], 1, 'ok'],
    ])
    await until(() => door.ends.length === 1)
  },
)

sessions('has the catalog of what its statements name, in the transaction that they run in', async () => {
  const it = await pgClient()
  await it.query('begin')
  await it.query('create table made (n int)')
  await it.query('select count(*) from made')
  await it.query('rollback')
  assert.is(await code(it.query('select count(*) from made')), '42P01')
  const catalogs = door.decisions.map(({ operation }) => operation.catalog)
  const made = { schema: 'public', name: 'made', kind: 'table' }
  assert.equal(catalogs[3]?.relations, { made })
  assert.is(catalogs[3]?.transaction, 'open')
  assert.equal(catalogs[5]?.relations, { made: null })
  assert.is(catalogs[5]?.transaction, 'none')
  await until(() => door.decisions[5]?.results.length === 1) // the ReadyForQuery comes behind the error, which the client has
  assert.is(door.decisions[5]?.results[0]?.status, '42P01')
  await it.end()
})

sessions('may run what refuses to run in a transaction, although its names were looked up', async () => {
  const it = await pgClient()
  await it.query('vacuum t')
  await it.query('create index concurrently on t (n)')
  await it.query('begin isolation level serializable')
  await it.query('select n from t limit 1')
  await it.query('commit')
  await it.end()
})

sessions('is decided again at Execute when the policies have changed since its Bind', async () => {
  const it = await raw()
  it.send(serialize.parse({ name: 's', text: 'select 1', types: [] }), serialize.bind({ portal: 'p', statement: 's' }))
  it.send(serialize.flush())
  assert.is((await it.message()).type, '1')
  assert.is((await it.message()).type, '2')
  door.bundle = 'bundle-2'
  door.rule = operation => (operation.kind === 'execute' ? 'not any more' : undefined)
  it.send(serialize.execute({ portal: 'p' }), serialize.sync())
  const heard = await it.ready()
  assert.is(letters(heard), 'EZ')
  assert.is(heard[0]?.fields.C, '42501')
  assert.match(`${heard[0]?.fields.M}`, /not any more/)
  it.send(serialize.bind({ portal: 'p', statement: 's' }), serialize.execute({ portal: 'p' }), serialize.sync())
  assert.is(letters(await it.ready()), 'EZ')
  door.rule = () => undefined
  it.send(serialize.bind({ statement: 's' }), serialize.execute(), serialize.execute(), serialize.sync())
  assert.is(letters(await it.ready()), '2DCCZ')
  assert.equal(
    door.decisions.slice(1).map(({ operation, allowed, results }) => [operation.kind, allowed, results[0]?.status]),
    [
      ['parse', true, 'ok'],
      ['execute', true, 'aborted'],
      ['execute', false, undefined],
      ['execute', false, undefined],
      ['execute', true, 'ok'],
    ],
  )
  it.close()
})

sessions('is decided again where the policies changed while its decision was written', async () => {
  const it = await raw()
  door.slow = true
  door.rule = ({ kind }) => {
    if (kind === 'query')
      queueMicrotask(() => {
        door.bundle = 'bundle-2'
        door.rule = () => 'not any more'
      })
    return undefined
  }
  const heard = await it.query('insert into t values (-1)')
  assert.is(letters(heard), 'EZ')
  assert.match(`${heard[0]?.fields.M}`, /not any more/)
  assert.equal(
    door.decisions.slice(1).map(({ allowed, results }) => [allowed, results[0]?.status]),
    [
      [true, 'aborted'],
      [false, undefined],
    ],
  )
  assert.is((await beside.query('select from t where n = -1')).rowCount, 0)
  it.close()
})

sessions('gets a deny that a person and a program can act on', async () => {
  door.rule = operation => (operation.kind === 'query' ? 'only backup\0 jobs\u001b[31m read this\u202e' : undefined)
  const it = await raw()
  const [error] = await it.query('select 1')
  assert.is(error?.fields.C, '42501')
  assert.is(error?.fields.M, 'only backup\ufffd jobs\ufffd[31m read this\ufffd (denied by policy)')
  assert.equal(JSON.parse(`${error?.fields.D}`), { code: 'forbidden', policies: ['a-policy'], commit: 'c0ffee' })
  assert.is(error?.fields.H, 'next: ask somebody')
  it.close()
})

sessions('goes to the target’s default database where the client names none, or its user as libpq does', async () => {
  for (const [parameters, database] of [
    [{}, 'postgres'],
    [{ database: user }, 'postgres'],
    [{ database: 'other' }, 'other'],
  ] as const) {
    const it = await raw(parameters)
    assert.is((await it.query('select current_database()'))[1]?.body.includes(database), true)
    it.close()
  }
})

sessions('speaks UTF8 whatever the client asked, and never learns the target’s key', async () => {
  const it = await RawClient.openTls(gateway.port, gateway.ca)
  const welcome = await it.logIn(user, fakeToken, { client_encoding: 'SQL_ASCII', datestyle: 'German' })
  const statuses = welcome.filter(({ type }) => type === 'S').map(({ body }) => body.split('\0').slice(0, 2).join('='))
  assert.ok(statuses.includes('client_encoding=UTF8'))
  assert.ok(statuses.includes('standard_conforming_strings=on'))
  assert.ok(statuses.some(status => status.startsWith('DateStyle=German')))
  const { rows } = await beside.query('select max(pid) as pid from pg_stat_activity where backend_type = $1', [
    'client backend',
  ])
  const key = welcome.find(({ type }) => type === 'K')
  assert.not.equal(Buffer.from(key?.body ?? '').readInt32BE(0), rows[0]?.pid)
  it.close()
})

for (const [by, sql] of [
  ['client_encoding', "set client_encoding = 'LATIN1'"],
  ['standard_conforming_strings', 'set standard_conforming_strings = off'],
  ['session_authorization', 'set session authorization encoded'],
] as const)
  sessions(`ends when ${by} changes, even where that was allowed`, async () => {
    const it = await raw()
    it.send(serialize.query(sql))
    const heard = await it.rest()
    assert.is(heard.at(-1)?.fields.S, 'FATAL')
    assert.match(`${heard.at(-1)?.fields.M}`, new RegExp(by))
    assert.match(`${door.ends[0]}`, /ERR_TARGET_CHANGED/)
  })

sessions('takes a statement of a megabyte and denies a larger one without losing its place', async () => {
  const it = await raw()
  const large = `select 1 /* ${'x'.repeat(1024 * 1024)} */`
  it.send(serialize.query(large), serialize.query('select 2'))
  const heard = await it.ready(2)
  assert.is(letters(heard), 'EZTDCZ')
  assert.is(heard[0]?.fields.C, '54000')
  const asked = door.decisions[1]?.operation
  assert.ok(asked?.kind === 'query' && asked.sql === '' && asked.oversize?.bytes === large.length + 1)
  it.send(
    serialize.parse({ name: '', text: large, types: [] }),
    serialize.bind(),
    serialize.execute(),
    serialize.sync(),
  )
  assert.is(letters(await it.ready()), 'EZ')
  it.close()
})

sessions('denies what is no UTF-8, and goes on', async () => {
  const it = await raw()
  it.send(message('Q', Buffer.from("select '\xff'\0", 'latin1')))
  const heard = await it.ready()
  assert.is(heard[0]?.fields.C, '22021')
  assert.is(letters(await it.query('select 1')), 'TDCZ')
  it.close()
})

sessions('keeps long and binary parameters as their size and digest, or as hex', async () => {
  const it = await pgClient()
  await it.query('select $1::text, $2::bytea, $3::text', ['x'.repeat(2000), Buffer.from([0, 255]), null])
  const asked = door.decisions.at(-1)?.operation
  assert.ok(asked?.kind === 'execute')
  const [long, binary, nothing] = asked.kind === 'execute' ? asked.parameters : []
  assert.equal(Object.keys(long as object), ['length', 'digest'])
  assert.equal(binary, { hex: '00ff' })
  assert.is(nothing, null)
  await it.end()
})

sessions('may not use the names of the gateway’s own statements, nor names that the server would cut', async () => {
  const it = await raw()
  for (const name of ['cedargate:catalog', 'x'.repeat(64), 'größe']) {
    it.send(serialize.bind({ statement: name }), serialize.sync())
    assert.is((await it.ready())[0]?.fields.C, '42602')
    it.send(message('P', `${name}\0select 1\0\0\0`), serialize.sync())
    assert.is((await it.ready())[0]?.fields.C, '42602')
    it.send(serialize.close({ type: 'S', name }), serialize.describe({ type: 'P', name }), serialize.sync())
    assert.is(letters(await it.ready()), 'EZ')
  }
  assert.is(door.decisions.length, 1)
  it.close()
})

sessions('sends a CopyData to its end although the COPY has failed in the middle of it', async () => {
  const it = await raw()
  it.send(serialize.query('copy t from stdin'))
  assert.is((await it.message()).type, 'G')
  const large = message('d', Buffer.alloc(3_000_000, '1\n'))
  it.send(message('d', 'x\n'), large.subarray(0, 2_000_000))
  assert.is((await it.message()).fields.C, '22P02')
  // were the rest dropped, the target would take this statement for data
  it.send(large.subarray(2_000_000), message('d', '1\n'), message('c'), serialize.query('select 1'))
  assert.is(letters(await it.ready(2)), 'ZTDCZ')
  it.close()
})

for (const [what, bytes, state] of [
  ['a FunctionCall that goes on', message('F', Buffer.alloc(14)), '08P01'],
  ['garbage', Buffer.from('GET / HTTP/1.1\r\n\r\n'), '08P01'],
  ['a Bind that runs over its end', message('B', Buffer.from([0, 0, 0, 0, 0, 1, 0x7f, 0xff, 0xff, 0xff])), '08P01'],
  [
    'a Bind with a negative parameter',
    message('B', Buffer.from([0, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xfe, 0, 0])),
    '08P01',
  ],
  ['a Query with two ends', message('Q', 'select 1\0; drop table t\0'), '08P01'],
  ['a Parse with bytes behind its types', message('P', '\0select 1\0\0\0more'), '08P01'],
] as const)
  sessions(`ends at ${what}`, async () => {
    const it = await raw()
    it.send(bytes)
    const heard = await it.rest()
    assert.is(letters(heard), 'E')
    assert.is(heard[0]?.fields.C, state)
    assert.is(heard[0]?.fields.S, 'FATAL')
    assert.is(door.ends.length, 1)
    assert.is(door.decisions.length, 1)
  })

sessions('passes on a large result to a slow reader without holding it', async () => {
  const it = await raw()
  const before = process.memoryUsage().arrayBuffers
  it.socket.pause()
  it.send(serialize.query('select * from big, generate_series(1, 10)'))
  await new Promise(resolve => setTimeout(resolve, 700))
  assert.ok(process.memoryUsage().arrayBuffers - before < 32 * 1024 * 1024)
  it.close()
  await until(() => door.ends.length === 1)
  assert.is(door.decisions.at(-1)?.results[0]?.status, 'aborted')
})

sessions('of which the target dies is told so', async () => {
  const it = await raw()
  await beside.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and usename = $1',
    ['postgres'],
  )
  const heard = await it.rest()
  assert.is(heard[0]?.fields.C, '57P01')
  await until(() => door.ends.length === 1)
})

sessions.after(rig.stop)

sessions.run()
