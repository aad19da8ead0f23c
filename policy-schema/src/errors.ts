/**
 * The one error class of this package. Each folder declares its own union of codes.
 *
 * A code is stable and tested; the message may improve. The message is one clause in lower case, what was given stands
 * in backticks, and `next:` says what to do where there is something to do.
 */
export class PolicyError<Code extends string = string> extends Error {
  override readonly name = 'PolicyError'
  readonly code: Code
  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Where a finding lies in a file: lines and columns count from 1, in UTF-16 units as editors do. */
export interface Diagnostic {
  readonly code: string
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly file: string
  readonly line: number
  readonly column: number
  readonly length: number
}
