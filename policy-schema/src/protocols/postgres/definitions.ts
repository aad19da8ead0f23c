import type {
  Constraint,
  CreateSchemaStmt,
  CreateStmt,
  CreateTableAsStmt,
  IndexStmt,
  Node,
  PartitionBoundSpec,
  PartitionElem,
  RangeVar,
  ViewStmt,
} from '@pgsql/types'
import { roleNames } from './changes.ts'
import { texts } from './names.ts'
import type { RelationKind } from './operation.ts'
import type { Place, Reader } from './reader.ts'
import type { Heading } from './reading.ts'
import { useTablespace } from './server.ts'
import { readExecute } from './stored.ts'
import { askOn } from './targets.ts'
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
  if (constraint.contype === 'CONSTR_IDENTITY') readIdentity(reader, constraint.options, place)
  checkAccessMethod(reader, constraint.access_method)
  useTablespace(reader, constraint.indexspace, place.part)
  for (const node of constraint.exclusions ?? []) readExclusion(reader, node, place)
  walk(reader, constraint.raw_expr, place)
  walk(reader, constraint.where_clause, place)
  if (constraint.pktable && !isSame(constraint.pktable, table)) {
    reader.on('alterTable', constraint.pktable, 'define', place.part)
  }
}

/** An element of EXCLUDE: what is compared, and by which operator. */
function readExclusion(reader: Reader, node: Node, place: Place): void {
  const [element, operator] = 'List' in node ? (node.List.items ?? []) : []
  walk(reader, element, place)
  reader.operator(operator && 'List' in operator ? operator.List.items : undefined)
}

/** Options of a sequence that concern it alone. */
export const sequenceOptions = new Set([
  ...['as', 'cache', 'cycle', 'generated', 'increment', 'logged', 'maxvalue', 'minvalue', 'restart', 'start'],
])

/** An identity column's sequence, which stands where SEQUENCE NAME says, as pg_dump writes it. */
function readIdentity(reader: Reader, options: readonly Node[] = [], place: Place): void {
  const names = (node: Node) => 'DefElem' in node && node.DefElem.defname === 'sequence_name'
  for (const node of options.filter(names)) {
    const name = 'DefElem' in node && node.DefElem.arg && 'List' in node.DefElem.arg ? node.DefElem.arg.List.items : []
    const [schemaname, relname, ...more] = texts(name) ?? []
    if (schemaname !== undefined && relname !== undefined && more.length === 0) {
      reader.creation('createSequence', { schemaname, relname })
    } else reader.refuse('unmapped', 'SEQUENCE NAME is mapped as `schema.name` only')
  }
  checkSequence(
    reader,
    options.filter(node => !names(node)),
    place,
  )
}

/** Reads what is said of an identity column's sequence. */
export function checkSequence(reader: Reader, options: readonly Node[] | undefined, place: Place): void {
  for (const node of options ?? []) {
    const { defname = '', arg } = 'DefElem' in node ? node.DefElem : {}
    if (defname === 'as') walk(reader, arg, place)
    else if (!sequenceOptions.has(defname)) {
      reader.refuse('unmapped', `an identity column with \`${defname}\` is not mapped`)
    }
  }
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
  const { inhRelations, partspec, partbound, accessMethod } = statement
  for (const node of inhRelations ?? []) {
    if ('RangeVar' in node) joinParent(reader, { ...node.RangeVar, inh: false }, place)
  }
  for (const node of partspec?.partParams ?? []) {
    if ('PartitionElem' in node) readPartitionElement(reader, node.PartitionElem, place)
    else walk(reader, node, place) // denied by its kind
  }
  readBound(reader, partbound, place)
  checkAccessMethod(reader, accessMethod)
  useTablespace(reader, statement.tablespacename, place.part)
  for (const node of statement.tableElts ?? []) readTableElement(reader, node, statement.relation, place)
  return { command: 'CREATE TABLE', changesCatalog: true }
}

const parents: readonly RelationKind[] = ['table', 'partitioned table']

/** A child's rows belong to its parent: who makes one alters the parent. */
export function joinParent(reader: Reader, parent: RangeVar, place: Place): void {
  askOn(reader, 'alterTable', { on: 'relation', range: parent, kinds: parents }, place.part)
}

function readPartitionElement(reader: Reader, element: PartitionElem, place: Place): void {
  const { expr, opclass = [] } = element
  if (opclass.length > 0) walkAs(reader, 'IndexElem', { opclass }, place)
  walk(reader, expr, place)
}

/** Bounds are expressions, computed when the partition is made. */
export function readBound(reader: Reader, bound: PartitionBoundSpec | undefined, place: Place): void {
  walkAll(reader, bound?.listdatums, place)
  walkAll(reader, bound?.lowerdatums, place)
  walkAll(reader, bound?.upperdatums, place)
}

/** Access methods that are PostgreSQL's own; others are code of an extension. */
const accessMethods = new Set(['heap', 'btree', 'hash', 'gin', 'gist', 'spgist', 'brin'])

export function checkAccessMethod(reader: Reader, method: string | undefined): void {
  if (method !== undefined && !accessMethods.has(method)) {
    reader.refuse('unmapped', `the access method \`${method}\` is not mapped`)
  }
}

export function readCreateTableAs(reader: Reader, statement: CreateTableAsStmt, place: Place): Heading {
  const isView = statement.objtype === 'OBJECT_MATVIEW'
  checkAccessMethod(reader, statement.into?.accessMethod)
  useTablespace(reader, statement.into?.tableSpaceName, place.part)
  reader.creation(isView ? 'createView' : 'createTable', statement.into?.rel)
  const { query } = statement
  if (query && 'ExecuteStmt' in query && !isView) readExecute(reader, query.ExecuteStmt, place)
  else if (query && 'SelectStmt' in query) walk(reader, query, place)
  else reader.refuse('unmapped', 'CREATE TABLE … AS without a query')
  return { command: isView ? 'CREATE MATERIALIZED VIEW' : 'CREATE TABLE AS', changesCatalog: true }
}

export function readCreateView(reader: Reader, statement: ViewStmt, place: Place): Heading {
  const { view, replace } = statement
  reader.creation('createView', view, { asTemporary: true })
  if (replace) {
    const named = view?.relpersistence === 't' ? { ...view, schemaname: 'pg_temp' } : view
    reader.asks.push({
      ...{ on: 'relation', action: 'alterView', relation: reader.relation(named), use: 'define', only: true },
      ...{ kinds: ['view'], replaces: { schema: named?.schemaname ?? null }, part: place.part },
    })
  }
  walk(reader, statement.query, place)
  return { command: 'CREATE VIEW', changesCatalog: true }
}

export function readCreateIndex(reader: Reader, statement: IndexStmt, place: Place): Heading {
  const part = { ...place.part, ...(statement.idxname === undefined ? {} : { creates: statement.idxname }) }
  reader.on('createIndex', statement.relation, 'define', part)
  checkAccessMethod(reader, statement.accessMethod)
  useTablespace(reader, statement.tableSpace, place.part)
  walkAll(reader, statement.indexParams, place)
  walkAll(reader, statement.indexIncludingParams, place)
  walk(reader, statement.whereClause, place)
  return { command: 'CREATE INDEX', changesCatalog: true }
}

export function readCreateSchema(reader: Reader, statement: CreateSchemaStmt, place: Place): Heading {
  if (statement.schemaElts?.length) reader.refuse('unmapped', 'CREATE SCHEMA with objects inside is not mapped')
  const roles = statement.authrole ? roleNames(reader, [statement.authrole]) : []
  const schema = statement.schemaname ?? roles[0] ?? ''
  reader.asks.push({ on: 'database', action: 'createSchema', part: { ...place.part, creates: schema } })
  if (roles.length > 0) askOn(reader, 'changeOwner', { on: 'schema', schema }, { ...place.part, roles })
  return { command: 'CREATE SCHEMA', changesCatalog: true }
}
