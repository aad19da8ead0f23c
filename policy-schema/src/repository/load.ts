import { validateRepository } from '../cedar/validation.ts'
import { type Diagnostic, PolicyError } from '../errors.ts'
import { openRepository } from './open.ts'
import type { Repository } from './types.ts'

/**
 * Opens a repository and validates its policies, or says what is wrong.
 *
 * @throws PolicyError with the code of the first error, and where it is
 */
export function loadRepository(files: ReadonlyMap<string, string>, origin: { readonly commit: string }): Repository {
  const { repository, diagnostics } = openRepository(files, origin)
  if (repository === undefined) throw toError(diagnostics)
  const findings = validateRepository(repository)
  if (findings.some(({ severity }) => severity === 'error')) throw toError(findings)
  return repository
}

function toError(diagnostics: readonly Diagnostic[]): PolicyError {
  const [first, ...others] = diagnostics.filter(({ severity }) => severity === 'error')
  if (first === undefined) throw new Error('a repository was refused without an error')
  const more = others.length > 0 ? `, and ${others.length} more` : ''
  return new PolicyError(first.code, `${first.file}:${first.line}:${first.column} ${first.message}${more}`)
}
