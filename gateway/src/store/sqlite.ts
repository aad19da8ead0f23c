import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely'

/**
 * SQLite as Node brings it, in the shape that kysely's dialect asks for, so that nothing is compiled at installation.
 *
 * @param path the file; it is there already
 */
export function sqliteDialect(path: string): SqliteDialect {
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs })
  // A mark that was raised stays raised, also after a power cut: it is what keeps an old bundle out.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
  const adapted: SqliteDatabase = {
    close: () => database.close(),
    prepare: sql => adapt(database.prepare(sql)),
  }
  return new SqliteDialect({ database: adapted })
}

const busyTimeoutMs = 5000

function adapt(statement: StatementSync): SqliteStatement {
  const given = (parameters: readonly unknown[]) => parameters as readonly SQLInputValue[]
  return {
    reader: statement.columns().length > 0,
    all: parameters => statement.all(...given(parameters)),
    run: parameters => statement.run(...given(parameters)),
    iterate: parameters => statement.iterate(...given(parameters)),
  }
}
