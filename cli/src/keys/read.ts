import { readFileSync } from 'node:fs'
import { CliError } from '../errors.ts'

/** A key file's text. */
export function readSecret(file: string): string {
  return readNamed(file, 'key')
}

/** @throws CliError `ERR_FILE` */
export function readNamed(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new CliError('ERR_FILE', `the ${what} \`${file}\` cannot be read, next: check its path and mode`, { cause })
  }
}
