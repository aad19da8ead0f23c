import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { asked, catalogFor, mapped, statements } from './orders.test-support.ts'
import { loadParser } from './parser.ts'
import { readSql } from './read-sql.ts'

await loadParser()

const settings = suite('what changes a setting asks by its name')
for (const [sql, ...names] of [
  ['SET search_path = audit', 'search_path'],
  ['SET "Search_Path" = a, b', 'search_path'],
  ["SET SCHEMA 'audit'", 'search_path'],
  ['RESET search_path', 'search_path'],
  ["SET NAMES 'utf8'", 'client_encoding'],
  ["SET client_encoding = 'UTF8'", 'client_encoding'],
  ['SET standard_conforming_strings = on', 'standard_conforming_strings'],
  ['SET row_security = off', 'row_security'],
  ["SET default_tablespace = ''", 'default_tablespace'],
  ["SELECT pg_catalog.set_config('search_path', '', false)", 'search_path'],
  ["SELECT set_config('Work_Mem', '4MB', true) AS a", 'work_mem'],
  [
    "SELECT set_config('search_path', 'a', true), set_config('statement_timeout', '0', true)",
    'search_path',
    'statement_timeout',
  ],
] as const)
  settings(sql, () => {
    assert.equal(
      asked(sql),
      names.map(() => 'set'),
    )
    assert.equal(
      statements(sql).map(({ setting }) => setting),
      names,
    )
  })
settings('also where pg_dump takes it from pg_settings', () => {
  const sql = "SELECT set_config(name, 'view', false) FROM pg_settings WHERE name = 'restrict_nonsystem_relation_kind'"
  assert.equal(asked(sql), ['set', 'select pg_catalog.pg_settings'])
})
settings.run()

const moves = suite('names are looked up anew')
for (const [sql, moved] of [
  ['SET search_path = x', true],
  ['RESET search_path', true],
  ["SELECT set_config('search_path', 'x', true)", true],
  ["SELECT set_config('work_mem', '4MB', true)", false],
  ["SET work_mem = '4MB'", false],
] as const)
  moves(`${moved ? '' : 'not '}after ${sql}`, () => {
    const reading = readSql(sql)
    assert.is('statements' in reading && reading.statements[0]?.changesCatalog, moved)
  })
moves.run()

const refused = suite('no setting is changed by')
for (const sql of [
  'SET client_encoding = LATIN1',
  'SET client_encoding TO DEFAULT',
  'RESET client_encoding',
  "SELECT set_config('role', 'postgres', false)",
  "SELECT set_config('client_encoding', 'SJIS', false)",
  "SELECT set_config('session_replication_role', 'replica', true)",
  // the name is not known
  "SELECT set_config($1, '', false)",
  "SELECT set_config('search' || '_path', '', false)",
  "SELECT set_config(name, '', false) FROM pg_settings",
  "SELECT set_config(name, '', false) FROM pg_settings WHERE name = 'role'",
  "SELECT set_config(name, '', false) FROM pg_settings WHERE name <> 'search_path'",
  "SELECT set_config(name, '', false) FROM pg_settings WHERE name = 'search_path' OR true",
  "SELECT set_config(name, '', false) FROM pg_settings s WHERE name = 'search_path'",
  "SELECT set_config(name, '', false) FROM pg_settings, orders WHERE name = 'search_path'",
  "SELECT set_config(name, '', false) FROM orders WHERE name = 'search_path'",
  "SELECT set_config(name, NULL, false) FROM pg_settings WHERE setting = 'search_path'",
  // more than that, or kept to run later
  "SELECT set_config('search_path', '', false), 1",
  "SELECT set_config('search_path', '', false) FROM orders",
  "SELECT set_config('search_path', '', false) WHERE true",
  "SELECT set_config('search_path', '', false) LIMIT 1",
  "SELECT set_config('search_path', '', false) UNION SELECT 'x'",
  "SELECT set_config('search_path', '', false) INTO t",
  "WITH a AS (SELECT 1) SELECT set_config('search_path', '', false)",
  "SELECT (SELECT set_config('search_path', '', false))",
  "SELECT set_config('search_path', upper('x'), false) FILTER (WHERE true)",
  "SELECT other.set_config('search_path', '', false)",
  "VALUES (set_config('search_path', '', false))",
  "EXPLAIN ANALYZE SELECT set_config('search_path', '', false)",
  "COPY (SELECT set_config('search_path', '', false)) TO STDOUT",
  "PREPARE p AS SELECT set_config('search_path', '', false)",
  "DECLARE c CURSOR FOR SELECT set_config('search_path', '', false)",
  "CREATE VIEW v AS SELECT set_config('search_path', '', false)",
  "CREATE TABLE t AS SELECT set_config('search_path', '', false)",
  "CREATE TABLE t (a text DEFAULT set_config('search_path', '', false))",
  "UPDATE orders SET note = set_config('search_path', '', false)",
])
  refused(sql, () => {
    const found = mapped(sql)
    assert.ok('reason' in found && ['unmapped', 'unresolved'].includes(found.reason), JSON.stringify(found))
  })

refused("a query of a pg_settings of someone's own", () => {
  const sql = "SELECT set_config(name, '', false) FROM pg_settings WHERE name = 'search_path'"
  const catalog = catalogFor(sql)
  const own = { schema: 'public', name: 'pg_settings', kind: 'table', columns: ['name'] } as const
  const found = mapped(sql, { ...catalog, relations: { pg_settings: own } })
  assert.is('reason' in found && found.reason, 'unmapped')
})
refused("a set_config of someone's own", () => {
  const sql = "SELECT set_config('search_path', '', false)"
  const catalog = catalogFor(sql)
  const functions = { set_config: ['public.set_config(text,text,bool)'] }
  const found = mapped(sql, { ...catalog, functions })
  assert.is('reason' in found && found.reason, 'unresolved')
})
refused('what stands behind one that moves names, in the same text', () => {
  for (const sql of [
    "SELECT set_config('search_path', 'x', false); TABLE orders",
    'SET search_path = x; TABLE orders',
  ]) {
    const found = mapped(sql)
    assert.is('reason' in found && found.reason, 'unresolved')
  }
})
refused.run()
