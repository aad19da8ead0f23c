import {
  completed,
  forgetLong,
  isReadAtOnce,
  longSqlLength,
  type PostgresOperation,
  postgresProtocol,
  type Target,
} from '@cedargate/policy-schema'
import { serialize } from 'pg-protocol'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startRig } from './gateway.test-support.ts'
import { type Heard, letters, play, type Step, until } from './raw-client.test-support.ts'

const rig = await startRig(`
  create table t (n int primary key, word text);
  create table secret (n int);
  insert into secret values (42)`)
const { door, beside } = rig
const target: Target = { name: 'orders-db', protocol: 'postgres', tags: [], settings: rig.settings }

/** What an engine would say that permits everything but the secret. */
function rule(operation: PostgresOperation): string | undefined {
  const mapped = completed(postgresProtocol.toRequests(operation, target))
  if ('unconditional' in mapped) return undefined
  if ('reason' in mapped) return `${mapped.reason}: ${mapped.detail}`
  return mapped.requests.some(({ resource }) => resource.id.endsWith('/secret')) ? 'the secret' : undefined
}

async function fresh() {
  await rig.fresh()
  door.rule = rule
  await beside.query("truncate t; insert into t values (1, 'one'), (2, 'two'), (3, 'three')")
}

const q = serialize.query
const sync = serialize.sync()
const flush = serialize.flush()
const parse = (text: string, name = '') => serialize.parse({ name, text, types: [] })
const bind = (statement = '', portal = '', values: string[] = []) => serialize.bind({ portal, statement, values })
const execute = (portal = '', rows = 0) => serialize.execute({ portal, rows })
const describe = (type: 'S' | 'P', name = '') => serialize.describe({ type, name })
const close = (type: 'S' | 'P', name = '') => serialize.close({ type, name })
const run = (text: string) => Buffer.concat([parse(text), bind(), execute()])

/** All that came, row by row; of an error its code, since its text is each side's own. */
const told = (heard: readonly Heard[]) =>
  heard
    .map(({ type, body, fields }) => (type === 'E' ? `E ${fields.C}` : `${type} ${body}`))
    .filter(each => !each.startsWith('N'))

const simple = (...texts: string[]): readonly Step[] => texts.map(text => [[q(text)], 1])

const scenarios: { readonly [name: string]: readonly Step[] } = {
  'PREPARE and EXECUTE': simple(
    'prepare p (int) as select word from t where n = $1',
    'execute p (1)',
    'begin; execute p (2); execute p (3); commit',
    'explain (costs off) execute p (3)',
    'create table copied as execute p (2)',
    "select word || '!' from copied; drop table copied",
    'deallocate p',
  ),
  'a name in use stays what it was': [
    ...simple('prepare p as select 1', 'prepare p as select 2', 'execute p'),
    [[parse('select 3', 'p'), sync], 1],
    ...simple('execute p', 'deallocate p', 'prepare p as select 2', 'execute p'),
  ],
  'what SQL prepared is bound': [
    ...simple('prepare p (int) as select word from t where n = $1'),
    [[describe('S', 'p'), bind('p', '', ['2']), describe('P'), execute(), sync], 1],
    [[close('S', 'p'), sync], 1],
    [[parse('select 4', 'p'), bind('p'), execute(), sync], 1],
  ],
  'what was parsed is executed by SQL': [
    [[parse('select word from t where n = $1::int', 's'), sync], 1],
    ...simple('execute s (1)', 'deallocate s'),
    [[parse("insert into t values (9, 'nine')", 's'), sync], 1],
    ...simple('execute s', 'select count(*) from t'),
  ],
  'EXECUTE by the extended protocol': [
    ...simple('prepare p (int) as select word from t where n = $1'),
    [[parse('execute p (1)'), describe('S'), bind(), describe('P'), execute(), sync], 1],
    [[parse('execute p (2)', 'e'), bind('e', 'a'), bind('e', 'b'), execute('a'), execute('b', 1), sync], 1],
  ],
  'prepared and executed in one pipeline': [
    [
      [
        run('prepare p as select 7'),
        run('execute p'),
        run('deallocate p'),
        run('prepare p as select 8'),
        run('execute p'),
        sync,
      ],
      1,
    ],
    [[bind('p'), execute(), sync], 1],
  ],
  'a pipeline that fails leaves the old name': [
    ...simple('prepare p as select 1'),
    [[run('deallocate p'), run('select 1/0'), run('prepare p as select 2'), sync], 1],
    ...simple('prepare p as select 3', 'execute p'),
  ],
  'a prepared statement outlives its transaction': simple(
    'begin',
    'prepare p as select 1',
    'rollback',
    'execute p',
    'deallocate all',
    'prepare p as select 2',
    'execute p',
  ),
  'a cursor': simple(
    'begin',
    'declare c scroll cursor for select word from t order by n',
    'fetch c',
    'move 1 in c',
    'fetch all from c',
    'fetch backward all in c',
    'close c',
    'commit',
  ),
  'a cursor that updates where it stands': simple(
    'begin',
    'declare c cursor for select * from t order by n for update',
    'fetch 2 from c',
    "update t set word = 'zwei' where current of c",
    'delete from t where current of nothing',
    'rollback',
    'begin',
    'declare c cursor for select * from t order by n for update',
    'fetch 2 from c',
    "update t set word = 'zwei' where current of c",
    'savepoint s',
    'rollback to s',
    'fetch c',
    'commit',
    'table t',
  ),
  'a cursor that outlives its transaction': simple(
    'begin',
    'declare c cursor with hold for select word from t order by n',
    'declare d cursor for select 1',
    'fetch c',
    'commit',
    'fetch c',
    'begin; fetch c; commit',
    'close all',
    'declare c cursor with hold for select 9',
    'fetch c',
  ),
  'a cursor in the extended protocol': [
    ...simple('begin'),
    [[run('declare c cursor for select word from t order by n'), run('fetch 1 from c'), sync], 1],
    [[describe('P', 'c'), execute('c', 1), sync], 1],
    [[run('fetch all from c'), close('P', 'c'), sync], 1],
    ...simple('commit'),
  ],
  'a portal fetched from by SQL': [
    ...simple('begin'),
    [[parse('select word from t order by n'), bind('', 'portal'), execute('portal', 1), sync], 1],
    ...simple('fetch 1 from portal', 'close portal'),
    [[flush, sync], 1],
    ...simple('commit'),
  ],
  'row limits, suspended and gone on with': [
    ...simple('begin'),
    [
      [
        parse('select n from t order by n'),
        bind('', 'p'),
        execute('p', 2),
        flush,
        execute('p', 2),
        execute('p', 1),
        sync,
      ],
      1,
    ],
    [[close('P', 'p'), close('P', 'nothing'), close('S', 'nothing'), close('S'), sync], 1],
    ...simple('commit'),
    [[parse('select n from t order by n'), bind(), execute('', 2), sync, sync], 2],
  ],
}

const same = suite('the same as a direct connection says:')
same.before.each(fresh)
for (const [name, steps] of Object.entries(scenarios))
  same(name, async () => {
    const expected = (await play(await rig.direct(), steps)).map(told)
    await fresh()
    assert.equal((await play(await rig.raw(), steps)).map(told), expected)
    assert.equal(
      door.decisions.filter(({ allowed }) => !allowed).map(({ operation }) => operation),
      [],
    )
    const open = () => door.decisions.filter(({ results }) => results.length !== 1)
    await until(() => open().length === 0, 'one result for each forwarded operation')
  })
same.run()

const recorded = suite('the operation records')
recorded.before.each(fresh)

recorded('what a name stands for, whoever made it', async () => {
  const client = await rig.raw()
  await play(client, [
    ...simple('prepare p (int) as select word from t where n = $1', 'execute p (1)', 'begin'),
    [[parse('select 1', 's'), bind('s', 'portal'), sync], 1],
    ...simple('execute s', 'fetch portal'),
  ])
  const catalogs = door.decisions.map(({ operation }) => (operation.kind === 'connect' ? undefined : operation.catalog))
  const of = (text: string) =>
    catalogs[door.decisions.findIndex(({ operation }) => 'sql' in operation && operation.sql === text)]
  assert.equal(of('execute p (1)')?.prepared, { p: 'prepare p (int) as select word from t where n = $1' })
  assert.ok(of('execute p (1)')?.relations?.t, 'the names in it were looked up')
  assert.equal(of('execute s')?.prepared, { s: 'select 1' })
  assert.equal(of('fetch portal')?.cursors, { portal: 'select 1' })
})
recorded.run()

const long = suite('a long text behind a name, whose reading was forgotten, is read elsewhere first by')
long.before.each(fresh)
const filler = `-- ${'x'.repeat(longSqlLength)}\n`
const longTexts = [`prepare p as select 1 ${filler}`, `declare c cursor with hold for select 1 ${filler}`]
for (const [how, step] of [
  ['EXECUTE', q('execute p')],
  ['FETCH', q('fetch c')],
  ['EXECUTE that is parsed and bound', Buffer.concat([run('execute p'), sync])],
] as const)
  long(how, async () => {
    const client = await rig.raw()
    for (const sql of longTexts) await client.query(sql)
    const unread: string[] = []
    door.rule = operation => {
      unread.push(...longTexts.filter(sql => isBehind(operation, sql) && !isReadAtOnce(sql)))
      return rule(operation)
    }
    for (const sql of longTexts) forgetLong(sql)
    client.send(step)
    assert.match(letters(await client.ready()), /DCZ$/)
    assert.equal(unread, [])
    assert.ok(door.decisions.some(({ operation }) => longTexts.some(sql => isBehind(operation, sql))))
    client.close()
  })
function isBehind(operation: PostgresOperation, sql: string): boolean {
  const { prepared, cursors } = operation.kind === 'connect' ? {} : operation.catalog
  return [prepared, cursors].some(texts => Object.values(texts ?? {}).includes(sql))
}
long('one text for two of them: the second is not known', async () => {
  const client = await rig.raw()
  for (const name of ['p', 'other']) await client.query(`prepare ${name} as select 1 ${filler}`)
  assert.is(letters(await client.query('execute p; execute p')), 'TDCTDCZ')
  assert.is((await client.query('execute p; execute other'))[0]?.fields.C, '42501')
  client.close()
})
long.run()

const denials = suite('nobody gets at the secret by')
denials.before.each(fresh)
denials.after(rig.stop)

for (const [name, steps, code = '42501'] of [
  ['PREPARE', simple('prepare p as table secret')],
  ['DECLARE', simple('begin', 'declare c cursor for table secret')],
  ['a name prepared beside another statement', simple('prepare p as select 1; select 1', 'execute p')],
  [
    'a name that a text gives away and back',
    simple('prepare p as select 1', 'deallocate p; prepare p as select 2; execute p'),
  ],
  ['a cursor made beside another statement', simple('begin; declare c cursor for select 1', 'fetch c')],
  ['a name nobody made', simple('execute p')],
  ['a cursor nobody made', simple('begin', 'fetch all in c')],
  [
    'a statement that executes another',
    [[[parse('execute p', 'p'), sync], 1], ...simple('execute p')] as readonly Step[],
  ],
  ["the gateway's own name", simple('prepare "cedargate:catalog" as select 1')],
  ["the gateway's own cursor", simple('begin', 'fetch "cedargate:catalog"')],
  ['a name too long for the server', simple(`execute "${'x'.repeat(70)}"`)],
] as const)
  denials(name, async () => {
    const story = (await play(await rig.raw(), steps)).flatMap(told)
    assert.ok(story.includes(`E ${code}`), story.join(' | '))
    assert.not.ok(story.some(each => each.startsWith('D') && each.includes('42')))
  })

denials('a statement that was allowed when it was prepared, after a reload', async () => {
  door.rule = operation => ('sql' in operation && door.bundle === 'bundle-1' ? undefined : rule(operation))
  const client = await rig.raw()
  await client.query('prepare p as table secret')
  await client.query('begin')
  await client.query('declare c cursor for table secret')
  assert.is(letters(await client.query('execute p')), 'TDCZ')
  assert.is(letters(await client.query('fetch c')), 'TDCZ')
  client.send(parse('execute p'), bind(), flush)
  await client.bytes(10)
  door.bundle = 'bundle-2'
  client.send(execute(), sync)
  assert.is(letters(await client.ready()), 'EZ')
  await client.query('rollback')
  await client.query('begin')
  for (const text of ['execute p', 'fetch c']) {
    assert.is((await client.query(text))[0]?.fields.C, '42501')
    await client.query('rollback')
  }
  client.send(bind('p'), execute(), sync)
  assert.is((await client.ready())[0]?.fields.C, '42501')
  client.close()
})

denials('names that move between Bind and Execute', async () => {
  const client = await rig.raw()
  await client.query('prepare p as select 1')
  door.rule = () => undefined
  client.send(parse('execute p', 'e'), bind('e', 'a'), parse('deallocate p'), bind(), execute())
  client.send(parse('prepare p as table secret'), bind(), execute(), flush)
  await until(() => door.decisions.length > 6)
  door.rule = rule
  client.send(execute('a'), sync)
  const heard = await client.ready()
  assert.is(heard.find(({ type }) => type === 'E')?.fields.C, '42501')
  assert.not.match(letters(heard), /D/)
  client.close()
})

denials.run()
