import type { RawStmt, SelectStmt } from '@pgsql/types'
import { Generations } from '../../engine/generations.ts'
import type { Unmappable } from '../../protocol.ts'
import { changesSession } from './functions.ts'
import { openNode } from './nodes.ts'
import { longSqlLength, maxSqlBytes, parseSql } from './parser.ts'
import { outermost, Reader } from './reader.ts'
import type { Reading, SqlNames, StatementReading } from './reading.ts'
import { isRefusal, refusal } from './reading.ts'
import { keepRedacted, redactSql } from './redact.ts'
import { isEmptySql } from './scan.ts'
import { readSettings } from './settings.ts'
import { readStatement } from './statements.ts'

/** What a text says. The public face of a reading: what an adapter must look up, and how each statement moves a session. */
export type SqlReading = Reading

const noNames: SqlNames = { relations: [], functions: [], operators: [], types: [], written: [], columns: [] }
const nothing: Reading = { statements: [], empty: true, names: noNames, fingerprint: '' }

/** Most statements in one text, and most names in all of them. */
export const maxStatements = 1_000
export const maxNames = 2_000

function readOne(raw: RawStmt): StatementReading | Unmappable {
  const opened = raw.stmt && openNode(raw.stmt)
  if (!opened) return refusal('unmapped', 'a statement without a node')
  const reader = new Reader()
  const settings = opened.kind === 'SelectStmt' ? readSettings(reader, opened.fields as SelectStmt) : undefined
  const heading = settings ?? readStatement(reader, opened.kind, opened.fields, outermost)
  if (reader.refused) return reader.refused
  const changesSettings =
    heading.changesSettings === true || (!settings && reader.calls.some(({ written }) => changesSession(written)))
  const created = reader.asks.some(ask => ask.on === 'schema' || ask.on === 'schema of')
  return {
    ...heading,
    node: settings ? 'VariableSetStmt' : opened.kind,
    changesCatalog: heading.changesCatalog === true || created || changesSettings,
    changesSettings,
    uses: reader.uses,
    asks: reader.asks,
    calls: reader.calls,
    references: reader.references,
    bounds: reader.bounds(),
    names: reader.names(),
    namedTypes: [...reader.namedTypes].filter(type => !reader.types.has(type)),
  }
}

/** The names of several texts, each once. */
export function unionOfNames(names: readonly SqlNames[]): SqlNames {
  const all = (pick: keyof SqlNames) => [...new Set(names.flatMap(each => each[pick]))]
  return {
    ...{ relations: all('relations'), functions: all('functions'), operators: all('operators'), types: all('types') },
    written: all('written'),
    columns: all('columns'),
  }
}

/** The adapter reads a text and the engine maps it right after, so the last reading is kept. */
let last: { readonly sql: string; readonly reading: SqlReading } | undefined

/** What is asked, called and referred to is larger than the text that says it: some characters for each. */
const partCharacters = 400
const keptLong = new Generations<SqlReading | Unmappable>(256, 2 * 1024 * 1024, reading =>
  isRefusal(reading) ? 0 : partCharacters * partsOf(reading),
)

function partsOf({ statements }: SqlReading): number {
  let parts = 0
  for (const { asks, calls, references } of statements) parts += 1 + asks.length + calls.length + references.length
  return parts
}

/**
 * Reads a text: its statements, what each does to which written names, and which names the operation's catalog must
 * resolve. Synchronous, never throws. A text that would be denied whatever its names mean is refused here.
 *
 * Reading takes some 1.5 µs a byte. Who cannot be held up for so long reads a text of {@link longSqlLength} and more in
 * another thread, with {@link readLong}, and hands what comes of it to {@link keepLong} first.
 */
export function readSql(sql: string): SqlReading | Unmappable {
  if (last?.sql === sql) return last.reading
  const long = sql.length >= longSqlLength
  const kept = long ? keptLong.get(sql) : undefined
  if (kept !== undefined) return kept
  const reading = readText(sql)
  if (isRefusal(reading)) return reading
  if (long) keptLong.set(sql, reading)
  else last = { sql, reading }
  return reading
}

/** What deciding on a text takes: plain data, which goes from thread to thread. */
export interface LongReading {
  readonly sql: string
  readonly reading: SqlReading | Unmappable
  /** What is recorded of it, often the text itself. Absent where that was not found out. */
  readonly recorded?: { readonly sql: string; readonly reading: SqlReading | Unmappable }
}

/** Reads a text and what is recorded of it. Remembers nothing. */
export function readLong(sql: string): LongReading {
  const recorded = redactSql(sql)
  const reading = readText(sql)
  return { sql, reading, recorded: { sql: recorded, reading: recorded === sql ? reading : readText(recorded) } }
}

/** Whether `readSql` answers at once. */
export function isReadAtOnce(sql: string): boolean {
  return sql.length < longSqlLength || keptLong.get(sql) !== undefined
}

/** Remembers what was read elsewhere. */
export function keepLong({ sql, reading, recorded }: LongReading): void {
  keptLong.set(sql, reading)
  if (recorded === undefined) return
  keepRedacted(sql, recorded.sql)
  keptLong.set(recorded.sql, recorded.reading)
}

/** Forgets what was kept of a text: it is to be read anew. */
export function forgetLong(sql: string): void {
  keptLong.delete(sql)
}

/**
 * Of a definition a fingerprint holds its literals too. It is taken of the text as it is recorded, so that it tells nothing
 * of a secret, and is the same when the record is decided again.
 */
function fingerprintOf(sql: string, fingerprint: string): string {
  const clean = redactSql(sql)
  if (clean === sql) return fingerprint
  const parsed = parseSql(clean)
  return isRefusal(parsed) ? '' : parsed.fingerprint
}

function readText(sql: string): SqlReading | Unmappable {
  if (sql.length <= maxSqlBytes && isEmptySql(sql)) return nothing
  const parsed = parseSql(sql)
  if (isRefusal(parsed)) return parsed
  if (parsed.statements.length > maxStatements) {
    return refusal('too_large', `the text holds more than ${maxStatements} statements`)
  }
  const statements: StatementReading[] = []
  for (const raw of parsed.statements) {
    const read = readOne(raw)
    if (isRefusal(read)) return read
    statements.push(read)
  }
  const names = unionOfNames(statements.map(({ names }) => names))
  if (Object.values(names).flat().length > maxNames) {
    return refusal('too_large', `the text holds more than ${maxNames} names`)
  }
  return { statements, empty: statements.length === 0, names, fingerprint: fingerprintOf(sql, parsed.fingerprint) }
}
