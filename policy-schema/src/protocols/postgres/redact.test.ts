import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadGrammars } from '../../grammars.ts'
import { postgresProtocol } from './protocol.ts'
import { readSql } from './read-sql.ts'
import { redactSql } from './redact.ts'

await loadGrammars()

const secrets = suite('a secret is taken out of')
for (const sql of [
  "CREATE ROLE r LOGIN PASSWORD 'hunter2'",
  "alter user r with encrypted password 'hunter2' valid until 'x'",
  "ALTER ROLE r UNENCRYPTED PASSWORD /* no */ 'hunter2'",
  "ALTER ROLE r PASSWORD E'hunter2\\''",
  "ALTER ROLE r PASSWORD U&'hunter2' UESCAPE '!'",
  'ALTER ROLE r PASSWORD $$hunter2$$',
  'ALTER ROLE r PASSWORD $x$hunter2$x$',
  "ALTER ROLE r PASSWORD 'abc'\n'hunter2'",
  "ALTER ROLE r PASSWORD 'hunter2",
  'ALTER ROLE r PASSWORD $$hunter2',
  "nonsense PASSWORD\t'hunter2' (((",
  "CREATE USER MAPPING FOR x SERVER s OPTIONS (user 'u', password 'hunter2')",
  `CREATE USER MAPPING FOR x SERVER s OPTIONS ("password" 'hunter2')`,
  "CREATE USER MAPPING FOR x SERVER s OPTIONS (user 'u', secret_key 'hunter2')",
  "alter user /* a */ mapping for user server s options (set token 'a'\n'hunter2')",
  `ALTER USER MAPPING FOR x SERVER s OPTIONS (ADD "user" $$hunter2$$`,
  "SELECT 1; CREATE USER MAPPING FOR public SERVER s OPTIONS (a 'x', b E'hunter2')",
  "ALTER SYSTEM SET primary_conninfo = 'host=h password=hunter2'",
  "ALTER SUBSCRIPTION s CONNECTION 'postgres://u:hunter2@h/d'",
  `CREATE USER MAPPING FOR x SERVER s OPTIONS (U&"p\\0061ssword" 'hunter2')`,
  `CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (U&"p!0061ssword" UESCAPE '!' 'hunter2')`,
  `CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (U&"password" UESCAPE '!' 'hunter2')`,
  `CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (U&"p!+000061ssword" /* a */ uescape '!' U&'hunter2' UESCAPE '!')`,
  "ALTER ROLE r PASSWORD $$hunter2$$'hunter2'",
  "CREATE SUBSCRIPTION s CONNECTION 'host=h password=hunter2 user=u' PUBLICATION p",
  "CREATE SUBSCRIPTION s CONNECTION U&'p\\0061ssword=hunter2' PUBLICATION p",
  "CREATE SUBSCRIPTION s CONNECTION /* a */ E'p\\141ssword=hunter2' PUBLICATION p",
  "ALTER SUBSCRIPTION s CONNECTION 'host=h pass'\n'word=hunter2'",
  "ALTER SUBSCRIPTION s CONNECTION 'postgresql://h/d?p%61ssword=hunter2'",
  "ALTER SUBSCRIPTION s CONNECTION E'host=h password=\\'a hunter2\\''",
  "SELECT dblink('host=h password=''hunter2''', 'x')",
  "SELECT dblink('postgres://u:hunter2@h/db', 'x')",
  "SELECT 'postgres://:hunter2@h', 'a@b', 'c'",
  "SELECT 'x@y://u:a:hunter2@h,z://v:hunter2@i/db'",
  "SET password = 'hunter2'",
  '-- password=hunter2\nSELECT 1',
  // in what is run from inside of a text
  "DO $$BEGIN CREATE ROLE r LOGIN PASSWORD 'hunter2'; END$$",
  "DO $a$BEGIN EXECUTE $b$ALTER ROLE r PASSWORD 'hunter2'$b$; END$a$",
  "DO $$BEGIN EXECUTE 'ALTER ROLE r PASSWORD ''hunter2'''; END$$",
  "DO 'BEGIN ALTER ROLE r PASSWORD ''a hunter2''; END'",
  "DO E'BEGIN ALTER ROLE r PASSWORD \\'a hunter2\\'; END'",
  "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ALTER ROLE r PASSWORD 'hunter2'$$",
  "DO $$BEGIN CREATE USER MAPPING FOR x SERVER s OPTIONS (token 'hunter2'); END$$",
  "SELECT dblink($$host=h password='a hunter2'$$, 'x')",
  'SELECT dblink($$host=h password=a\\ hunter2$$, $$x$$)',
  "SELECT dblink('host=h password=''a\\'' hunter2''', 'x')",
  "SELECT dblink('host=h password=a&hunter2', 'x')",
  "SELECT dblink('postgresql://h/d?user=u&password=hunter2&sslmode=x', 'x')",
  `SET "app.password" = 'hunter2'`,
  "SET app.ssl_password TO 'hunter2'",
  "COPY t FROM PROGRAM 'curl -u u:hunter2 h'",
  'COPY t TO PROGRAM $$mysql -phunter2$$',
  "SET SESSION app.client_secret TO 'hunter2'",
  "SET app.token = E'hunter2'",
  "UPDATE users SET api_key = 'hunter2' WHERE id = 5",
  "ALTER ROLE r PASSWORD\u00a0'hunter2'", // copied from a page
]) {
  secrets(sql, () => {
    const clean = redactSql(sql)
    assert.not.match(clean, /hunter2/)
    assert.match(clean, /redacted/)
    assert.is(redactSql(clean), clean, 'once is enough')
  })
}
secrets.run()

const kept = suite('nothing is taken out of')
for (const sql of [
  'SELECT 1',
  "SELECT 'x' FROM passwords",
  "SELECT password, 'x' FROM users",
  'ALTER ROLE r PASSWORD NULL',
  "SELECT 'http://host/path'",
  "SELECT 'x' FROM t WHERE connection = 'open'",
  "SELECT connection, 'x' FROM t",
  "SELECT 'x' FROM t WHERE program = 'psql' AND tokens = '5'",
  "ALTER ROLE r CONNECTION LIMIT 5 VALID UNTIL 'infinity'",
  "INSERT INTO t VALUES ('compass', 'passed')",
  "CREATE USER MAPPING FOR x SERVER s OPTIONS (user 'u')",
  "SELECT 'user mapping options', 'x' FROM mapping",
  "CREATE USER MAPPING FOR x SERVER s; SELECT 'x'",
]) {
  kept(sql, () => assert.is(redactSql(sql), sql))
}
kept('an operation without a secret: it is the same object', () => {
  const catalog = { database: 'd', currentSchema: null, transaction: 'none', relations: {}, functions: {} } as const
  const operation = {
    protocol: 'postgres',
    kind: 'query',
    sql: 'SELECT 1',
    catalog: { ...catalog, types: {}, foreignOperators: [] },
  } as const
  assert.is(postgresProtocol.redact(operation), operation)
  const secret = postgresProtocol.redact({ ...operation, sql: "ALTER ROLE r PASSWORD 'x'" })
  assert.is(secret.kind === 'query' && secret.sql, "ALTER ROLE r PASSWORD 'redacted'")
})
kept.run()

const still = suite('what it is taken from still parses:')
for (const sql of [
  "DO $$BEGIN CREATE ROLE r LOGIN PASSWORD 'hunter2'; END$$",
  "DO 'BEGIN ALTER ROLE r PASSWORD ''hunter2''; END'",
  "SELECT 'password=\\''hunter2\\''', 'x'",
  "SELECT 'password=a\\''hunter2', 'x'",
  "SELECT 'password ''', 'x'",
  "SELECT 'password=''', 'x'",
  "SELECT 'password=''''''', 'x'",
  "SELECT E'password=\\'hunter2', 'x'",
  "SELECT E'password=\\\\', 'x'",
  "SELECT $$password=''hunter2'$$, 'x'",
]) {
  still(sql, () => {
    const clean = redactSql(sql)
    assert.not.ok('reason' in readSql(sql))
    assert.not.ok('reason' in readSql(clean), clean)
    assert.match(clean, /^DO|'x'$/)
    assert.is(redactSql(clean), clean)
  })
}
still.run()

const literal = suite('a literal that is read by an escape of its own')
literal('is taken out, and its text still parses', () => {
  const sql = redactSql("ALTER ROLE r PASSWORD U&'hunter2' UESCAPE '!'")
  assert.is(sql, "ALTER ROLE r PASSWORD U&'redacted' UESCAPE '!'")
  assert.not.ok('reason' in readSql(sql))
})
literal.run()

const border = suite('what is taken out ends where its token does:')
for (const [sql, expected] of [
  [`SELECT "a 'password=x'", b`, `SELECT "a 'password=redacted", b`],
  [`SELECT U&"password=x" b`, `SELECT U&"password=redacted" b`],
  ['SELECT /* password=x*/ 1', 'SELECT /* password=redacted*/ 1'],
  ['SELECT /* password=x/* password=y*/*/ 1', 'SELECT /* password=redacted/* password=redacted*/*/ 1'],
  ["SELECT 1 -- password='x\n, b FROM t", 'SELECT 1 -- password=redacted\n, b FROM t'],
  ["SELECT 1 -- /* password='x\n, b -- password=y\n", 'SELECT 1 -- /* password=redacted\n, b -- password=redacted\n'],
  ['SELECT /* -- password=x */ 1', 'SELECT /* -- password=redacted */ 1'],
] as const)
  border(sql, () => {
    assert.is(redactSql(sql), expected)
    assert.is(redactSql(expected), expected)
  })
border.run()

const long = suite('a long text is redacted in time with its length:')
for (const part of [
  ...[
    '://',
    '://@',
    '://u:',
    '@',
    ':',
    "password='",
    "password=''",
    'password = ',
    "password=''''",
    'password ',
    'PASSWORD ',
    'sslpassword',
    "password ''",
    "password \\'",
    "password=\\'",
    'password=\\',
    '&password=',
    'a.password',
  ],
  ...[
    "'",
    '"',
    '$$',
    '$a$',
    '/*',
    '--',
    "E'\\",
    "U&'",
    'U&"',
    'U&"\\0070',
    '{"password":',
    '"password" : "',
    '\\',
    '\\"',
    "''://",
    '\n',
  ],
])
  long(JSON.stringify(part), () => {
    // what takes time in the square of its length does not end within the runner's patience
    const text = part.repeat(Math.ceil(400_000 / part.length))
    for (const sql of [
      `SELECT passw://${text}`,
      `SELECT 'passw://${text}'`,
      `SELECT $x$passw://${text}$x$`,
      `-- passw://${text}`,
    ])
      assert.type(redactSql(sql), 'string')
  })
long.run()
