import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

export interface Lock {
  release(): void
}

/**
 * Takes a file for this process alone. The system itself lets go of it when the process ends in whatever way, and also a
 * process of another container that shares the folder finds it taken.
 *
 * @returns `undefined` where another holds it
 * @throws where the file cannot be made
 */
export function takeLock(path: string): Lock | undefined {
  // before SQLite has it: whoever closes a file lets go of all locks that its process has on it
  closeSync(openSync(path, 'a', 0o600))
  // Node has no lock of its own; SQLite's goes with the process that holds it
  const file = new DatabaseSync(path)
  try {
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    file.close()
    if (isBusy(error)) return undefined
    throw error
  }
  held.add(file)
  return {
    release() {
      held.delete(file)
      file.close()
    },
  }
}

/** A file that nobody holds any more is closed when its memory is wanted, and others would find it free. */
const held = new Set<DatabaseSync>()

/** @see SQLite, Result Codes: SQLITE_BUSY */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5
}
