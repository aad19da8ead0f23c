import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until something holds, for what is written a moment later. @throws Error that names it after 5 s */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 5000; !(await holds()); await sleep(20))
    if (performance.now() > deadline) throw new Error(`not within 5 s: ${what}`)
}
