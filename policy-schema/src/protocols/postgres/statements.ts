import { readAlterTable, readTruncate } from './alterations.ts'
import {
  readComment,
  readDepends,
  readDrop,
  readOwner,
  readRename,
  readSecurityLabel,
  readSetSchema,
} from './changes.ts'
import { readCopy } from './copy.ts'
import { readCreateIndex, readCreateSchema, readCreateTable, readCreateTableAs, readCreateView } from './definitions.ts'
import {
  readAlterPublication,
  readAlterServer,
  readAlterSubscription,
  readAlterWrapper,
  readCreateForeignTable,
  readCreatePublication,
  readCreateServer,
  readCreateSubscription,
  readCreateWrapper,
  readDropSubscription,
  readImportSchema,
  readUserMapping,
} from './foreign.ts'
import {
  readCluster,
  readListen,
  readLock,
  readNotify,
  readRefresh,
  readReindex,
  readSetConstraints,
  readUnlisten,
  readVacuum,
} from './maintenance.ts'
import type { NodeKind, NodeOf, StatementNode } from './nodes.ts'
import {
  readAlterRole,
  readAlterRoleSet,
  readCreateRole,
  readDefaultPrivileges,
  readDropOwned,
  readDropRole,
  readGrant,
  readGrantRole,
  readPolicy,
  readReassignOwned,
} from './privileges.ts'
import { readSelect } from './queries.ts'
import type { Place, Reader } from './reader.ts'
import type { Heading } from './reading.ts'
import {
  readAlterEventTrigger,
  readAlterFunction,
  readCall,
  readCreateAccessMethod,
  readCreateCast,
  readCreateConversion,
  readCreateEventTrigger,
  readCreateFunction,
  readCreateLanguage,
  readCreateRule,
  readCreateTransform,
  readCreateTrigger,
  readDo,
  readLoad,
} from './routines.ts'
import {
  readAlterDatabase,
  readAlterDatabaseSet,
  readAlterExtension,
  readAlterSystem,
  readAlterTablespace,
  readCheckpoint,
  readCreateDatabase,
  readCreateExtension,
  readCreateTablespace,
  readDropDatabase,
  readDropTablespace,
  readExtensionContents,
  readMoveAll,
  readRefreshCollation,
} from './server.ts'
import { readDiscard, readExplain, readSet, readShow, readTransaction } from './sessions.ts'
import { readClose, readDeallocate, readDeclare, readExecute, readFetch, readPrepare } from './stored.ts'
import {
  readAlterCollation,
  readAlterConfiguration,
  readAlterDictionary,
  readAlterDomain,
  readAlterEnum,
  readAlterOperator,
  readAlterOperatorFamily,
  readAlterSequence,
  readAlterStatistics,
  readAlterType,
  readCreateComposite,
  readCreateDomain,
  readCreateEnum,
  readCreateOperatorClass,
  readCreateOperatorFamily,
  readCreateRange,
  readCreateSequence,
  readCreateStatistics,
  readDefine,
} from './types.ts'
import { readDelete, readInsert, readMerge, readUpdate } from './writes.ts'

type StatementReader<K extends StatementNode> = (reader: Reader, statement: NodeOf<K>, place: Place) => Heading

/**
 * What each statement does, by its reader. The compiler compares it with the grammar's types.
 *
 * @see PostgreSQL 18, part VI, SQL commands
 */
export const statements: { readonly [K in StatementNode]: StatementReader<K> } = {
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

  CommentStmt: readComment,
  SecLabelStmt: readSecurityLabel,
  AlterOwnerStmt: readOwner,
  AlterObjectDependsStmt: readDepends,

  CallStmt: readCall,
  DoStmt: readDo,
  CreateFunctionStmt: readCreateFunction,
  AlterFunctionStmt: readAlterFunction,
  CreateTrigStmt: readCreateTrigger,
  CreateEventTrigStmt: readCreateEventTrigger,
  AlterEventTrigStmt: readAlterEventTrigger,
  RuleStmt: readCreateRule,
  CreatePLangStmt: readCreateLanguage,
  CreateTransformStmt: readCreateTransform,
  CreateCastStmt: readCreateCast,
  CreateConversionStmt: readCreateConversion,
  CreateAmStmt: readCreateAccessMethod,
  LoadStmt: readLoad,
  CreateExtensionStmt: readCreateExtension,
  AlterExtensionStmt: readAlterExtension,
  AlterExtensionContentsStmt: readExtensionContents,

  GrantStmt: readGrant,
  GrantRoleStmt: readGrantRole,
  AlterDefaultPrivilegesStmt: readDefaultPrivileges,
  CreateRoleStmt: readCreateRole,
  AlterRoleStmt: readAlterRole,
  AlterRoleSetStmt: readAlterRoleSet,
  DropRoleStmt: readDropRole,
  DropOwnedStmt: readDropOwned,
  ReassignOwnedStmt: readReassignOwned,
  CreatePolicyStmt: (reader, statement, place) => readPolicy(reader, statement, place, 'createPolicy'),
  AlterPolicyStmt: (reader, statement, place) => readPolicy(reader, statement, place, 'alterPolicy'),

  CreateFdwStmt: readCreateWrapper,
  AlterFdwStmt: readAlterWrapper,
  CreateForeignServerStmt: readCreateServer,
  AlterForeignServerStmt: readAlterServer,
  CreateForeignTableStmt: readCreateForeignTable,
  ImportForeignSchemaStmt: readImportSchema,
  CreateUserMappingStmt: (reader, statement, place) => readUserMapping(reader, statement, place, 'create'),
  AlterUserMappingStmt: (reader, statement, place) => readUserMapping(reader, statement, place, 'alter'),
  DropUserMappingStmt: (reader, statement, place) => readUserMapping(reader, statement, place, 'drop'),
  CreatePublicationStmt: readCreatePublication,
  AlterPublicationStmt: readAlterPublication,
  CreateSubscriptionStmt: readCreateSubscription,
  AlterSubscriptionStmt: readAlterSubscription,
  DropSubscriptionStmt: readDropSubscription,

  AlterSystemStmt: readAlterSystem,
  CheckPointStmt: readCheckpoint,
  CreatedbStmt: readCreateDatabase,
  DropdbStmt: readDropDatabase,
  AlterDatabaseStmt: readAlterDatabase,
  AlterDatabaseRefreshCollStmt: readRefreshCollation,
  AlterDatabaseSetStmt: readAlterDatabaseSet,
  CreateTableSpaceStmt: readCreateTablespace,
  DropTableSpaceStmt: readDropTablespace,
  AlterTableSpaceOptionsStmt: readAlterTablespace,
  AlterTableMoveAllStmt: readMoveAll,

  CreateDomainStmt: readCreateDomain,
  AlterDomainStmt: readAlterDomain,
  CompositeTypeStmt: readCreateComposite,
  CreateEnumStmt: readCreateEnum,
  AlterEnumStmt: readAlterEnum,
  CreateRangeStmt: readCreateRange,
  AlterTypeStmt: readAlterType,
  DefineStmt: readDefine,
  CreateOpClassStmt: readCreateOperatorClass,
  CreateOpFamilyStmt: readCreateOperatorFamily,
  AlterOpFamilyStmt: readAlterOperatorFamily,
  AlterOperatorStmt: readAlterOperator,
  AlterCollationStmt: readAlterCollation,
  AlterTSDictionaryStmt: readAlterDictionary,
  AlterTSConfigurationStmt: readAlterConfiguration,
  CreateSeqStmt: readCreateSequence,
  AlterSeqStmt: readAlterSequence,
  CreateStatsStmt: readCreateStatistics,
  AlterStatsStmt: readAlterStatistics,

  RefreshMatViewStmt: readRefresh,
  ReindexStmt: readReindex,
  ClusterStmt: readCluster,
  LockStmt: readLock,
  ConstraintsSetStmt: readSetConstraints,
  ListenStmt: readListen,
  UnlistenStmt: readUnlisten,
  NotifyStmt: readNotify,
  DiscardStmt: readDiscard,
}

/** `CREATE ROLE` of `CreateRoleStmt`, for a node that has no reader of its own. */
export function commandOf(node: string): string {
  const words = node.replace(/Stmt$/, '').replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
  return words.toUpperCase()
}

/** Reads one statement by its node. What is not in the table is refused. */
export function readStatement(reader: Reader, node: NodeKind, fields: object, place: Place): Heading {
  if (Object.hasOwn(statements, node)) {
    const read = statements[node as StatementNode] as StatementReader<StatementNode>
    return read(reader, fields as never, place)
  }
  reader.refuse('unmapped', `\`${commandOf(node)}\`: is no statement that we know`)
  return { command: commandOf(node) }
}
