// timeout: 300s
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { cancelRequest } from '../../gateway/src/protocols/postgres/messages.ts'
import { type Heard, letters, RawClient } from '../../gateway/src/protocols/postgres/raw-client.test-support.ts'
import { openUpstream } from '../../gateway/src/protocols/postgres/upstream.ts'
import { debianServers } from '../peers/index.ts'
import { type Stack, startStack } from '../stack/stack.ts'
import { q, run, scripts, sync, type Way } from './wire-scripts.ts'

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
    stack = await startStack({
      policies,
      setup,
      settings: { max_prepared_transactions: '5' },
      ...(bin !== undefined && { bin }),
    })
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
