import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openGit } from './git.ts'

const { folder, run } = createRepository()
const reading = suite('git reads')
const refusals = suite('git refuses')

function createRepository() {
  const folder = mkdtempSync(join(tmpdir(), 'cedargate-git-'))
  const run = (...args: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      stdio: 'pipe',
    })
      .toString()
      .trim()
  run('init', '-q', '-b', 'main')
  mkdirSync(join(folder, 'sub/policies'), { recursive: true })
  writeFileSync(join(folder, 'a.txt'), 'first\n')
  writeFileSync(join(folder, 'sub/policies/ä b.cedar'), '// ünï\npermit\n')
  writeFileSync(join(folder, 'sub/empty'), '')
  run('add', '.')
  run('commit', '-q', '-m', 'one')
  return { folder, run }
}

const all = () => true

reading('the files of a commit, whatever their names', () => {
  const git = openGit(folder)
  assert.equal(
    [...git.files(git.commit('HEAD'), all)],
    [
      ['a.txt', 'first\n'],
      ['sub/empty', ''],
      ['sub/policies/ä b.cedar', '// ünï\npermit\n'],
    ],
  )
})

reading('only its own folder, by path below it', () => {
  const git = openGit(join(folder, 'sub'))
  assert.equal([...git.files(git.commit('main'), path => path.endsWith('.cedar')).keys()], ['policies/ä b.cedar'])
})

reading('an older commit as it was, not the work tree', () => {
  const git = openGit(folder)
  const first = git.commit('HEAD')
  writeFileSync(join(folder, 'a.txt'), 'second\n')
  assert.equal(git.changes(), ['a.txt'])
  run('commit', '-qam', 'two')
  assert.is(git.files(first, all).get('a.txt'), 'first\n')
  assert.equal(git.changes(), [])
  assert.is(git.commits(git.commit('HEAD')), 2)
  assert.is(git.fullRef('HEAD'), 'refs/heads/main')
  assert.is(git.isShallow(), false)
})

reading('the branch that a remote-tracking ref follows', () => {
  const clone = join(folder, '.git', 'clone')
  run('clone', '-q', folder, clone)
  assert.is(openGit(clone).fullRef('origin/main'), 'refs/heads/main')
  rmSync(clone, { recursive: true })
})

reading('its own folder, also inside a hook of another repository', () => {
  process.env.GIT_DIR = '/nowhere/.git'
  try {
    assert.is(openGit(folder).isShallow(), false)
  } finally {
    delete process.env.GIT_DIR
  }
})

reading('a commit as its hash says, whatever stands in for it', () => {
  const git = openGit(folder)
  const genuine = git.commit('HEAD')
  writeFileSync(join(folder, 'a.txt'), 'forged\n')
  run('commit', '-qam', 'forged')
  const forged = run('rev-parse', 'HEAD')
  run('reset', '-q', '--hard', genuine)
  run('replace', genuine, forged)
  assert.is(run('show', `${genuine}:a.txt`), 'forged')
  assert.is(git.files(genuine, all).get('a.txt'), 'second\n')
  run('replace', '-d', genuine)
})

reading('a folder that is named like a flag', () => {
  mkdirSync(join(folder, '--help'))
  writeFileSync(join(folder, '--help/x'), 'x')
  run('add', '.')
  run('commit', '-qm', 'odd')
  const git = openGit(join(folder, '--help'))
  assert.equal([...git.files(git.commit('HEAD'), all)], [['x', 'x']])
  run('reset', '-q', '--hard', 'HEAD~1')
})

reading('what is untracked as a change', () => {
  writeFileSync(join(folder, 'sub/new'), '')
  assert.equal(openGit(join(folder, 'sub')).changes(), ['sub/new'])
  rmSync(join(folder, 'sub/new'))
})

const code = (expected: string) => (error: unknown) => (error as { code?: string }).code === expected

refusals('an unknown ref', () => assert.throws(() => openGit(folder).commit('nope'), code('ERR_GIT_REF')))
refusals('a ref that looks like a flag', () =>
  assert.throws(() => openGit(folder).commit('--all'), code('ERR_GIT_REF')),
)
refusals('a folder that is in no repository', () =>
  assert.throws(() => openGit(tmpdir()), /is in no git repository, next: run `git init`/),
)
refusals('a folder that does not exist', () =>
  assert.throws(() => openGit('/nowhere'), /^Error: no folder|no folder `\/nowhere`/),
)
refusals('a detached head as a ref', () => {
  const git = openGit(folder)
  run('checkout', '-q', '--detach')
  assert.throws(() => git.fullRef('HEAD'), code('ERR_GIT_REF'))
  run('checkout', '-q', 'main')
})
refusals('a symbolic link, which the work tree would follow', () => {
  symlinkSync('a.txt', join(folder, 'link'))
  run('add', '.')
  run('commit', '-qm', 'three')
  const git = openGit(folder)
  assert.throws(() => git.files(git.commit('HEAD'), all), code('ERR_REPOSITORY'))
  // Where nothing is read, nobody minds.
  assert.equal([...git.files(git.commit('HEAD'), (_, regular) => regular).keys()].length, 3)
})
refusals('a file that is not UTF-8', () => {
  writeFileSync(join(folder, 'bad.cedar'), Buffer.from([0xff, 0xfe]))
  run('add', '.')
  run('commit', '-qm', 'four')
  const git = openGit(folder)
  assert.throws(() => git.files(git.commit('HEAD'), path => path === 'bad.cedar'), code('ERR_REPOSITORY'))
})
refusals.after(() => rmSync(folder, { recursive: true, force: true }))

reading.run()
refusals.run()
