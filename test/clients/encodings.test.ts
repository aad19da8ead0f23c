// timeout: 300s
import { dirname } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Connection, requirePeers, runClient } from '../peers/index.ts'
import { assertParity } from '../stack/parity.ts'
import { type Stack, startStack } from '../stack/stack.ts'

const { psql, pg_dump, initdb } = await requirePeers('psql', 'pg_dump', 'initdb')

const encodings = ['LATIN1', 'EUC_JP', 'SQL_ASCII'] as const
let stack: Stack

/** A function that quotes an identifier of one byte that is no UTF-8, where the database takes it. */
const raw = `convert_from('\\xff'::bytea, 'SQL_ASCII')`
const databases = suite('in a database that is encoded')
databases.before(async () => {
  stack = await startStack({
    policies: '@id("app-works") permit(principal in Gate::Role::"app", action, resource);',
    bin: dirname(initdb), // pg_dump refuses a server that is newer than itself
  })
  for (const encoding of encodings) {
    await stack.server.query(
      `CREATE DATABASE ${encoding} OWNER gate_app ENCODING '${encoding}' TEMPLATE template0 LOCALE 'C'`,
    )
    await stack.server.query(
      `CREATE TABLE plain (id int PRIMARY KEY, words text, "größe" int DEFAULT 1); GRANT ALL ON plain TO gate_app;
       CREATE TABLE "maße" (id int); GRANT ALL ON "maße" TO gate_app;
       CREATE TABLE ledger AS SELECT 'größer' AS words; GRANT ALL ON ledger TO gate_app`,
      { database: encoding.toLowerCase() },
    )
  }
  await stack.server.query(
    `DO $$ BEGIN
       EXECUTE format('CREATE TABLE %I (id int)', ${raw});
       EXECUTE format('CREATE VIEW behind AS SELECT id FROM %I', ${raw});
     END $$; GRANT SELECT ON behind TO gate_app`,
    { database: 'sql_ascii' },
  )
})

/** A value that is no UTF-8. */
const spoil = () => stack.server.query(`INSERT INTO plain VALUES (100, ${raw})`, { database: 'sql_ascii' })

async function connection(database: string, through: boolean, encoding = 'UTF8'): Promise<Connection> {
  const server = { host: 'localhost', port: stack.server.port, ca: stack.server.ca }
  const direct = { ...server, user: 'gate_app', password: 'secret of app' }
  const way = through ? await stack.connection('app') : direct
  return { ...way, database: database.toLowerCase(), env: { PGCLIENTENCODING: encoding } }
}

/** What psql prints, errors among the rest in their place; bytes that are no UTF-8 as themselves. */
async function script(database: string, lines: readonly string[], through: boolean, encoding?: string) {
  const command = `{ ${psql} -X 2>&1; } | base64`
  const ran = await runClient('sh', await connection(database, through, encoding), ['-c', command], {
    input: `${lines.join('\n')}\n`,
  })
  return Buffer.from(ran.stdout, 'base64').toString('latin1')
}

const utf8 = (text: string) => Buffer.from(text).toString('latin1')

const values = [
  'SELECT * FROM plain WHERE id > 10;',
  'TRUNCATE plain;',
  `INSERT INTO plain VALUES (1, 'größer');`,
  `INSERT INTO plain VALUES (2, E'gr\\u00f6ßer'), (3, U&'gr\\00f6\\00dfer');`,
  `INSERT INTO plain VALUES (4, 'ああ');`,
  `INSERT INTO plain VALUES (5, '🌲');`,
  'SELECT * FROM plain ORDER BY id;',
  `SELECT id FROM plain WHERE words LIKE '%ö%' /* größer */ ORDER BY id;`,
  ...['COPY plain (id, words) FROM STDIN;', '7\tgrößer', '\\.'],
  'COPY plain TO STDOUT;',
  `PREPARE by_words (text) AS SELECT id FROM plain WHERE words IN ($1, 'ö') ORDER BY 1;`,
  "DO $$ BEGIN RAISE NOTICE 'größer'; END $$;",
  `EXECUTE by_words ('größer');`,
  'SELECT length(words), octet_length(words) FROM plain ORDER BY id;',
  `DELETE FROM plain WHERE words = 'größer' RETURNING *;`,
  'SHOW server_encoding;',
]
for (const encoding of encodings) {
  databases(`${encoding}, values come out as without the gateway`, async () => {
    if (encoding === 'SQL_ASCII') await spoil()
    const seen = await script(encoding, values, true)
    if (encoding === 'SQL_ASCII') await spoil()
    assert.is(seen, await script(encoding, values, false))
  })
  databases(`${encoding}, psql describes as without the gateway`, async () => {
    const describing = ['\\d', '\\d maße', '\\d plain', '\\l']
    assert.is(await script(encoding, describing, true), await script(encoding, describing, false))
  })
  for (const sql of [
    'TABLE maße',
    'SELECT größe FROM plain',
    'SELECT 1 AS größe',
    'SELECT U&"gr\\00f6\\00dfe" FROM plain',
    'CREATE TABLE ÖL (id int)',
    'SELECT $ö$ ö $ö$, maß(1)',
  ])
    databases(`${encoding}, names beyond ASCII are denied: ${sql}`, async () => {
      const said = await script(encoding, [`${sql};`], true)
      assert.match(said, /decided on only in ASCII/)
      assert.match(said, /"code":"unresolved"/)
    })
}
databases('SQL_ASCII, what stands behind a name and is no UTF-8 is denied', async () => {
  assert.match(await script('SQL_ASCII', ['SELECT * FROM behind;'], true), /"code":"unresolved"/)
})
databases('LATIN1, pg_dump gives what it gives a client that asks for UTF8', async () => {
  const dump = async (through: boolean) => {
    const ran = await runClient(pg_dump, await connection('LATIN1', through), ['-t', 'ledger'])
    return `${ran.stderr}${ran.stdout.replace(/^\\(un)?restrict .*$/gm, '')}`
  }
  const seen = await dump(true)
  assert.match(seen, 'größer')
  assert.is(seen, await dump(false))
})
databases.run()

const clients = suite('a client')
for (const [why, lines] of [
  ['by SET', ["SET client_encoding = 'LATIN1';"]],
  ['by SET NAMES', ["SET NAMES 'LATIN1';"]],
  ['in its own way', ['\\encoding LATIN1']],
  ['by set_config', ["SELECT set_config('client_encoding', 'LATIN1', false);"]],
  ['by pg_settings', ["UPDATE pg_settings SET setting = 'LATIN1' WHERE name = 'client_encoding';"]],
  ['in a function', ["CREATE FUNCTION f() RETURNS int LANGUAGE sql SET client_encoding = 'LATIN1' AS 'SELECT 1';"]],
  ['for what it copies', ["COPY (SELECT 'größer') TO STDOUT (ENCODING 'LATIN1');"]],
  ['for its login', ["ALTER ROLE gate_app SET client_encoding = 'LATIN1';"]],
] as const)
  clients(`does not change its encoding ${why}`, async () => {
    const asked = ["SELECT 'größer' AS words;", ...lines, "SELECT 'größer' AS words;"]
    const seen = await script('orders', asked, true)
    assert.is(seen.split(utf8(' größer\n(1 row)')).length, 3, seen)
    assert.match(seen, /"code":"unmapped"|could not set|invalid encoding name/)
  })
clients('whose code changes its encoding is ended, before its next statement is read', async () => {
  const lines = ["DO $$ BEGIN SET client_encoding = 'LATIN1'; END $$;", "SELECT 'größer';"]
  assert.match(await script('orders', lines, true), /client_encoding/)
})
for (const encoding of ['UTF8', 'utf-8', 'UNICODE', 'SQL_ASCII'])
  clients(`that asks for ${encoding} is given UTF8`, async () => {
    const seen = await script('orders', ['SHOW client_encoding;', "SELECT 'größer';"], true, encoding)
    assert.match(seen, ' UTF8\n')
    assert.match(seen, utf8('größer'))
  })
for (const encoding of ['LATIN1', 'SJIS', 'WIN1252'])
  clients(`that asks for ${encoding} is told what to ask for`, async () => {
    assert.match(await script('orders', ['SELECT 1;'], true, encoding), /is not UTF8.*next: PGCLIENTENCODING=UTF8/s)
  })
clients('that sends bytes of another encoding all the same is told', async () => {
  const command = `{ printf "SELECT 'gr\\366\\337er';\nSELECT 2;\n" | ${psql} -X 2>&1; }`
  const seen = await runClient('sh', await connection('orders', true), ['-c', command])
  assert.match(seen.stdout, /the text is not UTF-8.*\(1 row\)/s, seen.stdout)
})
clients('is decided again from its record as it was decided', () => assertParity(stack))
clients.after(() => stack.stop())
clients.run()
