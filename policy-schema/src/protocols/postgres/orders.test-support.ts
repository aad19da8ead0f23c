import type { Context, Mapped } from '../../protocol.ts'
import type { Target } from '../../repository/types.ts'
import { toRequests } from './mapping.ts'
import type { PostgresCatalog, PostgresTargetSettings } from './operation.ts'
import { readSql } from './read-sql.ts'
import { isRefusal } from './reading.ts'
import { type PostgresSnapshot, resolveNames } from './snapshot.ts'

const table = (schema: string, name: string) => ({ schema, name, kind: 'table' as const })

/** What tests resolve names with: a shop's database with one of each thing that matters. */
export const snapshot: PostgresSnapshot = {
  version: 1,
  database: 'orders',
  searchPath: ['public'],
  relations: [
    ...['orders', 'customers', 'items', 'Weird'].map(name => table('public', name)),
    ...['events', 'access'].map(name => table('audit', name)),
    { ...table('public', 'ruled'), hidden: ['rules'] },
    { ...table('public', 'triggered'), hidden: ['triggers'] },
    { ...table('public', 'parent'), hidden: ['children'] },
    { ...table('public', 'referred'), hidden: ['delete cascades', 'update cascades'] },
    { schema: 'public', name: 'summary', kind: 'view' },
    { schema: 'public', name: 'totals', kind: 'materialized view' },
    { schema: 'public', name: 'orders_pkey', kind: 'index', table: 'orders' },
    { schema: 'public', name: 'orders_id_seq', kind: 'sequence' },
    { schema: 'public', name: 'measures', kind: 'partitioned table' },
    { schema: 'public', name: 'remote', kind: 'foreign table' },
    { schema: 'pg_temp_3', name: 'scratch', kind: 'temporary' },
    { schema: 'pg_catalog', name: 'pg_class', kind: 'table' },
    { schema: 'pg_catalog', name: 'pg_settings', kind: 'view' },
    { schema: 'pg_catalog', name: 'pg_stat_activity', kind: 'view' },
    { schema: 'information_schema', name: 'tables', kind: 'view' },
  ],
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
    { schema: 'public', name: 'status' },
    { schema: 'public', name: 'initcap' },
  ],
  operators: [{ schema: 'public', name: '@@@' }],
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
    ],
  },
}

/** The catalog that a server would give for a text. */
export function catalogFor(sql: string, more: Partial<PostgresCatalog> = {}): PostgresCatalog {
  const reading = readSql(sql)
  const names = isRefusal(reading)
    ? { relations: [], functions: [], operators: [], types: [], columns: [] }
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
