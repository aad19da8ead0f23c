import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadParser } from './parser.ts'
import { readSql } from './read-sql.ts'
import { isRefusal, type SqlNames, type StatementReading } from './reading.ts'

await loadParser()

function names(sql: string): SqlNames {
  const read = readSql(sql)
  if (isRefusal(read)) throw new Error(`\`${sql}\` is refused: ${read.detail}`)
  return read.names
}

function only(sql: string): StatementReading {
  const read = readSql(sql)
  if (isRefusal(read) || !read.statements[0]) throw new Error(`\`${sql}\` is no statement`)
  return read.statements[0]
}

const scopes = suite('relations are those that are no WITH query in scope')
for (const [sql, expected] of [
  ['WITH a AS (SELECT * FROM b) SELECT * FROM a', ['b']],
  ['WITH a AS (SELECT * FROM a) SELECT * FROM a', ['a']],
  ['WITH RECURSIVE a AS (SELECT 1 UNION ALL SELECT * FROM a) SELECT * FROM a', []],
  ['WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a, b', ['b']],
  ['WITH RECURSIVE a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a', []],
  ['WITH a AS (SELECT 1), b AS (SELECT * FROM a) SELECT * FROM b', []],
  ['WITH a AS (SELECT 1) SELECT * FROM public.a', ['public.a']],
  ['WITH a AS (SELECT 1) SELECT (SELECT 1 FROM a WHERE EXISTS (SELECT FROM a))', []],
  ['SELECT * FROM (WITH a AS (SELECT 1) SELECT * FROM a) x, a', ['a']],
  ['SELECT 1 FROM a UNION (WITH a AS (SELECT 1) SELECT * FROM a)', ['a']],
  ['WITH a AS (WITH b AS (SELECT 1) SELECT * FROM b) SELECT * FROM a, b', ['b']],
  ['WITH a AS (SELECT 1) DELETE FROM a', ['a']],
  ['WITH a AS (SELECT 1) INSERT INTO a SELECT * FROM a', ['a']],
  ['WITH a AS (SELECT 1) UPDATE a SET n = 1', ['a']],
  ['WITH a AS (SELECT 1) MERGE INTO b USING a ON true WHEN MATCHED THEN DELETE', ['b']],
  ['WITH "A" AS (SELECT 1) SELECT * FROM a', ['a']],
  ['WITH A AS (SELECT 1) SELECT * FROM "a"', []],
  ['WITH a AS (SELECT * FROM b) SELECT * FROM a FOR UPDATE', ['b']],
  ['SELECT * FROM b a, c FOR UPDATE OF a', ['b', 'c']],
] as const)
  scopes(sql, () => assert.equal(names(sql).relations, expected))
scopes.run()

const written = suite('names are written as PostgreSQL quotes them')
for (const [sql, expected] of [
  ['SELECT * FROM Audit.Events', 'audit.events'],
  ['SELECT * FROM "Audit"."Ev""ents"', '"Audit"."Ev""ents"'],
  ['SELECT * FROM "order"', '"order"'],
  ['SELECT * FROM "a.b"', '"a.b"'],
  ['SELECT * FROM U&"d\\0061ta"', 'data'],
  ['SELECT * FROM café', '"café"'],
] as const)
  written(sql, () => assert.equal(names(sql).relations, [expected]))
written.run()

const found = suite('names to look up')
for (const [sql, expected] of [
  [
    "SELECT a LIKE 'x', a ILIKE 'x', a SIMILAR TO 'x'",
    { functions: ['pg_catalog.similar_to_escape'], operators: ['~~', '~~*', '~'] },
  ],
  ['SELECT a BETWEEN 1 AND 2', { operators: ['>=', '<='] }],
  ['SELECT a NOT BETWEEN SYMMETRIC 1 AND 2', { operators: ['<', '>'] }],
  ['SELECT a IN (1, 2)', { operators: ['='] }],
  ['SELECT a NOT IN (1, 2)', { operators: ['<>'] }],
  ['SELECT a IN (SELECT 1)', { operators: ['='] }],
  ['SELECT a > ALL (SELECT 1)', { operators: ['>'] }],
  ['SELECT a = ANY (ARRAY[1])', { operators: ['='] }],
  ['SELECT a IS DISTINCT FROM b', { operators: ['='] }],
  ['SELECT NULLIF(a, b)', { operators: ['='] }],
  ['SELECT CASE a WHEN 1 THEN 2 END', { operators: ['='] }],
  ['SELECT CASE WHEN a THEN 2 END', {}],
  ['SELECT (a, b) < (c, d)', { operators: ['<'] }],
  ['SELECT -a', { operators: ['-'] }],
  ['SELECT a OPERATOR(pg_catalog.+) b', {}],
  ['SELECT 1 ORDER BY a USING >', { operators: ['>'] }],
  ['SELECT 1 FROM (SELECT) a NATURAL JOIN (SELECT) b', { operators: ['='] }],
  ['SELECT 1 FROM (SELECT) a JOIN (SELECT) b USING (c)', { operators: ['='] }],
  ["SELECT EXTRACT(year FROM a), SUBSTRING(a FROM 1), POSITION('a' IN b), TRIM(a), OVERLAY(a PLACING b FROM 1)", {}],
  ["SELECT a AT TIME ZONE 'x', COLLATION FOR (a), NORMALIZE(a), (a, b) OVERLAPS (c, d)", {}],
  ['SELECT CURRENT_USER, CURRENT_DATE, LOCALTIME, SESSION_USER, SYSTEM_USER', {}],
  ['SELECT COALESCE(a, b), GREATEST(a, b), GROUPING(a), ROW(a), ARRAY[a], a[1:2]', {}],
  [
    'SELECT f(a), s.f(a), count(*), sum(a) FILTER (WHERE g()) OVER (PARTITION BY h())',
    { functions: ['f', 's.f', 'count', 'sum', 'g', 'h'] },
  ],
  ['SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a)', { functions: ['percentile_cont'] }],
  ['SELECT t.a, (f()).b, s.t.c, t.*', { functions: ['.a', 'b', 'f', '.c'] }],
  ['SELECT a::text, CAST(a AS s."T"), a::int, a::numeric(3)[], INTERVAL \'1\' DAY', { types: ['text', 's."T"'] }],
  [`SELECT a::"char", a::timestamptz`, { types: ['"char"', 'timestamptz'] }],
  ['SELECT * FROM f() AS x(a text, b s.t)', { functions: ['f'], types: ['text', 's.t'] }],
  ['SELECT * FROM ROWS FROM (f(), g() AS (a text)) WITH ORDINALITY', { functions: ['f', 'g'], types: ['text'] }],
  [
    "SELECT * FROM XMLTABLE('/' PASSING f() COLUMNS a text PATH '/' DEFAULT g())",
    { functions: ['f', 'g'], types: ['text'] },
  ],
  [
    "SELECT * FROM JSON_TABLE(f(), '$' COLUMNS (a text PATH '$', NESTED PATH '$' COLUMNS (b s.t)))",
    { functions: ['f'], types: ['text', 's.t'] },
  ],
  [
    "SELECT JSON_VALUE(f(), '$' RETURNING text DEFAULT g() ON EMPTY), JSON_OBJECT('a': h()), JSON_ARRAYAGG(i())",
    { functions: ['f', 'g', 'h', 'i', 'json_value', 'json_object', 'json_arrayagg'], types: ['text'] },
  ],
  ['SELECT XMLELEMENT(NAME a, f()), XMLSERIALIZE(CONTENT g() AS text)', { functions: ['f', 'g'], types: ['text'] }],
  ['SELECT 1 LIMIT f() OFFSET g()', { functions: ['f', 'g'] }],
  ['SELECT 1 GROUP BY GROUPING SETS (f(), (g(), h())) HAVING i()', { functions: ['f', 'g', 'h', 'i'] }],
  ['SELECT DISTINCT ON (f()) 1 WINDOW w AS (ORDER BY g() ROWS h() PRECEDING)', { functions: ['f', 'g', 'h'] }],
  ['VALUES (f()), (g())', { functions: ['f', 'g'] }],
  [
    'WITH RECURSIVE a(b) AS (SELECT f()) CYCLE b SET c TO 1 DEFAULT 2 USING d SELECT g(), h()',
    { functions: ['f', 'g', 'h'] },
  ],
  [
    'CREATE TABLE t (a serial, b bigserial, c text DEFAULT f() CHECK (g(c)))',
    { functions: ['f', 'g'], types: ['text'] },
  ],
] as const) {
  found(sql, () => {
    const none = { relations: [], functions: [], operators: [], types: [] }
    const sorted = ({ relations, functions, operators, types }: Omit<SqlNames, 'columns' | 'written'>) =>
      [relations, functions, operators, types].map(list => [...list].sort())
    assert.equal(sorted(names(sql)), sorted({ ...none, ...expected }))
  })
}
found('that older servers take for functions are looked up, and mean nothing where there are none', () => {
  const sql = `SELECT json_scalar(a), json_array(a), json_value(a, '$'), json_query(a, '$'), json_exists(a, '$'), json(a),
    json_serialize(a), json_arrayagg(a), json_object(a), merge_action(), a::json`
  const looked = names(sql)
  const words = ['scalar', 'array', 'value', 'query', 'exists', 'serialize', 'arrayagg', 'object'].map(
    word => `json_${word}`,
  )
  for (const word of [...words, 'json', 'merge_action']) assert.ok(looked.functions.includes(word), word)
  assert.equal(looked.types, ['json'])
})
found.run()

const session = suite('a statement tells how it moves the session')
for (const [sql, expected] of [
  ['BEGIN', { control: 'begin', command: 'BEGIN', changesCatalog: false }],
  ['COMMIT', { control: 'commit', command: 'COMMIT', changesCatalog: false }],
  ['ROLLBACK', { control: 'rollback', command: 'ROLLBACK', changesCatalog: false }],
  ['ROLLBACK AND CHAIN', { control: 'rollback', command: 'ROLLBACK', changesCatalog: false, chain: true }],
  ['ROLLBACK TO a', { control: 'rollback to', command: 'ROLLBACK', changesCatalog: false }],
  ['SAVEPOINT a', { control: 'savepoint', command: 'SAVEPOINT', changesCatalog: false }],
  ['RELEASE a', { control: 'release', command: 'RELEASE', changesCatalog: false }],
  ['COPY t FROM STDIN', { copy: 'in', command: 'COPY', changesCatalog: false }],
  ['COPY t TO STDOUT', { copy: 'out', command: 'COPY', changesCatalog: false }],
  ['CREATE TABLE t ()', { command: 'CREATE TABLE', changesCatalog: true }],
  ['SELECT 1 INTO t', { command: 'SELECT', changesCatalog: true }],
  ['CREATE TABLE t AS SELECT 1', { command: 'CREATE TABLE AS', changesCatalog: true }],
  ['ALTER TABLE t RENAME TO u', { command: 'ALTER TABLE', changesCatalog: true }],
  ['DROP VIEW v', { command: 'DROP VIEW', changesCatalog: true }],
  ['TRUNCATE t', { command: 'TRUNCATE TABLE', changesCatalog: false }],
  ['SELECT 1', { command: 'SELECT', changesCatalog: false }],
] as const) {
  session(sql, () => {
    const { command, control, chain, copy, changesCatalog } = only(sql)
    const told = { command, control, chain, copy, changesCatalog }
    assert.equal(told, { control: undefined, chain: undefined, copy: undefined, ...expected })
  })
}
session.run()
