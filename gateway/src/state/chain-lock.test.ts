import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../core/has-code.test-support.ts'
import { takeChain } from './chain-lock.ts'

const locking = suite('the chain of a worker')
const folder = mkdtempSync(join(tmpdir(), 'cedargate-lock-'))
locking.after(() => rmSync(folder, { recursive: true }))

locking('is one process at a time, and free when it was let go', () => {
  const first = takeChain(folder, 1)
  assert.throws(() => takeChain(folder, 1), hasCode('ERR_STATE_IN_USE'))
  takeChain(folder, 2).release()
  first.release()
  takeChain(folder, 1).release()
})

locking('is free when the process that had it was killed', async () => {
  const script = `import(${JSON.stringify(new URL('chain-lock.ts', import.meta.url))}).then(({ takeChain }) => {
    takeChain(${JSON.stringify(folder)}, 3); console.log('taken'); setInterval(() => {}, 1000) })`
  const holder = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(holder.stdout, 'data')
  assert.throws(() => takeChain(folder, 3), hasCode('ERR_STATE_IN_USE'))
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  takeChain(folder, 3).release()
})
locking.run()
