import type {
  AlterFdwStmt,
  AlterForeignServerStmt,
  AlterPublicationStmt,
  AlterSubscriptionStmt,
  AlterUserMappingStmt,
  CreateFdwStmt,
  CreateForeignServerStmt,
  CreateForeignTableStmt,
  CreatePublicationStmt,
  CreateSubscriptionStmt,
  CreateUserMappingStmt,
  DropSubscriptionStmt,
  DropUserMappingStmt,
  ImportForeignSchemaStmt,
  Node,
  ObjectType,
} from '@pgsql/types'
import { changed, checkOptions, refuseCascade, roleNames } from './changes.ts'
import { readTableElement } from './definitions.ts'
import type { Place, Reader } from './reader.ts'
import type { Heading, Part } from './reading.ts'
import { attachOptions } from './routines.ts'
import { askOn, targetOf } from './targets.ts'
import { walk } from './walk.ts'

const wrapperFunctions = new Set(['handler', 'validator'])

function onNamed(reader: Reader, action: string, type: ObjectType, name: string | undefined, part: Part): void {
  askOn(reader, action, targetOf(reader, type, { name }), part)
}

export function readCreateWrapper(reader: Reader, statement: CreateFdwStmt, place: Place): Heading {
  const part = { ...place.part, creates: statement.fdwname ?? '' }
  reader.asks.push({ on: 'database', action: 'createForeignDataWrapper', part })
  attachOptions(reader, statement.func_options, wrapperFunctions, place.part)
  return changed('CREATE FOREIGN DATA WRAPPER')
}

export function readAlterWrapper(reader: Reader, statement: AlterFdwStmt, place: Place): Heading {
  onNamed(reader, 'alterForeignDataWrapper', 'OBJECT_FDW', statement.fdwname, place.part)
  attachOptions(reader, statement.func_options, wrapperFunctions, place.part)
  return changed('ALTER FOREIGN DATA WRAPPER')
}

export function readCreateServer(reader: Reader, statement: CreateForeignServerStmt, place: Place): Heading {
  const part = { ...place.part, creates: statement.servername ?? '' }
  reader.asks.push({ on: 'database', action: 'createForeignServer', part })
  return changed('CREATE SERVER')
}

export function readAlterServer(reader: Reader, statement: AlterForeignServerStmt, place: Place): Heading {
  onNamed(reader, 'alterForeignServer', 'OBJECT_FOREIGN_SERVER', statement.servername, place.part)
  return changed('ALTER SERVER')
}

/** A foreign table reads and writes at its server with the credentials of a user mapping. */
export function readCreateForeignTable(reader: Reader, statement: CreateForeignTableStmt, place: Place): Heading {
  const { relation, tableElts, inhRelations, partbound } = statement.base ?? {}
  if (inhRelations?.length || partbound) reader.refuse('unmapped', 'a foreign table as a partition is not mapped')
  reader.creation('createForeignTable', relation)
  for (const element of tableElts ?? []) {
    if (!('ColumnDef' in element)) readTableElement(reader, element, relation, place)
    else {
      const { fdwoptions: _, ...column } = element.ColumnDef // words for the other server
      readTableElement(reader, { ColumnDef: column }, relation, place)
    }
  }
  return changed('CREATE FOREIGN TABLE')
}

export function readImportSchema(reader: Reader, statement: ImportForeignSchemaStmt, place: Place): Heading {
  const schema = statement.local_schema ?? ''
  reader.asks.push({ on: 'schema', action: 'importForeignSchema', schema, part: place.part })
  return changed('IMPORT FOREIGN SCHEMA')
}

/** Whose credentials a server is given. The passwords themselves never reach the trail. */
export function readUserMapping(
  reader: Reader,
  statement: CreateUserMappingStmt | AlterUserMappingStmt | DropUserMappingStmt,
  place: Place,
  verb: 'create' | 'alter' | 'drop',
): Heading {
  const part = { ...place.part, roles: roleNames(reader, [statement.user]) }
  onNamed(reader, `${verb}UserMapping`, 'OBJECT_FOREIGN_SERVER', statement.servername, part)
  return changed(`${verb.toUpperCase()} USER MAPPING`)
}

const publicationOptions = new Set(['publish', 'publish_via_partition_root', 'publish_generated_columns'])

/** What a publication sends is read by whoever subscribes. */
function published(reader: Reader, action: string, objects: readonly Node[] | undefined, place: Place): void {
  for (const node of objects ?? []) {
    if (!('PublicationObjSpec' in node)) {
      walk(reader, node, place) // denied by its kind
      continue
    }
    const { pubobjtype, name, pubtable } = node.PublicationObjSpec
    if (pubobjtype === 'PUBLICATIONOBJ_TABLE') {
      reader.on('select', pubtable?.relation, 'read', place.part)
      walk(reader, pubtable?.whereClause, place)
    } else if (pubobjtype === 'PUBLICATIONOBJ_CONTINUATION') reader.refuse('unmapped', 'a publication of no kind')
    else reader.asks.push({ on: 'schema', action, schema: name ?? null, part: place.part })
  }
}

export function readCreatePublication(reader: Reader, statement: CreatePublicationStmt, place: Place): Heading {
  checkOptions(reader, 'CREATE PUBLICATION', statement.options, publicationOptions)
  const part = { ...place.part, creates: statement.pubname ?? '' }
  reader.asks.push({ on: 'database', action: 'createPublication', part })
  published(reader, 'createPublication', statement.pubobjects, place)
  return { command: 'CREATE PUBLICATION' }
}

export function readAlterPublication(reader: Reader, statement: AlterPublicationStmt, place: Place): Heading {
  checkOptions(reader, 'ALTER PUBLICATION', statement.options, publicationOptions)
  onNamed(reader, 'alterPublication', 'OBJECT_PUBLICATION', statement.pubname, place.part)
  if (statement.action !== 'AP_DropObjects') published(reader, 'createPublication', statement.pubobjects, place)
  return { command: 'ALTER PUBLICATION' }
}

const subscriptionOptions = new Set([
  ...['connect', 'create_slot', 'enabled', 'slot_name', 'binary', 'copy_data', 'streaming', 'synchronous_commit'],
  ...['two_phase', 'disable_on_error', 'password_required', 'run_as_owner', 'origin', 'failover', 'lsn', 'refresh'],
])

export function readCreateSubscription(reader: Reader, statement: CreateSubscriptionStmt, place: Place): Heading {
  checkOptions(reader, 'CREATE SUBSCRIPTION', statement.options, subscriptionOptions)
  const part = { ...place.part, creates: statement.subname ?? '' }
  reader.asks.push({ on: 'database', action: 'createSubscription', part })
  return { command: 'CREATE SUBSCRIPTION' }
}

export function readAlterSubscription(reader: Reader, statement: AlterSubscriptionStmt, place: Place): Heading {
  checkOptions(reader, 'ALTER SUBSCRIPTION', statement.options, subscriptionOptions)
  onNamed(reader, 'alterSubscription', 'OBJECT_SUBSCRIPTION', statement.subname, place.part)
  return { command: 'ALTER SUBSCRIPTION' }
}

export function readDropSubscription(reader: Reader, statement: DropSubscriptionStmt, place: Place): Heading {
  refuseCascade(reader, statement.behavior)
  onNamed(reader, 'dropSubscription', 'OBJECT_SUBSCRIPTION', statement.subname, place.part)
  return { command: 'DROP SUBSCRIPTION' }
}
