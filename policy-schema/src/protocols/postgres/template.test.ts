import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadGrammars } from '../../grammars.ts'
import type { Target } from '../../repository/types.ts'
import { toRequests } from './mapping.ts'
import type { PostgresCatalog } from './operation.ts'
import { readSql } from './read-sql.ts'
import { templateOf } from './template.ts'

await loadGrammars()
const target: Target = { name: 'db', protocol: 'postgres', tags: [], settings: { host: 'h', database: 'd', roles: {} } }
const table = { schema: 'public', kind: 'table' } as const
const catalog: PostgresCatalog = {
  database: 'd',
  currentSchema: 'public',
  transaction: 'none',
  relations: { t: { ...table, name: 't' }, u: { ...table, name: 'u' } },
  functions: { pg_sleep: ['pg_catalog.pg_sleep(float8)'], abs: ['pg_catalog.abs(int4)'] },
  types: {},
  foreignOperators: [],
}

const templates = suite('a template')

for (const [sql, template] of [
  ['SELECT abalance FROM pgbench_accounts WHERE aid = 4711;', 'SELECT abalance FROM pgbench_accounts WHERE aid = ?;'],
  ['UPDATE t SET n = n + -17 WHERE id IN (1,22, 333)', 'UPDATE t SET n = n + -? WHERE id IN (?,?, ?)'],
  [
    'SELECT a1, 1.5, 2e3, 0x1F, 1_000, 12345678901, 7::int FROM t2',
    'SELECT a1, 1.5, 2e3, 0x1F, 1_000, 12345678901, ?::int FROM t2',
  ],
  ["SELECT n FROM t WHERE id = 5 AND note = '5'", "SELECT n FROM t WHERE id = ? AND note = '5'"],
  ["SELECT 'it''s 1', '', '''2', '3'''''", "SELECT 'it''s 1', '', '''2', '3'''''"],
  ['INSERT INTO t VALUES (1, CURRENT_TIMESTAMP)', 'INSERT INTO t VALUES (?, CURRENT_TIMESTAMP)'],
  ['SELECT * FROM t WHERE id = 1 OFFSET 2 limit 3', 'SELECT * FROM t WHERE id = ? OFFSET ? limit 3'],
  ['SELECT 1 FETCH FIRST 2 ROWS ONLY', 'SELECT ? FETCH FIRST 2 ROWS ONLY'],
  ['SELECT (SELECT 1 LIMIT (2)), 3', 'SELECT (SELECT ? LIMIT (2)), 3'],
  ["SELECT 1, '2' LIMIT '3'", "SELECT ?, '2' LIMIT '3'"],
  ["SELECT 'a'5, 6+'7'+8, (9)'10'", "SELECT 'a'?, ?+'7'+?, (?)'10'"],
  ["SELECT 'a 1'\n'b 2', 3", "SELECT 'a 1'\n'b 2', ?"],
  [
    "SELECT date '2020-01-01', interval '1' day, interval(3) '1', 'a'::regclass, nextval('s1'), 2",
    "SELECT date '2020-01-01', interval '1' day, interval(?) '1', 'a'::regclass, nextval('s1'), ?",
  ],
  [
    "SELECT n FROM t WHERE note LIKE '1%' ESCAPE '!' AND id = 1",
    "SELECT n FROM t WHERE note LIKE '1%' ESCAPE '!' AND id = ?",
  ],
] as const)
  templates(`lifts the whole numbers of \`${sql}\``, () => assert.is(templateOf(sql), template))

for (const [why, sql] of [
  ['a text without an end', "SELECT 1, '2"],
  ['a text of escapes', "SELECT E'1', 2"],
  ['a text of bits', "SELECT b'1', 2"],
  ['a text of bytes', "SELECT x'1', 2"],
  ['a national text', "SELECT n'1', 2"],
  ['a text of code points', "SELECT U&'1', 2"],
  ['a name that ends at a quote', "SELECT t_5'1', 2"],
  ['a number that ends at a quote', "SELECT 1'2'"],
  ['a backslash in quotes', "SELECT '\\', 1, '"],
  ['a quoted name in quotes', 'SELECT 1, \'"2"\''],
  ['what stands for a number in quotes', "SELECT 1, '?'"],
  ['a comment in quotes', "SELECT 1, '--'"],
  ['a second statement behind quotes', "SELECT 'a;1'; SET x = 2"],
  ['a precision that the fingerprint holds', 'SELECT current_timestamp(1)'],
  ['a precision further off', 'SELECT localtime \n (1)'],
  ['another', 'SELECT n FROM t WHERE at > localtime (1)'],
  ['set_config', "SELECT set_config('row_security', 1, true)"],
  ['set_config in quotes', "SELECT 'set_config', 1"],
  ['PREPARE', "PREPARE p AS SELECT 1, 'a'"],
  ['EXECUTE', "EXECUTE p (1, 'a')"],
  ['SET', "SET x = '1'"],
  ['COPY', "COPY t FROM '1'"],
  ['a quoted name', 'SELECT "1"'],
  ['a dollar quote', 'SELECT $$1$$'],
  ['a parameter', 'SELECT $1'],
  ['a backslash', 'SELECT 1 \\ 2'],
  ['what stands for a number', 'SELECT ? secret FROM t'],
  ['what stands for a number, in an operator', 'SELECT ?- secret FROM t'],
  ['a comment to the end of the line', 'SELECT 1 -- 2'],
  ['a comment', 'SELECT 1 /* 2 */'],
  ['a letter beyond ASCII', 'SELECT 1 AS ä'],
  ['a NUL', 'SELECT 1 \0'],
  ['an option', 'VACUUM (PARALLEL 2) t'],
  ['two statements', 'SELECT 1; VACUUM (PARALLEL 2) t'],
  ['LIMIT in quotes', "SELECT 1, 'limit 2'"],
  ['more than the cap', `SELECT ${'1,'.repeat(20_000)}1`],
] as const)
  templates(`is not made of a text with ${why}`, () => assert.is(templateOf(sql), undefined))

const shapes = [
  'SELECT n FROM t WHERE id = N',
  'SELECT n FROM t WHERE id = N OFFSET N LIMIT 5',
  "SELECT n FROM t WHERE note = 'x' AND id IN (N, N) ORDER BY N FETCH FIRST 1 ROW ONLY",
  'SELECT n FROM t WHERE N = N;',
  'SELECT n, N FROM t WHERE id BETWEEN N AND N GROUP BY N ORDER BY N OFFSET N',
  'insert into t VALUES (N, N), (N, N)',
  'UPDATE t SET n = N WHERE id = N RETURNING n[N]',
  ' DELETE FROM u WHERE n < N',
  'DELETE FROM u WHERE n = N OR N = N',
  'DELETE FROM u WHERE n = N OR NOT n = N',
  'UPDATE t SET n = N WHERE id = id + N OR N BETWEEN N AND N',
  'UPDATE t SET n = N WHERE (n, N) = (n, N) OR n IN (N, n) OR n * N = N',
  'DELETE FROM u WHERE CASE WHEN N = N THEN true ELSE n = N END',
  'WITH x AS (DELETE FROM t WHERE id = N RETURNING n) SELECT * FROM x, u WHERE u.n = N',
  'WITH RECURSIVE x AS (SELECT N UNION ALL SELECT n + N FROM x) SELECT * FROM x',
  'SELECT pg_sleep(N), abs(-N) FROM t TABLESAMPLE SYSTEM (N) REPEATABLE (N)',
  'SELECT sum(n) OVER (ROWS BETWEEN N PRECEDING AND N FOLLOWING) FROM t',
  'SELECT n[N:N], n::numeric(N, N), CAST(N AS varchar(N)), bit(N) FROM t WHERE missing.x = N',
  'SELECT nowhere(N)',
  'SELECT * INTO made FROM t WHERE id = N',
  'SELECT CASE N WHEN N THEN N END, interval(N) FROM t FOR UPDATE',
  'SELECT n FROM t WHERE n IN (N, N, N) OR (n, N) = (N, N) UNION SELECT N',
  'SELECT extract(year FROM now()) + N, substring(n FROM N FOR N), now() FROM t',
  'VALUES (N), (N)',
  'SELECT N nonsense N',
  "SELECT n FROM t WHERE id = N AND note = 'N'",
  "UPDATE t SET n = N, note = 'it''s' WHERE id = N OR note LIKE '%'",
  "DELETE FROM t WHERE id = N OR NOT id = 'N' OR 'N' = N",
  "DELETE FROM t WHERE id = '5' OR NOT id = N",
  "DELETE FROM t WHERE note = 'a' OR note != 'a' OR id = N",
  "DELETE FROM t WHERE note ~ '.*' AND id IN (N, '5', N)",
  "DELETE FROM t WHERE (id, note) = (N, 'x') AND CASE WHEN 'x' = 'x' THEN id = N END",
  "INSERT INTO t VALUES (N, 'x'), (N, ''), (N, '''')",
  "SELECT date '2020-01-01' + N, interval '1' day * N, interval(3) '1', timestamp(N) '2020-01-01', varchar(N) 'abc'",
  "SELECT 'a'\n'b', N, 'a'\n\n'N', 'c' 'd', N",
  "SELECT 'a'N, (N)'b', 'x'N FROM t",
  "SELECT 't'::regclass, nextval('s'), setval('s', N), pg_sleep('N'), abs(N) FROM t WHERE id = N",
  "SELECT n FROM t WHERE note LIKE 'x!%' ESCAPE '!' AND id = N OFFSET 'N'",
  "SELECT overlay('abc' PLACING 'x' FROM N FOR N), position('b' in 'abc'), extract('year' FROM now()) FROM t WHERE id = N",
  "WITH x AS (INSERT INTO u VALUES (N, 'x') RETURNING 'y', N) SELECT * FROM x WHERE 'N' = 'x'",
  "SELECT t (N) 'x', nowhere(N) 'x', numeric(N, N) '1' FROM t",
  "SELECT pg_read_file('N', N, N), ('x').pg_read_file, lo_import('N', N), pg_terminate_backend(N), dblink('password=N', N)",
  "SELECT query_to_xml('SELECT N', true, false, 'N'), current_setting('N', N = N) FROM t",
]
const numbers = fc.array(fc.oneof(fc.nat(999_999_999), fc.nat(9)), { minLength: 12, maxLength: 12 })

/** The text with a number for each N that is not quoted. */
function fill(shape: string, values: readonly number[]): string {
  let at = 0
  return shape.replace(/'(?:[^']|'')*'|\bN\b/g, text => (text === 'N' ? String(values[at++ % values.length]) : text))
}

/** All that is taken from a reading; of what cannot be parsed, which may quote a number and is not kept, just that. */
function reads(sql: string): unknown {
  const asked = toRequests({ protocol: 'postgres', kind: 'query', sql, catalog }, target)
  const reading = readSql(sql)
  if ('reason' in reading) return [reading.reason, reading.reason === 'unparseable' ? '' : asked]
  return [asked, reading.names, reading.fingerprint, reading.statements]
}

templates('stands for texts that ask and name the same, whatever the numbers', () => {
  fc.assert(
    fc.property(fc.constantFrom(...shapes), numbers, numbers, (shape, some, others) => {
      const [a, b] = [fill(shape, some), fill(shape, others)]
      assert.type(templateOf(a), 'string', a)
      assert.is(templateOf(a), templateOf(b))
      assert.equal(reads(b), reads(a))
    }),
    { numRuns: 2_000, seed: 20_260_101 },
  )
})

const words = [
  ...[
    'id',
    'note',
    't',
    'u',
    'FROM',
    'WHERE',
    'AND',
    'OR',
    'NOT',
    'LIKE',
    'IN',
    'IS',
    'NULL',
    'AS',
    'OFFSET',
    'DATE',
    'current_timestamp',
    'LIMIT',
    'LIMIT',
    'FETCH FIRST',
    'ROWS ONLY',
    'localtime',
    'INTERVAL',
    'DAY',
  ],
  ...[
    'CASE',
    'WHEN',
    'THEN',
    'END',
    'ESCAPE',
    'BETWEEN',
    'UNION',
    'SELECT',
    'TEXT',
    'E',
    'B',
    'X',
    'N1',
    'U&',
    'pg_sleep',
    'regclass',
    'set_config',
  ],
  ...[
    'N',
    'N',
    'N',
    'N',
    "'a'",
    "'N'",
    "''",
    "'it''s'",
    "'%'",
    "'5'",
    '\n',
    ' ',
    ' ',
    '(',
    ')',
    ',',
    ',',
    '=',
    '=',
    '<>',
    '+',
    '-',
    '~',
    '::',
    '.',
    ';',
    '?',
  ],
]
const heads = [
  'SELECT N',
  "SELECT 'x'",
  'SELECT n FROM t WHERE id = N',
  "DELETE FROM t WHERE note = 'x'",
  'UPDATE t SET n = N WHERE id = N',
  "INSERT INTO t VALUES (N, 'x')",
]
/** Glued to one another, so that a quote stands right behind a word or a number. */
const soup = fc
  .tuple(
    fc.constantFrom(...heads),
    fc.array(fc.tuple(fc.constantFrom(...words), fc.constantFrom('', ' ', ' ')), { maxLength: 12 }),
  )
  .map(([head, parts]) => `${head} ${parts.map(part => part.join('')).join('')}`)

templates('stands for such texts only, whatever stands side by side', () => {
  let shared = 0
  fc.assert(
    fc.property(soup, numbers, numbers, (shape, some, others) => {
      const [a, b] = [fill(shape, some), fill(shape, others)]
      const template = templateOf(a)
      if (template === undefined || template !== templateOf(b)) return
      shared++
      assert.equal(reads(b), reads(a), `${a} | ${b}`)
    }),
    { numRuns: 20_000, seed: 20_260_102 },
  )
  assert.ok(shared > 2_000, `${shared} had one`)
})

templates.run()
