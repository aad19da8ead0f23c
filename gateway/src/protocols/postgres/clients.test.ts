import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { requirePeers, runClient, runPsql } from '../../../../test/peers/index.ts'
import { fakeToken } from './fake-door.test-support.ts'
import { startRig, user } from './gateway.test-support.ts'

const { psql, pgbench } = await requirePeers('psql', 'pgbench')
const rig = await startRig('create table t (n int, word text)')
const { door, gateway, beside, fresh } = rig
const through = { host: '127.0.0.1', port: gateway.port, user, password: fakeToken, ca: gateway.ca }

const clients = suite('a real')
clients.before.each(fresh)

clients('psql copies in and out, and describes what is there', async () => {
  const file = `copy t from stdin;\n1\tone\n2\ttwo, or so\n\\.\nselect word from t order by n;\n\\copy t to stdout\n\\d t\n\\dt\n`
  const { code, stdout, stderr } = await runPsql(psql, through, file)
  assert.is(stderr, '')
  assert.is(code, 0)
  assert.match(stdout, /^COPY 2\none\ntwo, or so\n1\tone\n2\ttwo, or so\n/)
  assert.match(stdout, /n\|integer/)
  assert.match(stdout, /public\|t\|table/)
})

clients('psql works under LANG=C, and is told what to do about another encoding', async () => {
  const under = (encoding: string) =>
    runPsql(psql, { ...through, env: { PGCLIENTENCODING: encoding } }, 'show client_encoding')
  assert.is((await under('SQL_ASCII')).stdout, 'UTF8\n')
  assert.is((await under('UTF8')).stdout, 'UTF8\n')
  const refused = await under('LATIN1')
  assert.is(refused.code, 2)
  assert.match(refused.stderr, /next: PGCLIENTENCODING=UTF8/)
})

clients('psql does not hand its token to a gateway that it cannot verify', async () => {
  const { code } = await runPsql(psql, { ...through, host: 'localhost', ca: rig.server.ca }, 'select 1')
  assert.is(code, 2)
  assert.is(door.logins.length, 0)
})

clients('psql goes on after a deny, and its transaction is the target’s', async () => {
  door.rule = operation => (operation.kind === 'query' && operation.sql.startsWith('delete') ? 'never' : undefined)
  const script =
    'begin;\ninsert into t values (3);\ndelete from t;\ncommit;\ninsert into t values (4);\nselect count(*) from t where n > 2;\n'
  const { stdout, stderr } = await runPsql(psql, through, script, ['-v', 'ON_ERROR_STOP=0'])
  assert.match(stderr, /42501: never/)
  assert.is(stdout, 'BEGIN\nINSERT 0 1\nROLLBACK\nINSERT 0 1\n1\n')
})

for (const mode of ['simple', 'extended', 'prepared'])
  clients(`pgbench -M ${mode} with several clients: each operation is decided once and has one result`, async () => {
    if (mode === 'simple')
      await runClient(pgbench, { ...rig.server, ...rig.server.superuser, database: 'postgres' }, ['-i', '-q'])
    const { code, stdout, stderr } = await runClient(pgbench, through, ['-n', '-M', mode, '-c', '4', '-t', '25'])
    assert.is(code, 0, stderr)
    assert.match(stdout, /number of transactions actually processed: 100\/100/)
    const kinds = Object.groupBy(door.decisions, ({ operation }) => operation.kind)
    // seven statements in a transaction, parsed each time, or once a client, or never; pgbench asks two things of its own
    assert.is(kinds.query?.length ?? 0, mode === 'simple' ? 700 + 2 : 2)
    assert.is(kinds.execute?.length ?? 0, mode === 'simple' ? 0 : 700)
    assert.is(kinds.parse?.length ?? 0, { simple: 0, extended: 700, prepared: 28 }[mode])
    assert.ok(door.decisions.every(({ results }) => results.length === 1 && results[0]?.status === 'ok'))
    const { rows } = await beside.query('select count(*)::int as n from pgbench_history')
    assert.ok(rows[0].n >= 100)
  })

clients.after(rig.stop)

clients.run()
