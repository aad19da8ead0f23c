/** For tests: whether an error carries a code. */
export const hasCode = (code: string) => (error: unknown) => (error as { code?: unknown }).code === code
