import type {
  Constraint,
  CreateSchemaStmt,
  CreateStmt,
  CreateTableAsStmt,
  IndexStmt,
  Node,
  RangeVar,
  ViewStmt,
} from '@pgsql/types'
import type { Place, Reader } from './reader.ts'
import type { Heading } from './reading.ts'
import { readExecute } from './stored.ts'
import { walk, walkAll, walkAs } from './walk.ts'

const isSame = (a: RangeVar | undefined, b: RangeVar | undefined) =>
  a?.relname === b?.relname && a?.schemaname === b?.schemaname

/**
 * Reads a constraint of a table. A foreign key puts triggers on the table that it refers to, so it alters that one too.
 */
export function readConstraint(
  reader: Reader,
  constraint: Constraint,
  table: RangeVar | undefined,
  place: Place,
): void {
  if (constraint.contype === 'CONSTR_EXCLUSION') reader.refuse('unmapped', 'exclusion constraints are not mapped')
  if (constraint.contype === 'CONSTR_IDENTITY') checkSequence(reader, constraint.options, place)
  checkTablespace(reader, constraint.indexspace)
  walk(reader, constraint.raw_expr, place)
  walk(reader, constraint.where_clause, place)
  if (constraint.pktable && !isSame(constraint.pktable, table)) {
    reader.on('alterTable', constraint.pktable, 'define', place.part)
  }
}

/** Options of an identity column's sequence. Others name it, where it may stand in another schema, or tie it to another table. */
const sequenceOptions = new Set([
  ...['as', 'cache', 'cycle', 'generated', 'increment', 'maxvalue', 'minvalue', 'restart', 'start'],
])

/** Reads the options of an identity column. */
export function checkSequence(reader: Reader, options: readonly Node[] | undefined, place: Place): void {
  for (const node of options ?? []) {
    const name = 'DefElem' in node ? (node.DefElem.defname ?? '') : ''
    if (!sequenceOptions.has(name)) reader.refuse('unmapped', `an identity column with \`${name}\` is not mapped`)
    else if ('DefElem' in node && name === 'as') walk(reader, node.DefElem.arg, place)
  }
}

function checkTablespace(reader: Reader, tablespace: string | undefined): void {
  if (tablespace !== undefined) reader.refuse('unmapped', 'what stands in another tablespace is not mapped')
}

/** Reads a column or constraint of CREATE TABLE and ALTER TABLE … ADD. */
export function readTableElement(reader: Reader, node: Node, table: RangeVar | undefined, place: Place): void {
  if ('Constraint' in node) readConstraint(reader, node.Constraint, table, place)
  else if ('TableLikeClause' in node) reader.on('select', node.TableLikeClause.relation, 'read', place.part)
  else if ('ColumnDef' in node) {
    const { constraints = [], ...column } = node.ColumnDef
    walkAs(reader, 'ColumnDef', column, place)
    for (const constraint of constraints) readTableElement(reader, constraint, table, place)
  } else walk(reader, node, place) // denied by its kind
}

export function readCreateTable(reader: Reader, statement: CreateStmt, place: Place): Heading {
  reader.creation('createTable', statement.relation)
  const { inhRelations, partspec, partbound, ofTypename, accessMethod } = statement
  if (inhRelations?.length) reader.refuse('unmapped', 'INHERITS is not mapped')
  if (partspec || partbound) reader.refuse('unmapped', 'partitioned tables are not mapped')
  if (ofTypename) reader.refuse('unmapped', 'tables of a type are not mapped')
  checkAccessMethod(reader, accessMethod)
  checkTablespace(reader, statement.tablespacename)
  for (const node of statement.tableElts ?? []) readTableElement(reader, node, statement.relation, place)
  return { command: 'CREATE TABLE', changesCatalog: true }
}

/** Access methods that are PostgreSQL's own; others are code of an extension. */
const accessMethods = new Set(['heap', 'btree', 'hash', 'gin', 'gist', 'spgist', 'brin'])

function checkAccessMethod(reader: Reader, method: string | undefined): void {
  if (method !== undefined && !accessMethods.has(method)) {
    reader.refuse('unmapped', `the access method \`${method}\` is not mapped`)
  }
}

export function readCreateTableAs(reader: Reader, statement: CreateTableAsStmt, place: Place): Heading {
  if (statement.objtype !== 'OBJECT_TABLE') reader.refuse('unmapped', 'CREATE MATERIALIZED VIEW is not mapped')
  checkAccessMethod(reader, statement.into?.accessMethod)
  checkTablespace(reader, statement.into?.tableSpaceName)
  reader.creation('createTable', statement.into?.rel)
  const { query } = statement
  if (query && 'ExecuteStmt' in query) readExecute(reader, query.ExecuteStmt, place)
  else if (query && 'SelectStmt' in query) walk(reader, query, place)
  else reader.refuse('unmapped', 'CREATE TABLE … AS without a query')
  return { command: 'CREATE TABLE AS', changesCatalog: true }
}

export function readCreateView(reader: Reader, statement: ViewStmt, place: Place): Heading {
  const { view, replace } = statement
  reader.creation('createView', view)
  if (replace) {
    reader.asks.push({
      ...{ on: 'relation', action: 'alterView', relation: reader.relation(view), use: 'define', only: true },
      ...{ kinds: ['view'], replaces: { schema: view?.schemaname ?? null }, part: place.part },
    })
  }
  walk(reader, statement.query, place)
  return { command: 'CREATE VIEW', changesCatalog: true }
}

export function readCreateIndex(reader: Reader, statement: IndexStmt, place: Place): Heading {
  const part = { ...place.part, ...(statement.idxname === undefined ? {} : { creates: statement.idxname }) }
  reader.on('createIndex', statement.relation, 'define', part)
  if (statement.excludeOpNames?.length) reader.refuse('unmapped', 'exclusion constraints are not mapped')
  checkAccessMethod(reader, statement.accessMethod)
  checkTablespace(reader, statement.tableSpace)
  walkAll(reader, statement.indexParams, place)
  walkAll(reader, statement.indexIncludingParams, place)
  walk(reader, statement.whereClause, place)
  return { command: 'CREATE INDEX', changesCatalog: true }
}

export function readCreateSchema(reader: Reader, statement: CreateSchemaStmt, place: Place): Heading {
  if (statement.authrole) reader.refuse('unmapped', 'CREATE SCHEMA … AUTHORIZATION gives ownership away')
  if (statement.schemaElts?.length) reader.refuse('unmapped', 'CREATE SCHEMA with objects inside is not mapped')
  const part = { ...place.part, creates: statement.schemaname ?? '' }
  reader.asks.push({ on: 'database', action: 'createSchema', part })
  return { command: 'CREATE SCHEMA', changesCatalog: true }
}
