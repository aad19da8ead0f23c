import {
  catalogParameters,
  catalogQuery,
  completed,
  isRefusal,
  postgresProtocol,
  readSql,
  type Target,
  toCatalog,
} from '@cedargate/policy-schema'
import type pg from 'pg'

/** One privilege on some columns of a table, `undefined` on the whole of it. None: on any column, whichever. */
interface Privilege {
  readonly privilege: string
  readonly table: string
  readonly columns: readonly string[] | undefined
}

const target: Target = {
  name: 'db',
  protocol: 'postgres',
  tags: [],
  settings: { host: 'h', database: 'postgres', roles: {} },
}

const privileges: { readonly [action: string]: string } = {
  select: 'SELECT',
  copyTo: 'SELECT',
  update: 'UPDATE',
  selectForUpdate: 'UPDATE',
  insert: 'INSERT',
  copyFrom: 'INSERT',
  delete: 'DELETE',
}

const systemColumns = new Set(['ctid', 'tableoid', 'xmax', 'xmin'])

/** As whom the statements run; every table has a column `spare` to be granted where none is demanded. */
export const oracleSetup = 'CREATE ROLE least; GRANT USAGE, CREATE ON SCHEMA public TO least'

/**
 * Holds the columns that we ask for against those that the server demands: a role with privileges on just these runs the
 * statement, and without any one of them does not. What it does is taken back.
 *
 * @param exact whether each is demanded; if not, only that they suffice
 * @returns what is wrong
 */
export async function compareColumns(client: pg.Client, sql: string, exact: boolean): Promise<string | undefined> {
  const held = await asked(client, sql)
  if (typeof held === 'string') return `denied: ${held}`
  const outcome = await run(client, sql, held)
  if (!isLet(outcome)) return `asked too little, ${shown(held)}: ${outcome}`
  if (!exact) return undefined
  for (const [index, each] of held.entries()) {
    for (const { what, privilege } of lessened(each)) {
      const fewer = held.toSpliced(index, 1, ...privilege)
      const outcome = await run(client, sql, fewer)
      if (!outcome.startsWith('42501')) return `asked too much, without ${what}: ${outcome}`
    }
  }
  return undefined
}

/**
 * The same for whoever reads a view of the query, which reads as him.
 *
 * @returns also `undefined` where the server makes no view of it
 */
export async function compareView(client: pg.Client, query: string, exact: boolean): Promise<string | undefined> {
  const view = `CREATE VIEW seen WITH (security_invoker) AS SELECT 0 AS spare, q.* FROM (${query}) q`
  if (!(await runs(client, view))) return undefined
  await client.query(view)
  const wrong = await compareColumns(client, 'SELECT * FROM seen', exact)
  await client.query('DROP VIEW seen')
  return wrong
}

/** Done, or refused for something else than a privilege: a COPY that is sent nothing. */
const isLet = (outcome: string) => outcome === 'ok' || outcome.startsWith('57014')

const shown = (held: readonly Privilege[]) =>
  held
    .map(({ privilege, table, columns }) => `${privilege} ${table}${columns ? ` (${columns.join(', ')})` : ''}`)
    .join(', ')

/** The privilege without one of its columns, or none at all. */
function lessened(each: Privilege): readonly { readonly what: string; readonly privilege: readonly Privilege[] }[] {
  const { privilege, table, columns } = each
  if (!columns?.length) return [{ what: `${privilege} on ${table}`, privilege: [] }]
  return columns.map(column => {
    const fewer = columns.filter(name => name !== column)
    const isNone = column === 'spare' && fewer.every(name => systemColumns.has(name))
    return { what: `${privilege} on ${table}.${column}`, privilege: isNone ? [] : [{ ...each, columns: fewer }] }
  })
}

/** What we ask of a statement, as privileges, one for each table and kind; or why we deny it. */
async function asked(client: pg.Client, sql: string): Promise<readonly Privilege[] | string> {
  const reading = readSql(sql)
  if (isRefusal(reading)) return reading.detail
  const { rows } = await client.query<{ catalog: unknown }>(catalogQuery, [...catalogParameters(reading.names)])
  const catalog = toCatalog(rows[0]?.catalog, { database: 'postgres', transaction: 'none' })
  const mapped = completed(postgresProtocol.toRequests({ protocol: 'postgres', kind: 'query', sql, catalog }, target))
  if (isRefusal(mapped)) return mapped.detail
  const found = new Map<string, Privilege>()
  for (const { action, resource, context } of 'requests' in mapped ? mapped.requests : []) {
    const privilege = privileges[action.id]
    if (resource.type !== 'Postgres::Table' || privilege === undefined) continue
    const table = resource.id.split('/').slice(2).join('.')
    const { columns } = context.statement as { readonly columns?: readonly string[] }
    const before = found.get(`${privilege} ${table}`)?.columns ?? []
    const all = columns && [...new Set([...before, ...columns])]
    found.set(`${privilege} ${table}`, { privilege, table, columns: all })
  }
  return [...found.values()]
}

/** Runs a statement as a role that holds just these privileges; the SQLSTATE and message, or `ok`. */
async function run(client: pg.Client, sql: string, held: readonly Privilege[]): Promise<string> {
  const grants = held.map(({ privilege, table, columns }) => {
    // the server wants the privilege on any column where a statement names none, and a system column is not one
    const any = columns?.every(column => systemColumns.has(column)) ? ['spare'] : []
    const list = columns && ` (${[...columns, ...any].map(client.escapeIdentifier).join(', ')})`
    return `GRANT ${privilege}${list ?? ''} ON ${table} TO least;`
  })
  return tried(client, `BEGIN; ${grants.join(' ')} SET LOCAL ROLE least`, sql)
}

/** Whether the server runs a statement as its superuser; what it does is taken back. */
export async function runs(client: pg.Client, sql: string): Promise<boolean> {
  return (await tried(client, 'BEGIN', sql)) === 'ok'
}

async function tried(client: pg.Client, begin: string, sql: string): Promise<string> {
  await client.query(begin)
  const outcome = await client.query(sql).then(
    () => 'ok',
    (error: { code: string; message: string }) => `${error.code} ${error.message}`,
  )
  await client.query('ROLLBACK')
  return outcome
}
