import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isRepositoryFile, isSafePath, repositoryDigest } from './files.ts'
import { goodFiles } from './good-files.test-support.ts'

const paths = suite('a path')

for (const [path, isRead, isSafe] of [
  ['cedargate.yaml', true, true],
  ['policies/a.cedar', true, true],
  ['policies/team/b/a.cedar', true, true],
  ['tests/team/a.test.yaml', true, true],
  ['snapshots/orders-db.json', true, true],
  ['README.md', false, true],
  ['.github/workflows/check.yml', false, true],
  ['recordings/a.jsonl', false, true],
  ['tests/a.yaml', false, true],
  ['sub/cedargate.yaml', false, true],
  ['policies/a.cedarschema', false, true],
  ['policies/../a.cedar', true, false],
  ['policies/./a.cedar', true, false],
  ['policies//a.cedar', false, false],
  ['/policies/a.cedar', false, false],
  ['policies\\a.cedar', false, false],
  ['policies/a\u0000.cedar', true, false],
  ['policies/C:a.cedar', true, false],
  ['policies/a /a.cedar', true, false],
  ['policies/a./a.cedar', true, false],
  ['', false, false],
] as const)
  paths(`${JSON.stringify(path)} ${isRead ? 'is read' : 'is passed over'}, ${isSafe ? 'and' : 'and not'} safe`, () => {
    assert.is(isRepositoryFile(path), isRead)
    assert.is(isSafePath(path), isSafe)
  })

paths.run()

const digest = suite('the content digest')

digest('is what sha256sum makes of the files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cedargate-digest-'))
  try {
    const files = goodFiles()
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const sums = execFileSync('sha256sum', [...files.keys()].filter(isRepositoryFile).sort(), { cwd: folder })
    const sum = execFileSync('sha256sum', { input: sums }).toString().split(' ')[0]
    assert.is(repositoryDigest(files), `sha256:${sum}`)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

digest.run()
