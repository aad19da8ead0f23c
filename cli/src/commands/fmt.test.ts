import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Folder } from '../../test/cli.ts'
import { files, withFiles } from '../../test/repository.ts'

const fmt = suite('cedargate fmt')
const untidy = '// why\n@id("x") forbid (principal,action,resource) when { context has task };\n'
const folder = new Folder(withFiles({ 'policies/untidy.cedar': untidy }))
fmt.after(() => folder.remove())

const read = (file: string) => readFileSync(folder.file(file), 'utf8')

fmt('only says what it would change under --check', async () => {
  const { code, stdout } = await folder.run('fmt', '--check')
  assert.is(code, 3)
  assert.match(stdout, /1 file would change, next: run `cedargate fmt`\n {2}policies\/untidy.cedar:2/)
  assert.is(read('policies/untidy.cedar'), untidy)
})

fmt('changes what is untidy and nothing else, comments kept, once and for all', async () => {
  assert.is((await folder.run('fmt')).code, 0)
  assert.match(
    read('policies/untidy.cedar'),
    /^\/\/ why\n@id\("x"\)\nforbid \(principal, action, resource\)\nwhen \{ context has task \};\n$/,
  )
  assert.is(read('policies/shop.cedar'), files['policies/shop.cedar'])
  assert.is((await folder.run('fmt', '--check')).code, 0)
})

fmt('changes nothing where one file is not Cedar, and says where', async () => {
  folder.write({
    'policies/a.cedar': untidy.replace('"x"', '"y"'),
    'policies/b.cedar': '@id("z")\npermit (principal action, resource);\n',
  })
  const { code, stderr } = await folder.run('fmt')
  assert.is(code, 3)
  assert.match(stderr, /policies\/b.cedar\n {2}2:19/)
  assert.match(stderr, /ERR_POLICY_SYNTAX/)
  assert.match(read('policies/a.cedar'), /principal,action/)
})

fmt.run()
