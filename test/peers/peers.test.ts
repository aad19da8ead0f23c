// timeout: 400s
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type PostgresServer, requirePeers, runClient, runPsql, startPostgres } from './index.ts'

const { psql, pgbench } = await requirePeers('psql', 'pgbench')

const clients = suite('a real client and a real server')
let server: PostgresServer
clients.before(async () => {
  server = await startPostgres({ setup: 'CREATE TABLE t AS SELECT generate_series(1, 3) AS n' })
})
clients.after(() => server.stop())

const superuser = () => ({ host: 'localhost', port: server.port, ca: server.ca, ...server.superuser })

clients('talk over TLS that verifies', async () => {
  const ran = await runPsql(
    psql,
    superuser(),
    'SELECT n, ssl FROM t, pg_stat_ssl WHERE pid = pg_backend_pid() ORDER BY n',
  )
  assert.equal(ran, { code: 0, stdout: '1|t\n2|t\n3|t\n', stderr: '' })
})
clients('say what went wrong, with its SQLSTATE', async () => {
  const ran = await runPsql(psql, superuser(), 'SELECT * FROM nowhere')
  assert.is(ran.code, 3)
  assert.match(ran.stderr, 'ERROR:  42P01: relation "nowhere" does not exist')
})
clients('do not trust another name than the certificate says', async () => {
  const elsewhere = { ...superuser(), host: 'elsewhere.test', env: { PGHOSTADDR: '127.0.0.1' } }
  const ran = await runPsql(psql, elsewhere, 'SELECT 1')
  assert.is(ran.code, 2)
  assert.match(ran.stderr, 'does not match host name "elsewhere.test"')
})
clients('run pgbench in all three query modes', async () => {
  const made = await runClient(pgbench, superuser(), ['-i', '-q', '--no-vacuum'])
  assert.is(made.code, 0, made.stderr)
  for (const mode of ['simple', 'extended', 'prepared']) {
    const ran = await runClient(pgbench, superuser(), ['-n', '-M', mode, '-c', '2', '-t', '20'])
    assert.match(ran.stdout, 'number of transactions actually processed: 40/40', ran.stderr)
  }
})
clients.run()

const missing = suite('a program that is missing')
const ask = (env: NodeJS.ProcessEnv) =>
  new Promise<{ code: number; output: string }>(resolve => {
    const find = fileURLToPath(new URL('find.ts', import.meta.url))
    const script = `import { requirePeers, packages } from ${JSON.stringify(find)}; packages.sesame = 'no-such-package'; process.getuid = () => 1; await requirePeers('sesame')`
    const args = ['--input-type=module', '-e', script]
    execFile(process.execPath, args, { env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr })
    })
  })
missing('skips the file and says how to get it', async () => {
  assert.equal(await ask({ CEDARGATE_REQUIRE_PEERS: '0' }), {
    code: 0,
    output: 'cedargate-test-skipped: `sesame` is missing, next: apt-get install no-such-package\n',
  })
})
missing('fails the file where peers are required', async () => {
  const { code, output } = await ask({ CEDARGATE_REQUIRE_PEERS: '1' })
  assert.is(code, 1)
  assert.match(output, '`sesame` is missing, next: apt-get install no-such-package')
})
missing.run()
