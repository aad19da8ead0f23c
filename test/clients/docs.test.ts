// timeout: 300s
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { requirePeers } from '../peers/index.ts'
import { assertParity } from '../stack/parity.ts'
import { type Shop, startShop, template } from './shop.ts'

const { initdb } = await requirePeers('initdb', 'psql', 'pg_dump', 'pg_restore', 'pgbench')
const bin = dirname(initdb)
const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(root, 'docs/clients.md'), 'utf8')
const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, block = '']) => block)

const docs = suite('docs/clients.md')
const folder = mkdtempSync(join(tmpdir(), 'clients-'))
let shop: Shop
docs.before(async () => {
  shop = await startShop({
    bin, // pg_dump refuses a server that is newer than itself
    roles: ['reporting', 'backup', 'migration', 'break-glass', 'restore', 'bench'],
    policies: [...template('guards.cedar'), ...blocks('cedar')].join('\n'),
  })
  await shop.stack.server.query('CREATE DATABASE copy OWNER gate_restore')
  await shop.stack.server.query('CREATE DATABASE bench OWNER gate_bench')
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
})
docs.after(() => shop.stack.stop())

/** Runs code of the page with nothing in its environment but the token; its names stand for what is here. */
async function run(code: string, program: string, ...args: readonly string[]): Promise<string> {
  const role = /(\w+)(?:@|%40)orders-db/.exec(code)?.[1] ?? ''
  const { ca = '', port, password } = await shop.through(role, { task: { id: 'nightly', kind: 'backup' } })
  writeFileSync(join(folder, 'ca.pem'), ca)
  const here = code.replaceAll('gate.example.com', 'localhost').replaceAll('6432', `${port}`)
  const env = { PATH: `${bin}${delimiter}${process.env.PATH}`, PGPASSWORD: password, HOME: folder }
  const { stdout } = await promisify(execFile)(program, [...args, here], { cwd: folder, env })
  return stdout
}

const shows: { readonly [program: string]: RegExp } = {
  psql: /\b500\b|customer_id/,
  pg_dump: /^$/,
  pg_restore: /^$/,
  pgbench: /^$|actually processed: 20\/20/,
}
for (const command of blocks('sh').flatMap(block => block.trim().split('\n')))
  docs(`says what works: ${command}`, async () => {
    assert.match(await run(command, 'sh', '-c'), shows[command.split(' ')[0] ?? ''] ?? 'what it shows')
  })
for (const code of blocks('js'))
  docs(`says what works: ${code.split('\n')[1]}`, async () => {
    assert.match(await run(code, process.execPath, '--input-type=module', '-e'), /count: '500'/)
  })
docs('has restored what it dumped', async () => {
  const [row] = await shop.stack.server.query('SELECT count(*)::int AS orders FROM orders', { database: 'copy' })
  assert.equal(row, { orders: 500 })
})
docs('is decided again from its record as it was decided', () => assertParity(shop.stack))
docs.run()
