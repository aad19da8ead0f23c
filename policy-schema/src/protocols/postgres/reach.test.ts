import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PostgresCatalog } from './operation.ts'
import { asked, catalogFor, mapped, statements } from './orders.test-support.ts'
import { loadParser } from './parser.ts'

await loadParser()

const behind = suite('what is behind a name is asked too')
for (const [sql, expected] of [
  ['SELECT * FROM summary', ['select public.summary', 'select audit.events', 'select public.orders']],
  ['SELECT * FROM totals', ['select public.totals', 'select public.orders']],
  [
    'SELECT * FROM nested',
    [
      ...['select public.nested', 'select public.summary', 'select audit.events', 'select public.orders'],
      ...['execute pg_catalog.pg_sleep(float8)', 'execute public.tenant()'],
    ],
  ],
  [
    'COPY (SELECT id FROM partial) TO STDOUT',
    [
      ...['select public.partial', 'select public.measures', 'select public.high', 'select public.low'],
      ...['copyTo public.partial', 'copyTo public.measures', 'copyTo public.high', 'copyTo public.low'],
    ],
  ],
  ['INSERT INTO mine VALUES (1)', ['insert public.mine', 'select public.items', 'insert public.items']],
  ['UPDATE mine SET id = 1', ['update public.mine', 'select public.items', 'update public.items']],
  ['DELETE FROM mine', ['delete public.mine', 'select public.items', 'execute public.note_it()']],
  [
    'SELECT * FROM mine FOR UPDATE',
    [...['selectForUpdate public.mine', 'select public.items', 'selectForUpdate public.items', 'select public.mine']],
  ],
  // whose definition locks
  [
    'SELECT * FROM locking',
    [
      ...['select public.locking', 'select public.items', 'select public.parent', 'selectForUpdate public.parent'],
      ...['select public.child', 'selectForUpdate public.child', 'select public.grandchild'],
      'selectForUpdate public.grandchild',
    ],
  ],
  [
    'SELECT * FROM over_locking',
    [
      ...['select public.over_locking', 'select public.locking', 'select public.parent', 'select public.items'],
      ...['selectForUpdate public.parent', 'select public.child', 'selectForUpdate public.child'],
      ...['select public.grandchild', 'selectForUpdate public.grandchild'],
    ],
  ],
  [
    'SELECT * FROM guarded_by_lock',
    ['select public.guarded_by_lock', 'select public.items', 'selectForUpdate public.items'],
  ],
  ['SELECT * FROM ruling', ['select public.ruling', 'select public.items']],
  ['SELECT * FROM information_schema.tables', ['select information_schema.tables']],
  ['SELECT * FROM measures', ['select public.measures', 'select public.high', 'select public.low']],
  ['SELECT * FROM remote', ['select public.remote']],
  ['SELECT * FROM orders_id_seq', ['select public.orders_id_seq']],
  ['SELECT * FROM ruled', ['select public.ruled']],
  ['UPDATE ruled SET n = 1', ['update public.ruled']],
  ['COPY ruled FROM STDIN', ['copyFrom public.ruled']], // which no rule rewrites
  ['UPDATE ruling SET id = 1', ['update public.ruling', 'select public.items', 'update public.items']],
  ['SELECT * FROM parent', ['select public.parent', 'select public.child', 'select public.grandchild']],
  ['SELECT * FROM ONLY parent', ['select public.parent']],
  ['UPDATE parent SET n = 1', ['update public.parent', 'update public.child', 'update public.grandchild']],
  ['INSERT INTO parent VALUES (1)', ['insert public.parent']],
  [
    'INSERT INTO measures VALUES (1)',
    [...['insert public.measures', 'insert public.high', 'insert public.low', 'execute public.note_it()']],
  ],
  // rows that move to another partition are inserted there
  [
    'UPDATE measures SET id = 1',
    [...['update public.measures', 'update public.high', 'update public.low', 'execute public.note_it()']],
  ],
  ['DELETE FROM measures', ['delete public.measures', 'delete public.high', 'delete public.low']],
  ['INSERT INTO triggered VALUES (1)', ['insert public.triggered', 'execute public.note_it()']],
  ['UPDATE triggered SET n = 1', ['update public.triggered']],
  ['TRUNCATE triggered', ['truncate public.triggered', 'execute public.note_it()']],
  ['COPY triggered FROM STDIN', ['copyFrom public.triggered', 'execute public.note_it()']],
  [
    'DELETE FROM referred',
    [...['delete public.referred', 'delete public.pointing', 'update public.pointing', 'execute public.note_it()']],
  ],
  ['UPDATE referred SET id = 1', ['update public.referred', 'update public.pointing']],
  ['UPDATE referred SET n = id', ['update public.referred', 'select public.referred']],
  ['UPDATE referred SET (n, id) = (1, 2)', ['update public.referred', 'update public.pointing']],
  [
    'INSERT INTO referred VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 2',
    ['insert public.referred', 'update public.referred', 'update public.pointing', 'select public.referred'],
  ],
  [
    'INSERT INTO referred VALUES (1) ON CONFLICT (id) DO UPDATE SET n = 2',
    ['insert public.referred', 'update public.referred', 'select public.referred'],
  ],
  ['UPDATE through SET n = 1', ['update public.through', 'select public.referred', 'update public.referred']],
  [
    'UPDATE through_key SET n = 1',
    ['update public.through_key', 'select public.referred', 'update public.referred', 'update public.pointing'],
  ],
  ['UPDATE chained SET id = 1', ['update public.chained']],
  ['UPDATE chained SET n = 1', ['update public.chained', 'update public.referred', 'update public.pointing']],
  ['UPDATE generated SET n = 1', ['update public.generated', 'update public.pointing']],
  ['UPDATE changing SET n = 1', ['update public.changing', 'update public.pointing', 'execute public.note_it()']],
  ['TRUNCATE referred', ['truncate public.referred']],
  ['SELECT * FROM computing', ['select public.computing', 'execute public.tenant()']],
  [
    'INSERT INTO computing VALUES (1)',
    [
      ...[
        'insert public.computing',
        'execute public.tenant()',
        'execute pg_catalog.nextval(regclass)',
        'execute public.purge(int4)',
      ],
    ],
  ],
  ['INSERT INTO numbered (n) VALUES (1)', ['insert public.numbered', 'useSequence public.orders_id_seq']],
  ['COPY numbered FROM STDIN', ['copyFrom public.numbered', 'useSequence public.orders_id_seq']],
  ['UPDATE numbered SET id = DEFAULT', ['update public.numbered', 'useSequence public.orders_id_seq']],
  ['DELETE FROM numbered', ['delete public.numbered']],
  ['SELECT id FROM numbered', ['select public.numbered']],
  ['DELETE FROM computing', ['delete public.computing', 'execute public.tenant()']],
  ['SELECT * FROM guarded', ['select public.guarded', 'select audit.access']],
  [
    'ALTER TABLE parent ADD COLUMN a int',
    ['alterTable public.parent', 'alterTable public.child', 'alterTable public.grandchild'],
  ],
  ['ANALYZE ONLY parent', ['analyze public.parent', 'analyze public.child', 'analyze public.grandchild']],
  ['VACUUM parent', ['vacuum public.parent']],
  ['VACUUM measures', ['vacuum public.measures', 'vacuum public.high', 'vacuum public.low']],
  [
    'CREATE INDEX ON measures (id)',
    ['createIndex public.measures', 'createIndex public.high', 'createIndex public.low'],
  ],
  ['DROP TABLE measures', ['dropTable public.measures', 'dropTable public.high', 'dropTable public.low']],
  ['DROP TABLE parent', ['dropTable public.parent']],
] as const)
  behind(sql, () => assert.equal(asked(sql), expected))
behind('in the context of the statement, but for its limit', () => {
  const parts = statements('SELECT * FROM mine WHERE id = 1 LIMIT 5').map(({ hasWhere, limit }) => [hasWhere, limit])
  assert.equal(parts, [
    [true, 5],
    [true, undefined],
  ])
})
behind('where it is locked in the same mode, and read in none', () => {
  assert.equal(asked('LOCK mine IN SHARE MODE'), ['lock public.mine', 'select public.items', 'lock public.items'])
  assert.equal(
    statements('LOCK mine IN SHARE MODE').map(({ mode }) => mode),
    ['SHARE', undefined, 'SHARE'],
  )
})
behind('unless more is reached than is looked into', () => {
  assert.is(asked('SELECT * FROM parent', { beyond: true }), 'unresolved')
  assert.is(asked('SELECT * FROM orders', { beyond: true }), 'unresolved')
})
behind('once, however relations lead in a circle', () => {
  const reached: PostgresCatalog['reached'] = {
    'public.a': { schema: 'public', name: 'a', kind: 'view', reads: { 'public.b': [] } },
    'public.b': { schema: 'public', name: 'b', kind: 'view', reads: { 'public.a': [] } },
  }
  const relations = {
    a: { schema: 'public', name: 'a', kind: 'view', columns: [], reads: { 'public.b': [] } },
  } as const
  assert.equal(asked('SELECT * FROM a', { relations, reached }), ['select public.a', 'select public.b'])
})
behind("a view of what is the server's own is only read", () => {
  const settings = { schema: 'pg_catalog', name: 'pg_settings', kind: 'view', columns: ['name', 'setting'] } as const
  const mine = { ...settings, schema: 'public', name: 'my', reads: { 'pg_catalog.pg_settings': ['name', 'setting'] } }
  const more = { relations: { my: mine }, reached: { 'pg_catalog.pg_settings': settings } }
  assert.equal(asked('SELECT setting FROM my', more), ['select public.my', 'select pg_catalog.pg_settings'])
  for (const sql of [
    "UPDATE my SET setting = 'off' WHERE name = 'standard_conforming_strings'",
    "INSERT INTO my VALUES ('a', 'b')",
    'DELETE FROM my',
  ])
    assert.is(asked(sql, more), 'unmapped', sql)
})
behind.run()

const functions = suite('a function that is not built in')
for (const [sql, expected] of [
  ['SELECT purge(1)', ['execute public.purge(int4)']],
  ['SELECT public.purge(1)', ['execute public.purge(int4)']],
  ['SELECT orders.discount FROM orders', ['select public.orders', 'execute public.discount(public.orders)']],
  ["SELECT upper('x')", ['execute public.upper(text)']],
  ["SELECT initcap('x')", ['execute public.tenant()']],
  ["SELECT 'a'::status", ['select']],
  ["SELECT CAST('1' AS checked)", ['execute public.purge(int4)']],
  ['SELECT (orders).discount FROM orders', ['select public.orders', 'execute public.discount(public.orders)']],
  ['SELECT (id).purge FROM orders', ['select public.orders', 'execute public.purge(int4)']],
  ["SELECT ('x').initcap", ['execute public.tenant()']], // a cast, where a type has the name
  ['SELECT 1 @@@ 2', ['execute public.upper(text)']],
  ['CREATE TABLE t (a status)', ['createTable public']],
  ['CREATE TABLE t (a checked)', ['createTable public', 'execute public.purge(int4)']],
  ['SELECT * FROM purge(1)', ['execute public.purge(int4)']],
] as const)
  functions(`is asked for: ${sql}`, () => assert.equal(asked(sql), expected))
functions('is known by what the catalog says of it', () => {
  const routine = { ...catalogFor('SELECT purge(1)').routines?.['public.purge(int4)'], extension: 'pg_purge' }
  const found = mapped('SELECT purge(1)', { routines: { 'public.purge(int4)': routine } } as Partial<PostgresCatalog>)
  assert.ok('requests' in found)
  assert.equal(found.requests[0].entities[0]?.attrs, {
    ...{ database: 'orders', schema: 'public', name: 'purge', volatility: 'volatile', language: 'plpgsql' },
    ...{ securityDefiner: false, builtin: false, tags: [], extension: 'pg_purge' },
  })
})
functions('of which nothing is known is refused', () => {
  assert.is(asked('SELECT purge(1)', { routines: {} }), 'unresolved')
  assert.is(asked('SELECT 1 @@@ 2', { operatorFunctions: {} }), 'unresolved')
  assert.is(asked("SELECT 'a'::status", { typeFunctions: {} }), 'unresolved')
})
functions('is not meant by a call with more arguments than it takes', () =>
  assert.equal(asked("SELECT upper('x', 'y')"), ['select']),
)
functions('that a view calls and that moves settings is refused', () => {
  const relations = {
    v: {
      schema: 'public',
      name: 'v',
      kind: 'view',
      columns: [],
      reads: {},
      runs: ['pg_catalog.set_config(text,text,bool)'],
    },
  } as const
  assert.is(asked('SELECT * FROM v', { relations }), 'unmapped')
})
functions.run()

const much = suite('a text whose names stand for much')
const views = (statements: number) => Array.from({ length: statements }, () => `SELECT 1 FROM ${tenViews}`).join(';')
const tenViews = Array.from({ length: 10 }, (_, index) => `partial p${index}`).join(', ')
much('is asked once, however often it names it', () => assert.equal(asked(views(200)), asked('SELECT 1 FROM partial')))
much('is refused where it names it without end', () => assert.is(asked(views(500)), 'too_large'))
much.run()
