import type { Casts } from './cast.ts'

/** For who has no terminal. */
export const noCast = (_?: unknown): never => {
  throw new Error('nothing here has a terminal')
}
export const noCasts: Casts = { open: noCast, close: async () => {} }
