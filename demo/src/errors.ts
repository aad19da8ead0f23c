export type DemoCode =
  | 'ERR_DEMO_PLATFORM'
  | 'ERR_DEMO_USER'
  | 'ERR_DEMO_START'
  | 'ERR_DEMO_GIT'
  | 'ERR_DEMO_EXPECTATION'
  | 'ERR_DEMO_INTERRUPTED'

/** What went wrong in the demo or in a target that it starts; the message says what to do next. */
export class DemoError extends Error {
  override readonly name = 'DemoError'
  readonly code: DemoCode
  constructor(code: DemoCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
