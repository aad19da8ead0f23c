import { randomUUID } from 'node:crypto'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { CliError } from '../errors.ts'
import { makeFolder } from '../folders.ts'

/** Writes a file that a gateway may be watching: it is there whole or not at all. Folders are made. */
export function writeWhole(file: string, bytes: string | Uint8Array): void {
  // Not to be guessed: in a folder that others may write to, someone could have put a link there.
  const partial = join(dirname(file), `.${basename(file)}.${randomUUID()}`)
  try {
    makeFolder(dirname(file))
    writeFileSync(partial, bytes, { flag: 'wx' })
    renameSync(partial, file)
  } catch (cause) {
    rmSync(partial, { force: true })
    throw new CliError(
      'ERR_FILE',
      `\`${file}\` cannot be written, next: name a file in a folder that you may write to`,
      {
        cause,
      },
    )
  }
}
