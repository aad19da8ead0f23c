// timeout: 300s
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { libpqEnv, requirePeers, runClient } from '../peers/index.ts'
import { eventually } from '../stack/eventually.ts'
import { assertParity } from '../stack/parity.ts'
import { type Shop, startShop } from './shop.ts'

const { psql, initdb, script: terminal } = await requirePeers('psql', 'initdb', 'script')

const clients = suite('psql')
let shop: Shop
clients.before(async () => {
  shop = await startShop({ bin: dirname(initdb) }) // of psql's own version, so that it asks all that it can
})
clients.after(() => shop.stack.stop())

/** What psql prints, errors among the rest in their place. */
async function script(role: string, lines: readonly string[], through: boolean): Promise<string> {
  const connection = through ? await shop.through(role) : shop.direct(role)
  const ran = await runClient('sh', connection, ['-c', `exec ${psql} -X 2>&1`], { input: `${lines.join('\n')}\n` })
  return ran.stdout
}

const describing = `
  d|d orders|d+ orders|d orders_open|d open_orders|d+ open_orders|d+ totals|d measures|d+ measures_2024|d numbers
  d audit.events|d "nowhere"|d *.orders|dt|dt+|dt *.*|di|di+|dv+|dm|ds|dn|dn+|df|df+|sf doubled|sv open_orders|du|du+
  dp|z orders|ddp|dT+|dx|dD|dC|dF|dL|da|dAc|db|dc|dd|des|det|dew|dE|do =|drds|dRp|dRs|dy|dP|dX|l|l+|encoding|lo_list
  dconfig search_path`
  .split(/[|\n]/)
  .map(command => command.trim())
  .filter(Boolean)
  .map(command => `\\${command}`)

for (const role of ['reporting', 'app'])
  clients(`describes what there is in role ${role}, as it does without the gateway`, async () => {
    const lines = describing.flatMap(command => [`\\echo ${command}`, command])
    const seen = await script(role, lines, true)
    assert.not.match(seen, /ERROR|FATAL/)
    assert.is(seen, await script(role, lines, false))
  })
clients('does not describe what the template keeps to itself', async () => {
  assert.match(await script('reporting', ['\\deu'], true), 'these of its views hold values of rows')
})

clients('does what its commands do, as it does without the gateway', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'psql-'))
  const lines = [
    `\\copy customers TO '${folder}/customers.csv' (FORMAT csv, HEADER)`,
    `\\copy (SELECT id, name FROM customers WHERE id < 5 ORDER BY 1) TO STDOUT`,
    `\\copy copied FROM '${folder}/customers.csv' (FORMAT csv, HEADER)`,
    'SELECT count(*), max(id) FROM copied;',
    `\\copy copied FROM '${folder}/nowhere.csv'`,
    'SELECT count(*) AS many, min(id) AS least FROM copied \\gset',
    '\\echo :many :least',
    "SELECT :least + 1 AS one, :'many' AS two \\gx",
    `SELECT format('SELECT %s AS n', n) FROM generate_series(1, 3) n \\gexec`,
    "SELECT id, state, 'x' AS x, total FROM orders WHERE id < 3 \\gdesc",
    'SELECT * FROM (VALUES (1, 2, 3), (4, 5, 6)) v(a, b, c) \\crosstabview',
    'INSERT INTO countdown VALUES (3);',
    '\\t on',
    'UPDATE countdown SET n = n - 1 WHERE n > 0 RETURNING 1 / n;',
    '\\t off',
    '\\x on',
    'SELECT * FROM customers WHERE id = 1;',
    '\\x off',
    '\\set FETCH_COUNT 7',
    'SELECT id FROM customers ORDER BY id;',
    '\\unset FETCH_COUNT',
    '\\set ON_ERROR_ROLLBACK on',
    'BEGIN;',
    'SELECT 1 / 0;',
    'SELECT 2;',
    'COMMIT;',
    '\\set AUTOCOMMIT off',
    'INSERT INTO countdown VALUES (9);',
    'ROLLBACK;',
    '\\set AUTOCOMMIT on',
    'SELECT 1; SELECT 2 \\; SELECT 3;',
    'PREPARE by_id (int) AS SELECT name FROM customers WHERE id = $1;',
    'EXECUTE by_id (3);',
    'DEALLOCATE by_id;',
    'BEGIN;',
    'DECLARE many SCROLL CURSOR FOR SELECT id FROM customers ORDER BY id;',
    'FETCH 2 FROM many; MOVE LAST IN many; FETCH BACKWARD 1 FROM many;',
    'ROLLBACK;',
    'LISTEN news;',
    "NOTIFY news, 'größer';",
    "SELECT pg_notify('news', repeat('x', 4000));",
    'UNLISTEN news;',
    "SELECT repeat('größer ', 500000) \\g | md5sum",
    "SELECT 'x'::int;",
    '\\errverbose',
    'SET statement_timeout = 100;',
    'SELECT pg_sleep(60);',
    'RESET statement_timeout;',
    'DELETE FROM copied WHERE id > 0; DELETE FROM countdown WHERE n > 0;',
    '\\c',
    'SELECT current_database();',
  ]
  const names = /^You are now connected .*$|with PID \d+/gm // the user, the server's process
  const seen = (await script('app', lines, true)).replace(names, '')
  assert.match(seen, /notification "news" with payload "größer" received/)
  assert.is(seen, (await script('app', lines, false)).replace(names, ''))
})

clients('watches', async () => {
  const { stdout } = await runClient('sh', await shop.through('app'), ['-c', `exec ${psql} -X -At 2>&1`], {
    input:
      'INSERT INTO countdown VALUES (3);\nUPDATE countdown SET n = n - 1 WHERE n > 0 RETURNING 6 / n \\watch 0.1\n',
  })
  assert.match(stdout, /^3$.*^6$.*division by zero/ms)
})

clients('completes what is typed, at a terminal', async () => {
  const child = spawn(terminal, ['-q', '-e', '-c', `${psql} -X -P pager=off`, '/dev/null'], {
    env: { ...process.env, ...libpqEnv(await shop.through('reporting')), TERM: 'dumb' },
    stdio: 'pipe',
  })
  let screen = ''
  child.stdout.setEncoding('utf8').on('data', chunk => {
    screen += chunk
  })
  for (const [typed, shows] of [
    ['', /orders=> $/],
    ['SELECT count(*) FROM open_o\t', /FROM open_orders /],
    ['WHERE na\t', /WHERE name /],
    ["= 'nobody';\n", /\n *0\r?\n\(1 row\)/],
    ['\\d custom\t\n', /Table "public.customers"/],
    ['\\q\n', /customers/],
  ] as const) {
    child.stdin.write(typed)
    await eventually(`${shows} after ${JSON.stringify(typed)} in ${screen}`, () => shows.test(screen))
  }
  await once(child, 'close')
})

clients('is decided again from its record as it was decided', () => assertParity(shop.stack))
clients.run()
