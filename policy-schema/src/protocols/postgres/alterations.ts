import type { AlterTableCmd, AlterTableStmt, AlterTableType, Node, ObjectType, TruncateStmt } from '@pgsql/types'
import { changed, refuseCascade, roleNames } from './changes.ts'
import { checkAccessMethod, checkSequence, joinParent, readBound, readTableElement } from './definitions.ts'
import type { Place, Reader } from './reader.ts'
import type { Heading } from './reading.ts'
import { useTablespace } from './server.ts'
import { askOn, kindOf, targetOf, typeOfRange } from './targets.ts'
import { walk } from './walk.ts'

export function readTruncate(reader: Reader, statement: TruncateStmt, place: Place): Heading {
  refuseCascade(reader, statement.behavior)
  for (const node of statement.relations ?? []) {
    if ('RangeVar' in node) reader.on('truncate', node.RangeVar, 'write', place.part)
  }
  return { command: 'TRUNCATE TABLE' }
}

const internal = 'is made only inside the server'

/** What each subcommand of ALTER TABLE asks: `mapped` what ALTER of the object asks, another action, or why it is denied. */
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
  AT_AlterColumnGenericOptions: 'mapped',
  AT_GenericOptions: 'mapped',
  AT_ChangeOwner: { action: 'changeOwner' },
  AT_DropOids: 'OIDs of rows are long gone',
  AT_SetAccessMethod: 'mapped',
  AT_SetTableSpace: 'mapped',
  AT_EnableTrig: { action: 'alterTrigger' },
  AT_EnableAlwaysTrig: { action: 'alterTrigger' },
  AT_EnableReplicaTrig: { action: 'alterTrigger' },
  AT_DisableTrig: { action: 'alterTrigger' },
  AT_EnableTrigAll: { action: 'alterTrigger' },
  AT_DisableTrigAll: { action: 'alterTrigger' },
  AT_EnableTrigUser: { action: 'alterTrigger' },
  AT_DisableTrigUser: { action: 'alterTrigger' },
  AT_EnableRule: { action: 'alterRule' },
  AT_EnableAlwaysRule: { action: 'alterRule' },
  AT_EnableReplicaRule: { action: 'alterRule' },
  AT_DisableRule: { action: 'alterRule' },
  AT_AddInherit: 'mapped',
  AT_DropInherit: 'mapped',
  AT_AddOf: 'mapped',
  AT_DropOf: 'mapped',
  AT_ReplicaIdentity: 'mapped',
  AT_EnableRowSecurity: { action: 'alterRowSecurity' },
  AT_DisableRowSecurity: { action: 'alterRowSecurity' },
  AT_ForceRowSecurity: { action: 'alterRowSecurity' },
  AT_NoForceRowSecurity: { action: 'alterRowSecurity' },
  AT_AttachPartition: 'mapped',
  AT_DetachPartition: 'mapped',
  AT_DetachPartitionFinalize: 'mapped',
} as const satisfies Record<AlterTableType, string | { readonly action: string }>

/** What may be altered of other relations without changing what they show or who sees it. Whose they are, of any. */
const alsoOn: { readonly [K in ObjectType]?: readonly AlterTableType[] } = {
  OBJECT_VIEW: ['AT_ColumnDefault'],
  OBJECT_MATVIEW: ['AT_SetStatistics', 'AT_SetRelOptions', 'AT_ResetRelOptions', 'AT_ClusterOn', 'AT_DropCluster'],
  OBJECT_INDEX: [
    'AT_SetStatistics',
    'AT_SetRelOptions',
    'AT_ResetRelOptions',
    'AT_AttachPartition',
    'AT_SetTableSpace',
  ],
  OBJECT_SEQUENCE: ['AT_SetLogged', 'AT_SetUnLogged'],
  OBJECT_FOREIGN_TABLE: [
    ...(['AT_AddColumn', 'AT_DropColumn', 'AT_ColumnDefault', 'AT_AlterColumnType', 'AT_SetNotNull'] as const),
    ...(['AT_DropNotNull', 'AT_SetStatistics', 'AT_SetOptions', 'AT_ResetOptions', 'AT_AddConstraint'] as const),
    ...(['AT_ValidateConstraint', 'AT_DropConstraint', 'AT_GenericOptions', 'AT_AlterColumnGenericOptions'] as const),
  ],
  OBJECT_TYPE: ['AT_AddColumn', 'AT_DropColumn', 'AT_AlterColumnType'],
}

/** Subcommands whose definition is a column or a constraint, or an expression; that of others holds options. */
const definesElement = new Set<AlterTableType | undefined>([
  ...(['AT_AddColumn', 'AT_AddConstraint', 'AT_AddIdentity', 'AT_AlterColumnType'] as const),
])
const definesExpression = new Set<AlterTableType | undefined>(['AT_ColumnDefault', 'AT_SetExpression'])

/** What reaches none of the table's other children. */
const staysAbove = new Set<AlterTableType | undefined>([
  ...(['AT_DropInherit', 'AT_AttachPartition', 'AT_DetachPartition', 'AT_DetachPartitionFinalize'] as const),
])

/** The other table or index of INHERIT, ATTACH and DETACH. */
function readOther(reader: Reader, def: Node, statement: AlterTableStmt, place: Place): void {
  if ('RangeVar' in def) joinParent(reader, { ...def.RangeVar, inh: false }, place)
  if (!('PartitionCmd' in def)) return
  const { name, bound } = def.PartitionCmd
  const attaches = bound !== undefined // what it brings along gets the indexes and triggers of its new parent
  if (statement.objtype === 'OBJECT_INDEX') {
    askOn(reader, 'alterIndex', { on: 'relation', range: name, kinds: ['index', 'partitioned table'] }, place.part)
  } else if (name) joinParent(reader, { ...name, inh: attaches }, place)
  readBound(reader, bound, place)
}

function readDefinition(reader: Reader, command: AlterTableCmd, statement: AlterTableStmt, place: Place): void {
  const { subtype, def } = command
  if (subtype === 'AT_SetAccessMethod') checkAccessMethod(reader, command.name)
  if (subtype === 'AT_SetTableSpace') useTablespace(reader, command.name, place.part)
  if (!def) return
  if (subtype === 'AT_SetIdentity') checkSequence(reader, 'List' in def ? def.List.items : [], place)
  else if (statement.objtype === 'OBJECT_TYPE')
    return // types are named here, not used
  else if (definesElement.has(subtype)) readTableElement(reader, def, statement.relation, place)
  else if (definesExpression.has(subtype)) walk(reader, def, place)
  else readOther(reader, def, statement, place)
}

/** Another action than ALTER of the object, where the subcommand has one. */
function actionOf(reader: Reader, { subtype }: AlterTableCmd, { objtype = 'OBJECT_TABLE' }: AlterTableStmt) {
  const meaning: string | { readonly action: string } = subtype === undefined ? internal : subcommands[subtype]
  const action = typeof meaning === 'object' ? meaning.action : undefined
  if (action === undefined && meaning !== 'mapped') {
    reader.refuse('unmapped', `\`${subtype}\` of ALTER TABLE: ${meaning}`)
  }
  const fits = objtype === 'OBJECT_TABLE' || action === 'changeOwner' || (subtype && alsoOn[objtype]?.includes(subtype))
  if (!fits) reader.refuse('unmapped', `\`${subtype}\` on this kind of object is not mapped`)
  return action
}

export function readAlterTable(reader: Reader, statement: AlterTableStmt, place: Place): Heading {
  const { objtype, relation, missing_ok } = statement
  const kind = kindOf(reader, objtype)
  if (!kind) return changed('ALTER')
  const stays = statement.cmds?.every(node => 'AlterTableCmd' in node && staysAbove.has(node.AlterTableCmd.subtype))
  const range = relation && { ...relation, ...(stays ? { inh: false } : {}) }
  const isType = objtype === 'OBJECT_TYPE'
  const target = isType ? typeOfRange(reader, range ?? {}) : targetOf(reader, objtype, { relation: range })
  const asked = new Set<string>()
  for (const node of statement.cmds ?? []) {
    if (!('AlterTableCmd' in node)) {
      walk(reader, node, place) // denied by its kind
      continue
    }
    const command = node.AlterTableCmd
    const action = actionOf(reader, command, statement) ?? `alter${kind.noun}`
    const part = action === 'changeOwner' ? { ...place.part, roles: roleNames(reader, [command.newowner]) } : place.part
    if (action === 'changeOwner' || !asked.has(action)) askOn(reader, action, target, part, missing_ok)
    asked.add(action)
    refuseCascade(reader, command.behavior)
    readDefinition(reader, command, statement, place)
  }
  return changed(`ALTER ${kind.word}`)
}
