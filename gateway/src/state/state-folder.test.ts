import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../core/has-code.test-support.ts'
import { takeStateFolder } from './state-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'cedargate-state-'))
const state = suite('the state folder')
state.after(() => rmSync(folder, { recursive: true }))

/** Another process, which takes it and stays: of another container, say, where numbers of processes mean nothing. */
async function holder(path: string) {
  const script = `import(${JSON.stringify(new URL('state-folder.ts', import.meta.url))}).then(({ takeStateFolder }) => {
    takeStateFolder(${JSON.stringify(path)}); console.log('taken'); setInterval(() => {}, 1000) })`
  const process_ = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(process_.stdout, 'data')
  return process_
}

state('is one gateway’s at a time, for its user alone', () => {
  const path = join(folder, 'deep', 'state')
  const first = takeStateFolder(path)
  assert.throws(() => takeStateFolder(path), hasCode('ERR_STATE_IN_USE'))
  assert.is(statSync(path).mode & 0o777, 0o700)
  assert.is(statSync(join(path, 'gateway.lock')).mode & 0o777, 0o600)
  first.release()
  takeStateFolder(path).release()
})

state('is free when the process that had it was killed, and not before', async () => {
  const path = join(folder, 'killed')
  const other = await holder(path)
  assert.throws(() => takeStateFolder(path), hasCode('ERR_STATE_IN_USE'))
  other.kill('SIGKILL')
  await once(other, 'exit')
  takeStateFolder(path).release()
})

for (const [what, path] of [
  ['is a file', 'file'],
  ['is below a file', 'file/state'],
  ['cannot be made, and does not try for ever', '/proc/cedargate/state'],
] as const)
  state(`that ${what} is refused`, () => {
    writeFileSync(join(folder, 'file'), '')
    const at = path.startsWith('/') ? path : join(folder, path)
    assert.throws(() => takeStateFolder(at), hasCode('ERR_STATE_FOLDER'))
  })

state('whose lock is something else is refused', () => {
  writeFileSync(join(folder, 'gateway.lock'), 'something else, and long enough to be read as a database'.repeat(100))
  assert.throws(() => takeStateFolder(folder), hasCode('ERR_STATE_FOLDER'))
})

state.run()
