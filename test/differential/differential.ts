import {
  type AccessRequest,
  catalogParameters,
  catalogQuery,
  completed,
  isRefusal,
  type PostgresCatalog,
  postgresProtocol,
  readSql,
  type Target,
  toCatalog,
} from '@cedargate/policy-schema'
import pg from 'pg'
import type { PostgresServer } from '../peers/index.ts'
import { cluster, login, schema } from './database.ts'

/** One relation and how the server held it: `RowExclusiveLock`. An index, a toast table is held as its table. */
export interface Lock {
  readonly relation: string
  readonly mode: string
}

/** What we ask for a text, or the code by which we refuse it. */
export type Ours = readonly AccessRequest[] | { readonly refused: string; readonly detail: string }

export type Outcome =
  | { readonly is: 'refused'; readonly code: string; readonly detail: string }
  | { readonly is: 'failed'; readonly error: string }
  | { readonly is: 'compared'; readonly requests: readonly AccessRequest[]; readonly locks: readonly Lock[] }

/** A server with the database of `database.ts`, a session of its login, and an observer. */
export interface Differential {
  ours(sql: string): Promise<Ours>
  /** What both make of a text. Nothing of it stays. */
  compare(sql: string): Promise<Outcome>
  /** SQLSTATE by which the server's grammar refuses a text. Nothing runs but what ends a transaction. */
  syntax(sql: string): Promise<string | undefined>
  /** The first field of the first row. */
  value(sql: string): Promise<string | undefined>
  end(): Promise<void>
}

export const target = {
  ...{ name: 'db', protocol: 'postgres', tags: [] },
  settings: { host: 'h', database: 'orders', roles: {} },
} as const satisfies Target

export async function prepareDatabase(server: PostgresServer): Promise<void> {
  for (const sql of cluster.split(';')) await server.query(sql)
  await server.query(schema, { database: 'orders' })
}

export async function openDifferential(server: PostgresServer): Promise<Differential> {
  const observer = new pg.Client(server.client({ database: 'orders' }))
  const session = new pg.Client(server.client(login))
  await Promise.all([observer.connect(), session.connect()])
  const [row] = (await session.query('SELECT pg_backend_pid() AS pid')).rows
  await session.query(`SET statement_timeout = '5s'; SET lock_timeout = '2s'; SET check_function_bodies = off`)

  const ours = async (sql: string): Promise<Ours> => {
    const reading = readSql(sql)
    if (isRefusal(reading)) return { refused: reading.reason, detail: reading.detail }
    const catalog = await lookUp(session, sql)
    const mapped = completed(postgresProtocol.toRequests({ protocol: 'postgres', kind: 'query', sql, catalog }, target))
    if ('reason' in mapped) return { refused: mapped.reason, detail: mapped.detail }
    return 'requests' in mapped ? mapped.requests : []
  }
  return {
    ours,
    async compare(sql) {
      const requests = await ours(sql)
      if ('refused' in requests) return { is: 'refused', code: requests.refused, detail: requests.detail }
      await session.query('BEGIN')
      const error = await run(session, sql)
      const locks = error === undefined ? await locksOf(observer, row.pid) : []
      await session.query('ROLLBACK')
      return error === undefined ? { is: 'compared', requests, locks } : { is: 'failed', error }
    },
    async syntax(sql) {
      await session.query('BEGIN')
      await run(session, 'SELECT 1/0')
      const code = (await run(session, sql))?.slice(0, 5)
      await session.query('ROLLBACK')
      return code === '25P02' ? undefined : code // "current transaction is aborted": it was read
    },
    async value(sql) {
      const { rows } = await session.query({ text: sql, rowMode: 'array' })
      return rows[0]?.[0]
    },
    async end() {
      await Promise.all([observer.end(), session.end()])
    },
  }
}

async function lookUp(session: pg.Client, sql: string): Promise<PostgresCatalog> {
  const reading = readSql(sql)
  if (isRefusal(reading)) throw new Error(reading.detail)
  const { rows } = await session.query<{ catalog: unknown }>(catalogQuery, [...catalogParameters(reading.names)])
  return toCatalog(rows[0]?.catalog, { database: 'orders', transaction: 'none' })
}

/** Runs a text as one simple Query; a COPY is given nothing. @returns the error, its code first */
function run(session: pg.Client, sql: string): Promise<string | undefined> {
  return new Promise(resolve => {
    const ignore = () => {}
    const query = {
      submit: (connection: { query(sql: string): void }) => connection.query(sql),
      handleRowDescription: ignore,
      handleDataRow: ignore,
      handleCommandComplete: ignore,
      handlePortalSuspended: ignore,
      handleEmptyQuery: ignore,
      handleCopyData: ignore,
      handleCopyInResponse: (connection: { endCopyFrom(): void }) => connection.endCopyFrom(),
      handleError: (error: { code?: string; message: string }) => resolve(`${error.code} ${error.message}`),
      handleReadyForQuery: () => resolve(undefined),
    }
    session.query(query as unknown as pg.Submittable)
  })
}

/** Relations that stood before: what a text made itself is not visible to the observer yet. */
async function locksOf(observer: pg.Client, pid: number): Promise<readonly Lock[]> {
  const { rows } = await observer.query<Lock>(
    `SELECT DISTINCT n.nspname || '/' || t.relname AS relation, l.mode
     FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
       LEFT JOIN pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_class o ON o.reltoastrelid = coalesce(i.indrelid, c.oid)
       JOIN pg_class t ON t.oid = coalesce(o.oid, i.indrelid, c.oid) JOIN pg_namespace n ON n.oid = t.relnamespace
     WHERE l.pid = $1 AND l.locktype = 'relation' AND l.database = (SELECT oid FROM pg_database WHERE datname = 'orders')
     ORDER BY 1, 2`,
    [pid],
  )
  return rows
}
