import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findTestFiles } from './runner/find-test-files.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const fixture = (name: string) => `test/fixtures/runner/${name}.fixture.ts`

interface Outcome {
  readonly code: number
  readonly lines: readonly string[]
  readonly first: string
  readonly last: string
  readonly beforeLast: string
}

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return new Promise(resolve => {
    const options = { cwd: root, env: { ...process.env, ...env } }
    execFile(process.execPath, ['test/run.ts', ...args], options, (error, stdout) => {
      const lines = stdout.trimEnd().split('\n')
      const [first = '', last = '', beforeLast = ''] = [lines[0], lines.at(-1), lines.at(-2)]
      resolve({ code: error === null ? 0 : Number(error.code), lines, first, last, beforeLast })
    })
  })
}

const failing = suite('a test file fails when')
for (const [why, name, says, last] of [
  ['a test fails', 'fails', '1 of 2 tests failed', '1 passed, 1 failed'],
  ['it forgets to run its suite', 'forgets-run', 'it ran no test', '0 passed, 1 failed'],
  ['its suite is empty', 'empty-run', 'it ran no test', '0 passed, 1 failed'],
  ['it hangs', 'hangs', 'timeout: it did not end within 1 s', '0 passed, 1 failed'],
  ['it leaks a handle', 'leaks', 'leaked handle', '1 passed, 1 failed'],
  ['it leaks a process', 'leaks-process', 'leaked process', '1 passed, 1 failed'],
  ['it throws before its first test', 'throws', 'code 1 before any test ran', '0 passed, 1 failed'],
  ['it throws after its last test', 'throws-later', 'code 1 though its tests passed', '1 passed, 1 failed'],
  ['it exits with success amid its tests', 'exits-early', 'code 1 before any test ran', '0 passed, 1 failed'],
  ['it leaves tests out', 'only', '1 tests were left out', '1 passed, 1 failed'],
] as const) {
  failing(why, async () => {
    const outcome = await run([fixture(name)])
    assert.is(outcome.code, 1)
    assert.match(outcome.first, `✗ ${fixture(name)}  `)
    assert.match(outcome.first, says)
    assert.match(outcome.beforeLast, `failed ${fixture(name)}: `)
    assert.is(outcome.last, last)
  })
}
failing('no file matches', async () => {
  const { code, lines } = await run(['test/no-such-folder'])
  assert.is(code, 1)
  assert.equal(lines.slice(-2), ['no test file matches `test/no-such-folder`', '0 passed, 1 failed'])
})
failing.run()

const passing = suite('a run')
passing('is quiet where all passed: one line a file, then the count', async () => {
  const { code, lines, first, last } = await run([fixture('passes')])
  assert.is(code, 0)
  assert.is(lines.length, 3)
  assert.match(first, /^✓ test\/fixtures\/runner\/passes\.fixture\.ts {2}2 tests {2}\d+ ms$/)
  assert.is(last, '2 passed, 0 failed')
})
passing('adds up files, and the summaries of one file', async () => {
  const { code, last } = await run([fixture('two-summaries'), fixture('passes'), fixture('fails')])
  assert.is(code, 1)
  assert.is(last, '5 passed, 1 failed')
})
passing('shows the output of a file that failed, and of no other', async () => {
  const { lines } = await run([fixture('fails'), fixture('passes')])
  assert.ok(lines.some(line => line.includes('"is wrong on purpose"')))
  assert.is(lines.filter(line => line.includes('Total:')).length, 1)
})
passing('names what a fake stood in for, after the count, once', async () => {
  const { code, last, beforeLast } = await run([fixture('fakes'), fixture('fakes-too'), fixture('passes')])
  assert.is(code, 0)
  assert.is(beforeLast, '4 passed, 0 failed')
  assert.is(last, 'a fake stood in for a server, next: set NOWHERE')
})
passing('names what was skipped, just before the count', async () => {
  const { code, last, beforeLast } = await run([fixture('skips'), fixture('passes')])
  assert.is(code, 0)
  assert.is(beforeLast, `skipped ${fixture('skips')}: \`psql\` is missing, next: install a PostgreSQL client`)
  assert.is(last, '2 passed, 0 failed')
})
passing('starts files without what says for a terminal or a CI whether there are colours', async () => {
  const { code, last } = await run([fixture('colours')], { CI: 'true', FORCE_COLOR: '1', NO_COLOR: '1' })
  assert.equal([code, last], [0, '1 passed, 0 failed'])
})
passing('leaves no temporary folder behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'runner-'))
  await run([fixture('hangs')], { TMPDIR: folder })
  assert.equal(readdirSync(folder), [])
})
passing.run()

const finding = suite('the files')
finding('are those that a prefix names; fixtures are not among them', () => {
  const found = findTestFiles(root, []).map(file => file.path)
  assert.ok(found.includes('test/run.test.ts'))
  assert.is(found.filter(path => path.includes('fixture') || path.includes('node_modules')).length, 0)
  assert.equal(
    findTestFiles(root, ['./test/run']).map(file => file.path),
    ['test/run.test.ts'],
  )
})
finding('may each declare their own timeout', () => {
  const [file] = findTestFiles(root, [fixture('hangs')])
  assert.is(file?.timeoutMs, 1_000)
  assert.is(findTestFiles(root, [fixture('passes')])[0]?.timeoutMs, 120_000)
})
finding.run()
