import { readAlterTable, readDrop, readRename, readSetSchema, readTruncate } from './alterations.ts'
import { readCopy } from './copy.ts'
import { readCreateIndex, readCreateSchema, readCreateTable, readCreateTableAs, readCreateView } from './definitions.ts'
import type { NodeKind, NodeOf, StatementNode } from './nodes.ts'
import { readDelete, readInsert, readMerge, readSelect, readUpdate } from './queries.ts'
import type { Place, Reader } from './reader.ts'
import type { Heading } from './reading.ts'
import { readExplain, readSet, readShow, readTransaction, readVacuum } from './sessions.ts'
import { readClose, readDeallocate, readDeclare, readExecute, readFetch, readPrepare } from './stored.ts'

type StatementReader<K extends StatementNode> = (reader: Reader, statement: NodeOf<K>, place: Place) => Heading

const roles = 'roles and privileges are managed beside the gateway'
const routines = 'what attaches or runs code is not mapped'
const foreign = 'foreign data reaches other servers'
const replication = 'replication reaches other servers'
const server = 'changes or stops the server for everybody'
const extensions = 'extensions bring code of their own'
const types = 'types, operators and their like are not mapped'
const search = 'text search configuration is not mapped'
const later = 'is not mapped yet'

/**
 * What each statement does, by its reader, or why it is denied. The compiler compares it with the grammar's types.
 *
 * @see PostgreSQL 18, part VI, SQL commands
 */
export const statements: { readonly [K in StatementNode]: StatementReader<K> | string } = {
  SelectStmt: (reader, statement, place) => {
    readSelect(reader, statement, place)
    return { command: 'SELECT', bare: 'select' }
  },
  InsertStmt: (reader, statement, place) => {
    readInsert(reader, statement, place)
    return { command: 'INSERT' }
  },
  UpdateStmt: (reader, statement, place) => {
    readUpdate(reader, statement, place)
    return { command: 'UPDATE' }
  },
  DeleteStmt: (reader, statement, place) => {
    readDelete(reader, statement, place)
    return { command: 'DELETE' }
  },
  MergeStmt: (reader, statement, place) => {
    readMerge(reader, statement, place)
    return { command: 'MERGE' }
  },
  CopyStmt: readCopy,
  TruncateStmt: readTruncate,
  ExplainStmt: readExplain,
  TransactionStmt: readTransaction,
  VariableSetStmt: readSet,
  VariableShowStmt: readShow,
  VacuumStmt: readVacuum,
  CreateStmt: readCreateTable,
  CreateTableAsStmt: readCreateTableAs,
  ViewStmt: readCreateView,
  IndexStmt: readCreateIndex,
  CreateSchemaStmt: readCreateSchema,
  AlterTableStmt: readAlterTable,
  AlterObjectSchemaStmt: readSetSchema,
  RenameStmt: readRename,
  DropStmt: readDrop,
  PrepareStmt: readPrepare,
  ExecuteStmt: readExecute,
  DeallocateStmt: readDeallocate,
  DeclareCursorStmt: readDeclare,
  FetchStmt: readFetch,
  ClosePortalStmt: readClose,

  CallStmt: routines,
  DoStmt: routines,
  CreateFunctionStmt: routines,
  AlterFunctionStmt: routines,
  CreateTrigStmt: routines,
  CreateEventTrigStmt: routines,
  AlterEventTrigStmt: routines,
  RuleStmt: routines,
  CreatePLangStmt: routines,
  CreateTransformStmt: routines,
  CreateCastStmt: routines,
  CreateConversionStmt: routines,
  CreateAmStmt: routines,
  LoadStmt: routines,
  CreateExtensionStmt: extensions,
  AlterExtensionStmt: extensions,
  AlterExtensionContentsStmt: extensions,

  GrantStmt: roles,
  GrantRoleStmt: roles,
  AlterDefaultPrivilegesStmt: roles,
  CreateRoleStmt: roles,
  AlterRoleStmt: roles,
  AlterRoleSetStmt: roles,
  DropRoleStmt: roles,
  DropOwnedStmt: roles,
  ReassignOwnedStmt: roles,
  AlterOwnerStmt: roles,
  CreatePolicyStmt: roles,
  AlterPolicyStmt: roles,
  SecLabelStmt: roles,

  CreateFdwStmt: foreign,
  AlterFdwStmt: foreign,
  CreateForeignServerStmt: foreign,
  AlterForeignServerStmt: foreign,
  CreateForeignTableStmt: foreign,
  ImportForeignSchemaStmt: foreign,
  CreateUserMappingStmt: foreign,
  AlterUserMappingStmt: foreign,
  DropUserMappingStmt: foreign,
  CreatePublicationStmt: replication,
  AlterPublicationStmt: replication,
  CreateSubscriptionStmt: replication,
  AlterSubscriptionStmt: replication,
  DropSubscriptionStmt: replication,

  AlterSystemStmt: server,
  CheckPointStmt: server,
  CreatedbStmt: server,
  DropdbStmt: server,
  AlterDatabaseStmt: server,
  AlterDatabaseRefreshCollStmt: server,
  AlterDatabaseSetStmt: server,
  CreateTableSpaceStmt: server,
  DropTableSpaceStmt: server,
  AlterTableSpaceOptionsStmt: server,
  AlterTableMoveAllStmt: server,

  CreateDomainStmt: types,
  AlterDomainStmt: types,
  CompositeTypeStmt: types,
  CreateEnumStmt: types,
  AlterEnumStmt: types,
  CreateRangeStmt: types,
  AlterTypeStmt: types,
  DefineStmt: types,
  CreateOpClassStmt: types,
  CreateOpFamilyStmt: types,
  AlterOpFamilyStmt: types,
  AlterOperatorStmt: types,
  AlterCollationStmt: types,
  AlterTSDictionaryStmt: search,
  AlterTSConfigurationStmt: search,

  DiscardStmt: 'resets what the gateway has set for the session',

  AlterObjectDependsStmt: later,
  CreateSeqStmt: later,
  AlterSeqStmt: later,
  CreateStatsStmt: later,
  AlterStatsStmt: later,
  CommentStmt: later,
  RefreshMatViewStmt: later,
  ReindexStmt: later,
  ClusterStmt: later,
  LockStmt: later,
  ConstraintsSetStmt: later,
  ListenStmt: later,
  UnlistenStmt: later,
  NotifyStmt: later,
}

/** `CREATE ROLE` of `CreateRoleStmt`, for a node that has no reader of its own. */
export function commandOf(node: string): string {
  const words = node.replace(/Stmt$/, '').replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
  return words.toUpperCase()
}

/** Reads one statement by its node. What is not in the table, or is denied there, is refused. */
export function readStatement(reader: Reader, node: NodeKind, fields: object, place: Place): Heading {
  const read = Object.hasOwn(statements, node) ? statements[node as StatementNode] : 'is no statement that we know'
  if (typeof read !== 'string') return (read as StatementReader<StatementNode>)(reader, fields as never, place)
  reader.refuse('unmapped', `\`${commandOf(node)}\`: ${read}`)
  return { command: commandOf(node) }
}
