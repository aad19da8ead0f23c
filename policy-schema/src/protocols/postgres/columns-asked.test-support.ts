import type { Target } from '../../repository/types.ts'
import { toRequests } from './mapping.ts'
import { readSql } from './read-sql.ts'
import { isRefusal } from './reading.ts'
import { type PostgresSnapshot, resolveNames } from './snapshot.ts'

const target: Target = { name: 'db', protocol: 'postgres', tags: [], settings: { host: 'h', database: 'd', roles: {} } }

/** What is asked of tables of the schema public: `select customers (email, id)`, `delete items`; or why it is denied. */
export function columnsAsked(sql: string, snapshot: PostgresSnapshot): readonly string[] | string {
  const reading = readSql(sql)
  if (isRefusal(reading)) return reading.reason
  const catalog = resolveNames(reading.names, snapshot)
  const mapped = toRequests({ protocol: 'postgres', kind: 'query', sql, catalog }, target)
  if (isRefusal(mapped)) return mapped.reason
  const requests = 'requests' in mapped ? mapped.requests : []
  return requests.flatMap(({ action, resource, context }) => {
    if (resource.type !== 'Postgres::Table') return []
    const { columns } = context.statement as { readonly columns?: readonly string[] }
    return [`${action.id} ${resource.id.split('/').at(-1)}${columns ? ` (${columns.join(', ')})` : ''}`]
  })
}
