// timeout: 200s
import { serialize } from 'pg-protocol'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { letters, RawClient } from '../../gateway/src/protocols/postgres/raw-client.test-support.ts'
import { assertParity } from '../stack/parity.ts'
import { type Stack, startStack } from '../stack/stack.ts'

const policies = `
  @id("app-works") permit(principal in Gate::Role::"app", action, resource);
  @id("no-secrets") forbid(principal, action in Postgres::Action::"read", resource)
    when { resource is Postgres::Table && resource.name == "secret" };
  @id("no-unlinking") forbid(principal, action == Postgres::Action::"functionCall", resource)
    when { resource.name == "lo_unlink" };`

const stored = suite('names in SQL and functions by OID')
let stack: Stack
stored.before(async () => {
  stack = await startStack({
    policies,
    setup: `CREATE TABLE t AS SELECT n, 'row ' || n AS word FROM generate_series(1, 5) n;
      CREATE TABLE secret AS SELECT 42 AS n;
      CREATE FUNCTION run(text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN EXECUTE $1; RETURN 1; END $$;
      CREATE TABLE watched (n int);
      CREATE FUNCTION moved() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM set_config('standard_conforming_strings', 'off', true); RETURN new; END $$;
      CREATE TRIGGER moves BEFORE INSERT ON watched FOR EACH ROW EXECUTE FUNCTION moved()`,
  })
})
stored.after(() => stack.stop())

const code = (error: Error & { readonly code?: string }) => error.code

stored('are decided as what they stand for', async () => {
  const client = await stack.connect('app')
  await client.query('PREPARE p (int) AS SELECT word FROM t WHERE n = $1')
  assert.equal((await client.query('EXECUTE p (2)')).rows, [{ word: 'row 2' }])
  assert.is((await client.query('EXPLAIN (COSTS off) EXECUTE p (2)')).rows.length, 2)
  await client.query('CREATE TABLE copied AS EXECUTE p (3)')
  assert.equal((await client.query('SELECT * FROM copied')).rows, [{ word: 'row 3' }])
  await client.query('BEGIN')
  await client.query('DECLARE c SCROLL CURSOR FOR SELECT n FROM t ORDER BY n')
  assert.equal((await client.query('FETCH 2 FROM c')).rows, [{ n: 1 }, { n: 2 }])
  await client.query('MOVE LAST IN c')
  assert.equal((await client.query('FETCH PRIOR FROM c')).rows, [{ n: 4 }])
  await client.query('CLOSE c')
  await client.query('COMMIT')
  assert.is(await client.query('PREPARE s AS SELECT * FROM secret').catch(code), '42501')
  assert.is(await client.query('EXECUTE s').catch(code), '42501')
  await client.query('DEALLOCATE ALL')
  assert.is(await client.query('EXECUTE p (2)').catch(code), '42501')
  await client.end()
})

stored('outlive functions that leave them alone, and not those that do not', async () => {
  const client = await stack.connect('app')
  await client.query({ name: 'kept', text: 'SELECT 1 AS one' })
  await client.query('PREPARE given AS SELECT 2')
  await client.query("SELECT run('SELECT 1')")
  assert.equal((await client.query({ name: 'kept', text: 'SELECT 1 AS one' })).rows, [{ one: 1 }])
  await client.query("SELECT run('DEALLOCATE given')")
  await client.query("SELECT run('PREPARE given AS SELECT * FROM secret')")
  assert.is(await client.query('EXECUTE given').catch(code), '42501')
  await client.query('DISCARD ALL')
  assert.equal((await client.query('SELECT 3 AS three')).rows, [{ three: 3 }])
  await client.end()
})

for (const [what, text] of [
  ['a function', "SELECT run('SET standard_conforming_strings = off')"],
  ['an anonymous block', "DO $$ BEGIN PERFORM set_config('standard_conforming_strings', 'off', false); END $$"],
  ['a trigger', 'BEGIN; INSERT INTO watched VALUES (1)'],
] as const)
  stored(`are not asked for once ${what} has moved how texts are read`, async () => {
    const client = await stack.connect('app')
    const codes: (string | undefined)[] = []
    client.on('error', error => codes.push(code(error)))
    // some of these are told at once, by ParameterStatus
    for (const each of [text, "SELECT 'never \\'"]) codes.push(await client.query(each).then(() => 'ok', code))
    assert.ok(codes.includes('08006'), codes.join())
    assert.not.match(await stack.server.log(), /never/)
  })

stored('are called by their OID where a policy permits it', async () => {
  const { user, password, ssl } = await stack.client('app')
  const client = await RawClient.openTls(stack.port, (ssl as { ca: string }).ca)
  await client.logIn(`${user}`, `${password}`, { database: 'orders' })
  const int = (value: number) => {
    const bytes = Buffer.alloc(4)
    bytes.writeInt32BE(value)
    return bytes
  }
  const oid = async (signature: string) => {
    const rows = await stack.server.query(`SELECT '${signature}'::regprocedure::oid::int AS oid`, {
      database: 'orders',
    })
    return Number(rows[0]?.oid)
  }
  const call = (oid: number, value: number) => {
    const body = Buffer.concat([int(oid), Buffer.from([0, 1, 0, 1, 0, 1]), int(4), int(value), Buffer.from([0, 1])])
    return Buffer.concat([Buffer.from('F'), int(4 + body.length), body])
  }
  client.send(call(await oid('lo_creat(int)'), -1))
  assert.is(letters(await client.ready()), 'VZ')
  client.send(call(await oid('lo_unlink(oid)'), 1), serialize.query('SELECT 1'))
  assert.is(letters(await client.ready(2)), 'EZTDCZ')
  client.close()
})

stored('are decided again after a reload', async () => {
  const client = await stack.connect('app')
  await client.query('PREPARE p AS SELECT n FROM t')
  await client.query('BEGIN')
  await client.query('DECLARE c CURSOR WITH HOLD FOR SELECT n FROM t')
  await client.query('COMMIT')
  await stack.publish({
    'policies/main.cedar': `${policies}
      @id("closed") forbid(principal, action in Postgres::Action::"read", resource is Postgres::Table)
        when { resource.name == "t" };`,
  })
  assert.is(await client.query('EXECUTE p').catch(code), '42501')
  assert.is(await client.query('FETCH c').catch(code), '42501')
  await client.end()
})

stored('come out the same when their record is decided again', () => assertParity(stack))

stored.run()
