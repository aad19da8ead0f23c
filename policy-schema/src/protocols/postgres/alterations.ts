import type {
  AlterObjectSchemaStmt,
  AlterTableCmd,
  AlterTableStmt,
  AlterTableType,
  DropStmt,
  Node,
  ObjectType,
  RangeVar,
  RenameStmt,
  TruncateStmt,
} from '@pgsql/types'
import { checkSequence, readTableElement } from './definitions.ts'
import { texts } from './names.ts'
import type { RelationKind } from './operation.ts'
import type { Place, Reader } from './reader.ts'
import type { Heading, Part } from './reading.ts'
import { walk } from './walk.ts'

interface Definable {
  readonly word: string
  readonly alter: string
  readonly drop: string
  /** Asked on the schema where the object gets another name or place; an index goes with its table. */
  readonly create?: string
  readonly kinds: readonly RelationKind[]
}

/** Which objects ALTER, DROP and RENAME may mean. An index is asked on its table. */
const definables: { readonly [K in ObjectType]?: Definable } = {
  OBJECT_TABLE: {
    ...{ word: 'TABLE', alter: 'alterTable', drop: 'dropTable', create: 'createTable' },
    kinds: ['table', 'partitioned table'],
  },
  OBJECT_VIEW: { word: 'VIEW', alter: 'alterView', drop: 'dropView', create: 'createView', kinds: ['view'] },
  OBJECT_MATVIEW: {
    ...{ word: 'MATERIALIZED VIEW', alter: 'alterView', drop: 'dropView', create: 'createView' },
    kinds: ['materialized view'],
  },
  OBJECT_INDEX: { word: 'INDEX', alter: 'alterIndex', drop: 'dropIndex', kinds: ['index'] },
}

const changed = (command: string): Heading => ({ command, changesCatalog: true })

function definable(reader: Reader, type: ObjectType | undefined): Definable | undefined {
  const found = type && definables[type]
  if (!found) {
    const word = (type ?? '').replace('OBJECT_', '').replaceAll('_', ' ')
    reader.refuse('unmapped', `this statement on \`${word}\` is not mapped`)
  }
  return found
}

/** Asks on one definable object. With IF EXISTS it may be missing. */
function define(
  reader: Reader,
  action: string,
  range: RangeVar | undefined,
  object: Definable,
  part: Part,
  ifExists = false,
): void {
  const only = range?.inh !== true
  const { kinds } = object
  const missing = { schema: range?.schemaname ?? null, name: range?.relname ?? '' }
  reader.asks.push({
    ...{ on: 'relation', action, relation: reader.relation(range), use: 'define', only, kinds, part },
    ...(ifExists ? { missing } : {}),
  })
}

function refuseCascade(reader: Reader, behavior: string | undefined): void {
  if (behavior === 'DROP_CASCADE') reader.refuse('unresolved', 'what CASCADE reaches cannot be told beforehand')
}

/** A dropped object's name, which stands there as a list of its parts. */
function droppedRange(node: Node): RangeVar | undefined {
  const parts = 'List' in node ? texts(node.List.items) : undefined
  if (!parts || parts.length === 0 || parts.length > 2) return undefined
  const [schemaname, relname] = parts.length === 1 ? [undefined, parts[0]] : parts
  return { ...(schemaname === undefined ? {} : { schemaname }), ...(relname === undefined ? {} : { relname }) }
}

export function readDrop(reader: Reader, statement: DropStmt, place: Place): Heading {
  refuseCascade(reader, statement.behavior)
  if (statement.removeType === 'OBJECT_SCHEMA') {
    for (const node of statement.objects ?? []) {
      const schema = 'String' in node ? (node.String.sval ?? '') : ''
      reader.asks.push({ on: 'schema', action: 'dropSchema', schema, part: place.part })
    }
    return changed('DROP SCHEMA')
  }
  const object = definable(reader, statement.removeType)
  if (!object) return changed('DROP')
  for (const node of statement.objects ?? []) {
    const range = droppedRange(node)
    if (range) define(reader, object.drop, range, object, place.part, statement.missing_ok)
    else reader.refuse('unmapped', 'a name with too many parts')
  }
  return changed(`DROP ${object.word}`)
}

export function readTruncate(reader: Reader, statement: TruncateStmt, place: Place): Heading {
  refuseCascade(reader, statement.behavior)
  for (const node of statement.relations ?? []) {
    if ('RangeVar' in node) reader.on('truncate', node.RangeVar, 'write', place.part)
  }
  return { command: 'TRUNCATE TABLE' }
}

export function readRename(reader: Reader, statement: RenameStmt, place: Place): Heading {
  const part = { ...place.part, creates: statement.newname ?? '' }
  refuseCascade(reader, statement.behavior)
  if (statement.renameType === 'OBJECT_SCHEMA') {
    const schema = statement.subname ?? ''
    reader.asks.push({ on: 'schema', action: 'alterSchema', schema, part })
    reader.asks.push({ on: 'database', action: 'createSchema', part })
    return changed('ALTER SCHEMA')
  }
  const inside = statement.renameType === 'OBJECT_COLUMN' || statement.renameType === 'OBJECT_TABCONSTRAINT'
  const type = statement.renameType === 'OBJECT_COLUMN' ? statement.relationType : statement.renameType
  const object = definable(reader, statement.renameType === 'OBJECT_TABCONSTRAINT' ? 'OBJECT_TABLE' : type)
  if (!object) return changed('ALTER')
  define(reader, object.alter, statement.relation, object, part)
  if (!inside && object.create) {
    reader.asks.push({ on: 'schema of', action: object.create, relation: reader.relation(statement.relation), part })
  }
  return changed(`ALTER ${object.word}`)
}

export function readSetSchema(reader: Reader, statement: AlterObjectSchemaStmt, place: Place): Heading {
  const object = definable(reader, statement.objectType)
  if (!object) return changed('ALTER')
  const { relname = '' } = statement.relation ?? {}
  define(reader, object.alter, statement.relation, object, place.part)
  if (!object.create) reader.refuse('unmapped', 'an index goes where its table goes')
  const part = { ...place.part, creates: relname }
  reader.asks.push({ on: 'schema', action: object.create ?? '', schema: statement.newschema ?? '', part })
  return changed(`ALTER ${object.word}`)
}

const attachesCode = 'what attaches code to a table is not mapped'
const ownership = 'what changes owners is not mapped'
const rowSecurity = 'row security is not mapped'
const partitions = 'inheritance and partitions are not mapped'
const internal = 'is made only inside the server'

/** What each subcommand of ALTER TABLE does: `mapped`, or why it is denied. */
const subcommands = {
  AT_AddColumn: 'mapped',
  AT_ColumnDefault: 'mapped',
  AT_DropNotNull: 'mapped',
  AT_SetNotNull: 'mapped',
  AT_SetExpression: 'mapped',
  AT_DropExpression: 'mapped',
  AT_SetStatistics: 'mapped',
  AT_SetOptions: 'mapped',
  AT_ResetOptions: 'mapped',
  AT_SetStorage: 'mapped',
  AT_SetCompression: 'mapped',
  AT_DropColumn: 'mapped',
  AT_AddConstraint: 'mapped',
  AT_AlterConstraint: 'mapped',
  AT_ValidateConstraint: 'mapped',
  AT_DropConstraint: 'mapped',
  AT_AlterColumnType: 'mapped',
  AT_SetLogged: 'mapped',
  AT_SetUnLogged: 'mapped',
  AT_SetRelOptions: 'mapped',
  AT_ResetRelOptions: 'mapped',
  AT_AddIdentity: 'mapped',
  AT_SetIdentity: 'mapped',
  AT_DropIdentity: 'mapped',
  AT_ClusterOn: 'mapped',
  AT_DropCluster: 'mapped',
  AT_AddColumnToView: internal,
  AT_CookedColumnDefault: internal,
  AT_AddIndex: internal,
  AT_ReAddIndex: internal,
  AT_ReAddConstraint: internal,
  AT_ReAddDomainConstraint: internal,
  AT_AddIndexConstraint: internal,
  AT_ReAddComment: internal,
  AT_ReAddStatistics: internal,
  AT_ReplaceRelOptions: internal,
  AT_AlterColumnGenericOptions: 'foreign tables are not mapped',
  AT_GenericOptions: 'foreign tables are not mapped',
  AT_ChangeOwner: ownership,
  AT_DropOids: 'OIDs of rows are long gone',
  AT_SetAccessMethod: 'another access method is not mapped',
  AT_SetTableSpace: 'moving to another tablespace is not mapped',
  AT_EnableTrig: attachesCode,
  AT_EnableAlwaysTrig: attachesCode,
  AT_EnableReplicaTrig: attachesCode,
  AT_DisableTrig: attachesCode,
  AT_EnableTrigAll: attachesCode,
  AT_DisableTrigAll: attachesCode,
  AT_EnableTrigUser: attachesCode,
  AT_DisableTrigUser: attachesCode,
  AT_EnableRule: attachesCode,
  AT_EnableAlwaysRule: attachesCode,
  AT_EnableReplicaRule: attachesCode,
  AT_DisableRule: attachesCode,
  AT_AddInherit: partitions,
  AT_DropInherit: partitions,
  AT_AddOf: 'tables of a type are not mapped',
  AT_DropOf: 'tables of a type are not mapped',
  AT_ReplicaIdentity: 'what replication sends is not mapped',
  AT_EnableRowSecurity: rowSecurity,
  AT_DisableRowSecurity: rowSecurity,
  AT_ForceRowSecurity: rowSecurity,
  AT_NoForceRowSecurity: rowSecurity,
  AT_AttachPartition: partitions,
  AT_DetachPartition: partitions,
  AT_DetachPartitionFinalize: partitions,
} as const satisfies Record<AlterTableType, string>

/** What may be altered of a view or an index without changing what it shows or who sees it. */
const alsoOn: { readonly [K in ObjectType]?: readonly AlterTableType[] } = {
  OBJECT_VIEW: ['AT_ColumnDefault'],
  OBJECT_MATVIEW: ['AT_SetStatistics', 'AT_SetRelOptions', 'AT_ResetRelOptions', 'AT_ClusterOn', 'AT_DropCluster'],
  OBJECT_INDEX: ['AT_SetStatistics', 'AT_SetRelOptions', 'AT_ResetRelOptions'],
}

/** Subcommands whose definition is a column or a constraint, or an expression; that of others holds options. */
const definesElement = new Set<AlterTableType | undefined>([
  ...(['AT_AddColumn', 'AT_AddConstraint', 'AT_AddIdentity', 'AT_AlterColumnType'] as const),
])
const definesExpression = new Set<AlterTableType | undefined>(['AT_ColumnDefault', 'AT_SetExpression'])

function readSubcommand(reader: Reader, command: AlterTableCmd, statement: AlterTableStmt, place: Place): void {
  const { subtype, def } = command
  const meaning = subtype === undefined ? internal : subcommands[subtype]
  if (meaning !== 'mapped') reader.refuse('unmapped', `\`${subtype}\` of ALTER TABLE: ${meaning}`)
  const { objtype = 'OBJECT_TABLE' } = statement
  if (objtype !== 'OBJECT_TABLE' && !(subtype && alsoOn[objtype]?.includes(subtype))) {
    reader.refuse('unmapped', `\`${subtype}\` on this kind of object is not mapped`)
  }
  refuseCascade(reader, command.behavior)
  if (subtype === 'AT_SetIdentity') checkSequence(reader, def && 'List' in def ? def.List.items : [], place)
  else if (def && definesElement.has(subtype)) readTableElement(reader, def, statement.relation, place)
  else if (definesExpression.has(subtype)) walk(reader, def, place)
}

export function readAlterTable(reader: Reader, statement: AlterTableStmt, place: Place): Heading {
  const object = definable(reader, statement.objtype)
  if (!object) return changed('ALTER')
  define(reader, object.alter, statement.relation, object, place.part, statement.missing_ok)
  for (const node of statement.cmds ?? []) {
    if ('AlterTableCmd' in node) readSubcommand(reader, node.AlterTableCmd, statement, place)
    else walk(reader, node, place) // denied by its kind
  }
  return changed(`ALTER ${object.word}`)
}
