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
] as const)
  templates(`lifts the whole numbers of \`${sql}\``, () => assert.is(templateOf(sql), template))

for (const [why, sql] of [
  ['a quoted text', "SELECT '1'"],
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
  ['LIMIT', 'SELECT * FROM t limit 1'],
  ['FETCH', 'SELECT * FROM t FETCH FIRST 1 ROWS ONLY'],
  ['more than the cap', `SELECT ${'1,'.repeat(20_000)}1`],
] as const)
  templates(`is not made of a text with ${why}`, () => assert.is(templateOf(sql), undefined))

const shapes = [
  'SELECT n FROM t WHERE id = N',
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
  'SELECT extract(year FROM now()) + N, substring(n FROM N FOR N), current_timestamp(N) FROM t',
  'VALUES (N), (N)',
  'SELECT N nonsense N',
]
templates('stands for texts that ask and name the same, whatever the numbers', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...shapes),
      fc.array(fc.oneof(fc.nat(999_999_999), fc.nat(9)), { minLength: 12, maxLength: 12 }),
      fc.array(fc.oneof(fc.nat(999_999_999), fc.nat(9)), { minLength: 12, maxLength: 12 }),
      (shape, some, others) => {
        const fill = (numbers: readonly number[]) => {
          let at = 0
          return shape.replace(/\bN\b/g, () => String(numbers[at++ % numbers.length]))
        }
        const [a, b] = [fill(some), fill(others)]
        assert.type(templateOf(a), 'string')
        assert.is(templateOf(a), templateOf(b))
        const asked = (sql: string) => toRequests({ protocol: 'postgres', kind: 'query', sql, catalog }, target)
        const read = (sql: string) => {
          const reading = readSql(sql)
          return 'reason' in reading
            ? reading.reason
            : [
                reading.names,
                reading.statements.map(({ node, control, copy, changesCatalog }) => [
                  node,
                  control,
                  copy,
                  changesCatalog,
                ]),
              ]
        }
        const [first, second] = [asked(a), asked(b)]
        // what cannot be parsed may quote a number, and is not kept
        if ('reason' in first && first.reason === 'unparseable')
          return assert.is('reason' in second && second.reason, 'unparseable')
        assert.equal(second, first)
        assert.equal(read(b), read(a))
      },
    ),
    { numRuns: 1_000, seed: 20_260_101 },
  )
})

templates.run()
