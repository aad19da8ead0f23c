import { existsSync, readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Folder } from '../../test/cli.ts'

const init = suite('cedargate init')
const folder = new Folder()
init.after(() => folder.remove())

init('writes a repository that lint and test accept', () => {
  const { code, stdout } = folder.run('init', 'shop')
  assert.is(code, 0)
  assert.match(stdout, /^created \d+ files from the template postgres in shop\n/)
  assert.match(stdout, /git init/)
  assert.is(folder.run('lint', 'shop').code, 0)
  assert.is(folder.run('test', 'shop').code, 0)
})

init('writes into a fresh git repository', () => {
  folder.git('init', '-q', 'fresh')
  assert.is(folder.run('init', 'fresh').code, 0)
  assert.ok(existsSync(folder.file('fresh/cedargate.yaml')))
})

init('refuses a folder that holds something, and leaves it alone', () => {
  folder.write({ 'full/cedargate.yaml': 'mine\n' })
  const { code, stderr } = folder.run('init', 'full')
  assert.is(code, 2)
  assert.match(stderr, /holds `cedargate.yaml`, next: .* ERR_FOLDER_NOT_EMPTY/)
  assert.is(readFileSync(folder.file('full/cedargate.yaml'), 'utf8'), 'mine\n')
  assert.is(folder.run('init', 'full', '--force').code, 0)
})

init('refuses a template that there is not', () => {
  const { code, stderr } = folder.run('init', 'x', '--template', '../postgres')
  assert.is(code, 2)
  assert.match(stderr, /no template `..\/postgres`, next: name one of .*`postgres`/)
})

init.run()
