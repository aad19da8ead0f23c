import { serialize } from 'pg-protocol'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startRig } from './gateway.test-support.ts'
import { letters, type RawClient, until } from './raw-client.test-support.ts'

const rig = await startRig(`
  create schema other;
  create table t (n int);
  create table other.t (n int);
  create function run(text) returns int language plpgsql as $$ begin execute $1; return 1; end $$;
  create function seek(refcursor) returns int language plpgsql as $$
    begin close $1; open $1 for select * from other.t; return 1; end $$`)
const { door } = rig

const sync = serialize.sync()
const parse = (text: string, name = '') => serialize.parse({ name, text, types: [] })
const bind = (statement = '', portal = '') => serialize.bind({ portal, statement, values: [] })
const execute = (portal = '') => serialize.execute({ portal, rows: 0 })
const run = (text: string) => Buffer.concat([parse(text), bind(), execute()])
/** A function of somebody's that runs what it is told. */
const code = (sql: string) => `select run($q$${sql}$q$)`

async function fresh() {
  await rig.fresh()
  door.requests = operation =>
    'sql' in operation && /run\(|seek\(/.test(operation.sql)
      ? [
          {
            ...{ action: 'Postgres::Action::"execute"', effect: 'allow', policies: [], errors: [] },
            resource: 'Postgres::Function::"orders-db/postgres/public/run(text)"',
          },
        ]
      : []
}

const trips = suite('the session ends before another text is read when')
trips.before.each(fresh)

for (const [what, text] of [
  ['client_encoding was set', "select set_config('client_encoding', 'SJIS', false)"],
  ['standard_conforming_strings was set', "select set_config('standard_conforming_strings', 'off', false)"],
  ['backslash_quote was set', "select set_config('backslash_quote', 'on', false)"],
  ['a function set it', code('set standard_conforming_strings = off')],
  ['a function set what nobody reports', code('set backslash_quote = off')],
  ['it was set for the transaction', `begin; ${code('set local standard_conforming_strings = off')}`],
] as const)
  for (const wire of ['simple', 'pipelined'] as const)
    trips(`${what}, ${wire}`, async () => {
      const client = await rig.raw()
      const marker = `select 'never read: ${what}, ${wire}'`
      if (wire === 'simple') client.send(serialize.query(text), serialize.query(marker))
      else client.send(...text.split('; ').map(run), run(marker), sync)
      const fatal = (await client.rest()).filter(({ type }) => type === 'E').at(-1)
      assert.is(fatal?.fields.C, '08006')
      assert.match(fatal?.fields.M ?? '', /became/)
      assert.not.ok((await rig.server.log()).includes(marker))
      await until(() => door.ends.some(end => end.startsWith('ERR_TARGET_CHANGED')))
    })

trips.run()

const goesOn = suite('the session goes on')
goesOn.before.each(fresh)
goesOn.after(rig.stop)

const answers = async (client: RawClient, ...texts: string[]) => {
  const heard: string[] = []
  for (const text of texts) heard.push(letters(await client.query(text)))
  return heard
}

goesOn('where nothing changed, with the names that it had', async () => {
  const client = await rig.raw()
  client.send(parse('select 1', 's'), sync)
  await client.ready()
  assert.equal(await answers(client, 'prepare p as select 2', code('select 1'), 'begin', 'execute p'), [
    ...['CZ', 'TDCZ', 'CZ', 'TDCZ'],
  ])
  client.send(bind('s', 'x'), execute('x'), run(code('select 1')), bind('s'), execute(), execute('x'), sync)
  assert.is(letters(await client.ready()), '2DC12DC2DCCZ')
  assert.equal(await answers(client, 'declare c cursor for select 3', code('select 1'), 'fetch c', 'commit'), [
    ...['CZ', 'TDCZ', 'TDCZ', 'CZ'],
  ])
  client.close()
})

goesOn('in the search path that was set, and the one that comes back', async () => {
  const client = await rig.raw()
  const schemas = () =>
    door.decisions.flatMap(({ operation }) =>
      'sql' in operation && operation.sql === 'table t' ? [operation.catalog?.relations.t?.schema] : [],
    )
  await answers(client, 'table t', 'begin', code('set local search_path = other'), 'table t', 'rollback', 'table t')
  await answers(client, 'begin', 'savepoint s', code('set search_path = other'), 'rollback to s', 'table t', 'commit')
  assert.equal(schemas(), ['public', 'other', 'public', 'public'])
  client.send(run(code('set search_path = other')), run('table t'), sync)
  await client.ready()
  assert.is(schemas().at(-1), 'other')
  client.close()
})

goesOn('without the names that a function gave away', async () => {
  const client = await rig.raw()
  await answers(client, 'prepare p as select 1', 'prepare kept as select 2')
  await answers(client, code('deallocate p'), code('prepare p as table other.t'))
  assert.is((await client.query('execute kept'))[1]?.type, 'D')
  client.send(bind('p'), execute(), sync)
  assert.is((await client.ready())[0]?.fields.C, '26000')
  await client.query('execute p')
  const last = door.decisions.at(-1)?.operation
  assert.is(last && 'catalog' in last && last.catalog?.prepared, undefined)

  await answers(client, 'begin', 'declare c cursor for select 1', "select seek('c')", 'fetch c')
  const fetched = door.decisions.at(-1)?.operation
  assert.is(fetched && 'catalog' in fetched && fetched.catalog?.cursors, undefined)
  client.close()
})

goesOn("with the gateway's own questions, whatever a function did to them", async () => {
  const client = await rig.raw()
  await client.query('table t')
  await answers(client, code('deallocate all'), 'table t', code('deallocate all'))
  client.send(run(code('deallocate all')), run('table t'), sync)
  assert.is(letters(await client.ready()), '12DC12CZ')
  const forged = 'deallocate all; prepare "cedargate:catalog" (text[], text[], text[], text[]) as select 1'
  assert.equal(await answers(client, code(forged), 'table t'), ['TDCZ', 'TCZ'])
  const last = door.decisions.at(-1)?.operation
  assert.is(last && 'catalog' in last && last.catalog?.relations.t?.schema, 'public')
  client.close()
})

for (const [where, texts, after] of [
  ['outside of a transaction', [], ['TDCZ']],
  ['in a transaction, which fails', ['begin'], ['EZ', 'CZ', 'TDCZ']],
] as const)
  goesOn(`where the target does not say, without what was asked, ${where}`, async () => {
    const client = await rig.raw()
    await answers(client, ...texts, code("set statement_timeout = '100ms'"))
    await rig.beside.query('begin; lock table pg_catalog.pg_cursors in access exclusive mode')
    const [error, ready] = await client.query("select 'not asked'")
    await rig.beside.query('rollback')
    assert.is(error?.fields.C, '42501')
    assert.match(error?.fields.D ?? '', /unresolved.*57014/)
    assert.is(ready?.type, 'Z')
    assert.not.ok((await rig.server.log()).includes('not asked'))
    assert.equal(await answers(client, ...(texts.length > 0 ? ['select 1', 'rollback'] : []), 'select 1'), after)
    client.send(run('select 2'), run(code('select 1')), run('select 3'), sync)
    assert.is(letters(await client.ready()), '12DC12DC12DCZ')
    client.close()
  })

goesOn.run()
