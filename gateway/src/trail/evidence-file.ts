import { fdatasync, fstatSync, write } from 'node:fs'
import { promisify } from 'node:util'

export const writeAsync = promisify(write)
export const datasync = promisify(fdatasync)

/** How often it is looked whether a file is still where it was. */
const lookMs = 1000

/**
 * Whether an open file still has its name, looked at now and then: what is written to one that has lost it is nobody's
 * evidence. What is given back throws where it has.
 */
export function createLookout(fd: number, name: string): () => void {
  let looked = performance.now()
  return () => {
    if (performance.now() - looked < lookMs) return
    if (fstatSync(fd).nlink === 0) throw new Error(`\`${name}\` was removed while it was written to`)
    looked = performance.now()
  }
}
