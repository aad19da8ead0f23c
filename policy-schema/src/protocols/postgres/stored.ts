/** Statements prepared in SQL, and cursors: what makes a name, what uses one, what takes one away. */
import type {
  ClosePortalStmt,
  DeallocateStmt,
  DeclareCursorStmt,
  ExecuteStmt,
  FetchStmt,
  Node,
  PrepareStmt,
} from '@pgsql/types'
import { openNode } from './nodes.ts'
import type { Place, Reader } from './reader.ts'
import type { Heading, StoredName } from './reading.ts'
import { readStatement } from './statements.ts'
import { walkAll } from './walk.ts'

/** Names of the gateway's own statements and portals at the target. */
export const reservedPrefix = 'cedargate:'

/** `CURSOR_OPT_HOLD` of PostgreSQL's parsenodes.h. */
const holdOption = 0x20

/**
 * Whether a name is one thing to us and to the server: longer ones it cuts, and some encodings of databases have one byte
 * sequence for several characters. What begins with {@link reservedPrefix} is the gateway's own.
 */
export function isUsableName(name: string): boolean {
  return /^[ -~]{1,63}$/.test(name) && !name.startsWith(reservedPrefix)
}

function named(reader: Reader, kind: StoredName['kind'], name = ''): StoredName {
  if (!isUsableName(name)) {
    const what = kind === 'statement' ? 'a prepared statement' : 'a cursor'
    reader.refuse(
      'unmapped',
      `the name of ${what} is at most 63 printable ASCII characters and does not begin with \`${reservedPrefix}\``,
    )
  }
  return { kind, name }
}

/** It is decided as its query, as EXPLAIN is: what it makes stands in `naming`. */
function asQuery(reader: Reader, query: Node | undefined, place: Place): string {
  const opened = query && openNode(query)
  if (!opened) {
    reader.refuse('unmapped', 'a statement without a query')
    return ''
  }
  return readStatement(reader, opened.kind, opened.fields, place).command
}

export function readPrepare(reader: Reader, { name, argtypes, query }: PrepareStmt, place: Place): Heading {
  walkAll(reader, argtypes, place)
  const command = asQuery(reader, query, place)
  return { command, naming: { does: 'make', ...named(reader, 'statement', name) }, bare: 'select' }
}

export function readDeclare(reader: Reader, statement: DeclareCursorStmt, place: Place): Heading {
  const { portalname, options = 0, query } = statement
  const command = asQuery(reader, query, place)
  const hold = (options & holdOption) !== 0
  return { command, naming: { does: 'make', ...named(reader, 'cursor', portalname), hold }, bare: 'select' }
}

/** What the name stands for is asked too; it stands in the operation's catalog. */
export function readExecute(reader: Reader, { name, params }: ExecuteStmt, place: Place): Heading {
  reader.uses.push(named(reader, 'statement', name))
  walkAll(reader, params, place)
  return { command: 'EXECUTE' }
}

/** MOVE runs the cursor's query as FETCH does. */
export function readFetch(reader: Reader, { portalname, ismove }: FetchStmt): Heading {
  reader.uses.push(named(reader, 'cursor', portalname))
  return { command: ismove ? 'MOVE' : 'FETCH' }
}

/** What only ends something asks nothing. */
export function readDeallocate(reader: Reader, { name }: DeallocateStmt): Heading {
  const command = 'DEALLOCATE'
  if (name === undefined) return { command, naming: { does: 'drop', kind: 'statement' } }
  return { command, naming: { does: 'drop', ...named(reader, 'statement', name) } }
}

export function readClose(reader: Reader, { portalname }: ClosePortalStmt): Heading {
  const command = 'CLOSE CURSOR'
  if (portalname === undefined) return { command, naming: { does: 'drop', kind: 'cursor' } }
  return { command, naming: { does: 'drop', ...named(reader, 'cursor', portalname) } }
}
