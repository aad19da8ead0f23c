import { PolicyError } from '../../errors.ts'
import type { Target } from '../../repository/types.ts'
import { emptyCatalog, namesNothing } from './catalog-query.ts'
import type { PostgresCatalog, PostgresOperation, PostgresParameter, PostgresTargetSettings } from './operation.ts'
import { readSql } from './read-sql.ts'
import { isRefusal } from './reading.ts'
import type { PostgresSnapshot } from './snapshot.ts'
import { resolveNames } from './snapshot.ts'

interface SqlShorthand {
  readonly sql: string | { readonly text: string; readonly parameters?: readonly PostgresParameter[] }
}
interface ConnectShorthand {
  readonly connect: { readonly database?: string } | null
}

function isSnapshot(snapshot: object | undefined): snapshot is PostgresSnapshot {
  return snapshot !== undefined && 'version' in snapshot && snapshot.version === 1 && 'searchPath' in snapshot
}

/** The catalog of a text; one that names nothing, or is refused whatever its names mean, needs no snapshot. */
function catalogOf(sql: string, target: Target, snapshot: object | undefined): PostgresCatalog {
  const database = (target.settings as PostgresTargetSettings).database
  const reading = readSql(sql)
  if (isSnapshot(snapshot)) {
    return isRefusal(reading)
      ? { ...emptyCatalog({ database: snapshot.database, transaction: 'none' }) }
      : resolveNames(reading.names, snapshot)
  }
  if (snapshot !== undefined) {
    throw new PolicyError(
      'ERR_SHORTHAND',
      `the snapshot of \`${target.name}\` is none of a Postgres target, next: run \`cedargate snapshot pull ${target.name}\``,
    )
  }
  const asksSchema = !isRefusal(reading) && reading.statements.some(each => each.asks.some(ask => ask.on === 'schema'))
  if (isRefusal(reading) || (namesNothing(reading.names) && !asksSchema)) {
    return emptyCatalog({ database, transaction: 'none' })
  }
  throw new PolicyError(
    'ERR_SHORTHAND',
    `there is no snapshot of \`${target.name}\` to resolve names with, next: run \`cedargate snapshot pull ${target.name}\``,
  )
}

/**
 * `sql:` and `connect:` as an operation. Names are resolved by the snapshot.
 *
 * @throws PolicyError `ERR_SHORTHAND` where it is neither, or names stand in it and there is no snapshot
 */
export function toOperation(shorthand: unknown, target: Target, snapshot?: object): PostgresOperation {
  const given = (typeof shorthand === 'object' && shorthand !== null ? shorthand : {}) as Partial<
    SqlShorthand & ConnectShorthand
  >
  if ('connect' in given) {
    const database = given.connect?.database ?? (target.settings as PostgresTargetSettings).database
    return { protocol: 'postgres', kind: 'connect', database }
  }
  const { sql } = given
  if (typeof sql === 'string') {
    return { protocol: 'postgres', kind: 'query', sql, catalog: catalogOf(sql, target, snapshot) }
  }
  if (sql && typeof sql === 'object' && typeof sql.text === 'string') {
    const { text, parameters = [] } = sql
    return { protocol: 'postgres', kind: 'execute', sql: text, parameters, catalog: catalogOf(text, target, snapshot) }
  }
  throw new PolicyError('ERR_SHORTHAND', 'a Postgres test says neither `sql:` nor `connect:`, next: add one of them')
}
