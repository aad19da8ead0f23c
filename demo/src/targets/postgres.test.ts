import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type PostgresServer, startPostgres } from './postgres.ts'
import { npmPostgres, reachableTemporary, serverOwner } from './postgres-binaries.ts'

const target = suite('a target PostgreSQL')
let server: PostgresServer
target.before(async () => {
  server = await startPostgres({ setup: "CREATE ROLE reader LOGIN PASSWORD 'secret of reader'" })
})
target.after(() => server.stop())

const attempt = async (as: Partial<pg.ClientConfig>) => {
  const client = new pg.Client(server.client(as))
  try {
    await client.connect()
    return (await client.query('SELECT current_user AS who')).rows[0].who as string
  } catch (error) {
    return `${(error as { code?: string }).code} ${(error as Error).message}`
  } finally {
    await client.end()
  }
}

target('lets a role in by its password, over TLS that verifies', async () => {
  assert.is(await attempt({ user: 'reader', password: 'secret of reader' }), 'reader')
  const [row] = await server.query(
    'SELECT count(*)::int AS encrypted FROM pg_stat_ssl WHERE ssl AND pid = pg_backend_pid()',
  )
  assert.equal(row, { encrypted: 1 })
})
target('refuses a wrong password', async () => {
  assert.match(await attempt({ user: 'reader', password: 'wrong' }), /^28P01 /)
})
target('refuses plaintext', async () => {
  assert.match(await attempt({ user: 'reader', password: 'secret of reader', ssl: false }), /^28000 .*no encryption/)
})
target('has a certificate that no other authority vouches for', async () => {
  assert.match(await attempt({ ssl: { rejectUnauthorized: true } }), /self-signed|unable to verify/)
})
target('logs each statement, by whom, also a Parse that is never executed', async () => {
  const client = new pg.Client(server.client({ user: 'reader', password: 'secret of reader' }))
  await client.connect()
  await client.query('SELECT 4711 AS simple')
  await client.query('SELECT $1::int AS extended', [4712])
  await client.end()
  const log = await server.log()
  assert.match(log, /reader@postgres LOG: {2}statement: SELECT 4711 AS simple/)
  assert.match(log, /reader@postgres LOG: {2}duration: .* parse <unnamed>: SELECT \$1::int AS extended/)
  assert.not.match(log, '4713')
})
target('gives the rows of the last statement to the superuser', async () => {
  assert.equal(await server.query('SELECT 1 AS a; SELECT 2 AS b'), [{ b: 2 }])
  assert.equal(await server.query('SELECT $1::text AS c', { values: ['x'] }), [{ c: 'x' }])
})
target.run()

const serverFolders = () => readdirSync(tmpdir()).filter(name => name.startsWith('cedargate-postgres-'))
const stopping = suite('a target PostgreSQL that is stopped')
stopping('leaves neither a process nor a file, though a client is connected', async () => {
  const before = serverFolders()
  const short = await startPostgres({ tls: false, settings: { log_statement: 'none' } })
  const client = new pg.Client(short.client())
  client.on('error', () => {}) // its end is what this test brings about
  await client.connect()
  assert.is(short.ca, undefined)
  await Promise.all([short.stop(), short.stop()])
  assert.throws(() => process.kill(short.pid, 0), /ESRCH/)
  assert.equal(serverFolders(), before)
  await client.end()
})
stopping('says why when it could not start, and leaves no file', async () => {
  const before = serverFolders()
  try {
    await startPostgres({ settings: { shared_buffers: 'a lot' } })
    assert.unreachable()
  } catch (error) {
    assert.is((error as { code?: string }).code, 'ERR_DEMO_START')
    assert.match((error as Error).message, 'invalid value for parameter "shared_buffers": "a lot"')
  }
  assert.equal(serverFolders(), before)
})
stopping('leaves neither where its setup fails', async () => {
  const before = serverFolders()
  try {
    await startPostgres({ setup: 'SELEC 1' })
    assert.unreachable()
  } catch (error) {
    assert.match((error as Error).message, 'syntax error')
  }
  assert.equal(serverFolders(), before)
})
stopping.run()

const owners = suite('whom a server runs as under root')
if (process.getuid?.() === 0 && existsSync('/etc/passwd')) {
  owners('is a user that exists already', () => {
    assert.equal(
      serverOwner(() => 'root:x:0:0::/:\nnobody:x:65534:65533::/:\npostgres:x:101:104::/:'),
      { uid: 101, gid: 104 },
    )
    assert.equal(
      serverOwner(() => 'root:x:0:0::/:\nnobody:x:65534:65533::/:'),
      { uid: 65534, gid: 65533 },
    )
    assert.throws(() => serverOwner(() => 'root:x:0:0::/:'), /run as another user/)
  })
  owners('gets its own copy of binaries that it cannot reach', async () => {
    const closed = mkdtempSync(join(tmpdir(), 'closed-'))
    cpSync(dirname(await npmPostgres()), join(closed, 'native'), { recursive: true, verbatimSymlinks: true })
    const started = await startPostgres({ bin: join(closed, 'native/bin') })
    assert.equal(await started.query('SELECT 1 AS one'), [{ one: 1 }])
    await started.stop()
    rmSync(closed, { recursive: true })
  })
  owners('gets a temporary folder that it can enter', () => {
    const closed = mkdtempSync(join(tmpdir(), 'closed-'))
    assert.is(reachableTemporary({ uid: 1, gid: 1 }, closed), '/tmp')
    assert.is(reachableTemporary(undefined, closed), closed)
    chmodSync(closed, 0o711)
    assert.is(reachableTemporary({ uid: 1, gid: 1 }, closed), closed)
    rmSync(closed, { recursive: true })
  })
} else {
  owners('is nobody else for a user who is not root', () => assert.is(serverOwner(), undefined))
}
owners.run()
