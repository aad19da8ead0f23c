import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { CliError } from '../errors.ts'

/** Writes a file that a gateway may be watching: it is there whole or not at all. */
export function writeWhole(file: string, bytes: string | Uint8Array): void {
  const partial = join(dirname(file), `.${basename(file)}.${process.pid}`)
  try {
    writeFileSync(partial, bytes)
    renameSync(partial, file)
  } catch (cause) {
    rmSync(partial, { force: true })
    throw new CliError('ERR_FILE', `\`${file}\` cannot be written, next: name a file in a folder that exists`, {
      cause,
    })
  }
}
