import type { Context, Mapped } from '../../protocol.ts'
import type { Target } from '../../repository/types.ts'
import { toRequests } from './mapping.ts'
import type { PostgresCatalog, PostgresRelation, PostgresRoutine, PostgresTargetSettings } from './operation.ts'
import { readSql } from './read-sql.ts'
import { isRefusal } from './reading.ts'
import { type PostgresSnapshot, resolveNames } from './snapshot.ts'

const columns = ['id', 'n', 'm', 'a', 'b', 'c', 'note', 'paid']
const table = (schema: string, name: string) => ({ schema, name, kind: 'table' as const })

const routine = (signature: string, count: number): PostgresRoutine => ({
  ...{ schema: 'public', name: signature.slice(0, signature.indexOf('(')), signature, volatility: 'volatile' },
  ...{ language: 'plpgsql', securityDefiner: false, least: count, most: count },
})

const relations: readonly PostgresRelation[] = [
  ...['orders', 'items', 'Weird'].map(name => table('public', name)),
  { ...table('public', 'customers'), columns: ['id', 'name', 'email', 'phone'] },
  ...['events', 'access'].map(name => table('audit', name)),
  { ...table('public', 'ruled'), rules: ['insert'] },
  {
    ...table('public', 'triggered'),
    triggers: [{ on: ['insert', 'truncate'], runs: ['public.note_it()'] }],
  },
  { ...table('public', 'parent'), children: ['public.child'] },
  { ...table('public', 'child'), children: ['public.grandchild'] },
  table('public', 'grandchild'),
  {
    ...table('public', 'referred'),
    referring: [
      { on: 'delete', action: 'delete', relation: 'public.pointing', columns: ['a'] },
      { on: 'update', action: 'update', relation: 'public.pointing', columns: ['a'], key: ['id'] },
    ],
  },
  {
    ...table('public', 'changing'),
    referring: [{ on: 'update', action: 'update', relation: 'public.pointing', columns: ['a'], key: ['id'] }],
    triggers: [{ on: ['update'], runs: ['public.note_it()'] }],
  },
  {
    ...table('public', 'chained'),
    referring: [{ on: 'update', action: 'update', relation: 'public.referred', columns: ['id'], key: ['n'] }],
  },
  {
    ...table('public', 'generated'),
    referring: [{ on: 'update', action: 'update', relation: 'public.pointing', columns: ['a'] }],
  },
  { schema: 'public', name: 'through', kind: 'view', reads: { 'public.referred': ['n'] } },
  { schema: 'public', name: 'through_key', kind: 'view', reads: { 'public.referred': ['id', 'n'] } },
  {
    ...table('public', 'pointing'),
    referring: [{ on: 'delete', action: 'update', relation: 'public.pointing', columns: ['a'] }],
    triggers: [{ on: ['delete'], runs: ['public.note_it()'] }],
  },
  {
    ...table('public', 'computing'),
    runs: ['public.tenant()'],
    runsOnWrite: ['pg_catalog.nextval(regclass)', 'public.purge(int4)'],
  },
  { ...table('public', 'numbered'), sequences: ['public.orders_id_seq'] },
  { ...table('public', 'guarded'), reads: { 'audit.access': ['id'] } },
  { schema: 'public', name: 'summary', kind: 'view', reads: { 'audit.events': ['note'], 'public.orders': ['id'] } },
  {
    schema: 'public',
    name: 'nested',
    kind: 'view',
    reads: { 'public.summary': ['id'] },
    runs: ['pg_catalog.pg_sleep(float8)', 'public.tenant()'],
  },
  {
    ...{ schema: 'public', name: 'mine', kind: 'view', reads: { 'public.items': ['id'] } },
    triggers: [{ on: ['delete'], instead: true, runs: ['public.note_it()'] }],
  },
  { schema: 'public', name: 'contacts', kind: 'view', reads: { 'public.customers': ['email', 'id'] } },
  { schema: 'public', name: 'over_contacts', kind: 'view', reads: { 'public.contacts': ['id'] } },
  { schema: 'public', name: 'ruling', kind: 'view', reads: { 'public.items': ['id'] }, rules: ['delete'] },
  { schema: 'public', name: 'partial', kind: 'view', reads: { 'public.measures': ['id'] } },
  {
    ...{ schema: 'public', name: 'locking', kind: 'view', reads: { 'public.parent': ['id'], 'public.items': ['id'] } },
    locks: ['public.parent'],
  },
  { schema: 'public', name: 'over_locking', kind: 'view', reads: { 'public.locking': ['id'] } },
  { ...table('public', 'guarded_by_lock'), reads: { 'public.items': ['id'] }, locks: ['public.items'] },
  { schema: 'public', name: 'unknown', kind: 'view' },
  { schema: 'public', name: 'dangling', kind: 'view', reads: { 'public.lost': [] } },
  {
    ...{ schema: 'public', name: 'totals', kind: 'materialized view', reads: { 'public.orders': [] } },
    runsOnWrite: ['public.tenant()'],
  },
  { schema: 'public', name: 'orders_pkey', kind: 'index', table: 'orders' },
  { schema: 'public', name: 'orders_id_seq', kind: 'sequence' },
  { schema: 'public', name: 'measures', kind: 'partitioned table', children: ['public.high', 'public.low'] },
  { schema: 'public', name: 'low', kind: 'table', triggers: [{ on: ['insert'], runs: ['public.note_it()'] }] },
  { schema: 'public', name: 'high', kind: 'table' },
  { schema: 'public', name: 'remote', kind: 'foreign table' },
  { schema: 'pg_temp', name: 'scratch', kind: 'table' },
  { schema: 'pg_temp', name: 'glance', kind: 'view', reads: { 'public.customers': ['id'] } },
  { schema: 'pg_temp_3', name: 'theirs', kind: 'table' },
  { schema: 'pg_catalog', name: 'pg_class', kind: 'table', columns: ['oid', 'relname', 'relnamespace'] },
  { schema: 'pg_catalog', name: 'pg_settings', kind: 'view', columns: ['name', 'setting'] },
  { schema: 'pg_catalog', name: 'pg_stat_activity', kind: 'view', columns: ['pid', 'query'] },
  { schema: 'information_schema', name: 'tables', kind: 'view' },
]

/** What tests resolve names with: a shop's database with one of each thing that matters. */
export const snapshot: PostgresSnapshot = {
  version: 1,
  database: 'orders',
  searchPath: ['public'],
  relations: relations.map(relation => ({ columns, ...relation })),
  functions: [
    { schema: 'public', name: 'discount', signature: 'public.discount(public.orders)', takesRow: true },
    { schema: 'public', name: 'purge', signature: 'public.purge(int4)', takesRow: false },
    { schema: 'public', name: 'upper', signature: 'public.upper(text)', takesRow: false },
  ],
  types: [
    ...['text', 'int4', 'int8', 'timestamptz', 'jsonb', 'regclass', 'char', 'bool'].map(name => ({
      schema: 'pg_catalog',
      name,
    })),
    { schema: 'public', name: 'status', functions: [] },
    { schema: 'public', name: 'checked', functions: ['public.purge(int4)'] },
    { schema: 'public', name: 'initcap', functions: ['public.tenant()'] },
  ],
  operators: [{ schema: 'public', name: '@@@', functions: ['public.upper(text)'] }],
  routines: Object.fromEntries(
    [
      ['discount(public.orders)', 1],
      ['purge(int4)', 1],
      ['upper(text)', 1],
      ['note_it()', 0],
      ['tenant()', 0],
    ].map(([signature, count]) => [`public.${signature}`, routine(String(signature), Number(count))]),
  ),
}

export const target: Target<PostgresTargetSettings> = {
  name: 'orders-db',
  protocol: 'postgres',
  tags: ['env=test'],
  settings: {
    host: 'db.internal',
    database: 'orders',
    roles: {},
    classification: [
      { table: 'audit.*', tags: ['audit'] },
      { table: 'public.customers', tags: ['pii', 'gdpr'] },
      { table: '*.events', tags: ['audit'] },
      { table: '*.*', columns: ['email', 'phone'], tags: ['contact'] },
    ],
  },
}

/** The catalog that a server would give for a text. */
export function catalogFor(sql: string, more: Partial<PostgresCatalog> = {}): PostgresCatalog {
  const reading = readSql(sql)
  const names = isRefusal(reading)
    ? { relations: [], functions: [], operators: [], types: [], written: [], columns: [] }
    : reading.names
  return { ...resolveNames(names, snapshot), ...more }
}

export function mapped(sql: string, more: Partial<PostgresCatalog> = {}): Mapped {
  return toRequests({ protocol: 'postgres', kind: 'query', sql, catalog: catalogFor(sql, more) }, target)
}

/**
 * What is asked, in few words: `select audit.events`, `execute pg_catalog.pg_sleep(float8)`, `createTable public`,
 * `begin` on the database; `unconditional`; or the reason of a refusal.
 */
export function asked(sql: string, more: Partial<PostgresCatalog> = {}): readonly string[] | string {
  const found = mapped(sql, more)
  if ('unconditional' in found) return 'unconditional'
  if (isRefusal(found)) return found.reason
  return found.requests.map(({ action, resource }) => {
    const [server, database, ...path] = resource.id.split('/')
    if (server !== 'orders-db' || database !== 'orders') return `${action.id} on ${resource.id}`
    return [action.id, path.join('.')].filter(part => part !== '').join(' ')
  })
}

/** `context.statement` of each request. */
export function statements(sql: string, more: Partial<PostgresCatalog> = {}): readonly Context[] {
  const found = mapped(sql, more)
  if (!('requests' in found)) throw new Error(`\`${sql}\` asks nothing`)
  return found.requests.map(({ context }) => context.statement as Context)
}
