import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { committed } from '../test/cli.ts'
import { withFiles } from '../test/repository.ts'
import type { CliError } from './errors.ts'
import { openGit } from './git.ts'
import { readCommit, readFolder } from './repository.ts'

const folder = committed(withFiles())

/** What both readers, of the work tree and of a commit, say of it. */
function refused(spoil: () => void): string[] {
  spoil()
  const commit = folder.commit()
  try {
    const said = [() => readFolder(folder.path), () => readCommit(openGit(folder.path), commit)].map(read => {
      try {
        return `read ${[...read().keys()].length} files`
      } catch (error) {
        const { code, diagnostics } = error as CliError
        const [first] = diagnostics
        return `${code} ${first?.code} ${first?.file}:${first?.line}:${first?.column}`
      }
    })
    return [...new Set(said)]
  } finally {
    folder.git('reset', '-q', '--hard', 'HEAD~1')
  }
}

const policies = () => folder.file('policies')
const refusals = suite('the work tree and a commit alike refuse')

for (const [what, spoil, expected] of [
  ['a link to a file', () => symlinkSync('shop.cedar', `${policies()}/b.cedar`), 'ERR_FILE_KIND policies/b.cedar:1:1'],
  [
    'a link to a folder, whose forbids would be lost',
    () => symlinkSync('../tests', `${policies()}/shared`),
    'ERR_FILE_KIND policies/shared:1:1',
  ],
  [
    'a link in place of the folder',
    () => {
      rmSync(policies(), { recursive: true })
      symlinkSync('tests', policies())
    },
    'ERR_FILE_KIND policies:1:1',
  ],
  [
    'bytes that are not UTF-8',
    () => writeFileSync(`${policies()}/b.cedar`, Buffer.from('// a\n// é\xff', 'latin1')),
    'ERR_FILE_ENCODING policies/b.cedar:2:4',
  ],
] as const)
  refusals(what, () => assert.equal(refused(spoil), [`ERR_REPOSITORY ${expected}`]))

refusals('a submodule, whose files are in no commit of ours', () => {
  const before = folder.git('rev-parse', 'HEAD')
  folder.git('update-index', '--add', '--cacheinfo', `160000,${before},policies/shared`)
  folder.git('commit', '-qm', 'submodule')
  const commit = folder.git('rev-parse', 'HEAD')
  assert.throws(() => readCommit(openGit(folder.path), commit), /at `[0-9a-f]{12}` cannot be read/)
  folder.git('reset', '-q', '--hard', before)
})

const reading = suite('both read')
reading('past links that hold no policies', () => {
  assert.equal(
    refused(() => {
      mkdirSync(folder.file('docs'))
      symlinkSync('../policies', folder.file('docs/policies'))
    }),
    ['read 6 files'],
  )
})

reading.after(() => folder.remove())
refusals.run()
reading.run()
