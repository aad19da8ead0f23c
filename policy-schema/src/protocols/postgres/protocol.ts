import { readFileSync } from 'node:fs'
import { canonicalJson } from '../../canonical.ts'
import type { Protocol } from '../../protocol.ts'
import { beginRequests } from './mapping.ts'
import type { PostgresCatalog, PostgresOperation } from './operation.ts'
import { redactSql } from './redact.ts'
import { operationSchema, shorthandSchema, targetSchema } from './schemas.ts'
import { toOperation } from './shorthand.ts'
import { templateOf } from './template.ts'

/** What was bound changes no request, nor does whether a text is parsed or run, nor a number that a template lifts. */
function shortKey(operation: PostgresOperation): string {
  if (operation.kind === 'connect') return `connect ${operation.database}`
  if (operation.kind === 'functionCall') return `functionCall ${operation.function}`
  const oversize = operation.kind === 'execute' ? undefined : operation.oversize
  if (oversize) return `oversize ${oversize.notUtf8 ? 'not UTF-8' : oversize.bytes}`
  const template = templateOf(operation.sql)
  return template === undefined ? `sql ${operation.sql}` : `template ${template}`
}

/** The texts behind names are recorded too. */
function redactStored(catalog: PostgresCatalog): PostgresCatalog {
  const { prepared, cursors } = catalog
  if (prepared === undefined && cursors === undefined) return catalog
  const redacted = (texts: { readonly [name: string]: string }) =>
    Object.fromEntries(Object.entries(texts).map(([name, sql]) => [name, redactSql(sql)]))
  return {
    ...catalog,
    ...(prepared && { prepared: redacted(prepared) }),
    ...(cursors && { cursors: redacted(cursors) }),
  }
}

/** The pure half of Postgres: SQL by PostgreSQL's own grammar, asked by what it does to which objects. */
export const postgresProtocol: Protocol<PostgresOperation> = {
  name: 'postgres',
  cedarSchema: readFileSync(new URL('./postgres.cedarschema', import.meta.url), 'utf8'),
  operationSchema,
  targetSchema,
  shorthandSchema,
  shorthands: ['sql', 'connect'],
  toOperation,
  toRequests: beginRequests,
  redact(operation) {
    if (operation.kind === 'connect' || operation.kind === 'functionCall') return operation
    const sql = redactSql(operation.sql)
    const catalog = redactStored(operation.catalog)
    return sql === operation.sql && catalog === operation.catalog ? operation : { ...operation, sql, catalog }
  },
  toText(operation) {
    const { kind } = operation
    if (kind === 'connect') return `connect: ${operation.database}`
    if (kind === 'functionCall') return `functionCall: ${operation.function ?? 'no function'}`
    const oversize = kind === 'execute' ? undefined : operation.oversize
    if (oversize !== undefined) return `${kind}: ${oversize.bytes} bytes`
    return `${kind}: ${operation.sql === '' ? '(empty)' : operation.sql}`
  },
  mappingKey(operation) {
    const key = shortKey(operation)
    return operation.kind === 'connect' ? key : `${key}\0${canonicalJson(operation.catalog)}`
  },
  shortKey,
}
