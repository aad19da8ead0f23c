import { chmodSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startPostgres } from '../../../test/peers/index.ts'
import { cedargate, Folder, spawned } from '../../test/cli.ts'
import { withFiles } from '../../test/repository.ts'

const pull = suite('cedargate snapshot pull')
const folder = new Folder(withFiles())
const server = await startPostgres({
  setup: 'CREATE SCHEMA audit; CREATE TABLE audit.events (id int); CREATE VIEW orders AS SELECT id FROM audit.events',
})
folder.write({ 'ca.pem': server.ca ?? '' })
pull.after(async () => {
  await server.stop()
  folder.remove()
})

const { user, password } = server.superuser
const url = (secret: string, ca = 'ca.pem') =>
  `postgres://${user}:${secret}@localhost:${server.port}/postgres?sslmode=verify-full&sslrootcert=${folder.file(ca)}`
const run = (address: string) =>
  cedargate(['snapshot', 'pull', 'orders-db'], { cwd: folder.path, env: { CEDARGATE_URL: address } })

pull('writes what the names of a real target resolve to, for explain to use', async () => {
  const { code, stdout, stderr } = await run(url(password))
  assert.is(code, 0, stderr)
  assert.match(stdout, /^written snapshots\/orders-db.json\n {2}database postgres, search path public\n/)
  const { relations } = JSON.parse(readFileSync(folder.file('snapshots/orders-db.json'), 'utf8'))
  const found = relations.find(
    (one: { name: string; schema: string }) => one.schema === 'audit' && one.name === 'events',
  )
  assert.is(found.kind, 'table')
  const backup = ['--as', 'a', '--role', 'backup', '--target', 'orders-db']
  assert.match(
    (await folder.run('explain', ...backup, 'SELECT * FROM audit.events')).stdout,
    /on Table orders-db\/postgres\/audit\/events/,
  )
  // A table in the snapshot that was there before, a view in this one: what it reads is asked too.
  const { stdout: explained } = await folder.run('explain', ...backup, 'SELECT * FROM orders')
  for (const asked of ['public/orders', 'audit/events']) assert.match(explained, `on Table orders-db/postgres/${asked}`)
})

pull('takes the password from PGPASSFILE, and says nothing of it', async () => {
  folder.write({ pgpass: `*:*:*:${user}:${password}\n` })
  chmodSync(folder.file('pgpass'), 0o600)
  const address = url('').replace(':@', '@')
  const env = { CEDARGATE_URL: address, PGPASSFILE: folder.file('pgpass') }
  const { code, stderr } = spawned(['snapshot', 'pull', 'orders-db'], { cwd: folder.path, env })
  assert.equal([code, stderr], [0, ''])
})

pull('refuses a target that there is not', async () => {
  const { code, stderr } = await folder.run('snapshot', 'pull', 'nope')
  assert.is(code, 3)
  assert.match(stderr, /no target `nope` in targets.yaml, next: name one of `orders-db`/)
})

/** A port on which every connection is closed at once. */
async function slammed(): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer(socket => socket.destroy())
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 }
}

const closed = await slammed()
pull.after(() => void closed.server.close())

for (const [why, address] of [
  ['hangs up', `postgres://${user}:hush@127.0.0.1:${closed.port}/orders`],
  ['does not know the password', url('hush')],
  ['has a certificate of another authority', url('hush', 'snapshots/orders-db.json')],
] as const)
  pull(`says so where the target ${why}, changes nothing, and shows no password`, async () => {
    const before = readFileSync(folder.file('snapshots/orders-db.json'), 'utf8')
    const { code, stderr } = await run(address)
    assert.is(code, 2)
    assert.match(stderr, /`orders-db` cannot be asked: .*, next: check --url or PGHOST.*ERR_SNAPSHOT/s)
    assert.not.match(stderr, /hush/)
    assert.is(readFileSync(folder.file('snapshots/orders-db.json'), 'utf8'), before)
  })

pull.run()
