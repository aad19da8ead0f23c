import type { Node } from '@pgsql/types'
import { readJoin, readRangeFunction, readRangeVar, readSample, readSubselect, readTableFunction } from './from.ts'
import { texts } from './names.ts'
import type { NodeKind, NodeOf } from './nodes.ts'
import { openNode } from './nodes.ts'
import { readSelect } from './queries.ts'
import type { Place, Reader } from './reader.ts'
import { maxTreeDepth } from './reader.ts'
import type { Handling } from './shape.ts'
import { shapes, type WalkedNode } from './shapes.ts'
import { readDelete, readInsert, readMerge, readUpdate } from './writes.ts'

type Hook<K extends NodeKind> = (reader: Reader, fields: NodeOf<K>, place: Place) => void

const string = (sval: string): Node => ({ String: { sval } })
const equals = [string('=')]
const symbols = (...names: string[]) => names.map(name => [string(name)])

/** What the grammar's words for comparisons resolve to by name. */
const comparisons: { readonly [kind: string]: readonly (readonly Node[])[] } = {
  AEXPR_DISTINCT: [equals],
  AEXPR_NOT_DISTINCT: [equals],
  AEXPR_NULLIF: [equals],
  AEXPR_BETWEEN: symbols('>=', '<='),
  AEXPR_NOT_BETWEEN: symbols('<', '>'),
  AEXPR_BETWEEN_SYM: symbols('>=', '<='),
  AEXPR_NOT_BETWEEN_SYM: symbols('<', '>'),
}

/** Pseudo-types that only a column definition knows; they make a sequence beside the table. */
const serials = new Set(['smallserial', 'serial2', 'serial', 'serial4', 'bigserial', 'serial8'])

/** Operator classes of pg_catalog that are asked for by name. Others may come with code of an extension. */
const operatorClasses = new Set([
  ...['text_pattern_ops', 'varchar_pattern_ops', 'bpchar_pattern_ops', 'text_ops', 'varchar_ops', 'bpchar_ops'],
  ...['int2_ops', 'int4_ops', 'int8_ops', 'uuid_ops', 'numeric_ops', 'timestamptz_ops', 'date_ops', 'inet_ops'],
  ...['jsonb_ops', 'jsonb_path_ops', 'array_ops', 'tsvector_ops', 'range_ops'],
])

/** Reads a node that a grammar before PostgreSQL 16 or 17 takes for a call of a function by this name. */
function newWord<K extends WalkedNode>(kind: K, name: (fields: NodeOf<K>) => string): Hook<K> {
  return (reader, fields, place) => {
    reader.word(name(fields), place.part)
    walkFields(reader, kind, fields as object, place)
  }
}
const jsonFunctions: { readonly [op: string]: string } = {
  JSON_EXISTS_OP: 'json_exists',
  JSON_QUERY_OP: 'json_query',
  JSON_VALUE_OP: 'json_value',
}

/** Nodes that name something, open a scope, or ask for something themselves. All others are walked by their shape. */
const hooks: { readonly [K in WalkedNode]?: Hook<K> } = {
  SelectStmt: readSelect,
  InsertStmt: readInsert,
  UpdateStmt: readUpdate,
  DeleteStmt: readDelete,
  MergeStmt: readMerge,

  RangeVar: readRangeVar,
  RangeSubselect: readSubselect,
  RangeFunction: readRangeFunction,
  RangeTableFunc: readTableFunction('RangeTableFunc'),
  JsonTable: readTableFunction('JsonTable'),
  RangeTableSample: readSample,
  FuncCall(reader, call, place) {
    const name = texts(call.funcname) ?? []
    // EXTRACT(… FROM …) and its like: words of the grammar, always of pg_catalog, other functions on other versions
    if (call.funcformat !== 'COERCE_SQL_SYNTAX') {
      const within = call.agg_within_group ? (call.agg_order?.length ?? 0) : 0
      const count = (call.args?.length ?? 0) + within
      reader.call(name, call.func_variadic ? undefined : count, place.part)
      if (name.join('.') === 'pg_catalog.json_object') reader.word('json_object', place.part)
    }
    walkFields(reader, 'FuncCall', call, place)
  },
  A_Expr(reader, expression, place) {
    const operators = comparisons[expression.kind ?? '']
    if (operators === undefined) reader.operator(expression.name)
    else for (const operator of operators) reader.operator(operator)
    walkFields(reader, 'A_Expr', expression, place)
  },
  SubLink(reader, link, place) {
    if (link.operName) reader.operator(link.operName)
    else if (link.subLinkType === 'ANY_SUBLINK') reader.operator(equals)
    walkFields(reader, 'SubLink', link, place)
  },
  CaseExpr(reader, expression, place) {
    if (expression.arg) reader.operator(equals)
    walkFields(reader, 'CaseExpr', expression, place)
  },
  JoinExpr(reader, join, place) {
    if (join.isNatural || join.usingClause) reader.operator(equals)
    readJoin(reader, join, place)
  },
  SortBy(reader, sort, place) {
    if (sort.useOp) reader.operator(sort.useOp)
    walkFields(reader, 'SortBy', sort, place)
  },
  ColumnRef(reader, column, place) {
    reader.column(column, place)
    const last = column.fields?.at(-1)
    if ((column.fields?.length ?? 0) > 1 && last && 'String' in last)
      reader.attribute(last.String.sval ?? '', place.part)
  },
  A_Indirection(reader, indirection, place) {
    for (const step of indirection.indirection ?? []) {
      if ('String' in step) reader.field(step.String.sval ?? '', place.part)
    }
    walkFields(reader, 'A_Indirection', indirection, place)
  },
  TypeName(reader, type, place) {
    if (type.pct_type) reader.refuse('unmapped', 'a type taken from a column (`%TYPE`)')
    if (type.setof) reader.refuse('unmapped', 'a set of a type (`SETOF`)')
    reader.type(type.names)
    walkFields(reader, 'TypeName', type, place)
  },
  ColumnDef(reader, column, place) {
    const type = texts(column.typeName?.names)
    const serial = type?.length === 1 && serials.has(type[0] ?? '')
    walkFields(reader, 'ColumnDef', column, place, serial ? ['typeName'] : [])
  },
  JsonFuncExpr: newWord('JsonFuncExpr', ({ op = '' }) => jsonFunctions[op] ?? 'json_table'),
  JsonParseExpr: newWord('JsonParseExpr', () => 'json'),
  JsonScalarExpr: newWord('JsonScalarExpr', () => 'json_scalar'),
  JsonSerializeExpr: newWord('JsonSerializeExpr', () => 'json_serialize'),
  JsonArrayConstructor: newWord('JsonArrayConstructor', () => 'json_array'),
  JsonArrayQueryConstructor: newWord('JsonArrayQueryConstructor', () => 'json_array'),
  JsonObjectConstructor: newWord('JsonObjectConstructor', () => 'json_object'),
  JsonArrayAgg: newWord('JsonArrayAgg', () => 'json_arrayagg'),
  JsonObjectAgg: newWord('JsonObjectAgg', () => 'json_objectagg'),
  MergeSupportFunc: newWord('MergeSupportFunc', () => 'merge_action'),
  IndexElem(reader, element, place) {
    const name = texts(element.opclass) ?? []
    if (
      name.length > 0 &&
      !(operatorClasses.has(name.at(-1) ?? '') && (name.length === 1 || name[0] === 'pg_catalog'))
    ) {
      reader.refuse('unmapped', `the operator class \`${name.join('.')}\` is not mapped`)
    }
    walkFields(reader, 'IndexElem', element, place)
  },
}

const tooDeep = 'the text nests too deep or chains too many terms'

function isWalked(kind: NodeKind): kind is WalkedNode {
  return Object.hasOwn(shapes, kind)
}

/** Walks a node that stands without its wrapping. */
export function walkAs(reader: Reader, kind: NodeKind, fields: object, place: Place): void {
  if (reader.refused) return
  if (!isWalked(kind)) reader.refuse('unmapped', `the syntax node \`${kind}\` is not mapped`)
  else if (++reader.depth > maxTreeDepth) reader.refuse('too_large', tooDeep)
  else {
    const hook = hooks[kind] as Hook<NodeKind> | undefined
    if (hook) hook(reader, fields as never, place)
    else walkFields(reader, kind, fields, place)
    reader.depth--
  }
}

export function walk(reader: Reader, node: Node | undefined, place: Place): void {
  const opened = node && openNode(node)
  if (opened) walkAs(reader, opened.kind, opened.fields, place)
}

export function walkAll(reader: Reader, nodes: readonly Node[] | undefined, place: Place): void {
  for (const node of nodes ?? []) walk(reader, node, place)
}

/** Walks the fields of a node by its shape, but for those that its reader has dealt with. */
export function walkFields<K extends WalkedNode>(
  reader: Reader,
  kind: K,
  fields: object,
  place: Place,
  done: readonly (keyof NodeOf<K>)[] = [],
): void {
  const shape: { readonly [field: string]: Handling } = shapes[kind]
  for (const [field, value] of Object.entries(fields)) {
    if ((done as readonly string[]).includes(field)) continue
    const handling = Object.hasOwn(shape, field) ? shape[field] : 'absent'
    if (handling === 'node') walk(reader, value as Node, place)
    else if (handling === 'nodes') walkAll(reader, value as readonly Node[], place)
    else if (handling === 'absent' || handling === undefined) {
      reader.refuse('unmapped', `\`${field}\` of the syntax node \`${kind}\` is not mapped`)
    } else if (handling !== 'plain' && handling !== 'names') walkAs(reader, handling, value as object, place)
  }
}
