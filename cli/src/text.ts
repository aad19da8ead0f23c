import type { Diagnostic } from '@cedargate/policy-schema'
import { CliError } from './errors.ts'

/**
 * A file's text, byte for byte. A byte order mark stays in it.
 *
 * @param path below the policy repository
 * @throws CliError `ERR_REPOSITORY` at the first byte that is not UTF-8
 */
export function decodeText(path: string, bytes: Uint8Array): string {
  try {
    return decoder(true).decode(bytes)
  } catch {
    const before = decoder(false).decode(bytes).split('\ufffd', 1)[0] ?? ''
    const line = before.split('\n').length
    const column = before.length - before.lastIndexOf('\n')
    throw invalid([
      {
        ...error(path),
        code: 'ERR_FILE_ENCODING',
        message: 'not UTF-8 from here, next: save it as UTF-8',
        line,
        column,
      },
    ])
  }
}

const decoder = (fatal: boolean) => new TextDecoder('utf-8', { fatal, ignoreBOM: true })

/**
 * Links, submodules and the like, where the files of a policy repository are expected: one reader would follow them and
 * another not, and a policy that nobody reads denies nothing.
 *
 * @throws CliError `ERR_REPOSITORY` where there is one
 */
export function refuseIrregular(paths: readonly string[], where = ''): void {
  if (paths.length === 0) return
  const message = 'neither a file nor a folder, next: put its content there instead of a link or a submodule'
  throw invalid(
    paths.map(path => ({ ...error(path), code: 'ERR_FILE_KIND', message })),
    where,
  )
}

const error = (file: string) => ({ severity: 'error', file, line: 1, column: 1, length: 1 }) as const

function invalid(diagnostics: readonly Diagnostic[], where = ''): CliError {
  return new CliError('ERR_REPOSITORY', `the policy repository${where} cannot be read, next: correct the above`, {
    diagnostics,
  })
}
