import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { committed } from '../../test/cli.ts'
import { withFiles } from '../../test/repository.ts'
import { openGit } from '../git.ts'
import { createCommits } from './commits.ts'

const commits = suite('the policies of a cited commit')
const folder = committed(withFiles())
const first = folder.git('rev-parse', 'HEAD')
folder.write({ 'targets.yaml': 'targets: [\n' })
const broken = folder.commit('broken')
commits.after(() => folder.remove())

commits('are opened once while they are in use', async () => {
  const opened = createCommits(openGit(folder.path))
  const decider = await opened.at(first)
  assert.type(decider, 'object')
  assert.is(await opened.at(first), decider)
  if (typeof decider === 'string') return
  assert.is(decider.repository.commit, first)
  assert.is(decider.engine.commit, first)
})

commits('are let go when others are in use', async () => {
  const opened = createCommits(openGit(folder.path))
  const decider = await opened.at(first)
  for (const other of ['a', 'b', 'c', 'd']) await opened.at(other.repeat(40))
  assert.is.not(await opened.at(first), decider)
})

for (const [why, commit, expected] of [
  ['there is none', 'none', 'no_commit'],
  ['they are of no commit', 'worktree', 'no_commit'],
  ['it is not here', '0'.repeat(40), 'no_commit'],
  ['they are not valid', broken, 'invalid_repository'],
] as const)
  commits(`are not there where ${why}`, async () => {
    assert.is(await createCommits(openGit(folder.path)).at(commit), expected)
  })

commits.run()
