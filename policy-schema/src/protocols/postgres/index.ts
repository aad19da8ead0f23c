export * from './catalog-query.ts'
export { classifies } from './objects.ts'
export { loadParser, longSqlLength, maxSqlBytes, maxSqlDepth } from './parser.ts'
export { postgresProtocol } from './protocol.ts'
export {
  forgetLong,
  isReadAtOnce,
  keepLong,
  type LongReading,
  readLong,
  readSql,
  type SqlReading,
  unionOfNames,
} from './read-sql.ts'
export {
  isRefusal,
  type Naming,
  type SqlNames,
  type StatementReading,
  type StoredName,
  type TransactionControl,
} from './reading.ts'
export { type PostgresSnapshot, resolveNames, snapshotQuery, toSnapshot } from './snapshot.ts'
export { isUsableName, reservedPrefix } from './stored.ts'
export { templateOf } from './template.ts'
