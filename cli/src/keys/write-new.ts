import { lstatSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CliError } from '../errors.ts'
import { makeFolder } from '../folders.ts'

export interface NewFile {
  readonly name: string
  readonly text: string
  /** Only its owner may read it. */
  readonly secret: boolean
}

/**
 * Writes all files or none, and never over one that exists.
 *
 * @returns their paths
 * @throws CliError `ERR_FILE_EXISTS`, `ERR_FILE`
 */
export function writeNew(folder: string, files: readonly NewFile[]): string[] {
  const planned = files.map(file => ({ ...file, path: join(folder, file.name) }))
  const taken = planned.find(({ path }) => lstatSync(path, { throwIfNoEntry: false }) !== undefined)
  if (taken !== undefined)
    throw new CliError(
      'ERR_FILE_EXISTS',
      `\`${taken.path}\` exists and is not overwritten, next: name another place, or move it away`,
    )
  const written: string[] = []
  try {
    makeFolder(folder, 0o700)
    for (const { path, text, secret } of planned) {
      // `wx` holds even where another process made the file meanwhile; the mode is set before a byte is in.
      writeFileSync(path, text, { flag: 'wx', mode: secret ? 0o600 : 0o644 })
      written.push(path)
    }
  } catch (cause) {
    for (const path of written) rmSync(path)
    throw new CliError('ERR_FILE', `cannot write to \`${folder}\`, next: name a folder that you may write to`, {
      cause,
    })
  }
  return written
}
