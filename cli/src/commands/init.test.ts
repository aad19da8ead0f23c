import { existsSync, readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Folder } from '../../test/cli.ts'

const init = suite('cedargate init')
const folder = new Folder()
init.after(() => folder.remove())

init('writes a repository that lint and test accept', async () => {
  const { code, stdout } = await folder.run('init', 'shop')
  assert.is(code, 0)
  assert.match(stdout, /^created \d+ files from the template postgres in shop\n/)
  assert.match(stdout, /git init/)
  assert.is((await folder.run('lint', 'shop')).code, 0)
  assert.is((await folder.run('test', 'shop')).code, 0)
})

init('keeps keys and what a gateway writes out of git', async () => {
  assert.is((await folder.run('init', 'kept')).code, 0)
  folder.git('init', '-q', 'kept')
  folder.write({ 'kept/keys/a.pub': '', 'kept/token.key': '', 'kept/bundles/a': '', 'kept/state/trail/a.jsonl': '' })
  const files = folder.git('-C', 'kept', 'ls-files', '--others', '--exclude-standard').split('\n')
  assert.ok(files.includes('policies/backup.cedar') && files.includes('.gitignore'))
  assert.equal(
    files.filter(file => /^(keys|bundles|state|token|gitignore)/.test(file)),
    [],
  )
})

init('writes into a fresh git repository', async () => {
  folder.git('init', '-q', 'fresh')
  assert.is((await folder.run('init', 'fresh')).code, 0)
  assert.ok(existsSync(folder.file('fresh/cedargate.yaml')))
})

init('refuses a folder that holds something, and leaves it alone', async () => {
  folder.write({ 'full/cedargate.yaml': 'mine\n' })
  const { code, stderr } = await folder.run('init', 'full')
  assert.is(code, 2)
  assert.match(stderr, /holds `cedargate.yaml`, next: .* ERR_FOLDER_NOT_EMPTY/)
  assert.is(readFileSync(folder.file('full/cedargate.yaml'), 'utf8'), 'mine\n')
  assert.is((await folder.run('init', 'full', '--force')).code, 0)
})

init('refuses a template that there is not', async () => {
  const { code, stderr } = await folder.run('init', 'x', '--template', '../postgres')
  assert.is(code, 2)
  assert.match(stderr, /no template `..\/postgres`, next: name one of .*`postgres`/)
})

init.run()
