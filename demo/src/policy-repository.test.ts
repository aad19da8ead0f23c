import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createPolicyRepository } from './policy-repository.ts'

const repository = suite('the demo’s policy repository')
const create = () => {
  const folder = mkdtempSync(join(tmpdir(), 'policies-'))
  writeFileSync(join(folder, 'a.cedar'), 'permit one\n')
  return createPolicyRepository(folder)
}

repository('commits on main, whatever git is configured to do elsewhere', () => {
  process.env.GIT_DIR = '/nowhere'
  const made = create()
  const first = made.commit('first')
  assert.match(first, /^[0-9a-f]{40}$/)
  assert.is(made.git('rev-parse', '--abbrev-ref', 'HEAD'), 'main')
  assert.is(made.git('log', '-1', '--format=%an %s'), 'Cedargate demo first')
  delete process.env.GIT_DIR
})
repository('edits and appends; each commit counts one more', () => {
  const made = create()
  made.commit('first')
  made.replaceLine('a.cedar', /^permit.*$/m, 'permit $& two')
  made.append('a.cedar', 'forbid three\n')
  made.commit('second')
  assert.is(readFileSync(join(made.folder, 'a.cedar'), 'utf8'), 'permit $& two\nforbid three\n')
  assert.is(made.git('rev-list', '--count', 'HEAD'), '2')
  assert.is(made.git('status', '--porcelain'), '')
})
repository('refuses to replace a line that is not there', () => {
  assert.throws(() => create().replaceLine('a.cedar', /^nothing like it$/m, 'x'), /has no line/)
})
repository('says what git said when it refuses', () => {
  const made = create()
  made.commit('first')
  assert.throws(
    () => made.commit('nothing to commit'),
    (error: { code?: string; message: string }) =>
      error.code === 'ERR_DEMO_GIT' && error.message.includes('git commit failed'),
  )
})
repository.run()
