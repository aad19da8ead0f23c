import type { AccessRequest, Context, Unmappable } from '../../protocol.ts'
import type { Target } from '../../repository/types.ts'
import { ColumnLookup } from './column-lookup.ts'
import { locate } from './locate.ts'
import type { Lineage, NamedRelation } from './objects.ts'
import {
  columnTagsOf,
  databaseLineage,
  functionLineage,
  schemaLineage,
  serverLineage,
  tableLineage,
} from './objects.ts'
import type { PostgresCatalog, PostgresRelation } from './operation.ts'
import { reach } from './reach.ts'
import { noPart } from './reader.ts'
import type { Ask, Bound, Part, StatementReading } from './reading.ts'
import { isOfColumns, isRefusal, refusal } from './reading.ts'
import type { CalledFunction } from './resolve.ts'
import { refuseRelation, resolveCall, resolveFunctions, resolveNames, resolveRelation } from './resolve.ts'
import type { Telling } from './restricts.ts'
import { type NamedColumns, outputCount, type Reference } from './scope.ts'
import { resolveStored } from './stored-query.ts'

interface Asking {
  readonly target: Target
  readonly catalog: PostgresCatalog
  readonly fingerprint: string
  readonly statement: StatementReading
  readonly inTransaction: boolean
  readonly lookup: ColumnLookup
}

export const ask = (action: string, [resource, ...above]: Lineage, context: Context): AccessRequest => ({
  action: { type: 'Postgres::Action', id: action },
  resource: resource.uid,
  entities: [resource, ...above],
  context,
})

function statementContext({ statement, inTransaction, fingerprint }: Asking, part: Part & Columns): Context {
  return { statement: { ...part, command: statement.command, inTransaction, fingerprint } }
}

interface Columns {
  readonly columns?: readonly string[]
  readonly columnTags?: readonly string[]
}
const noColumns: Columns = { columns: [], columnTags: [] }

/** Which columns of the relation that is named a statement is about; of its children they are the same. */
function columnsOf(
  { lookup }: Asking,
  { action, columns: asked }: Extract<Ask, { on: 'relation' }>,
  relation: PostgresRelation,
): readonly string[] | Unmappable {
  if (!isOfColumns(action)) return []
  if (lookup.refused) return lookup.refused
  if (!asked) return refusal('unmapped', `the columns that \`${action}\` is about cannot be told`)
  const named = namedColumns(asked.named ?? [], relation)
  if (isRefusal(named)) return named
  return [...named, ...(asked.read ? lookup.of(asked.item) : [])]
}

function columnContext(
  { target }: Asking,
  action: string,
  relation: PostgresRelation,
  named: readonly string[],
): Columns {
  if (!isOfColumns(action)) return {}
  const columns = [...new Set(named)].sort()
  return { columns, columnTags: columnTagsOf(target.settings, relation, columns) }
}

function namedColumns(
  named: NamedColumns,
  { schema, name, columns }: PostgresRelation,
): readonly string[] | Unmappable {
  if (named !== 'all' && !('given' in named) && named.length === 0) return named
  if (columns === undefined) return refusal('unresolved', `the columns of \`${schema}.${name}\` are not in the catalog`)
  if (named === 'all') return columns
  if ('given' in named) return columns.slice(0, outputCount(named))
  const missing = named.find(column => !columns.includes(column))
  return missing === undefined ? named : refusal('unresolved', `\`${schema}.${name}\` has no column \`${missing}\``)
}

/** The relation that is asked about: an index is asked on its table. */
function asked(catalog: PostgresCatalog, relation: PostgresRelation): NamedRelation {
  const { database } = catalog
  const { schema, name, kind, table } = relation
  return kind === 'index' && table !== undefined
    ? { database, schema, name: table, kind: 'table' }
    : { database, schema, name, kind }
}

/** What IF EXISTS names, where there is no such thing: nothing happens, unless it comes to be in between. */
function missing(catalog: PostgresCatalog, each: Extract<Ask, { on: 'relation' }>): PostgresRelation | undefined {
  const schema = each.missing?.schema ?? catalog.currentSchema
  if (!each.missing || schema === null || catalog.relations[each.relation] !== null) return undefined
  return { schema, name: each.missing.name, kind: each.kinds?.[0] ?? 'table' }
}

function onRelation(asking: Asking, each: Extract<Ask, { on: 'relation' }>): readonly AccessRequest[] | Unmappable {
  const { catalog, target } = asking
  if (each.replaces && catalog.relations[each.relation] === null) return []
  if (each.ifRead && each.columns && asking.lookup.reads(each.columns.item) === false) return []
  const relation = missing(catalog, each) ?? resolveRelation(catalog, each.relation)
  if (isRefusal(relation)) return relation
  if (each.replaces && relation.schema !== (each.replaces.schema ?? catalog.currentSchema)) {
    return refusal('unresolved', `\`${each.relation}\` names a relation of another schema`)
  }
  const refused = refuseRelation(each, relation)
  if (refused) return refused
  const own = columnsOf(asking, each, relation)
  if (isRefusal(own)) return own
  const reached = reach(catalog, each, relation, own)
  if (isRefusal(reached)) return reached
  const { hasWhere, mode } = each.part
  const behind: Part = { hasWhere, ...(mode !== undefined && { mode }) } // a lock is as strong on what it reaches
  const requests: AccessRequest[] = []
  for (const { action, relation: found, columns = own } of reached.relations) {
    const part = action !== each.action ? { hasWhere } : found === relation ? each.part : behind
    const context = statementContext(asking, { ...part, ...columnContext(asking, action, found, columns) })
    requests.push(ask(action, tableLineage(target, asked(catalog, found)), context))
  }
  const functions = resolveFunctions(catalog, reached.functions)
  return isRefusal(functions) ? functions : [...requests, ...executions(asking, functions, each.part)]
}

function executions(
  asking: Asking,
  functions: readonly CalledFunction[],
  { hasWhere }: Part,
): readonly AccessRequest[] {
  const { target, catalog } = asking
  const context = statementContext(asking, { hasWhere })
  return functions.map(each => ask('execute', functionLineage(target, catalog.database, each), context))
}

function onObject(asking: Asking, each: Ask): readonly AccessRequest[] | Unmappable {
  const { catalog, target } = asking
  if (each.on === 'relation') return onRelation(asking, each)
  const columns = isOfColumns(each.action) ? noColumns : {}
  const context = statementContext(asking, { ...each.part, ...columns })
  if (each.on === 'server') return [ask(each.action, serverLineage(target.name), context)]
  if (each.on === 'database') {
    return [ask(each.action, databaseLineage(target.name, each.database ?? catalog.database), context)]
  }
  if (each.on === 'object') {
    const found = locate(target.name, catalog, each)
    return isRefusal(found) ? found : found.map(lineage => ask(each.action, lineage, context))
  }
  const schemas = each.on === 'schema' ? schemasOf(asking, each) : schemaOf(catalog, each.relation)
  if (isRefusal(schemas)) return schemas
  const reserved = schemas.find(schema => schema.startsWith('pg_') && !(schema === temporary && mayStand(each.action)))
  if (reserved !== undefined) return refusal('unmapped', `the schema \`${reserved}\` is the server's own`)
  return schemas.map(schema => ask(each.action, schemaLineage(target.name, catalog.database, schema), context))
}

/** What may be created where a session's temporary objects stand. Types and functions there would be called by other names. */
const mayStand = (action: string) => action === 'createTable' || action === 'createView' || action === 'createSequence'
const temporary = 'pg_temp'

function schemasOf(
  { catalog, statement }: Asking,
  { schema, asTemporary }: Extract<Ask, { on: 'schema' }>,
): readonly string[] | Unmappable {
  const found = schema ?? catalog.currentSchema
  if (found === null) return refusal('unresolved', 'no schema of the search path exists, so nothing can be created')
  const isTemporary = (written: string) => catalog.relations[written]?.schema === temporary
  const follows = asTemporary && found !== temporary && statement.names.relations.some(isTemporary)
  return follows ? [found, temporary] : [found]
}

function schemaOf(catalog: PostgresCatalog, written: string): readonly string[] | Unmappable {
  const relation = resolveRelation(catalog, written)
  return isRefusal(relation) ? relation : [relation.schema]
}

/** Parts whose WHERE is about other tables than the one that is written to, as they are without it. */
function unbound({ bounds }: StatementReading, lookup: ColumnLookup): ReadonlyMap<Part, Part> {
  const parts = new Map<Part, Part>()
  for (const [part, { item, by }] of bounds) {
    if (!tells(by, item, lookup)) parts.set(part, { ...part, hasWhere: false })
  }
  return parts
}

function tells(by: Telling<Reference>, item: Bound['item'], lookup: ColumnLookup): boolean {
  if ('some' in by) return by.some.some(each => tells(each, item, lookup))
  if ('every' in by) return by.every.every(each => tells(each, item, lookup))
  return lookup.isOf(by, item)
}

/** What one statement asks: its objects in the order of the text, then its functions. Yields what it has just found. */
export function* statementRequests(
  given: Omit<Asking, 'lookup'>,
): Generator<readonly AccessRequest[], readonly AccessRequest[] | Unmappable> {
  const { statement, catalog, target } = given
  const lookup = new ColumnLookup(statement.references, statement.names.columns, catalog)
  const asking = { ...given, lookup }
  const parts = unbound(statement, lookup)
  const named = resolveNames(catalog, statement.names, statement.namedTypes)
  if (isRefusal(named)) return named
  const requests: AccessRequest[] = []
  for (const each of statement.asks) {
    const found = onObject(asking, { ...each, part: parts.get(each.part) ?? each.part })
    if (isRefusal(found)) return found
    requests.push(...found)
    yield found
  }
  for (const stored of statement.uses) {
    const query = resolveStored(catalog, stored)
    if (isRefusal(query)) return query
    const asks = yield* statementRequests({ ...given, ...query })
    if (isRefusal(asks)) return asks
    requests.push(...asks)
  }
  for (const call of statement.calls) {
    const functions = resolveCall(catalog, call)
    if (isRefusal(functions)) return functions
    const found = executions(asking, functions, parts.get(call.part) ?? call.part)
    requests.push(...found)
    yield found
  }
  requests.push(...executions(asking, named, noPart))
  if (requests.length === 0 && statement.bare) {
    const lineage = databaseLineage(target.name, catalog.database)
    requests.push(ask(statement.bare, lineage, statementContext(asking, { hasWhere: false, ...noColumns })))
  }
  return requests
}

const columnsInWeight = 50

/** What requests weigh: one that names many columns is as large as several. */
export function weightOf(requests: readonly AccessRequest[]): number {
  let weight = requests.length
  for (const { context } of requests) {
    const { columns } = context.statement as Columns
    weight += (columns?.length ?? 0) / columnsInWeight
  }
  return weight
}
