/**
 * The one error class of this package; each folder declares its own union of codes. For broken input and broken systems:
 * a deny is a value.
 */
export class GatewayError<Code extends string = string> extends Error {
  override readonly name = 'GatewayError'
  readonly code: Code
  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
