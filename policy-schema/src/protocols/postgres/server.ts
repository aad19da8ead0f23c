import type {
  AlterDatabaseRefreshCollStmt,
  AlterDatabaseSetStmt,
  AlterDatabaseStmt,
  AlterExtensionContentsStmt,
  AlterExtensionStmt,
  AlterSystemStmt,
  AlterTableMoveAllStmt,
  AlterTableSpaceOptionsStmt,
  CheckPointStmt,
  CreatedbStmt,
  CreateExtensionStmt,
  CreateTableSpaceStmt,
  DropdbStmt,
  DropTableSpaceStmt,
  Node,
} from '@pgsql/types'
import { changed, checkOptions, roleNames } from './changes.ts'
import type { Place, Reader } from './reader.ts'
import type { Heading, Part } from './reading.ts'
import { carriedSetting } from './settings.ts'
import { askOn, kindOf, type Target, targetOf } from './targets.ts'

const database = (name: string | undefined): Target => ({ on: 'database', database: name ?? '' })
const tablespace = (name: string | undefined): Target => ({
  ...{ on: 'object', in: 'server', kind: 'tablespace', name: name ?? '' },
})

/** Whatever goes to a tablespace needs leave to go there. */
export function useTablespace(reader: Reader, name: string | undefined, part: Part): void {
  if (name !== undefined && name !== '') askOn(reader, 'useTablespace', tablespace(name), part)
}

const databaseOptions = new Set([
  ...['owner', 'template', 'encoding', 'strategy', 'locale', 'lc_collate', 'lc_ctype', 'builtin_locale', 'icu_locale'],
  ...['icu_rules', 'locale_provider', 'collation_version', 'tablespace', 'allow_connections', 'connection_limit'],
  ...['is_template', 'oid', 'location'],
])

function textOption(options: readonly Node[] | undefined, name: string): string | undefined {
  for (const node of options ?? []) {
    const arg = 'DefElem' in node && node.DefElem.defname === name ? node.DefElem.arg : undefined
    if (arg) return 'String' in arg ? (arg.String.sval ?? '') : ''
  }
  return undefined
}

export function readCreateDatabase(reader: Reader, statement: CreatedbStmt, place: Place): Heading {
  const { dbname = '', options } = statement
  checkOptions(reader, 'CREATE DATABASE', options, databaseOptions)
  const owner = textOption(options, 'owner')
  const part = { ...place.part, creates: dbname, ...(owner === undefined ? {} : { roles: [owner] }) }
  reader.asks.push({ on: 'server', action: 'createDatabase', part })
  useTablespace(reader, textOption(options, 'tablespace'), place.part)
  return { command: 'CREATE DATABASE' }
}

export function readAlterDatabase(reader: Reader, statement: AlterDatabaseStmt, place: Place): Heading {
  const known = new Set(['allow_connections', 'connection_limit', 'is_template', 'tablespace'])
  checkOptions(reader, 'ALTER DATABASE', statement.options, known)
  askOn(reader, 'alterDatabase', database(statement.dbname), place.part)
  useTablespace(reader, textOption(statement.options, 'tablespace'), place.part)
  return { command: 'ALTER DATABASE' }
}

export function readRefreshCollation(reader: Reader, statement: AlterDatabaseRefreshCollStmt, place: Place): Heading {
  askOn(reader, 'alterDatabase', database(statement.dbname), place.part)
  return { command: 'ALTER DATABASE' }
}

export function readAlterDatabaseSet(reader: Reader, statement: AlterDatabaseSetStmt, place: Place): Heading {
  const part = { ...place.part, setting: carriedSetting(reader, statement.setstmt) }
  askOn(reader, 'alterDatabase', database(statement.dbname), part)
  return { command: 'ALTER DATABASE' }
}

export function readDropDatabase(reader: Reader, statement: DropdbStmt, place: Place): Heading {
  checkOptions(reader, 'DROP DATABASE', statement.options, new Set(['force']))
  askOn(reader, 'dropDatabase', database(statement.dbname), place.part)
  return { command: 'DROP DATABASE' }
}

export function readCreateTablespace(reader: Reader, statement: CreateTableSpaceStmt, place: Place): Heading {
  const { tablespacename = '', location = '', owner } = statement
  const roles = owner ? { roles: roleNames(reader, [owner]) } : {}
  const part = { ...place.part, creates: tablespacename, file: location, ...roles }
  reader.asks.push({ on: 'server', action: 'createTablespace', part })
  return { command: 'CREATE TABLESPACE' }
}

export function readAlterTablespace(reader: Reader, statement: AlterTableSpaceOptionsStmt, place: Place): Heading {
  askOn(reader, 'alterTablespace', tablespace(statement.tablespacename), place.part)
  return { command: 'ALTER TABLESPACE' }
}

export function readDropTablespace(reader: Reader, statement: DropTableSpaceStmt, place: Place): Heading {
  askOn(reader, 'dropTablespace', tablespace(statement.tablespacename), place.part)
  return { command: 'DROP TABLESPACE' }
}

/** Moves every table of a tablespace, whichever there are. */
export function readMoveAll(reader: Reader, statement: AlterTableMoveAllStmt, place: Place): Heading {
  askOn(reader, 'alterTablespace', tablespace(statement.orig_tablespacename), place.part)
  useTablespace(reader, statement.new_tablespacename, place.part)
  return { command: 'ALTER TABLE' }
}

export function readAlterSystem(reader: Reader, statement: AlterSystemStmt, place: Place): Heading {
  const part = { ...place.part, setting: carriedSetting(reader, statement.setstmt) }
  reader.asks.push({ on: 'server', action: 'alterSystem', part })
  return { command: 'ALTER SYSTEM' }
}

export function readCheckpoint(reader: Reader, _: CheckPointStmt, place: Place): Heading {
  reader.asks.push({ on: 'server', action: 'checkpoint', part: place.part })
  return { command: 'CHECKPOINT' }
}

/** CASCADE would install extensions that nobody named. */
export function readCreateExtension(reader: Reader, statement: CreateExtensionStmt, place: Place): Heading {
  checkOptions(reader, 'CREATE EXTENSION', statement.options, new Set(['schema', 'new_version']))
  const part = { ...place.part, creates: statement.extname ?? '' }
  reader.asks.push({ on: 'database', action: 'createExtension', part })
  return changed('CREATE EXTENSION')
}

export function readAlterExtension(reader: Reader, statement: AlterExtensionStmt, place: Place): Heading {
  checkOptions(reader, 'ALTER EXTENSION', statement.options, new Set(['new_version']))
  askOn(reader, 'alterExtension', targetOf(reader, 'OBJECT_EXTENSION', { name: statement.extname }), place.part)
  return changed('ALTER EXTENSION')
}

/** What joins an extension goes when the extension goes. */
export function readExtensionContents(reader: Reader, statement: AlterExtensionContentsStmt, place: Place): Heading {
  askOn(reader, 'alterExtension', targetOf(reader, 'OBJECT_EXTENSION', { name: statement.extname }), place.part)
  const kind = kindOf(reader, statement.objtype)
  const target = targetOf(reader, statement.objtype, statement)
  // what stands in the database itself, such as a cast, has no ALTER of its own
  const inside = target?.on !== 'database' && !(target?.on === 'object' && target.in === 'database')
  if (kind && inside) askOn(reader, `alter${kind.noun}`, target, place.part)
  return changed('ALTER EXTENSION')
}
