import {
  catalogParameters,
  catalogQuery,
  isRefusal,
  postgresProtocol,
  readSql,
  type Target,
  toCatalog,
} from '@cedargate/policy-schema'
import type pg from 'pg'

/** One privilege on some columns of a table, `undefined` on the whole of it. */
export interface Privilege {
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

/** What we ask of a statement, as privileges; or why we deny it. */
export async function asked(client: pg.Client, sql: string): Promise<readonly Privilege[] | string> {
  const reading = readSql(sql)
  if (isRefusal(reading)) return reading.detail
  const { rows } = await client.query<{ catalog: unknown }>(catalogQuery, [...catalogParameters(reading.names)])
  const catalog = toCatalog(rows[0]?.catalog, { database: 'postgres', transaction: 'none' })
  const mapped = postgresProtocol.toRequests({ protocol: 'postgres', kind: 'query', sql, catalog }, target)
  if (isRefusal(mapped)) return mapped.detail
  if (!('requests' in mapped)) return []
  return mapped.requests.flatMap(({ action, resource, context }): readonly Privilege[] => {
    const privilege = privileges[action.id]
    if (resource.type !== 'Postgres::Table' || privilege === undefined) return []
    const { columns } = context.statement as { readonly columns?: readonly string[] }
    return [{ privilege, table: resource.id.split('/').slice(2).join('.'), columns }]
  })
}

/** Runs a statement as a role that holds just these privileges, and takes back what it did; the SQLSTATE and message, or `ok`. */
export async function runWith(client: pg.Client, held: readonly Privilege[], sql: string): Promise<string> {
  const grants = held.map(({ privilege, table, columns }) => {
    // the server wants the privilege on any column where a statement names none
    const list = columns && ` (${(columns.length > 0 ? columns : ['spare']).join(', ')})`
    return `GRANT ${privilege}${list ?? ''} ON ${table} TO least;`
  })
  await client.query(`BEGIN; ${grants.join(' ')} SET LOCAL ROLE least`)
  const outcome = await client.query(sql).then(
    () => 'ok',
    (error: { code: string; message: string }) => `${error.code} ${error.message}`,
  )
  await client.query('ROLLBACK')
  return outcome
}
