import type { Diagnostic } from '@cedargate/policy-schema'
import { type ExitCode, exit } from './exit.ts'

export type CliCode =
  | 'ERR_USAGE'
  | 'ERR_FILE'
  | 'ERR_FILE_EXISTS'
  | 'ERR_FOLDER_NOT_EMPTY'
  | 'ERR_REPOSITORY'
  | 'ERR_GIT'
  | 'ERR_GIT_REF'
  | 'ERR_GIT_DIRTY'
  | 'ERR_GIT_SHALLOW'
  | 'ERR_UNKNOWN_TARGET'
  | 'ERR_UNKNOWN_ROLE'
  | 'ERR_UNKNOWN_RULE'
  | 'ERR_UNKNOWN_SESSION'
  | 'ERR_KEY'
  | 'ERR_NOT_SIGNED'
  | 'ERR_TOKEN_SIZE'
  | 'ERR_SNAPSHOT'
  | 'ERR_RECORDING'

const exits: Partial<Record<CliCode, ExitCode>> = {
  ERR_REPOSITORY: exit.invalid,
  ERR_UNKNOWN_TARGET: exit.invalid,
  ERR_UNKNOWN_ROLE: exit.invalid,
  ERR_RECORDING: exit.provenance,
  ERR_NOT_SIGNED: exit.provenance,
}

/** What the CLI cannot do with what it was given. `diagnostics` say where, when files of a policy repository are to blame. */
export class CliError<Code extends CliCode = CliCode> extends Error {
  override readonly name = 'CliError'
  readonly code: Code
  readonly diagnostics: readonly Diagnostic[]
  constructor(code: Code, message: string, options: ErrorOptions & { diagnostics?: readonly Diagnostic[] } = {}) {
    super(message, options)
    this.code = code
    this.diagnostics = options.diagnostics ?? []
  }
  get exitCode(): ExitCode {
    return exits[this.code] ?? exit.usage
  }
}
