// timeout: 300s
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Connection, requirePeers, runClient } from '../peers/index.ts'
import { assertParity } from '../stack/parity.ts'
import { type Shop, startShop } from './shop.ts'

const { pg_dump, pg_restore, psql, initdb } = await requirePeers('pg_dump', 'pg_restore', 'psql', 'initdb')

const dumps = suite('pg_dump')
const folder = mkdtempSync(join(tmpdir(), 'dumps-'))
const backup = { task: { id: 'nightly', kind: 'backup' } }
let shop: Shop
dumps.before(async () => {
  shop = await startShop({ bin: dirname(initdb) }) // pg_dump refuses a server that is newer than itself
})
dumps.after(() => shop.stack.stop())

/** What a client prints, but for the key that each dump makes up. */
async function run(program: string, connection: Connection, args: readonly string[]): Promise<string> {
  const ran = await runClient(program, connection, args)
  assert.is(ran.stderr, '', `${program} ${args.join(' ')}`)
  assert.is(ran.code, 0)
  return ran.stdout.replace(/^\\(un)?restrict .*$/gm, '')
}

const isScript = (args: readonly string[]) => !args.some(arg => /^-F[cd]$/.test(arg))

async function dumpInto(file: string, connection: Connection, args: readonly string[]): Promise<string> {
  await run(pg_dump, connection, [...args, '-f', file])
  return file
}

/** A dump as a script. */
async function dump(connection: Connection, args: readonly string[] = []): Promise<string> {
  if (isScript(args)) return run(pg_dump, connection, args)
  const file = await dumpInto(join(mkdtempSync(join(folder, 'dump-')), 'dump'), connection, args)
  return run(pg_restore, connection, ['-f', '-', file])
}

for (const args of [
  [],
  ['-Fc'],
  ['-Fd'],
  ['-Fd', '-j', '2'],
  ['--schema-only', '--no-owner'],
  ['--data-only', '--inserts', '--rows-per-insert=50'],
  ['-t', 'orders', '--column-inserts', '--quote-all-identifiers'],
  ['-n', 'audit', '--serializable-deferrable', '--clean', '--if-exists'],
])
  dumps(`${args.join(' ')} gives a backup what it gives without the gateway`, async () => {
    const seen = await dump(await shop.through('backup', backup), args)
    assert.ok(seen.length > 1_000)
    assert.is(seen, await dump(shop.direct('backup'), args))
  })

dumps('is refused the audit schema where the task is no backup, and says why', async () => {
  const rehearsal = await shop.through('backup', { task: { id: 'try', kind: 'rehearsal' } })
  const refused = await runClient(pg_dump, rehearsal)
  assert.is(refused.code, 1)
  assert.match(refused.stderr, 'only backup jobs may read from the audit schema')
  assert.is(await dump(rehearsal, ['-N', 'audit']), await dump(shop.direct('backup'), ['-N', 'audit']))
})
dumps('is refused in a role that does not dump', async () => {
  const refused = await runClient(pg_dump, await shop.through('reporting'))
  assert.is(refused.code, 1)
  assert.match(refused.stderr, 'only backups and migrations change where names are looked up')
})

/** The template forbids what a restore does, so this is another policy: one database, and everything in it. */
dumps('may be restored where a policy says into which database', async () => {
  const restores = (database: string) =>
    `@id("restores-${database}") permit(principal in Gate::Role::"app", action, resource in Postgres::Database::"orders-db/${database}");`
  await shop.stack.publish({ 'policies/main.cedar': ['script', 'custom', 'parallel'].map(restores).join('\n') })
})
const unowned = ['--no-owner', '--no-privileges']
for (const [database, args, restore] of [
  ['script', [], ['-q', '-X', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-f']],
  ['custom', ['-Fc'], ['--exit-on-error', ...unowned, '-d', 'custom']],
  ['parallel', ['-Fd', '-j', '2'], ['--exit-on-error', ...unowned, '-j', '2', '-d', 'parallel']],
] as const)
  dumps(
    `is restored through the gateway from a dump with ${args.join(' ') || 'nothing'} into the same database`,
    async () => {
      const { server } = shop.stack
      const owner = { host: 'localhost', port: server.port, ca: server.ca, ...server.superuser }
      const whole = { ...owner, database: 'orders' }
      await server.query(`CREATE DATABASE ${database} OWNER gate_app`)
      const file = await dumpInto(join(folder, database), whole, [...args, ...(isScript(args) ? unowned : [])])
      const into = { ...(await shop.through('app')), database }
      const program = isScript(args) ? psql : pg_restore
      await run(program, into, [...restore, file])
      assert.is(await dump({ ...owner, database }, unowned), await dump(whole, unowned))
      if (isScript(args)) return
      await run(program, into, ['--clean', '--if-exists', ...restore, file]) // over what is there now
      assert.is(await dump({ ...owner, database }, unowned), await dump(whole, unowned))
    },
  )

dumps('is decided again from its record as it was decided', () => assertParity(shop.stack))
dumps.run()
