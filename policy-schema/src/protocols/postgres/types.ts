import type {
  AlterCollationStmt,
  AlterDomainStmt,
  AlterEnumStmt,
  AlterOperatorStmt,
  AlterOpFamilyStmt,
  AlterSeqStmt,
  AlterStatsStmt,
  AlterTSConfigurationStmt,
  AlterTSDictionaryStmt,
  AlterTypeStmt,
  CompositeTypeStmt,
  CreateDomainStmt,
  CreateEnumStmt,
  CreateOpClassStmt,
  CreateOpFamilyStmt,
  CreateRangeStmt,
  CreateSeqStmt,
  CreateStatsStmt,
  DefineStmt,
  Node,
  ObjectType,
} from '@pgsql/types'
import { changed, refuseCascade } from './changes.ts'
import { readConstraint, sequenceOptions } from './definitions.ts'
import { texts, writtenName } from './names.ts'
import type { Place, Reader } from './reader.ts'
import type { Heading, Part } from './reading.ts'
import { attachFunction, attachOptions, create } from './routines.ts'
import { askOn, kindOf, partsOf, type Target, targetOf } from './targets.ts'
import { walk } from './walk.ts'

function onParts(reader: Reader, action: string, type: ObjectType, parts: readonly Node[] | undefined, part: Part) {
  askOn(reader, action, targetOf(reader, type, { object: { List: { items: [...(parts ?? [])] } } }), part)
}

export function readCreateDomain(reader: Reader, statement: CreateDomainStmt, place: Place): Heading {
  create(reader, 'createType', statement.domainname, place.part)
  for (const node of statement.constraints ?? []) {
    if ('Constraint' in node) readConstraint(reader, node.Constraint, undefined, place)
  }
  return changed('CREATE DOMAIN')
}

export function readAlterDomain(reader: Reader, statement: AlterDomainStmt, place: Place): Heading {
  refuseCascade(reader, statement.behavior)
  onParts(reader, 'alterType', 'OBJECT_DOMAIN', statement.typeName, place.part)
  const { def } = statement
  if (def && 'Constraint' in def) readConstraint(reader, def.Constraint, undefined, place)
  else walk(reader, def, place)
  return changed('ALTER DOMAIN')
}

export function readCreateComposite(reader: Reader, statement: CompositeTypeStmt, place: Place): Heading {
  const { catalogname, schemaname, relname = '' } = statement.typevar ?? {}
  if (catalogname !== undefined) reader.refuse('unmapped', 'a type in another database')
  const part = { ...place.part, creates: relname }
  reader.asks.push({ on: 'schema', action: 'createType', schema: schemaname ?? null, part })
  return changed('CREATE TYPE')
}

export function readCreateEnum(reader: Reader, statement: CreateEnumStmt, place: Place): Heading {
  create(reader, 'createType', statement.typeName, place.part)
  return changed('CREATE TYPE')
}

export function readCreateRange(reader: Reader, statement: CreateRangeStmt, place: Place): Heading {
  create(reader, 'createType', statement.typeName, place.part)
  attachOptions(reader, statement.params, new Set(['canonical', 'subtype_diff']), place.part)
  return changed('CREATE TYPE')
}

export function readAlterEnum(reader: Reader, statement: AlterEnumStmt, place: Place): Heading {
  onParts(reader, 'alterType', 'OBJECT_TYPE', statement.typeName, place.part)
  return changed('ALTER TYPE')
}

const typeFunctions = new Set(['receive', 'send', 'typmod_in', 'typmod_out', 'analyze', 'subscript'])

export function readAlterType(reader: Reader, statement: AlterTypeStmt, place: Place): Heading {
  onParts(reader, 'alterType', 'OBJECT_TYPE', statement.typeName, place.part)
  attachOptions(reader, statement.options, typeFunctions, place.part)
  return changed('ALTER TYPE')
}

/** Functions that a definition list attaches, by what is defined. */
const definedBy: { readonly [K in ObjectType]?: ReadonlySet<string> } = {
  OBJECT_AGGREGATE: new Set([
    ...['sfunc', 'sfunc1', 'finalfunc', 'combinefunc', 'serialfunc', 'deserialfunc', 'msfunc', 'minvfunc'],
    'mfinalfunc',
  ]),
  OBJECT_OPERATOR: new Set(['function', 'procedure', 'restrict', 'join']),
  OBJECT_TSPARSER: new Set(['start', 'gettoken', 'end', 'headline', 'lextypes']),
  OBJECT_TSTEMPLATE: new Set(['init', 'lexize']),
  OBJECT_TSDICTIONARY: new Set(),
  OBJECT_TSCONFIGURATION: new Set(),
  OBJECT_COLLATION: new Set(),
  OBJECT_TYPE: new Set(),
}

/** CREATE AGGREGATE, OPERATOR, TYPE, COLLATION, TEXT SEARCH … */
export function readDefine(reader: Reader, statement: DefineStmt, place: Place): Heading {
  const { kind: type, defnames, definition, replace } = statement
  const kind = kindOf(reader, type)
  const functions = type && definedBy[type]
  if (!kind || !functions) {
    reader.refuse('unmapped', `CREATE ${kind?.word ?? ''} is not mapped`)
    return changed('CREATE')
  }
  if (type === 'OBJECT_TYPE' && definition?.length) {
    reader.refuse('unmapped', 'a base type brings functions of its own, which run wherever it is read')
  }
  create(reader, `create${kind.noun}`, defnames, place.part)
  // an operator's name may be one that is there; a policy sees `creates`
  if (replace) onParts(reader, `alter${kind.noun}`, type, defnames, place.part)
  attachOptions(reader, definition, functions, place.part)
  return changed(`CREATE ${kind.word}`)
}

function items(reader: Reader, nodes: readonly Node[] | undefined, part: Part): void {
  for (const node of nodes ?? []) {
    // 1: an operator, 2: a function, 3: a type that is stored
    if ('CreateOpClassItem' in node) {
      if (node.CreateOpClassItem.itemtype === 2) attachFunction(reader, node.CreateOpClassItem.name, part)
      if (node.CreateOpClassItem.itemtype === 1) reader.operator(node.CreateOpClassItem.name?.objname)
    } else reader.refuse('unmapped', 'a part of an operator class that is not mapped')
  }
}

export function readCreateOperatorClass(reader: Reader, statement: CreateOpClassStmt, place: Place): Heading {
  create(reader, 'createOperator', statement.opclassname, place.part)
  items(reader, statement.items, place.part)
  return changed('CREATE OPERATOR CLASS')
}

export function readCreateOperatorFamily(reader: Reader, statement: CreateOpFamilyStmt, place: Place): Heading {
  create(reader, 'createOperator', statement.opfamilyname, place.part)
  return changed('CREATE OPERATOR FAMILY')
}

export function readAlterOperatorFamily(reader: Reader, statement: AlterOpFamilyStmt, place: Place): Heading {
  const method: Node = { String: { sval: statement.amname ?? '' } }
  onParts(reader, 'alterOperator', 'OBJECT_OPFAMILY', [method, ...(statement.opfamilyname ?? [])], place.part)
  if (!statement.isDrop) items(reader, statement.items, place.part)
  return changed('ALTER OPERATOR FAMILY')
}

export function readAlterOperator(reader: Reader, statement: AlterOperatorStmt, place: Place): Heading {
  onParts(reader, 'alterOperator', 'OBJECT_OPERATOR', statement.opername?.objname, place.part)
  attachOptions(reader, statement.options, new Set(['restrict', 'join']), place.part)
  return changed('ALTER OPERATOR')
}

export function readAlterCollation(reader: Reader, statement: AlterCollationStmt, place: Place): Heading {
  onParts(reader, 'alterCollation', 'OBJECT_COLLATION', statement.collname, place.part)
  return changed('ALTER COLLATION')
}

export function readAlterDictionary(reader: Reader, statement: AlterTSDictionaryStmt, place: Place): Heading {
  onParts(reader, 'alterTextSearch', 'OBJECT_TSDICTIONARY', statement.dictname, place.part)
  return changed('ALTER TEXT SEARCH DICTIONARY')
}

export function readAlterConfiguration(reader: Reader, statement: AlterTSConfigurationStmt, place: Place): Heading {
  onParts(reader, 'alterTextSearch', 'OBJECT_TSCONFIGURATION', statement.cfgname, place.part)
  return changed('ALTER TEXT SEARCH CONFIGURATION')
}

/** The table and column to which a sequence is tied; it goes when they go. */
function ownedBy(reader: Reader, options: readonly Node[] | undefined, place: Place): void {
  for (const node of options ?? []) {
    const { defname = '', arg } = 'DefElem' in node ? node.DefElem : {}
    if (defname !== 'owned_by') {
      if (!sequenceOptions.has(defname)) reader.refuse('unmapped', `a sequence with \`${defname}\` is not mapped`)
      else if (defname === 'as') walk(reader, arg, place)
      continue
    }
    const parts = partsOf(arg) ?? []
    if (parts.length === 1 && parts[0] === 'none') continue
    const object: Node = { List: { items: parts.map(sval => ({ String: { sval } })) } }
    askOn(reader, 'alterTable', targetOf(reader, 'OBJECT_COLUMN', { object }), place.part)
  }
}

export function readCreateSequence(reader: Reader, statement: CreateSeqStmt, place: Place): Heading {
  reader.creation('createSequence', statement.sequence)
  ownedBy(reader, statement.options, place)
  return changed('CREATE SEQUENCE')
}

export function readAlterSequence(reader: Reader, statement: AlterSeqStmt, place: Place): Heading {
  const target: Target = { on: 'relation', range: statement.sequence, kinds: ['sequence'] }
  askOn(reader, 'alterSequence', target, place.part, statement.missing_ok)
  ownedBy(reader, statement.options, place)
  return changed('ALTER SEQUENCE')
}

/** Statistics show what a table's rows are like, so they are asked on the table. */
export function readCreateStatistics(reader: Reader, statement: CreateStatsStmt, place: Place): Heading {
  const name = texts(statement.defnames)
  const part = { ...place.part, ...(name?.length ? { creates: name.at(-1) ?? '' } : {}) }
  for (const node of statement.relations ?? []) {
    if ('RangeVar' in node) reader.on('createStatistics', node.RangeVar, 'define', part)
    else reader.refuse('unmapped', 'statistics on this are not mapped')
  }
  if (name && name.length > 1) create(reader, 'createStatistics', statement.defnames, place.part)
  for (const node of statement.exprs ?? []) {
    if ('StatsElem' in node) walk(reader, node.StatsElem.expr, place)
    else reader.refuse('unmapped', `statistics on \`${writtenName(name ?? [])}\` are not mapped`)
  }
  return changed('CREATE STATISTICS')
}

export function readAlterStatistics(reader: Reader, statement: AlterStatsStmt, place: Place): Heading {
  onParts(reader, 'alterStatistics', 'OBJECT_STATISTIC_EXT', statement.defnames, place.part)
  return changed('ALTER STATISTICS')
}
